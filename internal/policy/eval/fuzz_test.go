package eval

import (
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
)

// FuzzEvaluate: no document and no request brings the evaluator down, a Deny that
// cannot be read is never an Allow, and a document that is only denials never allows.
func FuzzEvaluate(f *testing.F) {
	for _, text := range []string{benchIdentity, benchBoundary, all, noGet, public} {
		f.Add(text, "s3:GetObject", object, "aws:SourceIp", "10.0.0.1")
	}
	f.Add(statements(allow("*", "*", when("ForAllValues:StringLike", "aws:TagKeys", "${aws:x, 'y'}"))), "ec2:CreateTags", "*", "aws:TagKeys", "y")
	f.Add(statements(deny("*", "*", when("Odd", "aws:x", "y"))), "a:b", "*", "aws:x", "y")
	f.Fuzz(func(t *testing.T, text, action, resource, key, value string) {
		d, err := policy.Parse([]byte(text))
		if err != nil {
			return
		}
		p := Compile(d)
		context := NewContext(map[string][]string{key: {value}})
		alone := p.Alone(action, resource, &context)
		switch alone.Outcome {
		case Allow:
			if d.Statements[alone.Statement].Effect != policy.Allow {
				t.Errorf("%s: allowed by a %s", text, d.Statements[alone.Statement].Effect)
			}
		case ExplicitDeny:
			if d.Statements[alone.Statement].Effect != policy.Deny {
				t.Errorf("%s: denied by an %s", text, d.Statements[alone.Statement].Effect)
			}
		default:
			if alone.Statement != none {
				t.Errorf("%s: %+v", text, alone)
			}
		}
		for _, caller := range []string{user, session, fed, rootUser, "*"} {
			principal, err := ParsePrincipal(caller)
			if err != nil {
				t.Fatal(err)
			}
			list := []*Policy{p}
			r := &Request{Principal: principal, Action: action, Resource: resource, Context: context}
			got := Evaluate(&Policies{
				Identity: list, Boundaries: list, Session: list, Resource: p,
				ServiceControl: [][]*Policy{list}, ResourceControl: [][]*Policy{list},
			}, r)
			if got.Outcome == Allow && (got.Uncertain || alone.Outcome == ExplicitDeny && !names(d)) {
				t.Errorf("%s: %s is allowed: %+v, alone %+v", text, caller, got, alone)
			}
		}
	})
}

// names reports whether a statement names principals.
func names(d *policy.Document) bool {
	for i := range d.Statements {
		if d.Statements[i].Principal != nil {
			return true
		}
	}
	return false
}
