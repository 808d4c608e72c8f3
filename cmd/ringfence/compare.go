package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/ringfence/ringfence/internal/comparison"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// compareFlags are the flags of compare.
type compareFlags struct {
	json, batch, all, markdown bool
	html, kind                 string
	sides                      [2]sideFlags
}

// compareCommand compares two policy documents.
func compareCommand() *cobra.Command {
	var f compareFlags
	cmd := &cobra.Command{
		Use:   "compare A.json B.json",
		Short: "Compare two policy documents by what they mean",
		Long: `Compare two policy documents, such as a boundary before and after an edit, by what they
mean: does A allow the same requests as B, fewer, more, or others? Every difference is
shown with a request that one allows and the other does not. A is called equal or narrower
only if that is proven for every request. What cannot be decided is unproven.

Two documents that allow the same requests can still differ in what they deny explicitly,
and an explicit Deny in a boundary also overrides a resource-based policy. So the answer
also says whether A denies explicitly the same requests as B, fewer, more, or others, with a
request for each difference. Rules with accept: equal or narrower require both: A allows no
more, and denies explicitly all that B does.

A and B are policy documents, or AWS CLI output with one in it, such as the output of
get-policy-version. - is standard input.

--all lists all differences: a request for each service and statement, the statement that
allows it on one side, and the one that denies it on the other, or that none allows it. What
could not be decided is listed with the reason. --markdown prints the list for a pull
request, and --html writes it to a file as a web page; both imply --all. With --json, the
lists are "onlyA", "onlyB", "deniedOnlyByA" and "deniedOnlyByB".

A side can have several policies: give each with --a or --b. One must allow a request, and
none may deny it, as with the identity policies of a principal. --a-boundary and --b-boundary
add a permissions boundary, --a-scp and --b-scp service control policies, a file for each
level. A file can have a list of policies. All of these must allow a request too.

--kind trust compares trust policies of roles, --kind resource policies of resources: who may
do what. A principal is part of every request then, and whether a policy grants it to the
principal itself or to its account makes a difference.

With --json and --batch, "denials" is what A denies explicitly compared with B: equal, fewer,
more, incomparable, more-or-equal or unproven. "undenied" is a request that only B denies
explicitly, "alsoDenied" one that only A does, and "denialsReason" is why it is not known.

--batch compares many pairs. Each line of FILE or of standard input is a JSON object: {"id":
…, "a": {document}, "b": {document}}. The result of each is one line: {"id", "relation",
"aWithinB", "bWithinA", "aNotB", "bNotA", "reason", "denials", "undenied", "alsoDenied",
"denialsReason"}, or {"id", "error"}. "aWithinB" says whether B allows all that A allows:
proven, refuted or unknown; "bWithinA" is the opposite. "relation" is narrower-or-equal if
only the first is proven and the second is unknown.

Exit status: 0 A is equal or narrower and denies explicitly all that B does, so A can
replace B; 1 it does not, or that is unproven; 2 bad input.`,
		Example: `  ringfence compare attached.json required.json
  aws iam get-policy-version --policy-arn ARN --version-id v2 | ringfence compare - required.json
  ringfence compare --all new.json old.json
  ringfence compare --markdown new.json old.json > comment.md
  ringfence compare --json new.json old.json | jq .aNotB
  ringfence compare --a app.json --a extra.json --a-boundary boundary.json --b app.json
  ringfence compare --kind trust new-trust.json old-trust.json
  ringfence compare --batch pairs.jsonl`,
		Args: f.args,
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.batch {
				kind, err := f.kindOf()
				if err != nil {
					return err
				}
				return compareBatch(cmd, args, kind)
			}
			return f.run(cmd, args)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.json, "json", false, "print the result as JSON")
	flags.BoolVar(&f.batch, "batch", false, "compare many pairs, one per line")
	flags.BoolVar(&f.all, "all", false, "list all differences, not one in each direction")
	flags.BoolVar(&f.markdown, "markdown", false, "print all differences as Markdown")
	flags.StringVar(&f.html, "html", "", "also write all differences to `FILE` as a web page")
	flags.StringVar(&f.kind, "kind", "identity", "kind of the policies: identity (boundaries and SCPs too), trust or resource")
	for i, side := range sideNames {
		s := &f.sides[i]
		flags.StringArrayVar(&s.policies, side, nil, "JSON `FILE` with an identity policy of "+sideTitles[i]+", or a list of them; repeatable")
		flags.StringVar(&s.boundary, side+"-boundary", "", "JSON `FILE` with the permissions boundary of "+sideTitles[i])
		flags.StringArrayVar(&s.scps, side+"-scp", nil, "JSON `FILE` with a service control policy of "+sideTitles[i]+", or a list of them; repeat for each level")
	}
	cmd.MarkFlagsMutuallyExclusive("json", "batch", "markdown")
	for _, name := range []string{"all", "html", "a", "b", "a-boundary", "b-boundary", "a-scp", "b-scp"} {
		cmd.MarkFlagsMutuallyExclusive("batch", name)
	}
	return cmd
}

