package sim

import (
	"time"

	"github.com/ringfence/ringfence/internal/finding"
)

// checkExposures checks promise (d) for exposures: from, to and the opening call are true.
func (w *World) checkExposures() {
	for id, f := range w.findings() {
		t := w.truth.byKey[keyOfFinding(f)]
		if t == nil || f.Exposure.From == nil || f.Drift == finding.Moved {
			continue
		}
		if to := f.Exposure.To; to != nil && to.Before(*f.Exposure.From) {
			w.Result.breaks(w, "d", "finding %.8s says that %s was outside from %s to %s", id, t.arn, clockTime(*f.Exposure.From), clockTime(*to))
		}
		w.checkFrom(t, id, f)
	}
}

func (w *World) checkFrom(t *subject, id string, f finding.Finding) {
	from := *f.Exposure.From
	for _, m := range t.moments {
		if m.at.Truncate(time.Second).Equal(from) && (m.exists || t.policy) && !m.inside && m.scope {
			return
		}
	}
	for _, at := range t.kept {
		if at.Truncate(time.Second).Equal(from) {
			return
		}
	}
	if t.unclear(from) || w.staleDocument(t, from) {
		w.Result.Races++
		return
	}
	w.Result.breaks(w, "d", "finding %.8s says that %s was outside from %s on, but no call caused that then", id, t.arn, clockTime(from))
}

// unclear reports whether nothing that Ringfence can read shows since when a target was outside:
// it was deleted a moment before or after, came under its rule later, or had another name then.
func (t *subject) unclear(from time.Time) bool {
	for _, m := range t.moments {
		if !m.exists && m.at.Sub(from).Abs() < window {
			return true
		}
	}
	for i, n := range t.names {
		if i > 0 && n.at.After(from) {
			return true
		}
	}
	var then *rule
	for _, m := range t.moments {
		if !m.at.Truncate(time.Second).After(from) {
			if m.exists && m.rule != then && from.Sub(m.at) < window {
				return true // IAM may have returned the old tags, path or name
			}
			then = m.rule
		} else if m.exists && m.rule != then {
			return true
		}
	}
	return false
}

// staleDocument reports whether the document of a principal's new boundary changed a moment
// before, so that the principal may have been judged by the old one.
func (w *World) staleDocument(t *subject, from time.Time) bool {
	for _, m := range t.moments {
		for _, at := range w.truth.edited[m.boundary] {
			if m.at.Truncate(time.Second).Equal(from) && m.at.Sub(at).Abs() < window {
				return true
			}
		}
	}
	return false
}
