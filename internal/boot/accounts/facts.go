package accounts

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/lru"
	"github.com/ringfence/ringfence/internal/principal"
)

const (
	// factsKept is for how many accounts facts are kept, and fresh for how long. An account that was moved is known to be
	// elsewhere that much after the sweep that found it there.
	factsKept = 1000
	fresh     = 3 * time.Minute
	// lookupTimeout limits a lookup: an event whose rules need no facts must not wait for them.
	lookupTimeout = 5 * time.Second
	// orphaned is how long after a sweep fell due the process that was to start it has ended.
	orphaned = time.Minute
)

// FactsLedger stores what is known of accounts.
type FactsLedger interface {
	// LoadAccount returns an account, of version 0 if it is not stored.
	LoadAccount(ctx context.Context, id string) (ledger.Account, error)
	// SaveAccount writes an account if the stored one still has its version; otherwise ok is false.
	SaveAccount(context.Context, ledger.Account) (ok bool, err error)
}

// Directory reads an account from AWS Organizations.
type Directory interface {
	Account(ctx context.Context, id string) (principal.Account, error)
	Closed(ctx context.Context, id string) (bool, error)
}

// Facts are what AWS Organizations says of accounts. The ledger has them, from the latest sweep of the organization; of an
// account that it does not have, Organizations is asked. Facts are safe for concurrent use.
type Facts struct {
	Ledger FactsLedger
	// Directory is nil for a function that may not ask Organizations, and knows only what the ledger has.
	Directory Directory
	// Tags is set if the rules depend on tags of accounts.
	Tags bool
	// Start starts the sweep of an account that was met for the first time; nil for a function that starts none.
	Start func(ctx context.Context, account string) error
	Now   func() time.Time
	Log   *slog.Logger

	kept *lru.Map[string, known]
}

// known is what a process remembers of an account.
type known struct {
	account principal.Account
	err     error
	until   time.Time
}

// NewFacts returns facts without anything remembered.
func NewFacts(f Facts) *Facts {
	f.kept = lru.New[string, known](factsKept)
	return &f
}

// Account returns what Organizations says of an account. An error is never an account without units.
func (f *Facts) Account(ctx context.Context, id string) (principal.Account, error) {
	if k, ok := f.kept.Get(id); ok && f.Now().Before(k.until) {
		return k.account, k.err
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	a, final, err := f.read(ctx, id)
	switch {
	case err != nil:
		f.Log.LogAttrs(ctx, slog.LevelWarn, "the facts of an account are not known", slog.String("account", id), slog.String("error", err.Error()), slog.String("class", errclass.ClassOf(err).String()))
		if class := errclass.ClassOf(err); class == errclass.Refused || class == errclass.Gone {
			f.kept.Put(id, known{err: err, until: f.Now().Add(refusal)}) // the events of an account must not use up the calls of others
		}
	case final:
		f.kept.Put(id, known{account: a, until: f.Now().Add(fresh)})
	}
	return a, err
}

// Closed asks Organizations whether an account is closed, suspended, or not in the organization.
func (f *Facts) Closed(ctx context.Context, id string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	return f.Directory.Closed(ctx, id)
}

// read reads an account from the ledger, or else from Organizations. final is unset if it must be read again before long.
func (f *Facts) read(ctx context.Context, id string) (a principal.Account, final bool, err error) {
	stored, unread := f.Ledger.LoadAccount(ctx, id)
	if unread == nil && stored.Known() && stored.ID == id && (!f.Tags || stored.Tags != nil) {
		return stored.Account, f.start(ctx, stored), nil
	}
	if f.Directory == nil {
		return a, false, errors.Join(unread, errclass.New(errclass.Unknown, "account %s is not in the ledger", id))
	}
	if a, err = f.Directory.Account(ctx, id); err != nil || unread != nil {
		return a, true, err // while the ledger is away, Organizations is not asked more often
	}
	isNew := !stored.Known()
	next := ledger.Account{Account: a, Version: stored.Version, Read: f.Now(), SweepDue: stored.SweepDue}
	if isNew && f.Start != nil {
		next.SweepDue = f.Now()
	}
	saved, err := f.Ledger.SaveAccount(ctx, next)
	switch {
	case err != nil:
		f.Log.LogAttrs(ctx, slog.LevelWarn, "the facts of an account are not stored", slog.String("account", id), slog.String("error", err.Error()))
		return a, false, nil
	case !saved: // another process was faster, and starts the sweep
		return a, true, nil
	case !isNew || f.Start == nil:
		return a, true, nil
	}
	next.Version++
	return a, f.send(ctx, next), nil
}

// start starts a sweep that was due and never started. It reports whether nothing is left to do.
func (f *Facts) start(ctx context.Context, stored ledger.Account) bool {
	switch {
	case f.Start == nil || stored.SweepDue.IsZero():
		return true
	case f.Now().Sub(stored.SweepDue) < orphaned:
		return false // another process is about to start it
	}
	return f.send(ctx, stored)
}

// send starts a sweep, and notes that. If the note is lost, the account is swept twice, which changes nothing.
func (f *Facts) send(ctx context.Context, a ledger.Account) (done bool) {
	if err := f.Start(ctx, a.ID); err != nil {
		f.Log.LogAttrs(ctx, slog.LevelWarn, "the sweep of a new account is not started", slog.String("account", a.ID), slog.String("error", err.Error()))
		return false
	}
	f.Log.LogAttrs(ctx, slog.LevelInfo, "a new account is swept", slog.String("account", a.ID))
	a.SweepDue = time.Time{}
	_, err := f.Ledger.SaveAccount(ctx, a)
	return err == nil
}
