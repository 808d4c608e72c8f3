// Package report publishes what the ledger says is unreported.
//
//	report queue ──→ item of the ledger ──→ enrich ──→ finding ──→ bus      (each revision)
//	                                                         ├───→ digest ──→ topic (a minute)
//	                                                         ├───→ digest of each owner's topic ──→ that topic
//	                                                         ├───→ second look
//	                                                         └───→ OCSF on the bus, Security Hub (where wanted)
//
// It runs behind its own queue, so reporting never delays a repair. Each sink has its own mark in the
// ledger, so a sink that is unavailable does not hold up the others. The latest revision of a finding
// reaches each sink once; a revision that is replaced before it is sent is part of the next one.
// There is one exception: if a process ends between a sink's answer and the mark, the same revision
// is sent again, with the same id and number.
//
// What cannot be found out is named in the finding and delays nothing.
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

// Source reads what enriches findings.
type Source interface {
	Principal(context.Context, principal.Ref) (principal.Snapshot, error)
	Policy(ctx context.Context, arn string) (principal.PolicyState, error)
	IdentityPolicies(context.Context, principal.Ref) ([]principal.IdentityPolicy, error)
	// BoundedBy returns the principals that carry a policy as their boundary.
	BoundedBy(ctx context.Context, account, policyARN string) ([]principal.Ref, error)
	// AttachedTo returns what a managed policy is attached to as a permissions policy.
	AttachedTo(ctx context.Context, policyARN string) ([]string, error)
}

// History returns recent calls on a principal. It is late and incomplete.
type History interface {
	Calls(ctx context.Context, ref principal.Ref, since time.Time) ([]trail.Raw, error)
}

// Ledger stores what is unreported.
type Ledger interface {
	Load(ctx context.Context, key string) (ledger.Item, error)
	Save(context.Context, ledger.Item) error
	LoadDigest(ctx context.Context, key string) (ledger.Digest, error)
	SaveDigest(ctx context.Context, d ledger.Digest, expires time.Time) (ok bool, err error)
}

// Sinks are where findings go. A sink without a target accepts everything and does nothing.
type Sinks interface {
	// Topic notifies people about one finding or several: on the topic of the stack or, if the
	// ARN of an owner's topic is given, on that one.
	Topic(ctx context.Context, owners string, findings []finding.Finding) error
	// Bus puts one finding on the event bus.
	Bus(context.Context, finding.Finding) error
	// OCSF puts one finding on the event bus in the format of OCSF.
	OCSF(context.Context, finding.Finding) error
	// SecurityHub imports one finding into Security Hub.
	SecurityHub(context.Context, finding.Finding) error
}

// Queue schedules what must follow.
type Queue interface {
	// Report asks for items to be reported.
	Report(ctx context.Context, keys ...string) error
	Digest(ctx context.Context, key string, due time.Time) error
	Schedule(context.Context, target.Work, time.Duration) error
}

// Accounts knows the accounts of an organization.
type Accounts interface {
	Account(ctx context.Context, id string) (principal.Account, error)
}

// Reporter publishes findings. All fields but History, Accounts, Title, Topic, Region and Dashboard are
// required.
type Reporter struct {
	Config    *config.Config
	Documents *exposure.Documents
	Source    Source
	History   History
	Ledger    Ledger
	Sinks     Sinks
	Queue     Queue
	Now       func() time.Time
	// Accounts says what AWS Organizations says of accounts; nil without an organization.
	Accounts Accounts
	// Title makes the headline of a finding.
	Title func(finding.Finding) string
	// Topic is the ARN of the topic of the stack. An owner's topic that is the same one gets
	// nothing of its own.
	Topic string
	// Region and Dashboard are the region and the name of the stack's dashboard; empty outside a stack.
	Region, Dashboard string
}

// Told is the result of one notice.
type Told struct {
	// Findings are the published findings with a new revision.
	Findings []finding.Finding
	// Unsent counts what a sink did not accept.
	Unsent int
	// After is when to try again; zero if everything was reported.
	After time.Duration
	Err   error
}
