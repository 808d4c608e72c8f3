package report

import (
	"context"
	"errors"
	"time"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
)

// The pauses before something is reported again.
const (
	// Soon is for errors that pass. refused is for errors that people must fix first: a deleted
	// topic, a disabled key.
	Soon    = 5 * time.Second
	longest = 5 * time.Minute
	// unread is for a ledger that is unavailable: nothing says for how long.
	unread  = 20 * time.Second
	refused = 15 * time.Minute
	// atMost is how long one finding may take. The rest is reported later.
	atMost = 20 * time.Second
	// lease is how long a claim lasts that is neither renewed nor released.
	lease = atMost + 10*time.Second
)

// pause returns how long to wait before the next attempt. It grows with the time that something has
// been unreported: a message goes to the dead-letter queue after a hundred receives, and a sink may
// be unavailable for longer than that many short pauses.
func pause(err error, owed time.Duration) time.Duration {
	if errclass.Temporary(err) {
		return min(max(Soon, owed/4), longest)
	}
	return refused
}

// sooner returns the shorter of two pauses. A zero pause does not count.
func sooner(a, b time.Duration) time.Duration {
	if a == 0 {
		return b
	}
	return min(a, b)
}

const tries = 8

// Tell reports the findings of an item to every sink, one after another. Each finding is marked
// before the next one begins, so every notice makes progress however often the process ends. Tell
// also reports what is written meanwhile, so that its notices find nothing left.
func (r *Reporter) Tell(ctx context.Context, key string) Told {
	item, others, err := r.claim(ctx, key)
	if err != nil {
		return Told{After: pause(err, 4*unread), Err: err}
	}
	if others > 0 {
		return Told{After: others + Soon} // the other process reports everything unless it ends early
	}
	begin, cancel := early(ctx)
	defer cancel()
	var told Told
	tried := map[string]int{}
	record, more := next(item, tried)
	for more {
		tried[record.ID] = record.Revision
		m := r.one(ctx, item, record, &told)
		late := begin.Err() != nil
		item, err = r.note(ctx, item, m, func(i ledger.Item) (last bool) {
			record, more = next(i, tried)
			return late || !more
		})
		if err != nil {
			told.After, told.Err = Soon, errors.Join(told.Err, err)
			return told
		}
		if more && late {
			told.After = sooner(told.After, Soon)
			return told
		}
	}
	return told
}

// next returns the first record with an unreported revision that was not tried yet.
func next(item ledger.Item, tried map[string]int) (ledger.Record, bool) {
	for _, record := range item.Unreported() {
		if tried[record.ID] < record.Revision {
			return record, true
		}
	}
	return ledger.Record{}, false
}

// one reports one finding.
func (r *Reporter) one(ctx context.Context, item ledger.Item, record ledger.Record, told *Told) mark {
	ctx, cancel := context.WithTimeout(ctx, atMost)
	defer cancel()
	if record.Notes == nil || record.Notes.Revision < record.Revision {
		notes := r.enrich(ctx, item, record)
		record = record.WithNotes(notes)
	}
	f := r.aids(compose(item, record), record, r.account(ctx, item.Account))
	m := r.send(ctx, item, record, f)
	told.add(f, m)
	return m
}

// reserve is how much time must be left to begin the next finding.
const reserve = atMost + 5*time.Second

// early returns a context that ends when nothing more may begin.
func early(ctx context.Context) (context.Context, context.CancelFunc) {
	if end, ok := ctx.Deadline(); ok {
		return context.WithDeadline(ctx, end.Add(-reserve))
	}
	return context.WithCancel(ctx)
}

// add records the result of reporting one finding.
func (t *Told) add(f finding.Finding, m mark) {
	t.Findings = append(t.Findings, f)
	t.Unsent += m.unsent
	if m.err != nil {
		t.Err = errors.Join(t.Err, m.err)
		t.After = sooner(t.After, m.after)
	}
}
