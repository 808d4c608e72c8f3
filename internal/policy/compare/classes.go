package compare

import (
	"encoding/binary"
	"slices"
	"strings"
)

// walker goes through all action names, present and future, and tells the sets of
// rules that match one. It is a subset construction like [automaton], over the globs
// of one service at a time, but it looks for every class and not for one string.
//
// A name is service:Name, with neither part empty and one colon. Letters that are in no
// glob are all alike.
type walker struct {
	*actions
	budget *budget
	// visit is given a class and an action that is in it, both only for the time of
	// the call; true ends the walk through the service.
	visit func(class bits, action []byte) bool
	// everything: the search is after more than the wanted globs.
	everything bool

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

// walk goes through the services that the search is after. After each it asks whether
// to end.
func (w *walker) walk(end func() bool) {
	all := w.everything
	for _, i := range w.wide {
		all = all || w.globs[i].wanted
	}
	w.class = make(bits, w.words)
	for _, service := range w.names {
		if !all && !slices.ContainsFunc(w.services[service], func(i int) bool { return w.globs[i].wanted }) {
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
	if !w.budget.spend(8 + w.words + 2*len(n.active)) {
		w.exhausted, w.stop = true, true
		return
	}
	w.settle(&n)
	hope := n.wanted || w.everything
	for _, s := range n.active {
		hope = hope || w.globs[s.glob].wanted
	}
	if !hope {
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

// tail finishes at once where a single glob is left to decide and only text of it: the
// names that go on like it, and all others.
func (w *walker) tail(n *names) bool {
	s := n.active[0]
	g := &w.globs[s.glob]
	text, wild := strings.CutSuffix(g.text[s.at:], "*")
	if strings.ContainsAny(text, "*?:") || text == "" {
		return false
	}
	length := len(w.path)
	w.path = append(w.path, otherLetter([]byte{text[0]}))
	w.end(&names{base: n.base, wanted: n.wanted})
	w.path = w.path[:length]
	if w.stop {
		return true
	}
	w.path = append(w.path, text...)
	if wild && text == "" {
		w.finish(n.begin)
	}
	w.end(&names{[]spot{{s.glob, int32(len(g.text) - btoi(wild))}}, n.base, n.wanted, n.begin})
	w.path = w.path[:length]
	return true
}

// been reports whether the state has been gone through before, which can be only where
// a wildcard stands.
func (w *walker) been(n *names) bool {
	if !slices.ContainsFunc(n.active, w.wild) {
		return false
	}
	w.key = n.base.appendTo(w.key[:0])
	w.key = append(w.key, byte(btoi(n.wanted)|btoi(len(w.path) > 0)<<1|btoi(n.begin >= 0)<<2))
	for _, s := range n.active {
		w.key = binary.LittleEndian.AppendUint32(w.key, uint32(s.glob))
		w.key = binary.LittleEndian.AppendUint32(w.key, uint32(s.at))
	}
	if _, old := w.seen[string(w.key)]; old {
		return true
	}
	w.seen[string(w.key)] = struct{}{}
	return false
}

// wild reports whether a wildcard stands at the spot.
func (w *walker) wild(s spot) bool {
	text := w.globs[s.glob].text
	return int(s.at) < len(text) && isWild(text[s.at])
}

// settle takes out the globs that match whatever follows, and those that add nothing.
func (w *walker) settle(n *names) {
	for _, s := range n.active {
		if g := &w.globs[s.glob]; g.text[s.at:] == "*" && (!g.in.within(n.base) || g.wanted && !n.wanted) {
			n.base = union(n.base, g.in)
			n.wanted = n.wanted || g.wanted
		}
	}
	n.active = slices.DeleteFunc(n.active, func(s spot) bool {
		g := &w.globs[s.glob]
		return g.in.within(n.base) && (n.wanted || !g.wanted)
	})
}

// end visits the class of the name that ends here.
func (w *walker) end(n *names) {
	copy(w.class, n.base)
	wanted := n.wanted
	for _, s := range n.active {
		if g := &w.globs[s.glob]; int(s.at) == len(g.text) || g.text[s.at:] == "*" {
			w.class.add(g.in)
			wanted = wanted || g.wanted
		}
	}
	if wanted || w.everything {
		w.class.flip(w.notAction)
		w.stop = w.stop || w.visit(w.class, w.path)
	}
}

// finish makes the path a whole action.
func (w *walker) finish(begin int) {
	switch {
	case begin < 0:
		if len(w.path) == 0 {
			w.path = append(w.path, "example"...)
		}
		for w.services[string(w.path)] != nil {
			w.path = append(w.path, 'x')
		}
		w.path = append(w.path, ":example"...)
	case len(w.path) == begin:
		w.path = append(w.path, "example"...)
	}
}

// choose adds the letters that make a difference here, and one for all others.
func (w *walker) choose(n *names) {
	from := len(w.letters)
	for _, s := range n.active {
		text := w.globs[s.glob].text
		if int(s.at) == len(text) || isWild(text[s.at]) || text[s.at] == ':' {
			continue
		}
		if !slices.Contains(w.letters[from:], text[s.at]) {
			w.letters = append(w.letters, text[s.at])
		}
	}
	if n.begin < 0 && len(w.path) > 0 {
		w.letters = append(w.letters, ':')
	}
	if c := otherLetter(w.letters[from:]); c != 0 {
		w.letters = append(w.letters, c)
	}
}

// otherLetter is a letter of action names that is none of these, 0 if there is none.
func otherLetter(letters []byte) byte {
	for _, c := range []byte("xyzabcdefghijklmnopqrstuvw0123456789-") {
		if !slices.Contains(letters, c) {
			return c
		}
	}
	return 0
}

// step adds the spots behind the letter.
func (w *walker) step(active []spot, c byte) {
	from := len(w.spots)
	for _, s := range active {
		text := w.globs[s.glob].text
		switch at := int(s.at); {
		case at == len(text):
		case text[at] == '*':
			w.spots = w.reach(w.spots, from, int(s.glob), at)
		case text[at] == '?' || text[at] == c:
			w.spots = w.reach(w.spots, from, int(s.glob), at+1)
		}
	}
}

// reach adds a spot to the state that begins at from, and the one behind a * that
// stands there. A * makes the earlier spots of its glob needless.
func (w *walker) reach(list []spot, from, glob, at int) []spot {
	text := w.globs[glob].text
	s := spot{int32(glob), int32(at)}
	if at < len(text) && text[at] == '*' {
		for n := len(list); n > from && list[n-1].glob == s.glob && list[n-1].at < s.at; n-- {
			list = list[:n-1]
		}
		if n := len(list); n == from || list[n-1].glob != s.glob || list[n-1].at < s.at {
			list = append(list, s)
		}
		s.at++
	}
	if n := len(list); n == from || list[n-1].glob != s.glob || list[n-1].at < s.at {
		list = append(list, s)
	}
	return list
}
