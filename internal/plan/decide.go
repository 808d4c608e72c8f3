package plan

import (
	"time"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/principal"
)

// asked begins the decision on a principal with what the configuration asks.
func asked(req config.Requirement, s principal.Snapshot) Decision {
	return Decision{
		Drift: finding.None, Rule: req.Rule, Mode: req.Mode, Accept: req.Accept, Required: req.Boundary.ARN,
		Attached: s.Boundary,
	}
}

// askedOfPolicy begins the decision on a boundary policy.
func askedOfPolicy(b config.Boundary) Decision {
	return Decision{Drift: finding.None, Mode: b.Mode, Required: b.ARN}
}

// inside is the decision on a target with nothing to repair.
func (d Decision) inside(b Basis) Decision { return d.drifted(finding.None, b) }

func (d Decision) drifted(drift finding.Drift, b Basis) Decision {
	d.Drift, d.Basis = drift, b
	return d
}

func (d Decision) means(m exposure.Meaning) Decision {
	d.Meaning = m
	return d
}

func (d Decision) exempt(e *config.Exemption) Decision {
	d.Exemption = &Exemption{Owner: e.Owner, Reason: e.Reason, Expires: e.Expires}
	return d
}

func (d Decision) outOfScope(o *config.OutOfScope) Decision {
	d.OutOfScope = &OutOfScope{Owner: o.Owner, Reason: o.Reason}
	return d
}

// namesake adds the exemption of another principal of the same name, where there is one.
func (d Decision) namesake(e *config.Exemption) Decision {
	if e != nil {
		d.Namesake = e.ID
	}
	return d
}

// on is the decision on a call.
func (d Decision) on(call string) Decision {
	d.Call = call
	return d
}

// after is the decision with the version that was there before, nil where none is left.
func (d Decision) after(before *Version) Decision {
	d.Before = before
	return d
}

// protected is the decision on a role that only its permission set can change.
func (d Decision) protected(set string) Decision {
	d.Drift, d.PermissionSet = finding.Protected, &PermissionSet{Name: set}
	return d
}

func (d Decision) leaving(l *MovedOut) Decision {
	d.MovedOut = l
	return d
}

func (d Decision) alerts() Decision { return d.Does(Action{Kind: finding.Alert}) }

// Does is the decision with one action to be done instead of the ones that it had.
func (d Decision) Does(a Action) Decision {
	d.Actions = []Action{a}
	return d
}

func (d Decision) otherwise(a Action) Decision {
	d.Otherwise = &a
	return d
}

// Keep is the decision to leave a boundary on that fits another rule, or none, and to tell.
// Tags choose the rule of a role, and also the name and path that of a user: who may change
// these must not have Ringfence make anybody stronger. For a record that shows whether
// anything was changed it is waited since a time, zero where there is nothing to wait for.
func (d Decision) Keep(other config.Requirement, since time.Time) Decision {
	d.Kept = &Kept{Rule: other.Rule, Required: other.Boundary.ARN, Since: since}
	return d.alerts()
}

// Instead is the decision with what is done where the required boundary cannot be put on,
// and whether there is anything.
func (d Decision) Instead() (Decision, bool) {
	if d.Otherwise == nil {
		return d, false
	}
	instead := d.Does(*d.Otherwise)
	instead.Otherwise = nil
	return instead, true
}

// Found is the decision with the document that was in force.
func (d Decision) Found(document []byte) Decision {
	d.Live = document
	return d
}

// Keeps is the decision with what is kept of each document.
func (d Decision) Keeps(of func([]byte) []byte) Decision {
	d.Live = of(d.Live)
	if d.Before != nil {
		d.Before = &Version{ID: d.Before.ID, Document: of(d.Before.Document)}
	}
	return d
}

// WithPolicy adds what was found of the required policy itself to the decision on a
// principal. A policy that allows more than was approved, or denies explicitly less, leaves
// all who carry it outside, whatever was done about the principal.
func (d Decision) WithPolicy(required Decision) Decision {
	if required.AllowsNoMore() {
		return d
	}
	if required.Meaning.DeniesLess() {
		return d.Behind(PolicyDeniesLess)
	}
	return d.Behind(string(required.Meaning.Relation))
}

// PolicyDeniesLess is how a required policy compares that allows no more than was approved,
// and does not deny explicitly all that was.
const PolicyDeniesLess = "denies-less"

// Behind is the decision with how the required policy compares with what was approved; empty
// where it allows no more.
func (d Decision) Behind(policyOpen string) Decision {
	d.PolicyOpen = policyOpen
	return d
}
