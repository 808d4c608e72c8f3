package report

import (
	"context"
	"fmt"
	"strings"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
)

// enrich reads what a responder needs and the repair did not.
func (r *Reporter) enrich(ctx context.Context, item ledger.Item, record ledger.Record) ledger.Notes {
	n := ledger.Notes{Revision: record.Revision}
	var e exposure.Escape
	d := record.Decision
	attached := r.attached(ctx, d)
	switch {
	case d.Basis == plan.Tampering, d.Basis == plan.SetLostBoundary, d.Basis == plan.ParametersWithheld:
	case d.Unreachable != "":
	case d.Held != nil:
		n.Affects = d.Held.Names
	case d.Drift == finding.ExemptChanged && d.OutOfScope != nil:
		// No boundary is required, so nothing is beyond one.
	case d.Drift == finding.Moved && d.Attached == d.Required:
		// It is still inside the boundary, which could now be removed.
	case item.Kind == target.Principal:
		var err error
		if e, err = r.escape(ctx, item, d, attached); err != nil {
			n.Unknown = append(n.Unknown, "what it could do is not known: "+err.Error())
		}
		r.opener(ctx, item, record, &n)
	case item.Kind == target.Policy:
		r.affected(ctx, item, d, &n)
		n.Diff = r.changes(d)
	}
	n.Escape, n.Witness, n.Services, n.Grants = e.Witness != nil, e.Witness, e.Services, e.Regained
	denials := r.denials(ctx, item, d, attached)
	n.Denials, n.AlsoDenied = string(denials.Relation), denials.Extra
	n.Severity = plan.Severity(d, e, record.Contested != nil)
	if record.Outcome == finding.Deferred {
		n.Severity = finding.Critical
	}
	return n
}

// escape returns what the principal's identity policies allow beyond its required boundary: what was possible
// while it was outside.
func (r *Reporter) escape(ctx context.Context, item ledger.Item, d plan.Decision, attached *policy.Document) (exposure.Escape, error) {
	ref, err := principal.Parse(item.ARN)
	if err != nil {
		return exposure.Escape{}, err
	}
	required, err := r.required(ctx, d)
	if err != nil {
		return exposure.Escape{}, err
	}
	s, err := r.Source.Principal(ctx, ref)
	if err != nil {
		return exposure.Escape{}, err
	}
	if s.ID != item.ID {
		return exposure.Escape{}, errclass.New(errclass.Gone, "another principal has the same name now")
	}
	identity, err := r.Source.IdentityPolicies(ctx, ref)
	if err != nil {
		return exposure.Escape{}, err
	}
	e := r.Documents.Assess(s, identity, attached, required, d.Meaning)
	if !e.Known {
		return e, errclass.New(errclass.Refused, "%s", e.Why)
	}
	return e, nil
}

// named is the maximum number of principals with a boundary policy that a finding names. IAM lists them without
// paths, so each needs a call.
const named = 100

// affected names the principals that carry a boundary policy, and what it is attached to as a
// permissions policy. A repair has another effect there.
func (r *Reporter) affected(ctx context.Context, item ledger.Item, d plan.Decision, n *ledger.Notes) {
	if d.Drift != finding.AbsentPolicy {
		refs, err := r.Source.BoundedBy(ctx, item.Account, d.Required)
		if more := len(refs) - named; more > 0 {
			n.Unknown = append(n.Unknown, fmt.Sprintf("principals with this boundary that are not named: %d", more))
			refs = refs[:named]
		}
		for _, ref := range refs {
			s, readErr := r.Source.Principal(ctx, ref)
			switch {
			case readErr == nil:
				n.Affects = append(n.Affects, s.ARN())
			case errclass.ClassOf(readErr) != errclass.Gone:
				err = readErr
			}
		}
		if err != nil && errclass.ClassOf(err) != errclass.Gone {
			n.Unknown = append(n.Unknown, "which principals it affects is not known: "+err.Error())
		}
	}
	if d.Action() != finding.Restore {
		return
	}
	names, err := r.Source.AttachedTo(ctx, d.Required)
	if err != nil {
		n.Unknown = append(n.Unknown, "what it is attached to is not known: "+err.Error())
	}
	if len(names) > 0 {
		n.Unknown = append(n.Unknown, "the repair also changes permissions, because it is attached to "+strings.Join(names, ", "))
	}
}
