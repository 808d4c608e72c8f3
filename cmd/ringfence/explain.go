package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/explain"
	"github.com/ringfence/ringfence/internal/input"
)

// explainFlags are the flags of explain.
type explainFlags struct {
	accountsFlag
	state, principal, action, resource, owner string
	context, session, scps, rcps              []string
	endpoint, policy, config, denial          string
	json, batch                               bool
}

const explainExample = `  ringfence explain --state account.json --principal arn:aws:iam::123456789012:role/app \
      --action s3:PutObject --resource arn:aws:s3:::data/report.csv`

func explainCommand() *cobra.Command {
	var f explainFlags
	cmd := &cobra.Command{
		Use:   "explain --state FILE --principal ARN --action ACTION [flags]",
		Short: "Say whether a principal may do something, which statement decides, and why",
		Long: `Explain evaluates one request in all policy layers, as IAM does: explicit denials,
resource control policies, service control policies, the policy of the VPC endpoint, the
resource-based policy, identity policies, the permissions boundary and the session policy.
It shows the answer of each layer, the statement that decides, and what would have to
change. It does not call AWS.

--state is the output of "aws iam get-account-authorization-details". It has the principal's
policies, boundary and tags, the policies of its groups, and the trust policies of roles.
Give the policies of other resources, of the organization, of a session, and of the VPC
endpoint that the request goes through with flags: as policy documents, or as AWS CLI output
with one in it. One of the files can be -, for standard input.

Every request has certain condition keys, such as aws:CurrentTime, aws:SecureTransport and
aws:ViaAWSService. If the decision hangs on one whose value is not given, it is a denial that
is called uncertain, and names the key: give it with --context. aws:RequestedRegion is taken
from the ARN of a regional resource. Any other key that is not given is missing.

--error takes the message of an AccessDenied error, or the CloudTrail record of the call.
Principal, action, resource and condition keys are read from it, unless flags give them. If
the message is encoded, decode it first with aws sts decode-authorization-message.

Advice never lets the principal out of its boundary. For an action that changes identities
or what limits them, the advice has the condition iam:PermissionsBoundary if IAM supports it
for the action; otherwise there is no advice. Below the advice is what it would allow in
addition, with an example from comparing the documents.

Some things belong to AWS: its managed policies, the roles of its services, and the aliases of
its keys. If AWS refuses the call whatever policies say, the answer says so ("refused" in
JSON, with AWS's page).

With --batch, each line of standard input is a request with its policies as documents. A
condition key that it does not have is missing. If every request has the key, an answer that
depends on it is "uncertain".

  {"id": …, "request": {"principal", "action", "resource", "resourceAccount", "context"},
   "identityPolicies": [], "permissionsBoundaries": [], "sessionPolicy": null,
   "endpointPolicies": [], "resourcePolicy": null,
   "serviceControlPolicies": [[…]], "resourceControlPolicies": [[…]]}

SCPs and RCPs are a list for each level, starting with the root of the organization. Any
other field is an error. The answer is one line for each request:

  {"id", "decision": "Allow|ExplicitDeny|ImplicitDeny", "decidedBy", "statement"}

with "uncertain" or "refused" where they apply.

Exit status: 0 allowed, 1 denied or refused, 2 bad input or usage. With --batch: 0 all lines were
answered, 2 some could not be read.`,
		Example: `  aws iam get-account-authorization-details > account.json
` + explainExample + `
  ringfence explain --state account.json --principal arn:aws:iam::123456789012:user/jane \
      --action sqs:SendMessage --resource arn:aws:sqs:eu-west-1:123456789012:orders \
      --context aws:SourceVpc=vpc-1 --context aws:SecureTransport=true --json
  ringfence explain --state account.json --error record.json   # a CloudTrail record, or the message
  ringfence explain --batch < requests.jsonl`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.state, "state", "", "output of aws iam get-account-authorization-details; - is standard input")
	flags.StringVar(&f.principal, "principal", "", "ARN of the user, role or role session that makes the request, or an account id for its root user")
	flags.StringVar(&f.action, "action", "", "action of the request, such as s3:GetObject")
	flags.StringVar(&f.resource, "resource", "", "ARN of the resource (default *)")
	flags.StringVar(&f.owner, "resource-account", "", "account that owns the resource, if its ARN does not have it and it is not the principal's account")
	flags.StringArrayVar(&f.context, "context", nil, "condition key as `KEY=VALUE`; repeat for more keys, or for more values of one key")
	flags.StringVar(&f.policy, "resource-policy", "", "JSON `FILE` with the resource-based policy")
	flags.StringVar(&f.endpoint, "endpoint-policy", "", "JSON `FILE` with the policy of the VPC endpoint that the request goes through")
	flags.StringArrayVar(&f.session, "session-policy", nil, "JSON `FILE` with a session policy; repeatable")
	flags.StringArrayVar(&f.scps, "scp", nil, "JSON `FILE` with a service control policy, or a list of them; repeat for each level, starting with the root")
	flags.StringArrayVar(&f.rcps, "rcp", nil, "JSON `FILE` with a resource control policy, or a list of them; repeat for each level, starting with the root")
	flags.StringVar(&f.denial, "error", "", "take principal, action, resource and context from an AccessDenied `MESSAGE`, or a file with one or with a CloudTrail record; - is standard input")
	f.define(flags)
	flags.StringVar(&f.config, "config", "", "ringfence.yaml: advice keeps the principal inside the boundary that this file requires, not the one it carries")
	flags.BoolVar(&f.json, "json", false, "print the answer as JSON")
	flags.BoolVar(&f.batch, "batch", false, "answer each line of standard input")
	for _, name := range []string{"principal", "action", "resource", "resource-account", "context", "endpoint-policy", "resource-policy", "session-policy", "scp", "rcp", "config", "error", "json"} {
		cmd.MarkFlagsMutuallyExclusive("batch", name)
	}
	cmd.MarkFlagsMutuallyExclusive("batch", "state")
	cmd.MarkFlagsOneRequired("batch", "state")
	return cmd
}

