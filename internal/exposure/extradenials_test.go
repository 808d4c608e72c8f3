package exposure

import (
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy/compare"
)

// A comparison includes the explicit denials that either document lacks, in the account, and an
// undecided denial does not count as one.
func TestExplicitDenialsAreComparedToo(t *testing.T) {
	const (
		anything = `{"Effect": "Allow", "Action": "*", "Resource": "*"}`
		jewels   = `{"Effect": "Deny", "Action": "dynamodb:*", "Resource": "arn:aws:dynamodb:*:*:table/jewels"}`
		silent   = `{"Effect": "Allow", "NotAction": "dynamodb:*", "Resource": "*"},{"Effect": "Allow", "Action": "dynamodb:*", "NotResource": "arn:aws:dynamodb:*:*:table/jewels"}`
		noSQS    = `{"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}`
		unclear  = `{"Effect": "Deny", "Action": "dynamodb:*", "Resource": "*", "Condition": {"StringResembles": {"a": "b"}}}`
	)
	home := AccountScope{"aws", "999988887777"}
	for name, c := range map[string]struct {
		inForce, required string
		relation          compare.Relation
		denials           compare.Containment
		undenied, lifts   string // the service of each
		within, mayLift   bool
	}{
		"the same":                       {anything + "," + jewels, jewels + "," + anything, compare.Equal, compare.Proven, "", "", true, false},
		"denials taken out":              {silent, anything + "," + jewels, compare.Equal, compare.Refuted, "dynamodb", "", false, false},
		"denials put in":                 {anything + "," + jewels, silent, compare.Equal, compare.Proven, "", "dynamodb", true, false},
		"narrower, and denials out":      {`{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}`, anything + "," + jewels, compare.Narrower, compare.Refuted, "dynamodb", "", false, false},
		"others denied":                  {silent + "," + noSQS, anything + "," + jewels, compare.Narrower, compare.Refuted, "dynamodb", "", false, false},
		"narrower, and more denied":      {anything + "," + jewels + "," + noSQS, anything + "," + jewels, compare.Narrower, compare.Proven, "", "", true, false},
		"nothing is allowed":             {`{"Effect": "Deny", "Action": "*", "Resource": "*"}`, anything + "," + jewels, compare.Narrower, compare.Proven, "", "", true, false},
		"nothing is allowed, nor denied": {`{"Effect": "Allow", "Action": "none:None", "Resource": "arn:aws:none:::x", "Condition": {"Null": {"aws:PrincipalArn": "true", "aws:userid": "false"}}}`, anything + "," + jewels, compare.Narrower, compare.Refuted, "dynamodb", "", false, false},
		"unreadable":                     {silent + `,{"Effect": "Deny", "Action": "dynamodb:*", "Resource": "arn:aws:dynamodb:*:*:table/jewels", "Condition": {"StringResembles": {"a": "b"}}}`, anything + "," + jewels, compare.Equal, compare.Unknown, "", "", false, false},
		"unreadable, the other way":      {`{"Effect": "Allow", "Action": "s3:*", "Resource": "*"},` + unclear, `{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}`, compare.Equal, compare.Proven, "", "", true, true},
	} {
		t.Run(name, func(t *testing.T) {
			m := new(Documents).Compare(statements(t, c.inForce), statements(t, c.required), home)
			if m.Relation != c.relation || m.DeniesAll != c.denials || m.Within() != c.within || m.MayHaveExtraDenial != c.mayLift {
				t.Errorf("%s, denies %s, within %v, may lift %v (%s)", m.Relation, m.DeniesAll, m.Within(), m.MayHaveExtraDenial, m.Why)
			}
			if m.DeniesLess() == c.within || m.DeniesLess() && m.MissingDenial == nil && m.Why == "" {
				t.Errorf("denies less: %v, why %q", m.DeniesLess(), m.Why)
			}
			if (m.MissingDenial != nil) != (c.undenied != "") || m.MissingDenial != nil && !strings.HasPrefix(m.MissingDenial.Action, c.undenied+":") {
				t.Errorf("undenied %v", m.MissingDenial)
			}
			if (m.ExtraDenial != nil) != (c.lifts != "") || m.ExtraDenial != nil && !strings.HasPrefix(m.ExtraDenial.Action, c.lifts+":") {
				t.Errorf("lifts %v", m.ExtraDenial)
			}
			if m.MissingDenial != nil && !strings.Contains(m.MissingDenial.Resource, ":999988887777:") {
				t.Errorf("not at home: %v", m.MissingDenial)
			}
		})
	}
	if (Meaning{Relation: compare.Equal}).Within() || (Meaning{}).Within() || (Meaning{}).DeniesLess() {
		t.Error("a meaning that says nothing of denials is within")
	}
}
