package main

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/comparison"
	"github.com/ringfence/ringfence/internal/delegation"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// delegateCheckFlags are the flags of delegate check.
type delegateCheckFlags struct {
	ruleFlags
	boundaries, within, own []string
	state, document         string
	side                    sideFlags
	json, markdown          bool
}

func delegateCheckCommand() *cobra.Command {
	var f delegateCheckFlags
	cmd := &cobra.Command{
		Use:   "check POLICY… --boundary ARN",
		Short: "Prove that who holds policies cannot get a user or role outside a boundary",
		Long: `Check proves or refutes that who holds the policies cannot get a user or role that is outside
the boundary: create one, put another boundary on it, remove it, edit the boundary policy,
change, assume or pass a principal that is outside, and other ways. Each way that is open is
shown with a request that the policies allow. Closed means proven, for all requests.

POLICY are all identity policies of the holder, as documents or as AWS CLI output with one;
a file can have a list of them. Give the permissions boundary of the holder with
--holder-boundary, and SCPs with --scp, a file for each level. - is standard input.

A user or role is inside if it carries the boundary of --boundary. Give the option again for
other boundaries that are as good. AWSDenyAll always is. Where a request does not say which
boundary a principal carries, as for iam:PassRole, the principal may be outside. --within
PATTERN says what is known to be inside: users, roles, groups and policies that are only for
bounded principals, such as role/dev/* or an ARN. --rule takes both from the configuration:
the boundary, and the path of the rule.

--own gives the ARNs of the holder's user or role, its groups and policies: changing these is
an open way too. Without it, any policy outside --within may be the holder's.

--state takes the output of aws iam get-account-authorization-details. A request then names
a principal that exists, if it can, and a way that concerns nothing that exists is marked. It
stays open: it is about what is created later.

--boundary-document also checks what the boundary itself lets those who carry it do, whatever
their policies allow. "carriers" in JSON has these answers.

With --json: "answer" and the "answer" of each of "holes" are proven, refuted or unknown;
"findings" have the "request"; "open" is what is not known, with the reason; "assumed" is what
the proof rests on.

Exit status: 0 proven, 1 a way is open, 2 bad input, 3 none was found open, and for some it is
not known.`,
		Example: `  ringfence delegate check delegation.json --boundary arn:aws:iam::123456789012:policy/team-boundary
  ringfence delegate check lead.json --boundary arn:aws:iam::123456789012:policy/team-boundary \
      --within 'role/dev/*' --within 'policy/dev/*' --state account.json
  ringfence delegate check workloads-delegation.json --rule workloads --config infra/ringfence.yaml --account 123456789012`,
		Args: cobra.MinimumNArgs(1),
		RunE: f.run,
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&f.boundaries, "boundary", nil, "`ARN` of the boundary; repeat for others that are as good")
	flags.StringArrayVar(&f.within, "within", nil, "`PATTERN` of users, roles, groups or policies that are inside, such as role/dev/*; repeatable")
	flags.StringArrayVar(&f.own, "own", nil, "`ARN` of the holder, or of a group or policy of the holder; repeatable")
	flags.StringVar(&f.state, "state", "", "`FILE` with the output of aws iam get-account-authorization-details")
	flags.StringVar(&f.side.boundary, "holder-boundary", "", "JSON `FILE` with the permissions boundary of the holder")
	flags.StringArrayVar(&f.side.scps, "scp", nil, "JSON `FILE` with a service control policy, or a list of them; repeat for each level")
	flags.StringVar(&f.document, "boundary-document", "", "also check what the boundary lets those who carry it do: the JSON `FILE` with its document")
	flags.BoolVar(&f.json, "json", false, "print the answers as JSON")
	flags.BoolVar(&f.markdown, "markdown", false, "print the answers as Markdown")
	f.define(cmd)
	cmd.MarkFlagsMutuallyExclusive("json", "markdown")
	cmd.MarkFlagsOneRequired("boundary", "rule")
	cmd.MarkFlagsMutuallyExclusive("boundary", "rule")
	return cmd
}

