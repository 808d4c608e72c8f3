package compare

import "testing"

// A Deny added to a document can only take away, whatever the other direction turns out to be: a
// responder's quarantine must not be taken for a wider boundary.
func TestAProofStandsWhereTheOtherDirectionIsOpen(t *testing.T) {
	before := `{"Effect":"Allow","Action":"x:Call","Resource":"*","Condition":{"StringEquals":{"x:key":"a"}}}`
	a := compile(t, []byte(statements(before, `{"Effect":"Deny","Action":"x:Call","Resource":"*","Condition":{"StringEquals":{"x:key":"b"}}}`)))
	b := compile(t, []byte(statements(before)))

	r := Compare(a, b)
	if r.AWithinB != Proven || r.BWithinA != Unknown || r.Relation != NarrowerOrEqual || !r.Relation.AllowsNoMore() || r.Reason == "" {
		t.Errorf("%+v", r)
	}
	r = Compare(b, a)
	if r.AWithinB != Unknown || r.BWithinA != Proven || r.Relation != Unproven || r.Relation.AllowsNoMore() || r.Reason == "" {
		t.Errorf("the other way round: %+v", r)
	}
}

// A witness stands too.
func TestARefutationStandsWhereTheOtherDirectionIsOpen(t *testing.T) {
	open := `{"Effect":"Allow","Action":"x:Call","Resource":"*","Condition":{"StringResembles":{"x:key":"a"}}}`
	a := compile(t, []byte(statements(`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`)))
	r := Compare(a, compile(t, []byte(statements(open))))
	if r.AWithinB != Refuted || r.ANotB == nil || r.BWithinA != Unknown || r.Relation != Unproven {
		t.Errorf("%+v", r)
	}
}

func statements(list ...string) string {
	text := `{"Version":"2012-10-17","Statement":[`
	for i, s := range list {
		if i > 0 {
			text += ","
		}
		text += s
	}
	return text + "]}"
}
