package sweep_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/ownparts"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/sweep"
	"github.com/ringfence/ringfence/internal/target"
)

const closedAccount = "999999999999"

// organization is a world of several accounts with the same principals, of which one cannot be entered.
type organization struct {
	*world
	accounts []string
	started  []sweep.State
	kept     map[string]ledger.Account
	compared int
	// gone are closed, and asking about an account of silent fails.
	gone, silent map[string]bool

	throttled, throttledAccounts bool
}

func newOrganization(t *testing.T, seed uint64, n int) *organization {
	t.Helper()
	o := &organization{world: newWorld(t, seed), kept: map[string]ledger.Account{}, gone: map[string]bool{}, silent: map[string]bool{}}
	for i := range n {
		o.accounts = append(o.accounts, fmt.Sprintf("%012d", 100000000000+i))
	}
	o.accounts = append(o.accounts, number, closedAccount)
	o.sweeper.Assessor.Source, o.sweeper.Organization, o.sweeper.Parts = o, o, o
	o.sweeper.Partition, o.sweeper.Account = "aws", number
	return o
}

func (o *organization) Accounts(_ context.Context, marker string) (page []principal.Account, next string, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := o.wrong(); err != nil {
		return nil, "", err
	}
	from, _ := strconv.Atoi(marker)
	to := min(from+2, len(o.accounts))
	if to < len(o.accounts) {
		next = strconv.Itoa(to)
	}
	for _, id := range o.accounts[from:to] {
		page = append(page, principal.Account{ID: id, Units: []principal.Unit{{ID: "r-a1b2"}}})
	}
	return page, next, nil
}

func (o *organization) Keep(_ context.Context, a principal.Account, at time.Time) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := o.wrong(); err != nil {
		return err
	}
	o.kept[a.ID] = ledger.Account{Account: a, Read: at}
	return nil
}

func (o *organization) Kept(_ context.Context, marker string) (page []ledger.Account, next string, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := o.wrong(); err != nil {
		return nil, "", err
	}
	all := slices.Sorted(maps.Keys(o.kept))
	for _, id := range all {
		if id > marker {
			page = append(page, o.kept[id])
		}
	}
	if len(page) > 3 {
		page, next = page[:3], page[2].ID
	}
	return page, next, nil
}

func (o *organization) Closed(_ context.Context, account string, since time.Time) (bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := o.wrong(); err != nil {
		return false, err
	}
	if a, ok := o.kept[account]; ok && !a.Read.Before(since) {
		return false, nil
	}
	if o.throttledAccounts {
		return true, errThrottled
	}
	if o.silent[account] {
		return true, errclass.New(errclass.Refused, "no answer")
	}
	return o.gone[account], nil
}

func (o *organization) Forget(_ context.Context, a ledger.Account) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := o.wrong(); err != nil {
		return err
	}
	delete(o.kept, a.ID)
	return nil
}

func (o *organization) Start(_ context.Context, st sweep.State) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := o.wrong(); err != nil {
		return err
	}
	o.started = append(o.started, st)
	return nil
}

func (o *organization) Page(ctx context.Context, account, marker string) ([]principal.Snapshot, string, error) {
	if account == closedAccount {
		return nil, "", errclass.New(errclass.Refused, "the role is missing")
	}
	if o.throttled {
		return nil, "", errThrottled
	}
	page, next, err := o.world.Page(ctx, account, marker)
	page = slices.Clone(page)
	for i := range page {
		page[i].Account = account
	}
	return page, next, err
}

// Policy returns the boundary policy of each account.
func (o *organization) Policy(ctx context.Context, arn string) (principal.PolicyState, error) {
	state, err := o.world.Policy(ctx, team)
	state.ARN = arn
	return state, err
}

func (o *organization) Differences(context.Context) ([]ownparts.Difference, []error) {
	o.compared++
	return nil, nil
}