// args checks that there are two sides.
func (f *compareFlags) args(cmd *cobra.Command, args []string) error {
	if f.batch {
		return cobra.MaximumNArgs(1)(cmd, args)
	}
	a, b := len(f.sides[0].policies), len(f.sides[1].policies)
	switch {
	case len(args) == 2, len(args) == 0 && a > 0 && b > 0:
		return nil
	case len(args) > 2:
		return fmt.Errorf("compare needs two documents, but %d were given; for several policies on a side, use --a and --b", len(args))
	case len(args) == 1 && a+b == 0:
		return fmt.Errorf("compare needs two documents, but only %s was given", clean(args[0]))
	case a+b == 0:
		return errors.New("compare needs two documents")
	}
	return errors.New("compare needs two documents, or --a and --b")
}

// run compares two sides.
func (f *compareFlags) run(cmd *cobra.Command, args []string) error {
	for i, path := range args {
		f.sides[i].policies = append([]string{path}, f.sides[i].policies...)
	}
	sides, err := f.read(cmd)
	if err != nil {
		return err
	}
	a, b := sides[0], sides[1]
	out := cmd.OutOrStdout()
	if !f.all && !f.markdown && f.html == "" {
		r := compareSides(&a, &b)
		if f.json {
			err = writeLine(out, newComparison(r))
		} else {
			legend(out, comparison.Legend(&a, &b))
			_, err = io.WriteString(out, describe(r, a.Name, b.Name))
		}
		if err != nil {
			return err
		}
		return r.status()
	}
	r := comparison.New(a, b)
	if f.html != "" {
		if err := toFile(f.html, r.WriteHTML); err != nil {
			return err
		}
	}
	one := both{r.Result, r.Denials}
	switch {
	case f.json:
		c := newComparison(one)
		c.OnlyA, c.OnlyB, c.DeniedByA, c.DeniedByB = &r.OnlyA, &r.OnlyB, &r.DeniedByA, &r.DeniedByB
		err = writeLine(out, c)
	case f.markdown:
		err = r.WriteMarkdown(out)
	default:
		err = showDifferences(out, terminalWidth(out), &r)
	}
	if err != nil {
		return err
	}
	return one.status()
}

// both is how A relates to B: in what it allows, and in what it denies explicitly.
type both struct {
	compare.Result
	denials compare.DenialResult
}

func compareBoth(a, b *policy.Document, k policy.Kind) both {
	ca, cb := compare.CompileNamed(a, k), compare.CompileNamed(b, k)
	return both{compare.Compare(ca, cb), compare.CompareDenials(ca, cb)}
}

func compareSides(a, b *comparison.Side) both {
	ca, cb := a.Policies(), b.Policies()
	return both{compare.CompareSides(ca, cb), compare.CompareSideDenials(ca, cb)}
}

// status returns errFound if A cannot replace B.
func (r both) status() error {
	if r.Relation.AllowsNoMore() && r.denials.Denials.DeniesAll() {
		return nil
	}
	return errFound
}

// jsonComparison is the JSON form of a result.
type jsonComparison struct {
	ID       json.RawMessage  `json:"id,omitempty"`
	Relation compare.Relation `json:"relation"`

	AWithinB compare.Containment `json:"aWithinB"`
	BWithinA compare.Containment `json:"bWithinA"`

	ANotB  *comparison.Request `json:"aNotB"`
	BNotA  *comparison.Request `json:"bNotA"`
	Reason string              `json:"reason"`

	Denials       compare.Denials     `json:"denials"`
	Undenied      *comparison.Request `json:"undenied"`
	AlsoDenied    *comparison.Request `json:"alsoDenied"`
	DenialsReason string              `json:"denialsReason"`

	// All differences, with --all.
	OnlyA     *comparison.Section `json:"onlyA,omitempty"`
	OnlyB     *comparison.Section `json:"onlyB,omitempty"`
	DeniedByA *comparison.Section `json:"deniedOnlyByA,omitempty"`
	DeniedByB *comparison.Section `json:"deniedOnlyByB,omitempty"`
}

func newComparison(r both) jsonComparison {
	return jsonComparison{
		Relation: r.Relation, AWithinB: r.AWithinB, BWithinA: r.BWithinA,
		ANotB: comparison.NewRequest(r.ANotB), BNotA: comparison.NewRequest(r.BNotA), Reason: r.Reason,
		Denials: r.denials.Denials, Undenied: comparison.NewRequest(r.denials.ADeniesAll.Witness),
		AlsoDenied: comparison.NewRequest(r.denials.BDeniesAll.Witness), DenialsReason: r.denials.Reason(),
	}
}
