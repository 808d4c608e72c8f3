package report

import (
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/diff"
)

// changes returns how the document in effect differs from the approved one or, if none is approved,
// from the version before. It returns nil if one of them is unknown.
func (r *Reporter) changes(d plan.Decision) []string {
	live, err := policy.Parse(d.Live)
	if err != nil {
		return nil
	}
	if d.Previous != nil {
		before, err := policy.Parse(d.Previous.Document)
		if err != nil {
			return nil
		}
		return diff.Diff(before, live)
	}
	if d.Basis == plan.PolicyUnapproved {
		return nil
	}
	boundary, ok := r.Config.BoundaryFor(d.Required)
	if !ok || boundary.Policy == nil {
		return nil
	}
	return diff.Diff(boundary.Policy, live)
}
