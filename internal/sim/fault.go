package sim

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// fault notes a fault that happened.
func (w *World) fault(f fault, c *call, format string, args ...any) {
	w.hurt(c.by)
	c.by.unkept = c.by.unkept || strings.HasPrefix(c.key, "journal")
	w.met(f.kind.String(), f.id)
	w.log.add("fault", "%s (fault %s; in %s)", fmt.Sprintf(format, args...), f.id, c.by.name)
}

// hurt notes that a fault hit a process, and its target: what the process did may be repeated.
func (w *World) hurt(inv *invocation) {
	inv.hurt = true
	for _, m := range inv.batch {
		w.hurtKeys[m.about()] = true
	}
}

// met counts a fault.
func (w *World) met(kind, id string) {
	w.Result.Faults[kind]++
	if !slices.Contains(w.Result.IDs, id) {
		w.Result.IDs = append(w.Result.IDs, id)
	}
}

// schedule decides a call's outcome and its time.
func (w *World) schedule(c *call) {
	name := fmt.Sprintf("%s %s %s %d", c.by.name, c.op, c.key, c.ordinal)
	d := roll(w.Seed, name)
	there, back := d.between(2*time.Millisecond, 40*time.Millisecond), d.between(2*time.Millisecond, 30*time.Millisecond)
	if c.write {
		there += d.between(0, 100*time.Millisecond)
	}
	f := w.chaos.forCall(c, d, name)
	w.after(there, func() {
		if c.by.dead {
			return
		}
		switch f.kind {
		case killBefore:
			w.fault(f, c, "the process is killed before %s %s", c.op, c.key)
			w.kill(c.by)
			return
		case refuse:
			w.fault(f, c, "%s %s is answered %s", c.op, c.key, f.err)
			c.reply(w, back, answer{err: f.err})
			return
		case hang:
			w.fault(f, c, "%s %s hangs", c.op, c.key)
			return
		case panics:
			w.fault(f, c, "%s %s panics", c.op, c.key)
			c.reply(w, back, answer{panic: true})
			return
		}
		if c.by.lag = f.lag; f.lag > 0 {
			w.met("stale read", f.id+"-lag")
		}
		value, err := c.run()
		w.mix(name, fmt.Sprint(err))
		if w.Calls {
			w.log.add("    call", "%s %.110s → %.60v (%s)", c.op, c.key, err, c.by.name)
		}
		switch f.kind {
		case killAfter:
			w.fault(f, c, "the process is killed after %s %s took effect", c.op, c.key)
			w.kill(c.by)
			return
		case loseAnswer:
			w.fault(f, c, "the answer of %s %s is lost; it took effect", c.op, c.key)
			c.reply(w, back, answer{err: f.err})
			return
		}
		c.reply(w, back, answer{value: value, err: err})
	})
}