func (f *delegateCheckFlags) run(cmd *cobra.Command, paths []string) error {
	f.side.policies = paths
	r := sideReader{kind: policy.IdentityPolicy, stdin: cmd.InOrStdin(), warnings: cmd.ErrOrStderr()}
	holder := r.side("the policies", &f.side)
	var carriers []comparison.Policy
	if f.document != "" {
		carriers = r.policies(f.document)
	}
	if err := errors.Join(r.errs...); err != nil {
		return err
	}
	if len(carriers) > 1 {
		return fmt.Errorf("%s has %d policies, but a permissions boundary is one", f.document, len(carriers))
	}
	scope, account, err := f.scope(cmd.InOrStdin())
	if err != nil {
		return err
	}
	for _, warning := range elsewhere(scope, slices.Concat(append(holder.Layers, carriers)...)) {
		_, _ = fmt.Fprintln(cmd.ErrOrStderr(), "warning:", clean(warning))
	}
	layers := documents(holder.Layers)
	v := delegationView{
		scope: scope, policies: holder.Layers[0], name: strings.Join(paths, " + "),
		report: delegation.Check(scope, account, len(f.side.scps) > 0, layers...),
	}
	if carriers != nil {
		scps := layers[len(layers)-len(f.side.scps):]
		of := *scope
		of.Own = nil
		c := delegation.Check(&of, account, len(scps) > 0, slices.Concat([][]*policy.Document{{carriers[0].Document}}, scps)...)
		v.carriers, v.document = &c, carriers
	}
	v.assume()
	if err := f.write(cmd.OutOrStdout(), &v); err != nil {
		return err
	}
	switch v.answer() {
	case compare.Refuted:
		return errFound
	case compare.Unknown:
		return errPartial
	}
	return nil
}

// documents are the documents of layers.
func documents(layers [][]comparison.Policy) (out [][]*policy.Document) {
	for _, layer := range layers {
		var l []*policy.Document
		for _, p := range layer {
			l = append(l, p.Document)
		}
		out = append(out, l)
	}
	return out
}

// scope returns what the check is about.
func (f *delegateCheckFlags) scope(stdin io.Reader) (*delegation.Scope, *delegation.Account, error) {
	if err := f.checkAccount(); err != nil {
		return nil, nil, err
	}
	var details *authdetails.Details
	var err error
	if f.state != "" {
		if details, err = readState(f.state, stdin); err != nil {
			return nil, nil, err
		}
		if f.account == "" {
			f.account, f.partition = details.Account, details.Partition
		}
	}
	var s delegation.Scope
	if f.rule == "" {
		s, err = delegation.NewScope(f.account, f.boundaries...)
	} else {
		s, err = f.ofRule(stdin)
	}
	if err != nil {
		return nil, nil, err
	}
	for _, text := range f.within {
		pattern, err := s.Pattern(text)
		if err != nil {
			return nil, nil, fmt.Errorf("--within: %w", err)
		}
		s.Within = append(s.Within, pattern)
	}
	for _, text := range f.own {
		own, err := s.Pattern(text)
		if err != nil {
			return nil, nil, fmt.Errorf("--own: %w", err)
		}
		s.Own = append(s.Own, own)
	}
	if details == nil {
		return &s, nil, nil
	}
	account, err := delegation.NewAccount(details, &s)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", f.state, err)
	}
	return &s, account, nil
}

// ofRule returns the scope of a rule.
func (f *delegateCheckFlags) ofRule(stdin io.Reader) (delegation.Scope, error) {
	if f.account == "" {
		return delegation.Scope{}, usage("--rule needs the account that the policies are for: give --account or --state", firstExample(delegateCheckCommand().Example))
	}
	area, target, err := f.target(stdin)
	if err != nil {
		return delegation.Scope{}, err
	}
	return area.Scope(target)
}

// accountIDs finds the accounts in the ARNs of a policy.
var accountIDs = regexp.MustCompile(`arn:[a-z*-]+:(?:iam|sts)::([0-9]{12}):`)

// elsewhere warns of policies that name another account than the one that the check is about: what they say of it is
// not looked at.
func elsewhere(s *delegation.Scope, policies []comparison.Policy) (list []string) {
	for _, p := range policies {
		for _, found := range accountIDs.FindAllStringSubmatch(p.Document.String(), -1) {
			warning := fmt.Sprintf("%s names account %s, and the check is about account %s", p.Name, found[1], s.Account)
			if s.Account != "" && found[1] != s.Account && !slices.Contains(list, warning) {
				list = append(list, warning)
			}
		}
	}
	return list
}
