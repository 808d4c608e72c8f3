package acceptance

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/events"
	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/explain"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/localaws/apply"
	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/trail"
)

// scenarioFiles holds the configuration of a scenario.
type scenarioFiles struct{ events.Scenario }

func (s scenarioFiles) read(name string) ([]byte, error) {
	if name == "ringfence.yaml" {
		return s.Config, nil
	}
	return events.Open(name)
}

// played is one handled event: the account before Ringfence acted, and the findings.
type played struct {
	before   *authdetails.Details
	findings []finding.Finding
}

// play plays the event of a scenario: first the recorded call is made, then the event is
// delivered.
func play(t *testing.T, s events.Scenario) (*world, played) {
	t.Helper()
	w := newWorld(t, s.State, scenarioFiles{s}, boot.EnvControl, strings.Join(s.Control, ","))
	raw := must[trail.Raw](t)(trail.Read(s.Event))
	if !raw.Failed() && raw.Source == "iam.amazonaws.com" {
		must[apply.Result](t)(apply.To(w.server.IAM(w.account)).Apply(raw))
	}
	p := played{before: w.details()}
	p.findings = w.handle(s.Event)
	return w, p
}

func scenarios(t *testing.T) []events.Scenario {
	t.Helper()
	return must[[]events.Scenario](t)(events.All())
}

// TestExplainAgreesWithEveryWitness asks explain about each request in a finding, with the whole
// account as it was, in the words of a user's question.
func TestExplainAgreesWithEveryWitness(t *testing.T) {
	shown := 0
	for _, s := range scenarios(t) {
		t.Run(s.Name, func(t *testing.T) {
			w, p := play(t, s)
			for _, f := range p.findings {
				shown += w.agrees(t, p.before, f)
			}
		})
	}
	if shown < 20 {
		t.Errorf("only %d witnesses were seen", shown)
	}
}

// agrees asks explain about the requests in a finding, and returns how many there are.
func (w *world) agrees(t *testing.T, before *authdetails.Details, f finding.Finding) (shown int) {
	t.Helper()
	if f.Principal == nil {
		return w.agreesOnPolicy(t, before, f)
	}
	if f.Witness != nil {
		shown++
		ask := question(before, f.Principal.ARN, f.Witness)
		if a := ask(t, nil); a.Decision != "Allow" {
			t.Errorf("%s: as it was, it could not do what the finding says: %s", line(f), asJSON(a))
		}
		if a := ask(t, w.approved(t, f.Required, before)); a.Decision == "Allow" || a.DecidedBy != eval.PermissionsBoundaries.String() {
			t.Errorf("%s: inside the required boundary it could do what the finding says is beyond it: %s", line(f), asJSON(a))
		}
		possible(t, before, f)
	}
	if f.GivesUp != nil && f.Outcome == finding.Done {
		shown++
		ask := question(before, f.Principal.ARN, f.GivesUp)
		if a := ask(t, nil); a.Decision == "Allow" || boundaryAllows(t, a) {
			t.Errorf("%s: the attached boundary already allowed what the repair gives up according to the finding: %s", line(f), asJSON(a))
		}
		if a := ask(t, w.approved(t, f.Required, before)); !boundaryAllows(t, a) {
			t.Errorf("%s: the required boundary does not allow what the finding says: %s", line(f), asJSON(a))
		}
	}
	if f.Undenied != nil {
		shown++
		undenied(t, f, f.Undenied, must[[]byte](t)(before.Document(f.Attached)), w.approved(t, f.Required, before))
	}
	if f.AlsoDenied != nil {
		shown++
		undenied(t, f, f.AlsoDenied, w.approved(t, f.Required, before), must[[]byte](t)(before.Document(f.Attached)))
	}
	if f.Escape != (f.Witness != nil) || f.Escape && len(f.Services) == 0 {
		t.Errorf("%s: escape, witness and services do not agree", line(f))
	}
	return shown
}

// question returns a function that asks about one request, with the principal's boundary as it was
// or replaced.
func question(d *authdetails.Details, arn string, r *finding.Witness) func(*testing.T, []byte) explain.Answer {
	return func(t *testing.T, boundary []byte) explain.Answer {
		t.Helper()
		c := must[*explain.Case](t)(explain.FromAccount(d, explain.Question{
			Principal: arn, Action: r.Action, Resource: r.Resource, Context: r.Context,
		}))
		if boundary != nil {
			c.Boundaries = []explain.Source{must[explain.Source](t)(explain.NewSource("the required boundary", boundary))}
		}
		return c.Explain()
	}
}

