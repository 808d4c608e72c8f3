package sim

import (
	"errors"
	"slices"
	"time"

	"github.com/aws/smithy-go"
)

// kind is the outcome of a call.
type kind int

const (
	fine kind = iota
	killBefore
	killAfter
	refuse
	loseAnswer
	hang
	panics
)

func (k kind) String() string {
	return [...]string{"fine", "kill before", "kill after", "error", "lost answer", "hang", "panic"}[k]
}

// fault is the fault of one call. Its id is unique in the story.
type fault struct {
	kind kind
	id   string
	err  error
	lag  time.Duration
}

// span is a time during which something does not work.
type span struct{ from, to time.Duration }

func (s span) holds(at time.Duration) bool { return at >= s.from && at < s.to }

// chaos is how much goes wrong in a story.
type chaos struct {
	level int // per mille of calls, for each kind
	// The outages.
	ledger, bus, topic, denied, hub span
	until                           time.Duration
	off                             []string
	w                               *World
}

func newChaos(w *World) chaos {
	d := roll(w.Seed, "chaos")
	c := chaos{w: w, level: one(d, 0, 2, 4, 8, 12), until: w.Length, off: w.Without}
	draw := func(perMille int, longest time.Duration) span {
		at := d.between(0, w.Length)
		s := span{at, at + d.between(20*time.Second, longest)}
		if !d.chance(perMille) || c.level == 0 {
			return span{}
		}
		return s
	}
	c.ledger, c.bus, c.topic = draw(200, 5*time.Minute), draw(150, 10*time.Minute), draw(150, 10*time.Minute)
	c.denied, c.hub = draw(120, 10*time.Minute), draw(150, 10*time.Minute)
	return c
}

// drawn reports whether a drawn fault happens: it may be left out when a story is shrunk.
func (c *chaos) drawn(id string) bool {
	if c.w.Keep != nil {
		return slices.Contains(c.w.Keep, id)
	}
	return !slices.Contains(c.off, id) && !slices.Contains(c.off, "all")
}

// forCall draws the fault of a call.
func (c *chaos) forCall(call *call, d *dice, name string) fault {
	at := c.w.since()
	x, lagged := d.n(1000), d.chance(250)
	f := fault{id: shortID(name), lag: d.between(0, 10*time.Second)}
	code := one(d, "Throttling", "ServiceUnavailable", "InternalFailure", "")
	if c.level == 0 || at > c.until || !lagged || call.service != "iam" || call.write {
		f.lag = 0
	}
	if f.lag > 0 && !c.drawn(f.id+"-lag") {
		f.lag = 0
	}
	switch {
	case at > c.until+10*time.Minute: // all spans have ended by then
	case call.service == "dynamodb" && c.ledger.holds(at) && c.drawn("ledger"):
		return fault{kind: refuse, id: "ledger", err: codeError("InternalServerError", "the ledger is out of reach")}
	case call.service == "bus" && c.bus.holds(at) && c.drawn("bus"):
		return fault{kind: refuse, id: "bus", err: codeError("ServiceUnavailable", "the bus is out of reach")}
	case call.service == "topic" && c.topic.holds(at) && c.drawn("topic"):
		return fault{kind: refuse, id: "topic", err: codeError("ServiceUnavailable", "the topic is out of reach")}
	case call.service == "hub" && c.hub.holds(at) && c.drawn("hub"):
		return fault{kind: refuse, id: "hub", err: codeError("ServiceUnavailable", "Security Hub is out of reach")}
	case call.service == "iam" && call.write && c.denied.holds(at) && c.drawn("scp"):
		return fault{kind: refuse, id: "scp", err: codeError("AccessDenied", "denied by a service control policy")}
	}
	if at > c.until || !c.drawn(f.id) {
		return f
	}
	l := c.level
	if call.op == ends && x >= 2*l {
		return f // the answer is not used: it can only be lost
	}
	switch {
	case x < l:
		f.kind = killBefore
	case x < 2*l:
		f.kind = killAfter
	case x < 4*l:
		f.kind, f.err = refuse, codeError(code, "an injected fault")
		if code == "" {
			f.err = errors.New("connection reset by peer")
		}
	case x < 5*l:
		f.kind, f.err = loseAnswer, codeError("RequestTimeout", "the answer was lost")
	case x < 5*l+l/3:
		f.kind = hang
	case x < 6*l && (call.op == "GetRole" || call.op == "GetUser") && call.by.queue.name != "report":
		f.kind = panics
	}
	return f
}

// unremembered reports whether the ledger was unavailable at a time.
func (c *chaos) unremembered(at time.Time) bool {
	return c.ledger.holds(at.Sub(c.w.start)) && c.drawn("ledger")
}

// codeError returns an error as the SDK does.
func codeError(code, message string) error {
	return &smithy.GenericAPIError{Code: code, Message: message, Fault: smithy.FaultServer}
}
