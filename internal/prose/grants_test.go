package prose

import (
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
)

// A reason says what a repair may grant beyond what a witness shows: everything that could not
// be compared, and what an explicit Deny blocked.
func TestAccessGrantedByARepair(t *testing.T) {
	const (
		s3       = `{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}`
		anything = `{"Effect": "Allow", "Action": "*", "Resource": "*"}`
		noSQS    = `{"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}`
		unclear  = `{"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"StringResembles": {"a": "b"}}}`
	)
	for name, c := range map[string]struct {
		attached, required string
		relation           compare.Relation
		says               string // nothing in particular, if empty
	}{
		"wider":                          {anything, s3, compare.Wider, ""},
		"wider but for what it denies":   {anything + "," + noSQS, s3, compare.Wider, "explicitly denied something that the approved one merely does not allow (such as sqs:"},
		"wider, and denies the same":     {anything + "," + noSQS, s3 + "," + noSQS, compare.Wider, ""},
		"a witness shows it":             {noSQS, s3, compare.Narrower, ""},
		"equal, in what it allows":       {s3 + "," + noSQS, s3, compare.Equal, "explicitly denied"},
		"unproven":                       {s3 + "," + unclear, s3, compare.NarrowerOrEqual, "could not prove that the repair does not grant additional access"},
		"unproven, and a witness anyway": {`{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"},` + strings.NewReplacer("Deny", "Allow", "s3", "sqs").Replace(unclear), s3, compare.Unproven, ""},
	} {
		t.Run(name, func(t *testing.T) {
			document := func(statements string) *policy.Document {
				return parse(t, `{"Version": "2012-10-17", "Statement": [`+statements+`]}`)
			}
			m := new(exposure.Documents).Compare(document(c.attached), document(c.required), exposure.AccountScope{})
			if m.Relation != c.relation {
				t.Errorf("relation %s, want %s", m.Relation, c.relation)
			}
			app := role(other)
			exact := func(r *config.Requirement) { r.Accept = config.AcceptExact }
			for what, v := range map[string]plan.Decision{
				"reattach": plan.Principal(requirement(exact), app, m),
				"restore":  plan.Policy(config.Boundary{ARN: required}, m),
			} {
				if what == "restore" && !v.Writes() {
					continue
				}
				said := strings.Contains(Decision(v), "could not prove") || strings.Contains(Decision(v), "explicitly denied")
				if said != (c.says != "") || !strings.Contains(Decision(v), c.says) {
					t.Errorf("%s: %q", what, Decision(v))
				}
			}
			if alert := plan.Principal(requirement(exact, func(r *config.Requirement) { r.OnDrift = config.OnlyAlert }), app, m); strings.Contains(Decision(alert), "repair") {
				t.Errorf("there is no repair: %q", Decision(alert))
			}
		})
	}
}