func (f *explainFlags) run(cmd *cobra.Command) error {
	if f.batch {
		in, err := input.Text(cmd.InOrStdin())
		if err != nil {
			return fmt.Errorf("reading the requests: %w", err)
		}
		lines, bad, err := explain.Batch(in, cmd.OutOrStdout())
		if err == nil && bad > 0 {
			err = fmt.Errorf("%d of %s could not be read; see the answers", bad, plural(lines, "line"))
		}
		return err
	}
	q, err := f.question(cmd.InOrStdin())
	if err != nil {
		return err
	}
	denied, err := f.denied(cmd.InOrStdin(), &q)
	if err != nil {
		return err
	}
	details, err := f.details(cmd.InOrStdin())
	if err != nil {
		return err
	}
	if q.Required, err = f.required(details, q.Principal); err != nil {
		return err
	}
	c, err := explain.FromAccount(details, q)
	if err != nil {
		return err
	}
	a := c.Explain()
	if denied != nil {
		a.Notes = append(a.Notes, notesOn(denied, a)...)
	}
	if f.json {
		err = writeJSON(cmd.OutOrStdout(), a)
	} else {
		err = showAnswer(cmd.OutOrStdout(), a)
	}
	if err == nil && (a.Decision != "Allow" || a.Refused != nil) {
		err = errFound
	}
	return err
}

// required returns the boundary that the configuration requires for the principal.
func (f *explainFlags) required(details *authdetails.Details, arn string) (string, error) {
	p, ok := details.Principal(arn)
	if f.config == "" || !ok {
		return "", nil
	}
	rules, err := loadConfig(f.config)
	if err == nil {
		rules, err = f.know(rules, os.Stdin)
	}
	if err == nil {
		err = mustKnow(rules, p.Account)
	}
	if err != nil {
		return "", err
	}
	return rules.Requirement(p.Snapshot, time.Now()).Boundary.ARN, nil
}

// denied reads a denial from AWS, and fills in what the flags do not give.
func (f *explainFlags) denied(stdin io.Reader, q *explain.Question) (*explain.Denied, error) {
	if f.denial == "" {
		switch {
		case q.Principal == "":
			return nil, usage("explain needs --principal, or the denial with --error", explainExample)
		case q.Action == "":
			return nil, usage("explain needs --action, or the denial with --error", explainExample)
		}
		return nil, nil
	}
	if f.denial == "-" && f.state == "-" {
		return nil, usage("--state and --error cannot both be standard input", explainExample)
	}
	text := f.denial
	if _, err := os.Stat(f.denial); f.denial == "-" || err == nil {
		data, err := readInput(f.denial, stdin)
		if err != nil {
			return nil, fmt.Errorf("reading the denial: %w", err)
		}
		text = string(data)
	}
	d, err := explain.ReadDenied(text)
	if err != nil {
		return nil, fmt.Errorf("--error: %w", err)
	}
	d.Question.Context = merged(d.Question.Context, q.Context)
	for _, part := range []struct{ flag, read *string }{
		{&q.Principal, &d.Question.Principal}, {&q.Action, &d.Question.Action}, {&q.Resource, &d.Question.Resource},
	} {
		if *part.flag == "" {
			*part.flag = *part.read
		}
	}
	q.Context = d.Question.Context
	return &d, nil
}

// merged returns the condition keys of a denial. Keys given by flags replace them.
func merged(read, given map[string][]string) map[string][]string {
	out := maps.Clone(given)
	if out == nil {
		out = map[string][]string{}
	}
	for key, values := range read {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(given)), func(k string) bool { return strings.EqualFold(k, key) }) {
			out[key] = values
		}
	}
	return out
}

// notesOn returns notes on how the answer and the denial differ.
func notesOn(d *explain.Denied, a explain.Answer) (notes []string) {
	if note := d.Compared(a); note != "" {
		notes = append(notes, note)
	}
	if d.Others > 0 {
		notes = append(notes, fmt.Sprintf("this is the first denial in it; it has %s more", plural(d.Others, "denial")))
	}
	return notes
}

