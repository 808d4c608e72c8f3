package ledger

import (
	"testing"

	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// What a repair may have granted stays recorded when another decision follows, unless the
// repair was refused, in whatever order the entries arrive.
func TestAccessGrantedByARepairIsKept(t *testing.T) {
	narrow := missing
	narrow.Drift, narrow.Basis, narrow.Attached = finding.Replaced, plan.OtherBoundary, "arn:aws:iam::aws:policy/AWSDenyAll"
	narrow.Meaning = exposure.Meaning{Relation: compare.Narrower, NarrowerWitness: &finding.Witness{Action: "s3:GetObject", Resource: "*"}}
	first := func(o finding.Outcome) Entry {
		e := entry(3, narrow)
		e = e.WithAttempt(Attempt{ID: "a", Action: narrow.Actions[0], Begun: e.At})
		if o != "" {
			e = e.WithOutcome(at(4), o, nil)
		}
		return e
	}
	second := entry(30, missing).over("b", finding.Done, 31)
	for name, c := range map[string]struct {
		entries []Entry
		gave    bool
	}{
		"the process ended":              {[]Entry{first(""), second}, true},
		"no answer came":                 {[]Entry{first(finding.Unconfirmed), second}, true},
		"it was refused":                 {[]Entry{first(finding.Failed), second}, false},
		"it was the first":               {[]Entry{first(finding.Done)}, true},
		"the intent, and then no answer": {[]Entry{first(""), first(finding.Unconfirmed), second}, true},
		"nothing was there before":       {[]Entry{second}, false},
	} {
		t.Run(name, func(t *testing.T) {
			var i Item
			for _, e := range c.entries {
				i = i.Apply(e)
			}
			if gave := i.Records[len(i.Records)-1].Granted().NarrowerWitness; (gave != nil) != c.gave {
				t.Errorf("gave %+v", gave)
			}
		})
	}
}
