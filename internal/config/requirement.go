package config

import (
	"time"

	"github.com/ringfence/ringfence/internal/policy"
)

// Mode says what Ringfence does about drift.
type Mode string

// The modes. Observe records findings in the log and metrics; alert publishes them;
// enforce acts, then publishes.
const (
	Observe Mode = "observe"
	Alert   Mode = "alert"
	Enforce Mode = "enforce"
)

// Accept says which attached boundaries pass in place of the required one.
type Accept string

// The acceptances: the same ARN; a policy with the same meaning; a policy that allows no more. The last
// two must also deny explicitly everything that the required one denies explicitly.
const (
	AcceptExact    Accept = "exact"
	AcceptEqual    Accept = "equal"
	AcceptNarrower Accept = "narrower"
)

// OnDrift is the reaction to a principal outside its boundary.
type OnDrift string

// The reactions.
const (
	Reattach   OnDrift = "reattach"
	Quarantine OnDrift = "quarantine"
	OnlyAlert  OnDrift = "alert"
)

// Boundary is an approved boundary in one account.
type Boundary struct {
	// Name is its key in the configuration.
	Name string
	// ARN is the managed policy that principals of the account must carry.
	ARN string
	// Document is the approved document for this account as JSON text, or nil if none was given. Policy
	// is the parsed document. Both are shared: do not change them.
	Document []byte
	Policy   *policy.Document
	// Mode is the mode for the policy itself: of the rules that require it in this account, the mode
	// that does most.
	Mode Mode
}

// Exemption keeps one principal out of its rule until a date.
type Exemption struct {
	// Principal is its ARN as in the configuration. With ${account}, it is the principal with that name
	// in every account.
	Principal string
	// ID is the unique id (AROA… or AIDA…) of the exempt principal. If it is empty, any principal with
	// the name is exempt.
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
	ID     string
	Owner  string
	Reason string
	// Expires is the first moment at which the exemption is not in effect.
	Expires time.Time
}

// Requirement is what the configuration requires of one principal at one moment.
type Requirement struct {
	// Rule is the name of the first rule that matches. If it is empty, no rule matches and nothing else
	// is set.
	Rule     string
	Mode     Mode
	Boundary Boundary
	Accept   Accept
	OnDrift  OnDrift
	// OnIncomparable is the reaction to a boundary that allows some things more and others less than the
	// required one, or allows less and explicitly denies less, or may do so.
	OnIncomparable OnDrift
	// OutOfScope is set if the rule requires no boundary. Of the fields above, only Rule and Mode are
	// then set.
	OutOfScope *OutOfScope
	// Exempt is the exemption in effect, Lapsed one that has ended.
	Exempt *Exemption
	Lapsed *Exemption
	// Namesake is the exemption of another principal, with the same name and another unique id.
	Namesake *Exemption
}
