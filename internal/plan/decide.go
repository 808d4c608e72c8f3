package plan

import (
	"time"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/principal"
)

// forPrincipal starts the decision on a principal with what the configuration requires.
func forPrincipal(req config.Requirement, s principal.Snapshot) Decision {
	return Decision{
		Drift: finding.None, Rule: req.Rule, Mode: req.Mode, Accept: req.Accept, Required: req.Boundary.ARN,
		Attached: s.Boundary,
	}
}

// forPolicy starts the decision on a boundary policy.
func forPolicy(b config.Boundary) Decision {
	return Decision{Drift: finding.None, Mode: b.Mode, Required: b.ARN}
}

// inside returns the decision on a target without drift.
func (d Decision) inside(b Basis) Decision { return d.withDrift(finding.None, b) }

func (d Decision) withDrift(drift finding.Drift, b Basis) Decision {
	d.Drift, d.Basis = drift, b
	return d
}

func (d Decision) withMeaning(m exposure.Meaning) Decision {
	d.Meaning = m
	return d
}

func (d Decision) withExemption(e *config.Exemption) Decision {
	d.Exemption = &Exemption{Owner: e.Owner, Reason: e.Reason, Expires: e.Expires}
	return d
}

func (d Decision) withOutOfScope(o *config.OutOfScope) Decision {
	d.OutOfScope = &OutOfScope{Owner: o.Owner, Reason: o.Reason}
	return d
}

// withNamesake adds the exemption of another principal of the same name, if there is one.
func (d Decision) withNamesake(e *config.Exemption) Decision {
	if e != nil {
		d.Namesake = e.ID
	}
	return d
}

// withCall returns the decision about a call.
func (d Decision) withCall(call string) Decision {
	d.Call = call
	return d
}

// withPrevious returns the decision with the version that was the default before, or nil if
// none is left.
func (d Decision) withPrevious(before *Version) Decision {
	d.Previous = before
	return d
}

// protected returns the decision on a role that only its permission set can change.
func (d Decision) protected(set string) Decision {
	d.Drift, d.PermissionSet = finding.Protected, &PermissionSet{Name: set}
	return d
}

func (d Decision) withMovedOut(l *MovedOut) Decision {
	d.MovedOut = l
	return d
}

func (d Decision) alertOnly() Decision { return d.WithAction(Action{Kind: finding.Alert}) }

// WithAction returns the decision with one action instead of its actions.
func (d Decision) WithAction(a Action) Decision {
	d.Actions = []Action{a}
	return d
}

func (d Decision) withFallback(a Action) Decision {
	d.Fallback = &a
	return d
}

// KeepAttached returns the decision to keep a boundary that another rule, or none, accepts, and
// to report it. Tags choose the rule of a role, and also the name and path that of a user:
// Ringfence must not grant access because an actor changed these. since is when Ringfence began
// to wait for a record that shows the change; zero if it does not wait.
func (d Decision) KeepAttached(other config.Requirement, since time.Time) Decision {
	d.Kept = &Kept{Rule: other.Rule, Required: other.Boundary.ARN, Since: since}
	return d.alertOnly()
}

// UseFallback returns the decision with its fallback action, if it has one. It is used if the
// required boundary cannot be attached.
func (d Decision) UseFallback() (Decision, bool) {
	if d.Fallback == nil {
		return d, false
	}
	instead := d.WithAction(*d.Fallback)
	instead.Fallback = nil
	return instead, true
}

// WithLiveDocument returns the decision with the document that was in force.
func (d Decision) WithLiveDocument(document []byte) Decision {
	d.Live = document
	return d
}

// MapDocuments returns the decision with each document replaced by of(document).
func (d Decision) MapDocuments(of func([]byte) []byte) Decision {
	d.Live = of(d.Live)
	if d.Previous != nil {
		d.Previous = &Version{ID: d.Previous.ID, Document: of(d.Previous.Document)}
	}
	return d
}

// WithPolicy adds the state of the required policy to the decision on a principal. If that
// policy allows more than approved, or explicitly denies less, every principal that carries it
// is outside, whatever was repaired on the principal itself.
func (d Decision) WithPolicy(required Decision) Decision {
	if required.AllowsNoMore() {
		return d
	}
	if required.Meaning.DeniesLess() {
		return d.WithPolicyOpen(PolicyDeniesLess)
	}
	return d.WithPolicyOpen(string(required.Meaning.Relation))
}

// PolicyDeniesLess is the value of PolicyOpen for a required policy that allows no more than
// approved but lacks some of the explicit denials.
const PolicyDeniesLess = "denies-less"

// WithPolicyOpen returns the decision with how the required policy differs from the approved
// one; empty if it allows no more.
func (d Decision) WithPolicyOpen(policyOpen string) Decision {
	d.PolicyOpen = policyOpen
	return d
}
