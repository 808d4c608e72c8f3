// Package report tells people and tools what the ledger says is to be told.
//
//	report queue ──→ item of the ledger ──→ enrich ──→ finding ──→ bus      (each revision)
//	                                                         ├───→ digest ──→ topic (a minute)
//	                                                         ├───→ second look
//	                                                         └───→ OCSF on the bus, Security Hub (where wanted)
//
// It runs behind its own queue: nothing that people read costs the next repair anything.
// Each sink has a mark of its own in the ledger, so that one that is out of reach keeps
// the others from nothing. The latest revision of a finding reaches each sink once; one that
// was overtaken before it was told is part of the next. (A process that ends between a
// sink's answer and the mark is the one exception: then the same revision is sent again, with
// the same id and number.)
//
// What cannot be found out is said in the finding, and holds up nothing.
package report

import (
	"context"
	"time"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/exposure"
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
	// OCSF puts one finding on the event bus in the format of OCSF.
	OCSF(context.Context, finding.Finding) error
	// SecurityHub imports one finding into Security Hub.
	SecurityHub(context.Context, finding.Finding) error
}

// Queue asks for what must follow.
type Queue interface {
	// Report asks for items to be told of.
	Report(ctx context.Context, keys ...string) error
	Digest(ctx context.Context, key string, due time.Time) error
	Schedule(context.Context, target.Work, time.Duration) error
}

// Reporter is the wiring. All fields but History, Title, Region and Dashboard are required.
type Reporter struct {
	Config    *config.Config
	Documents *exposure.Documents
	Source    Source
	History   History
	Ledger    Ledger
	Sinks     Sinks
	Queue     Queue
	Now       func() time.Time
	// Title makes the line that a finding has for people.
	Title func(finding.Finding) string
	// Region and Dashboard are where the stack's dashboard is, and its name; empty outside a stack.
	Region, Dashboard string
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
