package localaws

import (
	"maps"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// count notes a call, and tells those who asked to be told.
func (s *Server) count(call *wire.Call) {
	s.mu.Lock()
	s.counts[actionOf(call)]++
	told := s.onCall
	s.mu.Unlock()
	for _, f := range told {
		f(*call)
	}
}

// Calls is how often each operation has been called since the last ResetCalls, by its
// name in policies ("iam:GetRole"). Calls that a fault answered count too.
func (s *Server) Calls() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.counts)
}

// ResetCalls sets the counts back to nothing.
func (s *Server) ResetCalls() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.counts)
}

// OnCall has f called with each call, before it is answered.
func (s *Server) OnCall(f func(wire.Call)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onCall = append(s.onCall[:len(s.onCall):len(s.onCall)], f)
}