// question builds the question from the flags, and reports every invalid flag.
func (f *explainFlags) question(stdin io.Reader) (explain.Question, error) {
	q := explain.Question{
		Principal: f.principal, Action: f.action, Resource: f.resource, ResourceAccount: f.owner,
		Context: map[string][]string{},
	}
	var errs []error
	for _, pair := range f.context {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || key == "" {
			errs = append(errs, fmt.Errorf("--context %q must be KEY=VALUE, such as aws:SourceVpc=vpc-1", pair))
		}
		q.Context[key] = append(q.Context[key], value)
	}
	one := func(path, of string) []explain.Source {
		if path == "" {
			return nil
		}
		list, err := readPolicies(path, stdin)
		if errs = append(errs, err); err == nil && len(list) != 1 {
			errs = append(errs, fmt.Errorf("%s has %d policies, but %s has only one", path, len(list), of))
		}
		return list
	}
	if list := one(f.policy, "a resource"); len(list) == 1 {
		q.ResourcePolicy = &list[0]
	}
	q.EndpointPolicy = one(f.endpoint, "a VPC endpoint")
	for _, path := range f.session {
		list, err := readPolicies(path, stdin)
		q.Session, errs = append(q.Session, list...), append(errs, err)
	}
	levels := func(paths []string) (out [][]explain.Source) {
		for _, path := range paths {
			list, err := readPolicies(path, stdin)
			out, errs = append(out, list), append(errs, err)
		}
		return out
	}
	q.ServiceControl, q.ResourceControl = levels(f.scps), levels(f.rcps)
	return q, errors.Join(errs...)
}

// readPolicies reads a file with one policy document, or with a list of them.
func readPolicies(path string, stdin io.Reader) ([]explain.Source, error) {
	data, err := readInput(path, stdin)
	if err != nil {
		return nil, fmt.Errorf("reading a policy: %w", err)
	}
	var documents []json.RawMessage
	if json.Unmarshal(data, &documents) != nil {
		data = documentIn(data)
		s, err := explain.NewSource(path, data)
		return []explain.Source{s}, err
	}
	list := make([]explain.Source, len(documents))
	var errs []error
	for i, document := range documents {
		name := fmt.Sprintf("%s[%d]", path, i)
		list[i], err = explain.NewSource(name, documentIn(document))
		errs = append(errs, err)
	}
	return list, errors.Join(errs...)
}

func (f *explainFlags) details(stdin io.Reader) (*authdetails.Details, error) {
	return readState(f.state, stdin)
}

// readState reads an account from a file, or from standard input if path is -.
func readState(path string, stdin io.Reader) (*authdetails.Details, error) {
	in, err := openInput(context.Background(), path, stdin, io.Discard)
	if err != nil {
		return nil, fmt.Errorf("reading the account's details: %w", err)
	}
	defer in.close()
	details, err := authdetails.Read(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, truncated(err))
	}
	return details, nil
}

// layerTitles are the names of the layers in the output.
var layerTitles = map[string]string{
	"resourceControlPolicies": "resource control policies",
	"serviceControlPolicies":  "service control policies",
	"endpointPolicies":        "VPC endpoint policy",
	"resourcePolicy":          "resource policy",
	"identityPolicies":        "identity policies",
	"permissionsBoundaries":   "permissions boundary",
	"sessionPolicy":           "session policy",
}

// showAnswer prints an answer as text.
func showAnswer(w io.Writer, a explain.Answer) error {
	verdict := "Allowed. "
	switch {
	case a.Decision == "Allow" && a.Refused != nil:
		verdict = fmt.Sprintf("Allowed by the policies, but AWS refuses the call: %s (%s).\n", a.Refused.Why, a.Refused.Page)
	case a.Uncertain:
		verdict = "Denied, but uncertain. "
	case a.Decision != "Allow":
		verdict = "Denied. "
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s on %s\n%s%s\n\n", a.Principal, a.Action, a.Resource, verdict, a.Cause)
	var rows []table.Row
	var near []string
	for _, r := range a.Layers {
		mark := ""
		if r.Layer == a.DecidedBy {
			mark = "→"
		}
		rows = append(rows, table.Row{mark, layerTitles[r.Layer], r.Answer, clean(r.Reason)})
		for _, m := range r.Misses {
			near = append(near, layerTitles[r.Layer]+": "+m)
		}
	}
	renderFitted(&b, terminalWidth(w), rows, "", "layer", "answer", "why")
	for _, part := range []struct {
		title string
		lines []string
	}{{"Nearest to allowing it:", near}, {"To allow it:", a.Advice}, {"Note:", a.Notes}} {
		if len(part.lines) > 0 {
			b.WriteString("\n" + part.title + "\n")
		}
		for _, line := range part.lines {
			b.WriteString("- " + line + "\n")
		}
	}
	var errs []error
	for line := range strings.Lines(b.String()) {
		_, err := fmt.Fprintln(w, strings.TrimRight(clean(line), " "))
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
