package reconcile_test

import (
	"context"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/reconcile"
	"github.com/ringfence/ringfence/internal/target"
)

// directory says what Organizations says of accounts.
type directory struct {
	accounts map[string]principal.Account
	err      error
	asked    int
	closed   bool
}

func (d *directory) Closed(context.Context, string) (bool, error) { return d.closed, d.err }

func (d *directory) Account(_ context.Context, id string) (principal.Account, error) {
	d.asked++
	if d.err != nil {
		return principal.Account{}, d.err
	}
	return d.accounts[id], nil
}

const byUnit = `version: 1
mode: enforce
boundaries: {team: {arn: "arn:${partition}:iam::${account}:policy/team-boundary", document: d}}
rules:
  - {name: sandbox, match: {organizationalUnits: [ou-a1b2-sandbox1]}, boundary: none, owner: o@example.com, reason: emptied every night}
  - {name: the-rest, match: {names: ["*"]}, boundary: team}
`

// A rule by unit decides by the unit of the account. While that is not known, nothing is decided, and the message comes
// back, whatever the reason is.
func TestRulesByUnitDecide(t *testing.T) {
	for name, c := range map[string]struct {
		units []principal.Unit
		err   error
		want  finding.Drift
		comes bool
	}{
		"in the unit":     {units: []principal.Unit{{ID: "r-a1b2"}, {ID: "ou-a1b2-sandbox1"}}, want: finding.None},
		"in another":      {units: []principal.Unit{{ID: "r-a1b2"}, {ID: "ou-a1b2-workload"}}, want: finding.Missing},
		"throttled":       {err: errclass.New(errclass.Retryable, "throttled"), comes: true},
		"refused":         {err: errclass.New(errclass.Refused, "no"), comes: true},
		"not a member":    {err: errclass.New(errclass.Gone, "it left"), comes: true},
		"without a class": {err: context.DeadlineExceeded, comes: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.config = byUnit
			w.role("app", "")
			app := w.principals["app"]
			r := w.process()
			d := &directory{err: c.err, accounts: map[string]principal.Account{account: {ID: account, Units: c.units}}}
			r.Accounts = d
			work := target.Work{Target: target.OfPrincipal(app.Ref, app.ID), Causes: []target.Cause{{Kind: target.Swept}}}
			result := r.Batch(t.Context(), []target.Work{work, {Target: target.OfPolicy("aws", account, boundary), Causes: work.Causes}})[work.Target.Identity()]
			if c.comes {
				if result.After == 0 || result.Parked || len(result.Decisions) > 0 || len(w.writes) > 0 || errclass.ClassOf(result.Err) == errclass.BadInput {
					t.Errorf("%+v, writes %v", result, w.writes)
				}
				return
			}
			if len(result.Decisions) != 1 || result.Decisions[0].Decision.Drift != c.want || (len(w.writes) > 0) != (c.want != finding.None) || d.asked != 1 {
				t.Errorf("%+v, writes %v, asked %d times", result, w.writes, d.asked)
			}
		})
	}
}

// Rules that need no facts do not wait for them.
func TestFactsThatNoRuleNeeds(t *testing.T) {
	w := newWorld(t)
	w.role("app", "")
	app := w.principals["app"]
	r := w.process()
	d := &directory{err: errclass.New(errclass.Refused, "no")}
	r.Accounts = d
	work := target.Work{Target: target.OfPrincipal(app.Ref, app.ID), Causes: []target.Cause{{Kind: target.Swept}}}
	result := r.Batch(t.Context(), []target.Work{work})[work.Target.Identity()]
	if len(result.Decisions) != 1 || result.Decisions[0].Outcome != finding.Done || d.asked != 1 {
		t.Errorf("%+v, asked %d times", result, d.asked)
	}
}

// What is open in an account is resolved if Organizations says that the account is closed, and only then.
func TestFindingsOfAClosedAccountAreResolved(t *testing.T) {
	w := newWorld(t)
	w.mode = "alert"
	w.role("app", "")
	app := w.principals["app"]
	w.reconcile(target.Work{Target: target.OfPrincipal(app.Ref, app.ID), Causes: []target.Cause{{Kind: target.Swept}}})
	key := ledger.PrincipalKey(account, app.ID)
	status := func() ledger.Record {
		t.Helper()
		item, err := w.Load(t.Context(), key)
		if err != nil || len(item.Records) != 1 {
			t.Fatalf("%v, %+v", err, item)
		}
		return item.Records[0]
	}
	if got := status(); got.Status != finding.Open {
		t.Fatalf("%+v", got)
	}
	w.now = w.now.Add(time.Hour)
	r := w.process()
	d := &directory{closed: true, err: errclass.New(errclass.Refused, "no")}
	r.Accounts = d
	work := target.Work{Target: target.OfClosed("aws", account, key), Causes: []target.Cause{{Kind: target.Swept}}}
	run := func() reconcile.Result { return r.Batch(t.Context(), []target.Work{work})[work.Target.Identity()] }
	if got := run(); got.After == 0 || status().Status != finding.Open {
		t.Errorf("without an answer: %+v", got)
	}
	d.closed, d.err = false, nil
	if got := run(); got.After != 0 || got.Err != nil || status().Status != finding.Open {
		t.Errorf("not closed: %+v", got)
	}
	told := len(w.told)
	d.closed = true
	if got := run(); got.After != 0 || got.Err != nil {
		t.Errorf("%+v", got)
	}
	if got := status(); got.Status != finding.Resolved || got.Ended != finding.AccountClosed {
		t.Errorf("%+v", got)
	}
	if len(w.told) == told {
		t.Error("it is not reported")
	}
	r.Accounts = nil
	if got := run(); !got.Parked {
		t.Errorf("in a deployment for one account: %+v", got)
	}
}
