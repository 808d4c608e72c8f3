package report

import (
	"context"
	"errors"
	"time"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
)

// The pauses before something is told again.
const (
	// Soon is for what passes, and refused for what people must put right first: a topic
	// that was deleted, a key that was disabled.
	Soon    = 5 * time.Second
	longest = 5 * time.Minute
	// unread is for a ledger that is out of reach: nothing says how long it has been.
	unread  = 20 * time.Second
	refused = 15 * time.Minute
	// atMost is how long one finding may take: what is not told then is told later.
	atMost = 20 * time.Second
	// lease is how long a process that does not say otherwise is taken to be at it.
	lease = atMost + 10*time.Second
)

// pause is how long to wait until something is told again that has been owed for a time:
// the longer, the longer. A message is given up after a hundred receptions, and a sink may
// be out of reach for longer than that many short pauses.
func pause(err error, owed time.Duration) time.Duration {
	if errclass.Temporary(err) {
		return min(max(Soon, owed/4), longest)
	}
	return refused
}

// sooner is the shorter of two pauses, of which none is zero.
func sooner(a, b time.Duration) time.Duration {
	if a == 0 {
		return b
	}
	return min(a, b)
}

const tries = 8

// Tell tells every sink what an item of the ledger owes it, one finding after another. Each
// is marked before the next is begun: however much there is to tell, and however often the
// process ends, every notice comes further. What is written meanwhile is told too, so that
// the notices of it find nothing left.
func (r *Reporter) Tell(ctx context.Context, key string) Told {
	item, others, err := r.claim(ctx, key)
	if err != nil {
		return Told{After: pause(err, 4*unread), Err: err}
	}
	if others > 0 {
		return Told{After: others + Soon} // they tell everything, unless they were killed
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

// next is the first record of which somebody is to be told a revision that was not tried yet.
func next(item ledger.Item, tried map[string]int) (ledger.Record, bool) {
	for _, record := range item.Unreported() {
		if tried[record.ID] < record.Revision {
			return record, true
		}
	}
	return ledger.Record{}, false
}

// one tells one finding.
func (r *Reporter) one(ctx context.Context, item ledger.Item, record ledger.Record, told *Told) mark {
	ctx, cancel := context.WithTimeout(ctx, atMost)
	defer cancel()
	if record.Notes == nil || record.Notes.Revision < record.Revision {
		notes := r.enrich(ctx, item, record)
		record = record.WithNotes(notes)
	}
	f := r.aids(compose(item, record), record)
	m := r.send(ctx, item, record, f)
	told.add(f, m)
	return m
}

// reserve is how much time must be left when the next finding is begun.
const reserve = atMost + 5*time.Second

// early is a context that ends when nothing more is to be begun.
func early(ctx context.Context) (context.Context, context.CancelFunc) {
	if end, ok := ctx.Deadline(); ok {
		return context.WithDeadline(ctx, end.Add(-reserve))
	}
	return context.WithCancel(ctx)
}

// add notes what came of telling one finding.
func (t *Told) add(f finding.Finding, m mark) {
	t.Findings = append(t.Findings, f)
	t.Unsent += m.unsent
	if m.err != nil {
		t.Err = errors.Join(t.Err, m.err)
		t.After = sooner(t.After, m.after)
	}
}
