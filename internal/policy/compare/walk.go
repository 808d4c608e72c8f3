package compare

import (
	"slices"

	"github.com/ringfence/ringfence/internal/policy/lang"
)

// walker goes through all action names, present and future, class by class. It is a subset construction
// like that of package lang, over the globs of one service at a time, but it looks for every class and
// not for one string.
//
// A name is service:Name, with neither part empty and one colon. Letters that are in no glob are all
// alike.
type walker struct {
	*actions
	scope  scope
	budget *lang.Budget
	// visit takes a class and an action in it, both only for the time of the call; true ends the walk
	// through the service.
	visit func(class bits, action []byte) bool
	// skip, if there is one, says that a service needs no walk.
	skip func(service string) bool

	seen map[string]struct{}
	stop bool
	// exhausted is true if the budget ended the walk.
	exhausted bool

	path    []byte
	spots   []spot // of all states on the way; each state is a part
	letters []byte // likewise
	class   bits
	key     []byte
}

// spot is a place in an action glob.
type spot struct{ glob, at int32 }

// names is what is known of the names that begin with the walker's path.
type names struct {
	active []spot
	base   bits // the rules that match whatever follows
	wanted bool
	begin  int // where the action's name begins in path, -1 before the colon
}

// walk goes through the services in scope. After each it asks whether to end.
func (w *walker) walk(end func() bool) {
	all := w.scope.everything
	for _, i := range w.wide {
		all = all || w.scope.wanted[i]
	}
	w.class = make(bits, w.words)
	for _, service := range w.names {
		if !all && !slices.ContainsFunc(w.services[service], func(i int) bool { return w.scope.wanted[i] }) {
			continue
		}
		if w.skip != nil && w.skip(service) {
			continue
		}
		w.service(service)
		if end() {
			return
		}
	}
	if all {
		w.others()
		end()
	}
}

// stopped is for searches that end with the first visit that says so.
func (w *walker) stopped() bool { return w.stop }

// service goes through the actions of one service.
func (w *walker) service(name string) {
	w.seen = map[string]struct{}{}
	w.path = append(append(w.path[:0], name...), ':')
	w.spots = w.spots[:0]
	for _, i := range w.wide {
		w.spots = w.reach(w.spots, 0, i, 0)
	}
	from := 0
	for _, c := range w.path {
		to := len(w.spots)
		w.step(w.spots[from:], c)
		from = to
	}
	for _, i := range w.services[name] {
		w.spots = w.reach(w.spots, from, i, len(w.path))
	}
	w.from(names{w.spots[from:], make(bits, w.words), false, len(w.path)})
}

// others goes through the actions of all services that no glob names.
func (w *walker) others() {
	w.seen = map[string]struct{}{}
	w.path = w.path[:0]
	w.spots = w.spots[:0]
	for _, i := range w.wide {
		w.spots = w.reach(w.spots, 0, i, 0)
	}
	w.from(names{w.spots, make(bits, w.words), false, -1})
}

// from goes through the names that begin with the path.
func (w *walker) from(n names) {
	if w.stop {
		return
	}
	if !w.budget.Spend(8 + w.words + 2*len(n.active)) {
		w.exhausted, w.stop = true, true
		return
	}
	w.settle(&n)
	if !w.inScope(&n) {
		return
	}
	length := len(w.path)
	if len(n.active) == 0 {
		w.finish(n.begin)
		w.end(&n)
		w.path = w.path[:length]
		return
	}
	if n.begin >= 0 && length > n.begin {
		w.end(&n)
	}
	if len(n.active) == 1 && n.begin >= 0 && w.tail(&n) || w.been(&n) {
		return
	}
	spots, letters := len(w.spots), len(w.letters)
	w.choose(&n)
	for _, c := range w.letters[letters:] {
		next := n
		if c == ':' {
			next.begin = length + 1
		}
		w.step(n.active, c)
		next.active = w.spots[spots:]
		w.path = append(w.path, c)
		w.from(next)
		w.path, w.spots = w.path[:length], w.spots[:spots]
	}
	w.letters = w.letters[:letters]
}

// inScope reports whether some name that begins with the path may be in scope.
func (w *walker) inScope(n *names) bool {
	return n.wanted || w.scope.everything || slices.ContainsFunc(n.active, func(s spot) bool { return w.scope.wanted[s.glob] })
}
