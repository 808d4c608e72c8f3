package plan

import (
	"time"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
)

// Decision is what was decided about one target, with the facts behind it. It is plain data,
// stored in the ledger as JSON.
type Decision struct {
	// Drift is [finding.None] if the target is inside.
	Drift finding.Drift `json:"drift"`
	Basis Basis         `json:"basis"`

	// Rule, Mode, Accept and Required come from the configuration; empty if no rule applies.
	// Required is the ARN of the boundary.
	Rule     string        `json:"rule,omitempty"`
	Mode     config.Mode   `json:"mode,omitempty"`
	Accept   config.Accept `json:"accept,omitempty"`
	Required string        `json:"required,omitempty"`
	// Attached is the ARN of the boundary that the principal carried.
	Attached string `json:"attached,omitempty"`
	// Meaning compares what is in force with what is required. It is zero if nothing was
	// compared.
	Meaning exposure.Meaning `json:"meaning,omitzero"`
	// Live is the document of a boundary policy that was in force, as JSON text. It is nil if
	// that is the approved one or was not read.
	Live []byte `json:"live,omitempty"`
	// Previous is the version that Live is compared with if no document is approved.
	Previous *Version `json:"before,omitempty"`
	// PolicyOpen says how the required policy itself differs from the approved one, if it
	// allows more or explicitly denies less, or may do so: then no principal that carries it is
	// inside. It is a relation, or [PolicyDeniesLess].
	PolicyOpen string `json:"policyOpen,omitempty"`

	// Exemption is the exemption that applies, or the one that expired.
	Exemption *Exemption `json:"exemption,omitempty"`
	// OutOfScope is set if the rule requires no boundary.
	OutOfScope *OutOfScope `json:"outOfScope,omitempty"`
	// Namesake is the unique id of another principal of the same name that has an exemption;
	// otherwise empty.
	Namesake string `json:"namesake,omitempty"`
	// PermissionSet is set if only this permission set can change the principal.
	PermissionSet *PermissionSet `json:"permissionSet,omitempty"`
	// MovedOut is the rule that no longer applies after a change of name, path or tags.
	MovedOut *MovedOut `json:"left,omitempty"`
	// Kept is set if a boundary is kept that another rule accepts.
	Kept *Kept `json:"kept,omitempty"`
	// Call is the name of the call that the decision is about, if it is about one.
	Call string `json:"call,omitempty"`
	// Held is set if a sweep was held.
	Held *Held `json:"held,omitempty"`
	// Unreachable is why a sweep could not enter an account.
	Unreachable string `json:"unreachable,omitempty"`
	// PartChange is a call on a part of Ringfence itself.
	PartChange *PartChange `json:"touch,omitempty"`

	// Fallback is used if the required boundary cannot be attached because its policy does not
	// exist and cannot be created. It is nil if the rule has no alternative.
	Fallback *Action `json:"otherwise,omitempty"`

	// Actions are done in order. The finding shows the last one.
	Actions []Action `json:"actions,omitempty"`
}

// Basis is the reason for a decision.
type Basis string

// The reasons, first those for a target that is inside.
const (
	NoRule          Basis = "no-rule"
	ServiceLinked   Basis = "service-linked"
	Exempt          Basis = "exempt"
	RuleOutOfScope  Basis = "out-of-scope"
	CarriesRequired Basis = "carries-required"
	Accepted        Basis = "accepted"
	InQuarantine    Basis = "in-quarantine"
	PolicyApproved  Basis = "policy-approved"
	// PolicyUnapproved is also used for a change that cannot be evaluated.
	PolicyUnapproved Basis = "policy-unapproved"

	NoBoundary             Basis = "no-boundary"
	OtherBoundary          Basis = "other-boundary"
	PolicyDiffers          Basis = "policy-differs"
	PolicyAbsent           Basis = "policy-absent"
	LeftRule               Basis = "left-rule"
	SetLostBoundary        Basis = "permission-set-lost-boundary"
	Tampering              Basis = "tampering"
	ParametersWithheld     Basis = "withheld-by-size"
	ExemptPrincipalChanged Basis = "exempt-changed"
	TooManyWrites          Basis = "too-many-at-once"
	NoEntry                Basis = "no-entry"
)

// Exemption is an exemption from the configuration.
type Exemption struct {
	Owner   string    `json:"owner"`
	Reason  string    `json:"reason"`
	Expires time.Time `json:"expires"`
}

// Action returns the action that a finding shows.
func (d Decision) Action() finding.Action {
	if len(d.Actions) == 0 {
		return finding.NoAction
	}
	return d.Actions[len(d.Actions)-1].Kind
}

// Writes reports whether any of the actions calls IAM.
func (d Decision) Writes() bool {
	for _, a := range d.Actions {
		if a.Writes() {
			return true
		}
	}
	return false
}

// Acts reports whether the actions are carried out: whether they write, and the mode is
// enforce.
func (d Decision) Acts() bool { return d.Writes() && d.Mode == config.Enforce }

// WillWrite reports whether something is to be written, now or after waiting for the record of
// a move.
func (d Decision) WillWrite() bool {
	return d.Mode == config.Enforce && (d.Writes() || d.Kept.Waiting())
}

// RepairGrants returns what the actions may allow that is not allowed now. It is zero if they
// grant nothing.
func (d Decision) RepairGrants() exposure.Meaning {
	if a := d.Action(); a != finding.Reattach && a != finding.Restore {
		return exposure.Meaning{}
	}
	return d.Meaning.Restrictions()
}

// Drifted reports whether there is anything to report.
func (d Decision) Drifted() bool { return d.Drift != finding.None && d.Drift != "" }

// Outcome returns the outcome of a decision without a write.
func (d Decision) Outcome() finding.Outcome {
	switch {
	case !d.Drifted():
		return finding.NoOutcome
	case d.Writes() || d.Mode == config.Observe:
		return finding.Planned
	}
	return finding.Done
}
