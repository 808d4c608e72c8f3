package ledger

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/target"
)

const (
	roleKey  = "principal#123456789012#AROA1"
	required = "arn:aws:iam::123456789012:policy/team-boundary"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func at(seconds float64) time.Time { return noon.Add(time.Duration(seconds * float64(time.Second))) }

var missing = plan.Decision{
	Drift: finding.Missing, Basis: plan.NoBoundary, Rule: "everyone", Mode: config.Enforce, Required: required,
	Actions: []plan.Action{{Kind: finding.Reattach, Boundary: required}},
}

var inside = plan.Decision{Drift: finding.None, Basis: plan.CarriesRequired, Mode: config.Enforce, Required: required, Attached: required}

func removal(id string, seconds int) Evidence {
	c := target.Cause{Kind: target.Event, Event: finding.Event{ID: id, Name: "DeleteRolePermissionsBoundary", Time: at(float64(seconds))}, Actor: finding.Actor{ARN: "eve"}}
	return Evidence{Cause: c, Opens: true, Decision: missing}
}

func entry(seconds float64, d plan.Decision, evidence ...Evidence) Entry {
	e := Entry{Key: roleKey, Kind: target.Principal, Account: "123456789012", ID: "AROA1", At: at(seconds), Decision: d, Evidence: evidence}
	if len(evidence) > 0 {
		e.Trigger = evidence[0].Cause
	}
	return e
}

func (e Entry) begun(id string) Entry {
	e.Attempt = &Attempt{ID: id, Action: e.Decision.Actions[0], Begun: e.At}
	return e
}

func (e Entry) over(id string, outcome finding.Outcome, seconds float64) Entry {
	e = e.begun(id)
	e.At, e.Attempt.Ended, e.Attempt.Outcome = at(seconds), at(seconds), outcome
	return e
}

// states returns the records of an item, each as "status outcome ending #revision".
func states(i Item) (list []string) {
	for _, r := range i.Records {
		list = append(list, fmt.Sprintf("%s %s %s #%d", r.Status, r.Outcome, r.Ended, r.Revision))
	}
	return list
}

func TestApply(t *testing.T) {
	remove := entry(3, missing, removal("e1", 0))
	for name, c := range map[string]struct {
		entries []Entry
		want    []string
	}{
		"inside, and nothing known":      {[]Entry{entry(3, inside)}, nil},
		"the intent alone is not told":   {[]Entry{remove.begun("a")}, []string{"open none  #0"}},
		"repaired":                       {[]Entry{remove.begun("a"), remove.over("a", finding.Done, 4)}, []string{"resolved done repaired #1"}},
		"the outcome without the intent": {[]Entry{remove.over("a", finding.Done, 4)}, []string{"resolved done repaired #1"}},
		"the process ended in between": {
			[]Entry{remove.begun("a"), entry(90, inside, removal("e1", 0))},
			[]string{"resolved unconfirmed unconfirmed #1"},
		},
		"the outcome comes after all": {
			[]Entry{remove.begun("a"), entry(90, inside, removal("e1", 0)), remove.over("a", finding.Done, 4)},
			[]string{"resolved done repaired #2"},
		},
		"the outcome of the first of two writes comes last": {
			[]Entry{remove.begun("a"), entry(4, missing).over("b", finding.Done, 5), remove.over("a", finding.Done, 6), remove.over("a", finding.Done, 6)},
			[]string{"resolved done repaired #2"},
		},
		"refused, and refused again": {
			[]Entry{remove.over("a", finding.Failed, 4), entry(60, missing).over("b", finding.Failed, 61)},
			[]string{"open failed  #1"},
		},
		"refused, then repaired": {
			[]Entry{remove.over("a", finding.Failed, 4), entry(60, missing).over("b", finding.Done, 61)},
			[]string{"resolved done repaired #2"},
		},
		"no answer is not told at first": {[]Entry{remove.over("a", finding.Unconfirmed, 4)}, []string{"open none  #0"}},
		"no answer for a minute is":      {[]Entry{remove.over("a", finding.Unconfirmed, 4), remove.over("b", finding.Unconfirmed, 70)}, []string{"open failed  #1"}},
		"somebody else put it right":     {[]Entry{remove.over("a", finding.Failed, 4), entry(60, inside)}, []string{"resolved failed found-inside #2"}},
		"deleted":                        {[]Entry{remove.over("a", finding.Failed, 4), {Key: roleKey, At: at(60), Gone: true}}, []string{"resolved failed deleted #2"}},
		"off and on again":               {[]Entry{entry(40, inside, removal("e1", 0))}, []string{"resolved none was-back #1"}},
		"off and on again, delivered twice": {
			[]Entry{entry(40, inside, removal("e1", 0)), entry(50, inside, removal("e1", 0))},
			[]string{"resolved none was-back #1"},
		},
		"the opener comes later": {
			[]Entry{entry(3, missing).over("a", finding.Done, 4), entry(9, inside, removal("e1", 2))},
			[]string{"resolved done repaired #2"},
		},
		"our own write comes back": {
			[]Entry{remove.over("a", finding.Done, 4.5), entry(9, inside, Evidence{Cause: target.Cause{Kind: target.Event, Event: finding.Event{ID: "own", Time: at(4)}}})},
			[]string{"resolved done repaired #1"},
		},
		"off again in the second of the repair": {
			[]Entry{remove.over("a", finding.Done, 4.2), entry(9, missing, removal("e2", 4)).over("b", finding.Done, 10)},
			[]string{"resolved done repaired #1", "resolved done repaired #1"},
		},
		"two at once, and the one that began first answers last": {
			[]Entry{remove.begun("a"), entry(3, missing).begun("b"), entry(3, missing).over("b", finding.Done, 4), remove.over("a", finding.Done, 5), remove.over("a", finding.Done, 5)},
			[]string{"resolved done repaired #2"},
		},
		"two at once, and the one that began first answers first": {
			[]Entry{remove.begun("a"), entry(3, missing).begun("b"), remove.over("a", finding.Done, 4), entry(3, missing).over("b", finding.Done, 5)},
			[]string{"resolved done repaired #1"},
		},
		"an entry of an older repair that comes later": {
			[]Entry{entry(20, missing, removal("e2", 15)).begun("b"), remove.over("a", finding.Done, 4), entry(20, missing).over("b", finding.Done, 21)},
			[]string{"resolved done repaired #1", "resolved done repaired #1"},
		},
		"an older repair alone, of what is outside again": {
			[]Entry{deferred(entry(20, missing, removal("e2", 15))), remove.over("a", finding.Done, 4)},
			[]string{"resolved done repaired #1", "open deferred  #2"},
		},
		"held back, told once": {
			[]Entry{deferred(entry(3, missing, removal("e1", 0))), deferred(entry(30, missing, removal("e2", 20)))},
			[]string{"open deferred  #1"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var i Item
			for _, e := range c.entries {
				i = i.Apply(e)
			}
			if diff := cmp.Diff(c.want, states(i)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for n, r := range i.Records {
				if i.Opened > 0 && r.ID == "" {
					t.Errorf("record %d has no id", n)
				}
			}
		})
	}
}

// A write is reported, even if its rule only observes by the time its outcome is known.
func TestAWriteIsReported(t *testing.T) {
	observes := entry(4, missing)
	observes.Decision.Mode = config.Observe
	begun := entry(3, missing).begun("a")
	if r := (Item{}).Apply(observes).Records[0]; r.Public {
		t.Error("what is only observed is told")
	}
	if r := (Item{}).Apply(begun).Apply(observes).Records[0]; r.Revision == 0 || !r.Public {
		t.Errorf("%+v", r)
	}
}

func deferred(e Entry) Entry {
	e.Deferred = true
	return e
}

// Whatever entries arrive, in whatever order and however often, an item keeps its invariants:
// an entry applied twice counts once; revisions only grow, by one; a reported finding does not
// turn into another one; no write is forgotten before it is reported.
func TestApplyKeepsItsInvariants(t *testing.T) {
	for seed := range uint64(600) {
		r := rand.New(rand.NewPCG(seed, 1))
		var i Item
		ids := map[string]int{} // finding → revision
		writes := map[string]string{}
		var sent []Entry
		for n := range 40 {
			var e Entry
			if len(sent) > 0 && r.IntN(4) == 0 {
				e = sent[r.IntN(len(sent))]
			} else {
				e = random(r, n)
				sent = append(sent, e)
			}
			before := i
			text, _ := json.Marshal(before)
			i = i.Apply(e)
			if again, _ := json.Marshal(before); string(again) != string(text) {
				t.Fatalf("seed %d: Apply changed its receiver", seed)
			}
			if diff := cmp.Diff(states(i), states(i.Apply(e))); diff != "" {
				t.Fatalf("seed %d, entry %d %+v: twice is not once:\n%s", seed, n, e, diff)
			}
			for _, rec := range i.Records {
				if was, known := ids[rec.ID]; known && (rec.Revision < was || rec.Revision > was+1) {
					t.Fatalf("seed %d: finding %s went from revision %d to %d", seed, rec.ID, was, rec.Revision)
				}
				ids[rec.ID] = rec.Revision
				for _, a := range rec.Attempts {
					if f := writes[a.ID]; f != "" && f != rec.ID {
						t.Fatalf("seed %d: write %s is told by two findings", seed, a.ID)
					}
					writes[a.ID] = rec.ID
				}
				if from, to := rec.Since(), rec.To; !from.IsZero() && !to.IsZero() && to.Before(from.Truncate(time.Second)) && rec.Status == finding.Resolved {
					t.Fatalf("seed %d: outside from %v to %v", seed, from, to)
				}
			}
			if r.IntN(5) == 0 {
				for _, rec := range i.Unreported() {
					i = i.MarkReported(rec.ID, "", rec.Revision)
				}
			}
			if _, open := i.Open(); open && !i.Expires().IsZero() {
				t.Fatalf("seed %d: what is open expires", seed)
			}
			text, _ = json.Marshal(i)
			var back Item
			if err := json.Unmarshal(text, &back); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(states(i), states(back)); diff != "" {
				t.Fatalf("seed %d: not the same when read back:\n%s", seed, diff)
			}
		}
	}
}

// random returns something that can happen after n other entries.
func random(r *rand.Rand, n int) Entry {
	now := float64(n*7) + r.Float64()*5
	var evidence []Evidence
	if r.IntN(2) == 0 {
		evidence = append(evidence, removal(fmt.Sprintf("e%d", r.IntN(60)), max(0, int(now)-r.IntN(20))))
	}
	e := entry(now, inside, evidence...)
	if r.IntN(2) == 0 {
		e.Decision = missing
		id := fmt.Sprintf("a%d", n)
		switch r.IntN(6) {
		case 0, 1:
			e = e.begun(id)
		case 2, 3:
			e = e.over(id, finding.Done, now+1)
		case 4:
			e = e.over(id, []finding.Outcome{finding.Failed, finding.Unconfirmed}[r.IntN(2)], now+1)
		case 5:
			e.Deferred = true
		}
	} else if r.IntN(20) == 0 {
		e = Entry{Key: roleKey, At: at(now), Gone: true}
	}
	return e
}

func TestContested(t *testing.T) {
	repairs := func(seconds ...float64) Item {
		var i Item
		for n, s := range seconds {
			i = i.Apply(entry(s, missing, removal(fmt.Sprint("e", n), int(s))).over(fmt.Sprint("a", n), finding.Done, s+1))
		}
		return i
	}
	const night = 24 * 3600
	for name, c := range map[string]struct {
		item Item
		want int
	}{
		"twice in an hour":             {repairs(0, 60), 0},
		"three times in an hour":       {repairs(0, 60, 120), 3},
		"three times in two hours":     {repairs(0, 3600, 7200), 0},
		"three nights":                 {repairs(0, night, 2*night), 3},
		"two nights, twice":            {repairs(0, 3700, night, night+3700), 0},
		"three nights in three months": {repairs(0, 30*night, 60*night), 0},
	} {
		last := c.item.Records[len(c.item.Records)-1]
		got := 0
		if last.Contested != nil {
			got = last.Contested.Repairs
		}
		if got != c.want {
			t.Errorf("%s: %d repairs are contested, want %d", name, got, c.want)
		}
	}
	var ten []float64
	for n := range 10 {
		ten = append(ten, float64(n*30))
	}
	i := repairs(ten...)
	if next := i.NotBefore(at(300)); next.Sub(i.LastRepair()) != 5*time.Minute {
		t.Errorf("the next repair is not before %v", next)
	}
	if next := i.NotBefore(at(4000)); next.After(at(4000)) {
		t.Errorf("an hour later it still waits until %v", next)
	}
}

// An item does not grow without bound, and nothing unreported is dropped.
func TestAnItemIsBounded(t *testing.T) {
	var i Item
	for n := range 500 {
		s := float64(n * 60)
		i = i.Apply(entry(s, missing, removal(fmt.Sprint("e", n), int(s))).over(fmt.Sprint("a", n), finding.Done, s+1))
	}
	text, err := json.Marshal(i)
	if err != nil || len(text) > 300<<10 {
		t.Errorf("%d bytes, %v", len(text), err)
	}
	if len(i.Unreported()) != maxRecords {
		t.Errorf("%d findings are owed, want %d and the rest in the last of them", len(i.Unreported()), maxRecords)
	}
	for _, r := range i.Unreported() {
		i = i.MarkReported(r.ID, "", r.Revision)
	}
	if i = i.Apply(entry(40000, inside)); len(i.Records) != 1 {
		t.Errorf("%d records are kept of what everybody was told", len(i.Records))
	}
	if !slices.IsSortedFunc(i.Repairs, time.Time.Compare) || len(i.Repairs) > maxRepairs {
		t.Errorf("repairs %v", i.Repairs)
	}
}

// No revision is older than the one before it, even if the entry is: readers may ignore older
// revisions.
func TestNoRevisionIsOlderThanTheOneBefore(t *testing.T) {
	r := Record{Changed: at(0)}
	for _, seconds := range []float64{5, 3, 3, 8, 1} {
		before := r
		if r.revise(at(seconds)); r.Revision != before.Revision+1 || r.Changed.Before(before.Changed) {
			t.Errorf("revision %d of %v after %d of %v", r.Revision, r.Changed, before.Revision, before.Changed)
		}
	}
	if !r.Changed.Equal(at(8)) {
		t.Errorf("changed at %v", r.Changed)
	}
}
