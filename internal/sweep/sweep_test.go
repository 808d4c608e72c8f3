package sweep_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/sweep"
	"github.com/ringfence/ringfence/internal/target"
)

const other = "arn:aws:iam::" + number + ":policy/other"

// Whatever fails, and however often a message arrives: every principal is looked at, none that
// is inside is handed over, and the limit applies.
func TestSweepsWithFaults(t *testing.T) {
	for seed := range uint64(200) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, seed)
			w.size, w.bad = 1+w.rng.IntN(60), w.rng.Float64()*0.04
			outside, alerted := w.rng.IntN(40), w.rng.IntN(30)
			w.add(principal.Role, w.rng.IntN(300), team)
			w.add(principal.Role, outside/2, "")
			w.add(principal.User, w.rng.IntN(100), team)
			w.add(principal.Role, outside-outside/2, other)
			w.add(principal.User, alerted, other)
			w.rng.Shuffle(len(w.principals), func(i, j int) { w.principals[i], w.principals[j] = w.principals[j], w.principals[i] })
			limit := plan.WriteLimit(len(w.principals))

			ends := w.sweep()
			if len(ends) == 0 {
				t.Fatal("it did not end")
			}
			for _, p := range w.principals {
				if !w.read[p.ID] {
					t.Errorf("%s was passed over", p.ARN())
				}
			}
			unjudged := 0
			for _, end := range ends {
				if end.Phase != sweep.Done || end.Seen != len(w.principals) {
					t.Errorf("ended as %+v, of %d principals", end, len(w.principals))
				}
				unjudged = max(unjudged, end.Unjudged)
			}
			handed, held, _ := w.outside()
			if (held > 0) != (outside > limit) && unjudged == 0 {
				t.Errorf("held %d times, where %d of %d are outside", held, outside, len(w.principals))
			}
			if held > 0 && held != len(ends) && w.bad == 0 {
				t.Errorf("held %d times in %d sweeps", held, len(ends))
			}
			for _, work := range w.handed {
				if told := work.Target.Kind == target.Principal && work.Target.Ref.Kind == principal.User; work.ReportOnly != told {
					t.Errorf("%s is only told: %v", work.Target, work.ReportOnly)
				}
			}
			for _, p := range w.principals {
				want := p.Boundary != team && (p.Kind == principal.User || outside <= limit)
				if handed[p.ID] && !want {
					t.Errorf("%s was handed over", p.ARN())
				}
				if !handed[p.ID] && want && unjudged == 0 {
					t.Errorf("%s was not handed over", p.ARN())
				}
			}
		})
	}
}

func end(t *testing.T, w *world) sweep.State {
	t.Helper()
	ends := w.sweep()
	if len(ends) != 1 || ends[0].Phase != sweep.Done {
		t.Fatalf("ended as %+v", ends)
	}
	return ends[0]
}

func TestTheLimit(t *testing.T) {
	for _, c := range []struct {
		inside, outside int
		held            bool
	}{
		{0, 3, false},
		{0, 4, true},
		{40, 4, false},
		{40, 5, true}, // of 45, four are a tenth
		{1000, 20, false},
		{1000, 21, true},
		{1000, 300, true},
	} {
		w := newWorld(t, 1)
		w.add(principal.Role, c.inside, team)
		w.add(principal.Role, c.outside, "")
		got := end(t, w)
		handed, held, _ := w.outside()
		if (held == 1) != c.held || (len(handed) == c.outside) == c.held || c.held && len(handed) > 0 {
			t.Errorf("%d of %d: handed %d, held %d", c.outside, c.inside+c.outside, len(handed), held)
		}
		if want := map[bool]int{true: c.outside}[c.held]; got.Held != want || got.Drift[finding.Missing] != c.outside {
			t.Errorf("%d of %d: %+v", c.outside, c.inside+c.outside, got)
		}
		if h := w.handed[len(w.handed)-1].Target.Held; c.held && (h.Writes != c.outside || h.Seen != c.inside+c.outside || len(h.Names) != min(100, c.outside)) {
			t.Errorf("%+v", h)
		}
	}
}

// The override ends at a time: the limit applies again after it, even if the override is still
// set.
func TestTheOverride(t *testing.T) {
	for until, lifted := range map[time.Duration]bool{time.Hour: true, -time.Second: false} {
		w := newWorld(t, 1)
		w.sweeper.Override = w.now.Add(until)
		w.add(principal.Role, 300, "")
		end(t, w)
		if handed, held, _ := w.outside(); (len(handed) == 300 && held == 0) != lifted || (len(handed) == 0 && held == 1) == lifted {
			t.Errorf("until %v from now: handed %d, held %d", until, len(handed), held)
		}
	}
}

