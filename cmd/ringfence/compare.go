package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// compareFlags are the flags of compare.
type compareFlags struct{ json, batch bool }

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

With --json and --batch, "denials" is what A denies explicitly compared with B: equal, fewer,
more, incomparable, more-or-equal or unproven. "undenied" is a request that only B denies
explicitly, "alsoDenied" one that only A does, and "denialsReason" is why it is not known.

--batch compares many pairs. Each line of FILE or of standard input is a JSON object: {"id":
…, "a": {document}, "b": {document}}. The result of each is one line: {"id", "relation",
"aWithinB", "bWithinA", "aNotB", "bNotA", "reason", "denials", "undenied", "alsoDenied",
"denialsReason"}, or {"id", "error"}. "aWithinB" says whether B allows all that A allows: proven, refuted or
unknown; "bWithinA" is the opposite. "relation" is narrower-or-equal if only the first is
proven and the second is unknown.

Exit status: 0 A is equal or narrower and denies explicitly all that B does, so A can
replace B; 1 it does not, or that is unproven; 2 bad input.`,
		Example: `  ringfence compare attached.json required.json
  aws iam get-policy-version --policy-arn ARN --version-id v2 | ringfence compare - required.json
  ringfence compare --json new.json old.json | jq .aNotB
  ringfence compare --batch pairs.jsonl`,
		Args: func(cmd *cobra.Command, args []string) error {
			if f.batch {
				return cobra.MaximumNArgs(1)(cmd, args)
			}
			return cobra.ExactArgs(2)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.batch {
				return compareBatch(cmd, args)
			}
			return f.run(cmd, args[0], args[1])
		},
	}
	cmd.Flags().BoolVar(&f.json, "json", false, "print the result as JSON")
	cmd.Flags().BoolVar(&f.batch, "batch", false, "compare many pairs, one per line")
	cmd.MarkFlagsMutuallyExclusive("json", "batch")
	return cmd
}

// run compares two files.
func (f *compareFlags) run(cmd *cobra.Command, a, b string) error {
	var docs [2]*policy.Document
	for i, path := range [...]string{a, b} {
		d, err := readDocument(cmd.InOrStdin(), path)
		if err != nil {
			return err
		}
		if err := d.Validate(policy.IdentityPolicy); err != nil {
			_, _ = fmt.Fprintf(cmd.ErrOrStderr(), "warning: IAM would not accept %s:\n%v\n", path, err)
		}
		docs[i] = d
	}
	r := compareBoth(docs[0], docs[1])
	out := cmd.OutOrStdout()
	if f.json {
		if err := writeLine(out, newComparison(r)); err != nil {
			return err
		}
	} else if _, err := io.WriteString(out, describe(r, a, b)); err != nil {
		return err
	}
	return r.status()
}

// both is how A relates to B: in what it allows, and in what it denies explicitly.
type both struct {
	compare.Result
	denials compare.DenialResult
}

func compareBoth(a, b *policy.Document) both {
	ca, cb := compare.Compile(a), compare.Compile(b)
	return both{compare.Compare(ca, cb), compare.CompareDenials(ca, cb)}
}

// readDocument reads a policy document from a file, or from standard input if path is -.
func readDocument(stdin io.Reader, path string) (*policy.Document, error) {
	text, err := readInput(path, stdin)
	if err != nil {
		return nil, fmt.Errorf("reading a policy document: %w", err)
	}
	text = documentIn(text)
	d, err := policy.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return d, nil
}

// status returns errFound if A cannot replace B.
func (r both) status() error {
	if r.Relation.AllowsNoMore() && r.denials.Denials.DeniesAll() {
		return nil
	}
	return errFound
}

// describe formats the result as text.
func describe(r both, a, b string) string {
	var w strings.Builder
	switch r.Relation {
	case compare.Equal:
		fmt.Fprintf(&w, "%s is equal to %s: they allow the same requests.\n", a, b)
	case compare.Narrower:
		fmt.Fprintf(&w, "%s is narrower than %s: it allows nothing that %s does not.\n", a, b, b)
	case compare.NarrowerOrEqual:
		fmt.Fprintf(&w, "%s is narrower than or equal to %s: it allows nothing that %s does not. Which of the two is unproven: %s.\n", a, b, b, r.Reason)
	case compare.Wider:
		fmt.Fprintf(&w, "%s is wider than %s: it allows all that %s does, and more.\n", a, b, b)
	case compare.Incomparable:
		fmt.Fprintf(&w, "%s and %s are incomparable: each allows something that the other does not.\n", a, b)
	default:
		fmt.Fprintf(&w, "The relation of %s to %s is unproven: %s.\n", a, b, r.Reason)
	}
	describeWitness(&w, "Only "+a+" allows", r.ANotB)
	describeWitness(&w, "Only "+b+" allows", r.BNotA)
	describeDenials(&w, &r.denials, a, b)
	return w.String()
}

// describeDenials formats what one document denies explicitly compared with the other one.
func describeDenials(w io.Writer, r *compare.DenialResult, a, b string) {
	sentence := ""
	switch r.Denials {
	case compare.DeniesEqual:
		sentence = "They deny explicitly the same requests."
	case compare.DeniesFewer:
		sentence = a + " denies explicitly less than " + b + "."
	case compare.DeniesMore:
		sentence = a + " denies explicitly all that " + b + " does, and more."
	case compare.DeniesIncomparable:
		sentence = "Each denies explicitly something that the other does not."
	case compare.DeniesMoreOrEqual:
		sentence = a + " denies explicitly all that " + b + " does."
	}
	if sentence != "" {
		_, _ = fmt.Fprintf(w, "\n%s\n", sentence)
	}
	for _, d := range [...]struct {
		compare.Denial
		a, b string
	}{{r.ADeniesAll, a, b}, {r.BDeniesAll, b, a}} {
		describeWitness(w, "Only "+d.b+" denies explicitly", d.Witness)
		if d.Containment == compare.Unknown {
			_, _ = fmt.Fprintf(w, "\nWhether %s denies explicitly all that %s does is unproven: %s.\n", d.a, d.b, d.Reason)
		}
	}
}

func describeWitness(w io.Writer, title string, r *compare.Witness) {
	if r == nil {
		return
	}
	_, _ = fmt.Fprintf(w, "\n%s, for example:\n  action    %s\n  resource  %s\n", title, r.Action, r.Resource)
	for i, key := range slices.Sorted(maps.Keys(r.Context)) {
		label := ""
		if i == 0 {
			label = "context"
		}
		_, _ = fmt.Fprintf(w, "  %-9s %s = %s\n", label, key, strings.Join(r.Context[key], ", "))
	}
}

// comparison is the JSON form of a result.
type comparison struct {
	ID       json.RawMessage  `json:"id,omitempty"`
	Relation compare.Relation `json:"relation"`

	AWithinB compare.Containment `json:"aWithinB"`
	BWithinA compare.Containment `json:"bWithinA"`

	ANotB  *request `json:"aNotB"`
	BNotA  *request `json:"bNotA"`
	Reason string   `json:"reason"`

	Denials       compare.Denials `json:"denials"`
	Undenied      *request        `json:"undenied"`
	AlsoDenied    *request        `json:"alsoDenied"`
	DenialsReason string          `json:"denialsReason"`
}

// request is the JSON form of a witness. A condition key with one value has a string, and one
// with several has a list.
type request struct {
	Action   string         `json:"action"`
	Resource string         `json:"resource"`
	Context  map[string]any `json:"context"`
}

func newComparison(r both) comparison {
	return comparison{
		Relation: r.Relation, AWithinB: r.AWithinB, BWithinA: r.BWithinA, ANotB: newRequest(r.ANotB), BNotA: newRequest(r.BNotA), Reason: r.Reason,
		Denials: r.denials.Denials, Undenied: newRequest(r.denials.ADeniesAll.Witness),
		AlsoDenied: newRequest(r.denials.BDeniesAll.Witness), DenialsReason: r.denials.Reason(),
	}
}

func newRequest(w *compare.Witness) *request {
	if w == nil {
		return nil
	}
	r := &request{Action: w.Action, Resource: w.Resource, Context: map[string]any{}}
	for key, values := range w.Context {
		if len(values) == 1 {
			r.Context[key] = values[0]
		} else {
			r.Context[key] = values
		}
	}
	return r
}

// writeLine writes a value as one line of JSON, without escaping <, > and &.
func writeLine(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
