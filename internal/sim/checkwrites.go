package sim

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
)

// window is how old the state that Ringfence read may be when it writes: a stale read, and the
// time of its calls. Changes of the adversary within it are not checked.
const window = 40 * time.Second

// checkWrites checks promises (c) and (d): each write is reported correctly by one finding, and no
// other write is.
func (w *World) checkWrites() {
	latest := w.findings()
	all := claims(latest)
	w.match(all)
	for _, x := range w.truth.writes {
		w.checkWrite(x, latest)
	}
	for _, key := range slices.Sorted(maps.Keys(all)) {
		for _, c := range all[key] {
			if c.about == nil && c.Outcome == finding.Done && !w.others(key, c) {
				w.Result.breaks(w, "d", "finding %.8s says that %s was done to %s from %s to %s, but it was not", c.id, c.Action, key, clockTime(c.Begun), clockTime(*c.Ended))
			}
		}
	}
}

func (w *World) checkWrite(x *write, latest map[string]finding.Finding) {
	if x.told == nil && w.untellable(x) {
		w.Result.Races++
		return
	}
	if x.told == nil {
		w.Result.breaks(w, "d", "the write %s of %s to %s at %s is reported by no finding", x.op, x.by.name, x.target.arn, clockTime(x.at))
		return
	}
	gained := gained(x.before.power, x.after.power)
	if !x.before.exists {
		gained = 0 // a created policy: its principals get writes of their own
	}
	if gained == 0 || !x.changed {
		return
	}
	// If it was meant for another principal that had the name until a moment before, that one's
	// boundary is unknown.
	other := keyOfFinding(latest[x.told.id]) != x.target.key
	if other || !x.target.quiet(x.at, window) || !w.quietPolicy(x) {
		w.Result.Races++
		return
	}
	for _, t := range w.sinks.bus {
		if t.ID == x.told.id && (t.GivesUp != nil || t.Relation == "unproven" || strings.Contains(t.Reason, "explicit") || strings.Contains(t.Reason, "could not prove that") || strings.Contains(t.Reason, "denies")) {
			return
		}
	}
	w.Result.breaks(w, "c", "%s at %s gave %s something back (requests %b), but finding %.8s does not say so: %s", x.op, clockTime(x.at), x.target.arn, gained, x.told.id, latest[x.told.id].Reason)
}

// untellable reports whether neither ledger nor queue accepted the intent of a write.
func (w *World) untellable(x *write) bool { return x.by.unkept }

// quietPolicy reports whether a principal's old and new policies did not change.
func (w *World) quietPolicy(x *write) bool {
	t := w.truth.byKey["policy#"+accountID+"#"+x.after.boundary]
	return t == nil || t.quiet(x.at, window)
}

// checkFights checks promise (e): no more writes than the adversary makes necessary, and few in a
// fight. While the ledger is unavailable, fights are not noticed, and no write is held back.
func (w *World) checkFights() {
	written, times := map[*subject]int{}, map[*subject][]time.Time{}
	for _, x := range w.truth.writes {
		if !x.changed {
			continue
		}
		written[x.target]++
		if !w.chaos.unremembered(x.at) {
			times[x.target] = append(times[x.target], x.at)
		}
	}
	for _, key := range w.truth.keys {
		t := w.truth.byKey[key]
		if most := len(t.calls) + 3; written[t] > most {
			w.Result.breaks(w, "e", "%s was written to %d times, after %d calls of the adversary's", t.arn, written[t], len(t.calls))
		}
		all, first := times[t], 0
		for i := range all {
			for all[i].Sub(all[first]) > time.Hour {
				first++
			}
			if n := i - first + 1; n > 10+13 {
				w.Result.breaks(w, "e", "%s was written to %d times within an hour", t.arn, n)
				break
			}
		}
	}
}