// A reason says which explicit denial is missing, or that it is not proven that none is, for an
// attached boundary and for the required policy.
func TestMissingDenials(t *testing.T) {
	const less = ", but does not explicitly deny everything that the %s one does (such as s3:GetObject on arn:aws:s3:::jewels/x), so a resource policy may have granted that"
	w := &finding.Witness{Action: "s3:GetObject", Resource: "arn:aws:s3:::jewels/x"}
	for _, c := range []struct {
		m                           exposure.Meaning
		attached, policy, principal string
	}{
		{exposure.Meaning{Relation: compare.Equal, DeniesAll: compare.Refuted, MissingDenial: w}, "which allows the same as the required boundary" + less, "its default version allows what was approved" + less, "explicitly denies less than was approved"},
		{exposure.Meaning{Relation: compare.Narrower, DeniesAll: compare.Refuted, MissingDenial: w}, "which allows less than the required boundary" + less, "its default version allows less than was approved" + less, "explicitly denies less than was approved"},
		{exposure.Meaning{Relation: compare.Equal, DeniesAll: compare.Unknown, Why: "too complex"}, ", but is not proven to explicitly deny everything that the %s one does: too complex", ", but is not proven to explicitly deny everything that the %s one does: too complex", "explicitly denies less than was approved"},
		{exposure.Meaning{Relation: compare.Wider, DeniesAll: compare.Proven}, "which allows more than the required boundary", "its default version allows more than was approved", "allows more than was approved"},
		{exposure.Meaning{Relation: compare.Unproven, Why: "too complex"}, "is not proven to allow no more than the required boundary: too complex", "is not proven to allow no more than was approved: too complex", "is not proven to allow no more than was approved"},
	} {
		app := role(other)
		policy := plan.Policy(config.Boundary{ARN: required}, c.m)
		for got, want := range map[string]string{
			Decision(plan.Principal(requirement(), app, c.m)): strings.ReplaceAll(c.attached, "%s", "required"),
			Decision(policy): strings.ReplaceAll(c.policy, "%s", "approved"),
			Decision(plan.Principal(requirement(), role(""), exposure.Meaning{}).WithPolicy(policy)): "; the required policy " + c.principal + ", so principals that carry it are outside their boundary",
		} {
			if !strings.Contains(got, want) {
				t.Errorf("%q lacks %q", got, want)
			}
		}
	}
	lifting := plan.Policy(config.Boundary{ARN: required}, exposure.Meaning{Relation: compare.Wider, DeniesAll: compare.Proven, MayHaveExtraDenial: true})
	if got := Decision(lifting); !strings.HasSuffix(got, "; could not prove that the repair removes no explicit denial") {
		t.Errorf("%q", got)
	}
}

// For a decision stored by an older version, which did not compare denials, the reason does not
// mention them.
func TestDenialsThatWereNotCompared(t *testing.T) {
	m := exposure.Meaning{Relation: compare.Narrower}
	for _, d := range []plan.Decision{plan.Principal(requirement(), role(other), m), plan.Policy(config.Boundary{ARN: required}, m)} {
		if got := Decision(d); strings.Contains(got, "proven") || !strings.Contains(got, "allows less than") {
			t.Errorf("%q", got)
		}
	}
}

// Ringfence does not try to write a policy that only AWS can change.
func TestAnAWSManagedBoundaryIsNotRestored(t *testing.T) {
	m := exposure.Meaning{Relation: compare.Wider}
	v := plan.Policy(config.Boundary{ARN: "arn:aws:iam::aws:policy/ReadOnlyAccess"}, m)
	if v.Drift != finding.Widened || v.Writes() || v.Action() != finding.Alert || v.AllowsNoMore() {
		t.Errorf("%+v", v)
	}
}

// A version that allows the same and lacks an approved denial does not count as the approved
// one.
func TestAVersionThatDeniesLessIsNotTheApprovedOne(t *testing.T) {
	const (
		s3    = `{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}`
		noSQS = `{"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}`
	)
	text := func(statements string) []byte {
		return []byte(`{"Version": "2012-10-17", "Statement": [` + statements + `]}`)
	}
	approved := text(s3 + "," + noSQS)
	b := config.Boundary{ARN: required, Document: approved, Policy: parse(t, string(approved))}
	state := principal.PolicyState{ARN: required, DefaultVersion: "v3", Versions: []principal.PolicyVersion{
		{ID: "v1", Document: text(s3)}, {ID: "v2", Document: text(noSQS + "," + s3)}, {ID: "v3", Document: text(`{"Effect": "Allow", "Action": "*", "Resource": "*"}`)},
	}}
	if a := plan.Restore(new(exposure.Documents), b, state); a.SetDefault != "v2" || a.Document != nil {
		t.Errorf("%+v", a)
	}
	state.Versions = append(state.Versions[:1:1], state.Versions[2])
	if a := plan.Restore(new(exposure.Documents), b, state); a.SetDefault != "" || string(a.Document) != string(approved) {
		t.Errorf("%+v", a)
	}
}
