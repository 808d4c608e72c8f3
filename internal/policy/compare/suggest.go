package compare

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/wildcard"
)

// suggest visits the classes of actions that people know, and of those that the documents name, before
// all others are gone through: a witness reads best with one of them. It reports whether visit ended the
// search.
func (s *session) suggest(in scope, visit func(rules bits, action []byte) (stop bool)) bool {
	for _, k := range known {
		if s.wantsAny(in, k.service, "") && s.suggestKnown(in, k, visit) {
			return true
		}
	}
	n := 0
	for i := range s.actions.globs {
		text := s.actions.globs[i].text
		if !in.wanted[i] || s.actions.globs[i].wild || !strings.Contains(text, ":") {
			continue
		}
		if n++; n > 32 {
			break
		}
		if visit(s.actions.classOf(text), []byte(text)) {
			return true
		}
	}
	return false
}

// suggestKnown visits the classes of the actions of a service that people know.
func (s *session) suggestKnown(in scope, k knownService, visit func(rules bits, action []byte) (stop bool)) bool {
	for _, name := range k.names {
		action := k.service + ":" + name
		lower := strings.ToLower(action)
		if s.wantsAny(in, k.service, lower) && visit(s.actions.classOf(lower), []byte(action)) {
			return true
		}
	}
	return false
}

// wantsAny reports whether the scope has the action or, if that is "", perhaps some action of the service.
func (s *session) wantsAny(in scope, service, action string) bool {
	wants := func(i int) bool {
		return in.wanted[i] && (action == "" || wildcard.Match(s.actions.globs[i].text, action))
	}
	return in.everything || slices.ContainsFunc(s.actions.services[service], wants) || slices.ContainsFunc(s.actions.wide, wants)
}

// suggestIn is suggest for one service, or for those that no document names.
func (s *session) suggestIn(in scope, service string, visit func(rules bits, action []byte) (stop bool)) bool {
	for _, k := range known {
		if s.actions.serviceOf(k.service+":") == service && s.suggestKnown(in, k, visit) {
			return true
		}
	}
	for _, i := range s.actions.services[service] {
		if g := &s.actions.globs[i]; in.wanted[i] && !g.wild && visit(s.actions.classOf(g.text), []byte(g.text)) {
			return true
		}
	}
	return false
}
