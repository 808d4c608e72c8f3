package plan

import (
	"time"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
)

// Decision is what was decided about one target, with the facts that it rests on. It is
// plain data, and is kept in the ledger as JSON.
type Decision struct {
	// Drift is [finding.None] where the target is inside.
	Drift finding.Drift `json:"drift"`
	Basis Basis         `json:"basis"`

	// Rule, Mode, Accept and Required are what the configuration asks; empty where no
	// rule applies. Required is the ARN of the boundary.
	Rule     string        `json:"rule,omitempty"`
	Mode     config.Mode   `json:"mode,omitempty"`
	Accept   config.Accept `json:"accept,omitempty"`
	Required string        `json:"required,omitempty"`
	// Attached is the ARN of the boundary that the principal carried.
	Attached string `json:"attached,omitempty"`
	// Meaning is how what is in force compares with what is required; the zero value
	// where nothing was compared.
	Meaning exposure.Meaning `json:"meaning,omitzero"`
	// Live is the document of a boundary policy that was found in force, as JSON text; nil
	// where it is as approved, or was not read.
	Live []byte `json:"live,omitempty"`
	// Before is the version that Live is compared with, where no document is approved.
	Before *Version `json:"before,omitempty"`
	// PolicyOpen is how the required policy itself compares with what was approved, where it
	// allows more than that or denies explicitly less, or may do so: then nobody who carries
	// it is inside. It is a relation, or [PolicyDeniesLess].
	PolicyOpen string `json:"policyOpen,omitempty"`

	// Exemption is one that holds, or that lapsed.
	Exemption *Exemption `json:"exemption,omitempty"`
	// OutOfScope is set where the rule asks for no boundary.
	OutOfScope *OutOfScope `json:"outOfScope,omitempty"`
	// Namesake is the unique id of the principal that an exemption of the name is for; empty
	// where it is for this one, or where there is none.
	Namesake string `json:"namesake,omitempty"`
	// PermissionSet is the one that alone can change the principal.
	PermissionSet *PermissionSet `json:"permissionSet,omitempty"`
	// MovedOut is the rule that a change of name, path or tags took the principal out of.
	MovedOut *MovedOut `json:"left,omitempty"`
	// Kept is set where a boundary is left on that fits another rule.
	Kept *Kept `json:"kept,omitempty"`
	// Call is the name of the call that the decision is on, where it is on one.
	Call string `json:"call,omitempty"`
	// Held is set where a sweep was held.
	Held *Held `json:"held,omitempty"`
	// Touch is a call on a part of Ringfence itself.
	Touch *Touch `json:"touch,omitempty"`

	// Otherwise is done where the required boundary cannot be put on, since its policy does
	// not exist and cannot be made; nil where the rule allows nothing else.
	Otherwise *Action `json:"otherwise,omitempty"`

	// Actions are to be done in order. The last one gives the finding its action.
	Actions []Action `json:"actions,omitempty"`
}

// Basis says on which ground a decision was made.
type Basis string

// The grounds, first those of a target that is inside.
const (
	NoRule         Basis = "no-rule"
	ServiceLinked  Basis = "service-linked"
	Exempt         Basis = "exempt"
	OutOfScopeOf   Basis = "out-of-scope"
	CarriesIt      Basis = "carries-required"
	Accepted       Basis = "accepted"
	InQuarantine   Basis = "in-quarantine"
	PolicyApproved Basis = "policy-approved"
	// PolicyUnapproved is also that of a change which nobody can judge.
	PolicyUnapproved Basis = "policy-unapproved"

	NoBoundary      Basis = "no-boundary"
	OtherBoundary   Basis = "other-boundary"
	PolicyDiffers   Basis = "policy-differs"
	PolicyAbsent    Basis = "policy-absent"
	LeftRule        Basis = "left-rule"
	SetLostBoundary Basis = "permission-set-lost-boundary"
	Tampering       Basis = "tampering"
	BySize          Basis = "withheld-by-size"
	SparedChanged   Basis = "exempt-changed"
	TooMany         Basis = "too-many-at-once"
)

// Exemption is an exemption as the configuration has it.
type Exemption struct {
	Owner   string    `json:"owner"`
	Reason  string    `json:"reason"`
	Expires time.Time `json:"expires"`
}

// Action is the decision's action as a finding names it.
func (d Decision) Action() finding.Action {
	if len(d.Actions) == 0 {
		return finding.NoAction
	}
	return d.Actions[len(d.Actions)-1].Kind
}

// Writes reports whether any of the actions would change something.
func (d Decision) Writes() bool {
	for _, a := range d.Actions {
		if a.Writes() {
			return true
		}
	}
	return false
}

// Acts reports whether the mode lets the actions be carried out.
func (d Decision) Acts() bool { return d.Writes() && d.Mode == config.Enforce }

// ToWrite reports whether something is to be written, now or once it has waited for the record
// of a move.
func (d Decision) ToWrite() bool {
	return d.Mode == config.Enforce && (d.Writes() || d.Kept.Waiting())
}

// GivesBack is what the actions may let through that is not let through now: that of the
// meaning, without what they take away. It is zero where they give nothing back.
func (d Decision) GivesBack() exposure.Meaning {
	if a := d.Action(); a != finding.Reattach && a != finding.Restore {
		return exposure.Meaning{}
	}
	return d.Meaning.Taken()
}

// Drifted reports whether there is anything to tell.
func (d Decision) Drifted() bool { return d.Drift != finding.None && d.Drift != "" }

// Outcome is that of a decision that nothing was written for.
func (d Decision) Outcome() finding.Outcome {
	switch {
	case !d.Drifted():
		return finding.NoOutcome
	case d.Writes() || d.Mode == config.Observe:
		return finding.Planned
	}
	return finding.Done
}
