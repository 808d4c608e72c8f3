package reconcile

import (
	"context"
	"errors"
	"sync"

	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
)

// Accounts knows the accounts of an organization.
type Accounts interface {
	// Account returns what AWS Organizations says of an account. Any error means that it is not known.
	Account(ctx context.Context, id string) (principal.Account, error)
	// Closed reports whether an account is closed, suspended, or not in the organization. An error is no answer.
	Closed(ctx context.Context, id string) (bool, error)
}

// know asks for the facts of the accounts of a batch, and has the configuration know them. It also asks if no rule depends
// on them: an account that was never met is swept. Then an error changes nothing.
func (b *batch) know(ctx context.Context, merged []target.Work) {
	if b.Accounts == nil {
		return
	}
	asked := map[string]bool{}
	var facts []principal.Account
	var mu sync.Mutex
	var group sync.WaitGroup
	b.unknown = map[string]error{}
	for _, w := range merged {
		id := w.Target.Account
		if asked[id] || !principal.IsAccount(id) {
			continue
		}
		asked[id] = true
		group.Go(func() {
			a, err := b.Accounts.Account(ctx, id)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				b.unknown[id] = err
				return
			}
			facts = append(facts, a)
		})
	}
	group.Wait()
	knowing := *b.Reconciler
	knowing.Config = b.Config.Knowing(facts...)
	b.Reconciler = &knowing
}

// known returns an error if the decision on a target may depend on facts of its account that are not known.
func (b *batch) known(t target.Target) error {
	switch t.Kind {
	case target.Principal, target.Policy, target.Walk:
		if err := b.Config.Known(t.Account); err != nil {
			return errors.Join(err, b.unknown[t.Account])
		}
	}
	return nil
}

// closed resolves the open finding of an item whose account is closed. The message is only a hint, and AWS Organizations
// is asked: no finding ends because a list of accounts was incomplete.
func (b *batch) closed(ctx context.Context, w target.Work) Result {
	if b.Accounts == nil {
		return parked(errors.New("the accounts of an organization are not known here"))
	}
	switch is, err := b.Accounts.Closed(ctx, w.Target.Account); {
	case err != nil:
		return retry(late, err)
	case !is:
		return Result{}
	}
	of := func(item ledger.Item) bool { return item.Account == w.Target.Account }
	return b.resolve(ctx, w.Target.ARN, of, func(item ledger.Item) ledger.Entry {
		return b.entry(w, item.Key, "", "", b.noDecision()).AsClosed(b.Now())
	})
}
