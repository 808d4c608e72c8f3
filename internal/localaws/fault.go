package localaws

import (
	"time"

	"github.com/ringfence/ringfence/internal/localaws/iam"
	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// Fault makes calls, or the events of writes, fail.
type Fault struct {
	// On is a pattern of action names, as in policies: "iam:GetRole", "iam:Get*", "*" (or empty).
	On string
	// If selects calls; nil selects all.
	If func(wire.Call) bool
	// Times is the number of uses after which the fault ends; 0 means never.
	Times int
	// Do is the effect.
	Do Effect
}

// Effect is what a [Fault] does: one of the types below.
type Effect interface {
	// concerns reports whether the effect applies to a write, or to a read.
	concerns(write bool) bool
}

type (
	// Throttle answers "Rate exceeded", as IAM does above its limits.
	Throttle struct{}
	// ServerError answers with the HTTP status, 500 if zero: 500 and 503 are AWS's.
	ServerError struct{ Status int }
	// Refuse answers with the given error.
	Refuse struct {
		Status        int
		Code, Message string
	}
	// Hang gives no answer until the caller stops waiting. The call does nothing, or takes effect
	// first if Done is set: then only the answer is lost.
	Hang struct{ Done bool }
	// Drop closes the connection without an answer. The call does nothing, or takes effect first
	// if Done is set.
	Drop struct{ Done bool }
	// Stale makes IAM reads return an older state: a new principal is NoSuchEntity, and a deleted
	// one still exists.
	Stale iam.Lag

	// Lose drops a write's event. LookupEvents still returns it.
	Lose struct{}
	// Duplicate delivers a write's event Copies more times (once if zero).
	Duplicate struct{ Copies int }
	// Late delivers a write's event By after the write.
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
	left int // -1: no limit
}

// Inject puts a fault in force until it is used up or remove is called.
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

// effects returns the effects in force for a call: at most one of each type, the earliest injected
// first.
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
