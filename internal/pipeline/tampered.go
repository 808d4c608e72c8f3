package pipeline

import (
	"github.com/ringfence/ringfence/internal/fence"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/verdict"
)

// tampered tells of a call on Ringfence's own parts, whatever the mode: to observe or to
// alert only is to trust the account, and not whoever switches the control off. A call on
// its role or on a policy is looked into as any other, too.
func (r *run) tampered() bool {
	touch, ok := r.Control.Touched(r.change)
	if !ok {
		return false
	}
	q := &inquiry{
		subject:     touch.Resources[0],
		requirement: fence.Requirement{Mode: fence.Enforce},
		verdict:     verdict.Tampered(r.change.Call().Name, touch),
		outcome:     finding.Done,
	}
	if touch.Principal != nil {
		q.snapshot = principal.Snapshot{Ref: *touch.Principal}
	}
	r.inquiries = append(r.inquiries, q)
	return true
}
