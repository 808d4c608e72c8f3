package plan

import (
	"time"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
)

// Kept says why a boundary is kept that is not the required one: another rule requires or
// accepts it, or no rule may have applied before.
type Kept struct {
	// Rule and Required are the other rule and its boundary; empty if there is none.
	Rule     string `json:"rule,omitempty"`
	Required string `json:"required,omitempty"`
	// Since is when Ringfence began to wait for a record that shows a move. Without one, the
	// required boundary is attached. It is zero if Ringfence does not wait.
	Since time.Time `json:"since,omitzero"`
}

// Waiting reports whether the required boundary is attached soon, unless the record of a move
// arrives. It is false for nil.
func (k *Kept) Waiting() bool { return k != nil && !k.Since.IsZero() }

// RepairMayGrant reports whether the decision attaches a boundary that allows, or may allow,
// something that the attached one does not. It is false if the attached one allows more: that
// one is replaced in any case, and the explicit denials that are lost with it are reported.
func (d Decision) RepairMayGrant() bool {
	switch d.Meaning.Relation {
	case compare.Narrower, compare.NarrowerOrEqual, compare.Incomparable, compare.Unproven:
		return d.Action() == finding.Reattach
	case compare.Equal:
		return d.Action() == finding.Reattach && (d.Meaning.ExtraDenial != nil || d.Meaning.MayHaveExtraDenial)
	}
	return false
}

// Fits reports whether the attached boundary is the one that a requirement names, one that it
// accepts, or its quarantine.
func Fits(other config.Requirement, s principal.Snapshot, m exposure.Meaning) bool {
	return s.Boundary == other.Boundary.ARN || accepted(other.Accept, m) || quarantined(other, s)
}

// keptSeverity returns the least severity of a kept boundary: what the required one would have
// granted may be what an attacker wanted.
func keptSeverity(d Decision, s finding.Severity) finding.Severity {
	least := finding.Medium
	if d.Meaning.MayGrantUnknown() || exposure.IsPrivilegeEscalation(d.Meaning.NarrowerWitness) || exposure.IsPrivilegeEscalation(d.Meaning.ExtraDenial) {
		least = finding.High
	}
	if s == finding.Critical || s == finding.High {
		return s
	}
	return least
}