// Targets that events have had repaired meanwhile do not count.
func TestTargetsRepairedMeanwhileDoNotCount(t *testing.T) {
	w := newWorld(t, 1)
	w.add(principal.Role, 30, "")
	message := []byte("{}")
	for range 100 {
		next, state, _ := w.step(message)
		if state.Phase == sweep.Deciding && w.principals[0].Boundary == "" {
			for i := range 28 {
				w.principals[i].Boundary = team
			}
		}
		if message = next; next == nil {
			break
		}
	}
	if handed, held, _ := w.outside(); len(handed) != 2 || held != 0 || !handed["AROA28"] || !handed["AROA29"] {
		t.Errorf("handed %v, held %d", handed, held)
	}
}

// Targets that the state has no room for count too, even if all others were repaired meanwhile.
func TestTargetsWithoutRoomAreHeldToo(t *testing.T) {
	w := newWorld(t, 1)
	w.add(principal.Role, 150, "")
	message := []byte("{}")
	var last sweep.State
	for range 100 {
		next, state, _ := w.step(message)
		if state.Phase == sweep.Deciding {
			for i := range 100 {
				w.principals[i].Boundary = team
			}
		}
		if message, last = next, state; next == nil {
			break
		}
	}
	if handed, held, free := w.outside(); len(handed) != 0 || held != 1 || free != 0 || last.Held != 50 {
		t.Errorf("handed %v, held %d, %+v", handed, held, last)
	}
}

// open returns the item of a principal found without a boundary.
func (w *world) open(t *testing.T, p principal.Snapshot, rule string, at time.Time) {
	t.Helper()
	key := ledger.PrincipalKey(number, p.ID)
	e := ledger.Entry{Key: key, Kind: target.Principal, Account: number, ARN: p.ARN(), ID: p.ID, At: at}
	w.ledger[key] = ledger.Item{Key: key}.Apply(e.WithDecision(plan.Decision{Drift: finding.Missing, Rule: rule, Required: team}))
}

// A finding that enforce has in its ledger unchanged needs no look; one that it has lost track
// of does.
func TestKnownFindingsAreNotHandedOver(t *testing.T) {
	w := newWorld(t, 1)
	w.add(principal.User, 2, "")
	w.add(principal.User, 1, other)
	w.add(principal.Role, 3, "")
	w.add(principal.Role, 100, team)
	w.open(t, w.principals[0], "people", w.now)
	w.open(t, w.principals[2], "people", w.now) // it has another boundary by now
	w.open(t, w.principals[3], "workloads", w.now.Add(-10*time.Minute))
	w.open(t, w.principals[4], "workloads", w.now.Add(-10*time.Hour))
	end(t, w)
	handed, held, _ := w.outside()
	for id, want := range map[string]bool{"AROA0": false, "AROA1": true, "AROA2": true, "AROA3": false, "AROA4": true, "AROA5": true} {
		if handed[id] != want {
			t.Errorf("%s handed over: %v", id, handed[id])
		}
	}
	if held > 0 || len(handed) != 4 {
		t.Errorf("handed %v, held %d", handed, held)
	}
}