// The first sweep starts one for each account, whatever goes wrong, and looks at no principal itself.
func TestASweepOfAnOrganizationStartsOneForEachAccount(t *testing.T) {
	for seed := range uint64(20) {
		o := newOrganization(t, seed, 30)
		o.add(principal.Role, 3, "")
		o.sweeper.Excluded = []string{o.accounts[4]}
		if seed > 0 {
			o.bad = 0.1
		}
		for _, st := range o.sweep() {
			if st.Phase != sweep.Done || st.Seen > 0 || st.Accounts < len(o.accounts)-1 {
				t.Errorf("%+v", st)
			}
		}
		started := map[string]bool{}
		for _, st := range o.started {
			if started[st.Account] = true; st.Phase != sweep.Reading || st.Started.IsZero() || st.Check() != nil {
				t.Errorf("%+v", st)
			}
		}
		if len(started) != len(o.accounts)-1 || started[o.accounts[4]] || len(o.kept) != len(o.accounts) || len(o.handed) > 0 {
			t.Errorf("seed %d: %d of %d accounts, %d handed over", seed, len(started), len(o.accounts), len(o.handed))
		}
	}
}

// run runs the sweep of one account to its end.
func (o *organization) run(account string) (st sweep.State) {
	o.t.Helper()
	for st = (sweep.State{Started: o.now, Account: account}); !st.Finished(); {
		next, _, err := o.sweeper.Step(o.t.Context(), st)
		if err != nil {
			o.t.Fatal(err)
		}
		st = next
	}
	return st
}

// Each sweep is of one account. What concerns all accounts is done once, by that of the own account: the parts of
// Ringfence are compared, and open findings that are over are looked at.
func TestTheSweepOfOneAccount(t *testing.T) {
	o := newOrganization(t, 1, 1)
	o.add(principal.Role, 2, "")
	other := o.accounts[0]
	over := target.OfPrincipal(principal.Ref{Partition: "aws", Account: other, Kind: principal.Role, Path: "/", Name: "gone"}, "AROAGONE")
	key := ledger.PrincipalKey(other, "AROAGONE")
	o.ledger[key] = ledger.Item{}.Apply(ledger.Entry{Key: key, Kind: over.Kind, ID: over.ID, ARN: over.Ref.ARN(), Account: other, At: o.now, Decision: plan.Decision{Drift: "missing"}})

	if st := o.run(other); st.Seen != 2 || st.Handed != 2 || o.compared > 0 {
		t.Errorf("%+v, parts compared %d times", st, o.compared)
	}
	for _, w := range o.handed {
		if w.Target.Account != other || w.Target.ID == "AROAGONE" {
			t.Errorf("handed over %v", w.Target)
		}
	}
	o.handed = nil
	if st := o.run(number); st.Seen != 2 || st.Handed != 3 || o.compared != 1 {
		t.Errorf("%+v, parts compared %d times", st, o.compared)
	}
	if !slices.ContainsFunc(o.handed, func(w target.Work) bool {
		return w.Target.Account == other && w.Target.ID == "AROAGONE" && w.ReportOnly
	}) {
		t.Errorf("handed over %v", o.handed)
	}
}

// An account that cannot be entered is reported, and a sweep that enters it takes that back.
func TestAnAccountThatCannotBeEntered(t *testing.T) {
	o := newOrganization(t, 1, 1)
	if st := o.run(closedAccount); st.Phase != sweep.Done || st.Unreachable == "" || len(o.handed) != 1 {
		t.Fatalf("%+v, handed over %v", st, o.handed)
	}
	got := o.handed[0].Target
	if got.Kind != target.Sweep || got.Account != closedAccount || got.Partition != "aws" || got.Unreachable != "the role is missing" {
		t.Errorf("%+v", got)
	}
	other := target.OfSweep("aws", o.accounts[0], nil)
	key := ledger.TargetKey(other)
	o.ledger[key] = ledger.Item{Key: key}.Apply(ledger.Entry{Key: key, Kind: other.Kind, Account: other.Account, At: o.now, Decision: plan.Sweep(nil, "the role is missing")})
	o.handed = nil
	o.run(o.accounts[0])
	if len(o.handed) != 1 || o.handed[0].Target.Identity() != other.Identity() || o.handed[0].Target.Unreachable != "" {
		t.Errorf("handed over %v", o.handed)
	}
	// A throttle is no refusal: the message of the sweep comes back.
	o.handed, o.throttled = nil, true
	if _, after, err := o.sweeper.Step(t.Context(), sweep.State{Account: o.accounts[0]}); err == nil || after != 0 || len(o.handed) > 0 {
		t.Errorf("after %v, %v, handed over %v", after, err, o.handed)
	}
}