// agreesOnPolicy asks about the requests in a finding on a boundary policy, for a principal that
// is limited only by that boundary.
func (w *world) agreesOnPolicy(t *testing.T, before *authdetails.Details, f finding.Finding) (shown int) {
	t.Helper()
	if f.Witness == nil && f.GivesUp == nil && f.Undenied == nil && f.AlsoDenied == nil {
		return 0
	}
	live := must[[]byte](t)(before.Document(f.Required))
	approved := w.approved(t, f.Required, before)
	if f.Drift == finding.PolicyChanged { // compared with the previous version
		state, _ := before.Policy(f.Required)
		approved = state.Versions[0].Document
	}
	if f.Undenied != nil {
		shown++
		undenied(t, f, f.Undenied, live, approved)
	}
	if f.AlsoDenied != nil {
		shown++
		undenied(t, f, f.AlsoDenied, approved, live)
	}
	for r, want := range map[*finding.Witness][2]bool{f.Witness: {true, false}, f.GivesUp: {false, true}} {
		if r == nil {
			continue
		}
		shown++
		for i, text := range [][]byte{live, approved} {
			if got := caps(t, r, text); got != want[i] {
				t.Errorf("%s: %s is allowed: %v, want %v, by %s", line(f), asJSON(r), got, want[i], text)
			}
		}
	}
	return shown
}

// undenied asks about a request that one document denies explicitly and the other one, live, does not, for a session that a resource policy
// names: that passes a boundary that only lacks an Allow.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-eval-logic
func undenied(t *testing.T, f finding.Finding, w *finding.Witness, live, approved []byte) {
	t.Helper()
	const session = "arn:aws:sts::123456789012:assumed-role/x/s"
	grant := must[explain.Source](t)(explain.NewSource("the policy of the resource",
		[]byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"`+session+`"},"Action":"*","Resource":"*"}]}`)))
	for boundary, want := range map[*[]byte]string{&live: "Allow", &approved: "ExplicitDeny"} {
		c := explain.Case{
			Request: eval.Request{
				Principal: must[eval.Principal](t)(eval.ParsePrincipal(session)), Action: w.Action, Resource: w.Resource,
				Context: eval.NewContext(w.Context), ResourceAccount: "123456789012",
			},
			Resource: &grant, Boundaries: []explain.Source{must[explain.Source](t)(explain.NewSource("boundary", *boundary))},
		}
		if a := c.Explain(); a.Decision != want {
			t.Errorf("%s: %s, want %s with %s", line(f), asJSON(a), want, *boundary)
		}
	}
}

// caps reports whether a boundary allows a request.
func caps(t *testing.T, r *finding.Witness, boundary []byte) bool {
	t.Helper()
	everything := must[explain.Source](t)(explain.NewSource("everything",
		[]byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`)))
	c := explain.Case{
		Request:  eval.Request{Principal: must[eval.Principal](t)(eval.ParsePrincipal(arnOf("user", "x"))), Action: r.Action, Resource: r.Resource, Context: eval.NewContext(r.Context)},
		Identity: []explain.Source{everything}, Boundaries: []explain.Source{must[explain.Source](t)(explain.NewSource("boundary", boundary))},
	}
	return boundaryAllows(t, c.Explain())
}

// boundaryAllows reports whether the boundary's layer allows a request.
func boundaryAllows(t *testing.T, a explain.Answer) bool {
	t.Helper()
	for _, row := range a.Layers {
		if row.Layer == eval.PermissionsBoundaries.String() {
			return row.Answer == "Allow"
		}
	}
	t.Fatal("no layer for the boundary")
	return false
}

// approved returns the document that a boundary must have.
func (w *world) approved(t *testing.T, arn string, d *authdetails.Details) []byte {
	t.Helper()
	if b, ok := w.cfg.BoundaryFor(arn); ok && b.Document != nil {
		return b.Document
	}
	return must[[]byte](t)(d.Document(arn))
}

// possible checks that the principal can make the request in a finding: the context keys that AWS
// sets must have the values that AWS would set.
func possible(t *testing.T, d *authdetails.Details, f finding.Finding) {
	t.Helper()
	p, ok := d.Principal(f.Principal.ARN)
	if !ok {
		t.Fatalf("no %s", f.Principal.ARN)
	}
	for key, values := range f.Witness.Context {
		var want string
		switch key := strings.ToLower(key); key {
		case "aws:username":
			want = p.Name
		case "aws:principalarn":
			want = p.ARN()
		case "aws:principalaccount":
			want = p.Account
		case "aws:userid":
			want = caller(t, p).UserID
		default:
			continue
		}
		if !slices.Equal(values, []string{want}) {
			t.Errorf("%s: %s is %v, and can only be %s", line(f), key, values, want)
		}
	}
}

func asJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
