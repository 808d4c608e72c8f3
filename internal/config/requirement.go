package config

import (
	"time"

	"github.com/ringfence/ringfence/internal/policy"
)

// Mode says how far Ringfence goes.
type Mode string

// The modes. Observe records findings in the log and metrics; alert publishes them;
// enforce acts, then publishes.
const (
	Observe Mode = "observe"
	Alert   Mode = "alert"
	Enforce Mode = "enforce"
)

// Accept says which attached boundaries pass beside the required one.
type Accept string

// The acceptances: the same ARN; a policy of the same meaning; a policy that allows
// no more. The last two must also deny explicitly all that the required one does.
const (
	AcceptExact    Accept = "exact"
	AcceptEqual    Accept = "equal"
	AcceptNarrower Accept = "narrower"
)

// OnDrift says what is done about a principal outside its boundary.
type OnDrift string

// The reactions.
const (
	Reattach   OnDrift = "reattach"
	Quarantine OnDrift = "quarantine"
	OnlyAlert  OnDrift = "alert"
)

// Boundary is one approved boundary, as it is in one account.
type Boundary struct {
	// Name is its key in the configuration.
	Name string
	// ARN is the managed policy that principals of the account must carry.
	ARN string
	// Document is the approved document as JSON text, as it is in this account, nil where
	// none was given, and Policy the same, parsed. Both are shared: do not change them.
	Document []byte
	Policy   *policy.Document
	// Mode is how far Ringfence goes for the policy itself: that of the boldest rule
	// which requires it in this account.
	Mode Mode
}

// Exemption keeps one principal out of its rule until a date.
type Exemption struct {
	// Principal is its ARN as in the configuration, where ${account} and ${partition}
	// make it the principal of that name in every account.
	Principal string
	// ID is the unique id (AROA… or AIDA…) of the one that is meant, empty where whichever
	// principal has the name is.
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
	ID     string
	Owner  string
	Reason string
	// Expires is the first moment at which the exemption no longer holds.
	Expires time.Time
}

// Requirement is what the configuration asks of one principal at one moment.
type Requirement struct {
	// Rule is the name of the first rule that matches; it is empty where none does,
	// and then nothing else is set.
	Rule     string
	Mode     Mode
	Boundary Boundary
	Accept   Accept
	OnDrift  OnDrift
	// OnIncomparable is the reaction to a boundary that allows some things more and
	// others less than the required one, or allows less and denies explicitly less, or may
	// do so.
	OnIncomparable OnDrift
	// OutOfScope is set where the rule asks for no boundary; of the above, only its name
	// and mode are set then.
	OutOfScope *OutOfScope
	// Exempt is the exemption that holds now, Lapsed one that held until its date.
	Exempt *Exemption
	Lapsed *Exemption
	// Namesake is the exemption of another principal: one that had the name before, and
	// another unique id.
	Namesake *Exemption
}