// Accounts that are closed are forgotten, whatever goes wrong; and no other account is: one that was not listed, because it
// was moved meanwhile or the list was cut off, one that Organizations does not answer about, and one that is not swept.
func TestClosedAccountsAreForgotten(t *testing.T) {
	for seed := range uint64(20) {
		o := newOrganization(t, seed, 12)
		o.sweeper.Excluded = []string{"300000000003"}
		for i, id := range []string{"300000000000", "300000000001", "300000000002", "300000000003"} {
			o.kept[id] = ledger.Account{Account: principal.Account{ID: id}, Read: o.now.Add(-time.Hour)}
			o.gone[id] = i == 0
			o.silent[id] = i == 1
		}
		if seed > 0 {
			o.bad = 0.1
		}
		o.sweep()
		for _, id := range []string{"300000000001", "300000000002", "300000000003", o.accounts[0], number} {
			if _, ok := o.kept[id]; !ok {
				t.Errorf("seed %d: %s is forgotten", seed, id)
			}
		}
		if _, ok := o.kept["300000000000"]; ok {
			t.Errorf("seed %d: the closed account is still known", seed)
		}
	}
}

// A sweep of an account that is not to be swept does nothing. Enforce may start one.
func TestAnExcludedAccountIsNotSwept(t *testing.T) {
	o := newOrganization(t, 1, 1)
	o.add(principal.Role, 3, "")
	o.sweeper.Excluded = []string{o.accounts[0]}
	if st := o.run(o.accounts[0]); st.Phase != sweep.Done || st.Seen > 0 || len(o.handed) > 0 {
		t.Errorf("%+v", st)
	}
}

// A sweep does not wait forever for an answer about other accounts: what is to be repaired in its own account would.
func TestOrganizationsThatDoesNotAnswer(t *testing.T) {
	o := newOrganization(t, 1, 1)
	o.throttledAccounts = true
	key := "sweep#300000000000#"
	o.ledger[key] = ledger.Item{Key: key}.Apply(ledger.Entry{Key: key, Kind: target.Sweep, Account: "300000000000", At: o.now, Decision: plan.Decision{Drift: "missing"}})
	st, waits := sweep.State{Started: o.now, Account: number}, 0
	for !st.Finished() {
		next, after, err := o.sweeper.Step(t.Context(), st)
		if err != nil && after == 0 || waits > 10 {
			t.Fatalf("%v after %d waits", err, waits)
		}
		if err != nil {
			waits++
		}
		st = next
	}
	if st.Phase != sweep.Done || waits != 4 || slices.ContainsFunc(o.handed, func(w target.Work) bool { return w.Target.Kind == target.Closed }) {
		t.Errorf("%+v, %d waits, handed over %v", st, waits, o.handed)
	}
}

// What is open in a closed account is handed over as such, of every kind. What is open in others is looked at as ever.
func TestFindingsOfClosedAccounts(t *testing.T) {
	o := newOrganization(t, 1, 1)
	o.sweeper.Excluded = []string{"300000000003"}
	ids := []string{"300000000000", "300000000001", "300000000002", "300000000003"}
	o.gone[ids[0]], o.gone[ids[3]], o.silent[ids[1]] = true, true, true
	for _, id := range ids {
		for _, over := range []target.Target{
			target.OfPrincipal(principal.Ref{Partition: "aws", Account: id, Kind: principal.Role, Path: "/", Name: "app"}, "AROA"+id),
			target.OfSweep("aws", id, nil),
		} {
			key := ledger.TargetKey(over)
			if over.ID != "" {
				key = ledger.PrincipalKey(id, over.ID)
			}
			o.ledger[key] = ledger.Item{Key: key}.Apply(ledger.Entry{Key: key, Kind: over.Kind, ID: over.ID, ARN: over.Ref.ARN(), Account: id, At: o.now, Decision: plan.Decision{Drift: "missing"}})
		}
	}
	o.run(number)
	var closed []string
	for _, w := range o.handed {
		if w.Target.Kind == target.Closed {
			closed = append(closed, w.Target.ARN)
			if w.Target.Account != ids[0] {
				t.Errorf("%+v", w)
			}
		} else if w.Target.Account == ids[0] {
			t.Errorf("%s is looked at", w.Target)
		}
	}
	slices.Sort(closed)
	if want := []string{"principal#300000000000#AROA300000000000", "sweep#300000000000#"}; !slices.Equal(closed, want) {
		t.Errorf("closed are %v, want %v", closed, want)
	}
}