// resolving returns the ids of the principals handed over to resolve their findings.
func (w *world) resolving() (ids []string) {
	for _, work := range w.handed {
		if !work.ReportOnly {
			w.t.Errorf("%s may be written", work.Target)
		}
		ids = append(ids, work.Target.ID+work.Target.ARN)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Open findings of principals that are inside or deleted are handed over: the event that would
// have resolved them was lost. Other open findings are not.
func TestFindingsWhoseResolvingEventWasLost(t *testing.T) {
	for _, bad := range []float64{0, 0.05} {
		w := newWorld(t, 3)
		w.add(principal.Role, 30, team)
		w.add(principal.User, 30, team)
		w.add(principal.User, 2, "") // as they were found
		for _, i := range []int{0, 7, 40, 60, 61} {
			w.open(t, w.principals[i], map[bool]string{true: "people", false: "workloads"}[i >= 30], w.now.Add(-time.Hour))
		}
		deleted := w.principals[50]
		w.open(t, deleted, "people", w.now.Add(-time.Hour))
		w.principals = append(w.principals[:50:50], w.principals[51:]...)
		policy := target.OfPolicy("aws", number, team)
		key := ledger.TargetKey(policy)
		w.ledger[key] = ledger.Item{Key: key}.Apply(ledger.Entry{
			Key: key, Kind: policy.Kind, Partition: "aws", Account: number, ARN: team, At: w.now, Decision: plan.Decision{Drift: finding.Widened},
		})
		elsewhere := w.principals[1]
		elsewhere.Account = "210987654321"
		w.open(t, elsewhere, "workloads", w.now.Add(-time.Hour))
		w.bad = bad
		w.sweep()
		if got, want := w.resolving(), []string{"AROA0", "AROA40", "AROA50", "AROA7", team}; !slices.Equal(got, want) {
			t.Errorf("%v: handed over %v, want %v", bad, got, want)
		}
	}
}

// If the whole ledger cannot be read, principals outside are repaired anyway, and the sweep
// reports that it is incomplete.
func TestTheLedgerCannotBeScanned(t *testing.T) {
	w := newWorld(t, 1)
	w.add(principal.Role, 100, team)
	w.add(principal.Role, 2, "")
	w.closed = true
	got := end(t, w)
	if handed, _, _ := w.outside(); len(handed) != 2 || got.Unjudged != 1 {
		t.Errorf("handed %v, %+v", handed, got)
	}
}

// The finding about a held sweep is resolved by a sweep that is not held.
func TestACompletedSweepResolvesTheFinding(t *testing.T) {
	w := newWorld(t, 1)
	w.add(principal.Role, 100, team)
	end(t, w)
	if len(w.handed) > 0 {
		t.Errorf("handed %v", w.handed)
	}
	s := target.OfSweep("aws", number, nil)
	key := ledger.TargetKey(s)
	w.ledger[key] = ledger.Item{Key: key}.Apply(ledger.Entry{Key: key, Kind: s.Kind, Account: number, At: w.now, Decision: plan.Sweep(&plan.Held{Writes: 30}, "")})
	end(t, w)
	if _, held, free := w.outside(); held != 0 || free != 1 {
		t.Errorf("handed %v", w.handed)
	}
}

// A widened boundary policy is handed over as a target of its own.
func TestABoundaryPolicyIsLookedAt(t *testing.T) {
	w := newWorld(t, 1)
	w.add(principal.Role, 100, team)
	w.document = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
	got := end(t, w)
	if handed, held, _ := w.outside(); len(handed) != 1 || !handed[team] || held != 0 || got.Drift[finding.Widened] != 1 {
		t.Errorf("handed %v, %+v", handed, got)
	}
}

// A principal that can never be evaluated does not block others, and is counted.
func TestAPrincipalThatCannotBeEvaluated(t *testing.T) {
	w := newWorld(t, 1)
	w.add(principal.Role, 50, team)
	w.add(principal.Role, 1, "")
	w.add(principal.Role, 1, "arn:aws:iam::"+number+":policy/unreadable")
	w.unreadable = true
	w.add(principal.Role, 50, team)
	got := end(t, w)
	if handed, _, _ := w.outside(); len(handed) != 1 || got.Seen != 102 || got.Unjudged != 1 {
		t.Errorf("handed %v, %+v", handed, got)
	}
}

// A sweep that does not finish is abandoned: newer ones have started.
func TestAnOldSweepIsAbandoned(t *testing.T) {
	w := newWorld(t, 1)
	w.add(principal.Role, 3, "")
	st, _, err := w.sweeper.Step(t.Context(), sweep.State{Started: w.now.Add(-7 * time.Hour), Marker: "1"})
	if err != nil || st.Phase != sweep.Abandoned || len(w.read) > 0 {
		t.Errorf("%+v, %v", st, err)
	}
}

func TestInvalidStates(t *testing.T) {
	role := target.OfPrincipal(principal.Ref{Partition: "aws", Account: number, Kind: principal.Role, Name: "x"}, "AROA1")
	walk := target.OfWalk("aws", number, target.Scope{})
	many := make([]target.Target, 101)
	for i := range many {
		many[i] = role
	}
	now := time.Now()
	for name, st := range map[string]sweep.State{
		"done":             {Started: now, Phase: sweep.Done},
		"unknown phase":    {Started: now, Phase: "x"},
		"no beginning":     {Marker: "m"},
		"another account":  {Started: now, Account: "210987654321", Outside: []target.Target{role}},
		"a walk":           {Started: now, Account: number, Outside: []target.Target{walk}},
		"more than it has": {Started: now, Account: number, Outside: many},
	} {
		if st.Check() == nil {
			t.Errorf("%s is a state", name)
		}
	}
	if err := (sweep.State{Started: now, Account: number, Outside: many[:100], Phase: sweep.Deciding}).Check(); err != nil {
		t.Error(err)
	}
}
