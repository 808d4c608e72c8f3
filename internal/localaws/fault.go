package localaws

import (
	"time"

	"github.com/ringfence/ringfence/internal/localaws/iam"
	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// Fault makes calls, or the events of writes, go wrong.
type Fault struct {
	// On names the operations, as policies do: "iam:GetRole", "iam:Get*", "*" (or empty).
	On string
	// If narrows it to some calls; nil means all.
	If func(wire.Call) bool
	// Times is after how many uses the fault is spent; 0 means never.
	Times int
	// Do is what happens.
	Do Effect
}

// Effect is what a [Fault] does: one of the types below.
type Effect interface {
	// concerns reports whether the effect has a meaning for a write, or for a read.
	concerns(write bool) bool
}

type (
	// Throttle answers "Rate exceeded", as IAM does above its limits.
	Throttle struct{}
	// ServerError answers with the HTTP status, 500 if zero: 500 and 503 are AWS's.
	ServerError struct{ Status int }
	// Refuse answers with an error of the caller's choice.
	Refuse struct {
		Status        int
		Code, Message string
	}
	// Hang gives no answer until the caller stops waiting. The call does nothing; with
	// Done it takes effect first, so that only the answer is lost.
	Hang struct{ Done bool }
	// Drop closes the connection without an answer. The call does nothing; with Done it
	// takes effect first.
	Drop struct{ Done bool }
	// Stale makes IAM reads see the past: a principal made too recently is NoSuchEntity,
	// one deleted since is still there.
	Stale iam.Lag

	// Lose keeps a write's event from being delivered. LookupEvents has it all the same.
	Lose struct{}
	// Duplicate delivers a write's event Copies more times (once more if zero).
	Duplicate struct{ Copies int }
	// Late delivers a write's event only once the clock is By past it.
	Late struct{ By time.Duration }
	// Reorder delivers a write's event after the next one.
	Reorder struct{}
)

func (Throttle) concerns(bool) bool        { return true }
func (ServerError) concerns(bool) bool     { return true }
func (Refuse) concerns(bool) bool          { return true }
func (Hang) concerns(bool) bool            { return true }
func (Drop) concerns(bool) bool            { return true }
func (Stale) concerns(write bool) bool     { return !write }
func (Lose) concerns(write bool) bool      { return write }
func (Duplicate) concerns(write bool) bool { return write }
func (Late) concerns(write bool) bool      { return write }
func (Reorder) concerns(write bool) bool   { return write }

// fault is a [Fault] in force.
type fault struct {
	Fault
	left int // -1 for ever
}

// Inject puts a fault in force until it is spent or the function is called.
func (s *Server) Inject(f Fault) (remove func()) {
	active := &fault{Fault: f, left: f.Times}
	if f.Times <= 0 {
		active.left = -1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, active)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		active.left = 0
	}
}

// effects takes the effects that are in force for a call, of each type one at most,
// the earliest injected first.
func (s *Server) effects(call *wire.Call, write bool) effects {
	s.mu.Lock()
	defer s.mu.Unlock()
	var e effects
	left := s.faults[:0]
	for _, f := range s.faults {
		if f.left != 0 && matchAction(f.On, call) && f.Do.concerns(write) && (f.If == nil || f.If(*call)) && e.take(f.Do) && f.left > 0 {
			f.left--
		}
		if f.left != 0 {
			left = append(left, f)
		}
	}
	clear(s.faults[len(left):])
	s.faults = left
	return e
}
