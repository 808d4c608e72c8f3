package sim

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
)

// checkTold checks promise (f): each finding's latest revision reached each sink, and no revision
// reached one twice unless a fault hit between the answer and its mark.
func (w *World) checkTold() {
	w.once("bus", w.sinks.bus)
	w.once("topic", w.sinks.topic)
	w.once("owner's topic", w.sinks.owners)
	w.once("hub", w.sinks.hub)
	topic, owners, hub := map[string]int{}, map[string]int{}, map[string]finding.Finding{}
	for _, t := range w.sinks.owners {
		owners[t.ID] = max(owners[t.ID], t.Revision)
		if t.Principal == nil || t.Drift == finding.ControlTampered {
			w.Result.breaks(w, "f", "finding %.8s, which is not about a principal, reached the topic of an owner", t.ID)
		}
	}
	for _, t := range w.sinks.topic {
		topic[t.ID] = max(topic[t.ID], t.Revision)
	}
	for _, t := range w.sinks.hub {
		// Security Hub ignores an older finding than the one that it has.
		if t.Time.Before(hub[t.ID].Time) {
			w.Result.breaks(w, "f", "revision %d of finding %.8s is older than one before it, so Security Hub ignores it", t.Revision, t.ID)
		}
		hub[t.ID] = t.Finding
	}
	bus := w.findings()
	for _, key := range w.ledgerKeys() {
		for _, r := range w.itemOf(key).Records {
			if r.Revision == 0 || !r.Public {
				continue
			}
			if bus[r.ID].Revision != r.Revision {
				w.Result.breaks(w, "f", "revision %d of finding %.8s (%s) did not reach the bus, which knows %d", r.Revision, r.ID, key, bus[r.ID].Revision)
			}
		}
	}
	for id, f := range bus {
		if topic[id] != f.Revision {
			w.Result.breaks(w, "f", "revision %d of finding %.8s did not reach the topic, which knows %d", f.Revision, id, topic[id])
		}
		if f.Principal != nil && w.cfg.TopicOf(f.Rule, f.Account) != "" && owners[id] != f.Revision {
			w.Result.breaks(w, "f", "revision %d of finding %.8s did not reach the topic of the rule's owner, which knows %d", f.Revision, id, owners[id])
		}
		if hub[id].Revision != f.Revision {
			w.Result.breaks(w, "f", "revision %d of finding %.8s did not reach Security Hub, which knows %d", f.Revision, id, hub[id].Revision)
		}
		n, least := w.sinks.looks[id], 0
		if f.Status == finding.Resolved && f.Drift != finding.Moved {
			least = 1
		}
		if w.isGone(f) {
			least = 0
		}
		if n < least {
			w.Result.breaks(w, "f", "finding %.8s is resolved, but no second look was requested", id)
		}
	}
}

// isGone reports whether a finding was resolved because its principal was deleted.
func (w *World) isGone(f finding.Finding) bool {
	t := w.truth.byKey[keyOfFinding(f)]
	return t == nil || !t.last().exists
}

// once checks that revisions only increase, and arrive once.
func (w *World) once(sink string, all []told) {
	seen := map[string][]told{}
	for _, t := range all {
		for _, before := range seen[t.ID] {
			if t.Revision == before.Revision {
				w.Result.Twice++
				if !w.hurtAround(before, t) {
					w.Result.breaks(w, "f", "revision %d of finding %.8s reached the %s twice, by %s and %s, but no fault hit either", t.Revision, t.ID, sink, before.by.name, t.by.name)
				}
			}
		}
		if n := len(seen[t.ID]); n > 0 && t.Revision < seen[t.ID][n-1].Revision && !strings.HasSuffix(sink, "topic") {
			w.Result.breaks(w, "f", "revision %d of finding %.8s reached the %s after revision %d", t.Revision, t.ID, sink, seen[t.ID][n-1].Revision)
		}
		seen[t.ID] = append(seen[t.ID], t)
	}
}

// hurtAround reports whether a fault hit a process that reported, or collected, a finding.
func (w *World) hurtAround(a, b told) bool {
	for _, t := range append([]told{a, b}, w.sinks.bus...) {
		if t.ID != a.ID {
			continue
		}
		for _, m := range t.by.batch {
			if w.hurtKeys[m.about()] {
				return true
			}
		}
	}
	return false
}

func (w *World) ledgerKeys() (keys []string) {
	for key := range w.table {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// checkMessages checks that no finding remains to be reported, and that no message waits forever.
func (w *World) checkMessages() {
	for _, key := range w.ledgerKeys() {
		i := w.itemOf(key)
		for _, r := range i.Unreported() {
			w.Result.breaks(w, "f", "finding %.8s (%s) is still to be reported", r.ID, key)
		}
		if open, ok := i.Open(); ok && open.Revision == 0 && !w.vanished(key) {
			w.Result.breaks(w, "f", "finding %.8s (%s) was opened but never reported", open.ID, key)
		}
	}
	for _, name := range []string{"events", "report"} {
		for _, m := range w.queues[name].messages {
			w.Result.breaks(w, "f", "message %s is still in queue %s after %d receptions", m.name, name, m.count)
		}
	}
}

// vanished reports whether a principal was deleted: an unfinished repair from before its name was
// stored is not reported.
func (w *World) vanished(key string) bool {
	t := w.truth.byKey[key]
	return t != nil && !t.policy && !t.last().exists && t.repairs == 0
}
