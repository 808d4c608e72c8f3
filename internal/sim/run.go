package sim

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/target"
)

// rest is how long the clock runs after the adversary and the faults have ended: longer than any
// pause of Ringfence.
const rest = 45 * time.Minute

// Tell runs one story, and checks it. It must be called in a synctest bubble.
func Tell(o Options, documents *exposure.Documents) Result {
	w := newWorld(o, documents)
	w.log.told = o.Told
	for _, r := range w.rules {
		w.log.add("setting", "%s", r.describe())
	}
	last := w.Length
	for _, s := range w.steps() {
		if o.Only != nil && !slices.Contains(o.Only, s.number) {
			continue
		}
		w.after(s.at, func() { w.begin(s) })
		last = max(last, s.at)
	}
	w.chaos.until = last
	w.run(w.start.Add(last + rest))
	w.check(false)
	w.log.add("sweep", "a walk over every user and role begins")
	w.sweep()
	if w.events <= mostEvents {
		w.run(now().Add(20 * time.Minute))
	}
	if w.events <= mostEvents {
		w.check(true)
	}
	w.stop()
	w.Result.Hash, w.Result.Findings, w.Result.story = w.hash, len(w.findings()), w.log
	return w.Result
}

// sweep sends a walk over every principal and the boundary policies.
func (w *World) sweep() {
	targets := []target.Target{{Kind: target.Walk, Partition: partition, Account: accountID, Scope: &target.Scope{}}}
	for _, r := range w.rules {
		targets = append(targets, target.OfPolicy(partition, accountID, policyARN(r.boundary)))
	}
	for _, t := range targets {
		body, _ := json.Marshal(target.FollowUp{ // it always encodes
			Source: target.Source, DetailType: target.Form, Account: accountID, Time: now(),
			Detail: target.Work{Target: t, Causes: []target.Cause{{Kind: target.Walked}}},
		})
		w.send(w.queues["follow-up"], "sweep", string(body), 0)
	}
}

// stop ends everything that still runs, so that the bubble can end.
func (w *World) stop() {
	w.due = nil
	for inv := range w.edges.running {
		w.mu.Lock()
		inv.dead = true
		w.mu.Unlock()
		for _, c := range inv.open {
			c.give(answer{err: errDead})
		}
	}
}
