// Package report tells people and tools what the ledger says is to be told.
//
//	report queue ──→ item of the ledger ──→ enrich ──→ finding ──→ bus      (each revision)
//	                                                         ├───→ digest ──→ topic (a minute)
//	                                                         └───→ second look
//
// It runs behind its own queue: nothing that people read costs the next repair anything.
// Each sink has a mark of its own in the ledger, so that one that is out of reach keeps
// the others from nothing. The latest revision of a finding reaches each sink once; one that
// was overtaken before it was told is part of the next. (A process that ends between a sink's answer and the mark is the one exception: then the
// same revision is sent again, with the same id and number.)
//
// What cannot be found out is said in the finding, and holds up nothing.
package report

import (
	"context"
	"errors"
	"time"

	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/fault"
	"github.com/ringfence/ringfence/internal/fence"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
	"github.com/ringfence/ringfence/internal/trail"
)

// Source reads what findings are enriched with.
type Source interface {
	Principal(context.Context, principal.Ref) (principal.Snapshot, error)
	Policy(ctx context.Context, arn string) (principal.PolicyState, error)
	IdentityPolicies(context.Context, principal.Ref) ([]principal.IdentityPolicy, error)
	// BoundedBy names the principals that carry a policy as their boundary.
	BoundedBy(ctx context.Context, account, policyARN string) ([]principal.Ref, error)
	// AttachedTo names what a managed policy is attached to for its permissions.
	AttachedTo(ctx context.Context, policyARN string) ([]string, error)
}

// History tells what was done to a principal lately, late and incompletely.
type History interface {
	Calls(ctx context.Context, ref principal.Ref, since time.Time) ([]trail.Raw, error)
}

// Ledger remembers what is to be told.
type Ledger interface {
	Load(ctx context.Context, key string) (ledger.Item, error)
	Save(context.Context, ledger.Item) error
	LoadDigest(ctx context.Context, key string) (ledger.Digest, error)
	SaveDigest(ctx context.Context, d ledger.Digest, expires time.Time) (ok bool, err error)
}

// Sinks are where findings go. What has no target takes everything and does nothing.
type Sinks interface {
	// Topic tells people: of one finding, or of several at once.
	Topic(context.Context, []finding.Finding) error
	// Bus puts one finding on the event bus.
	Bus(context.Context, finding.Finding) error
}

// Queue asks for what must follow.
type Queue interface {
	Digest(ctx context.Context, key string, due time.Time) error
	Later(context.Context, target.Work, time.Duration) error
}

// Reporter is the wiring. All fields but History are required.
type Reporter struct {
	Config    *fence.Fence
	Documents *exposure.Documents
	Source    Source
	History   History
	Ledger    Ledger
	Sinks     Sinks
	Queue     Queue
	Now       func() time.Time
}

// Told is what came of one notice.
type Told struct {
	// Findings are those whose revision was new, as they are published.
	Findings []finding.Finding
	// Unsent counts what a sink did not take.
	Unsent int
	// After is when to try again, zero where all was told.
	After time.Duration
	Err   error
}

// The pauses before something is told again.
const (
	// Soon is for what passes, and refused for what people must put right first: a topic
	// that was deleted, a key that was disabled.
	Soon    = 5 * time.Second
	longest = 5 * time.Minute
	// unread is for a ledger that is out of reach: nothing says how long it has been.
	unread  = 20 * time.Second
	refused = 15 * time.Minute
	// lease is how long telling may take, until another process may be at it.
	lease = 90 * time.Second
)

// pause is how long to wait until something is told again that has been owed for a time:
// the longer, the longer. A message is given up after a hundred receptions, and a sink may
// be out of reach for longer than that many short pauses.
func pause(err error, owed time.Duration) time.Duration {
	if fault.Temporary(err) {
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

// Tell tells every sink what an item of the ledger owes it.
func (r *Reporter) Tell(ctx context.Context, key string) Told {
	item, others, err := r.claim(ctx, key)
	if err != nil {
		return Told{After: pause(err, 4*unread), Err: err}
	}
	if others > 0 {
		return Told{After: max(Soon, others/3)} // mostly they are done at once; or they were killed
	}
	if item.Key == "" {
		return Told{}
	}
	var told Told
	var marks []mark
	for _, record := range item.Owed() {
		if record.Notes == nil || record.Notes.Revision < record.Revision {
			notes := r.enrich(ctx, item, record)
			record.Notes = &notes
		}
		f := compose(item, record)
		told.Findings = append(told.Findings, f)
		m := r.send(ctx, item, record, f)
		if m.err != nil {
			told.Err = errors.Join(told.Err, m.err)
			told.After = sooner(told.After, m.after)
		}
		told.Unsent += m.unsent
		marks = append(marks, m)
	}
	if err := r.note(ctx, item, marks); err != nil {
		return Told{Findings: told.Findings, Unsent: told.Unsent, After: Soon, Err: errors.Join(told.Err, err)}
	}
	return told
}
