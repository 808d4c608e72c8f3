package localaws

import (
	"maps"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// count counts a call and calls the functions of OnCall.
func (s *Server) count(call *wire.Call) {
	s.mu.Lock()
	s.counts[actionOf(call)]++
	hooks := s.onCall
	s.mu.Unlock()
	for _, f := range hooks {
		f(*call)
	}
}

// Calls returns how often each operation was called since the last ResetCalls. The key is the
// action name in policies ("iam:GetRole"). Calls answered by a fault count too.
func (s *Server) Calls() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.counts)
}

// ResetCalls sets all counts to zero.
func (s *Server) ResetCalls() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.counts)
}

// OnCall registers f to be called with each call before it is answered.
func (s *Server) OnCall(f func(wire.Call)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onCall = append(s.onCall[:len(s.onCall):len(s.onCall)], f)
}
