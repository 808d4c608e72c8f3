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
	// visit is given a class and an action that is in it; true ends the walk. The
	// class is the callee's to keep.
	visit func(class bits, action string) bool
	// everything: the search is after more than the wanted globs.
	everything bool

	seen map[string]struct{}
	stop bool
	// exhausted is true if the budget ended the walk.
	exhausted bool
}

// spot is a place in an action glob.
type spot struct{ glob, at int32 }

// walk goes through the services that the search is after.
func (w *walker) walk() {
	all := w.everything
	for _, i := range w.wide {
		all = all || w.globs[i].wanted
	}
	for _, service := range w.names {
		if all || slices.ContainsFunc(w.services[service], func(i int) bool { return w.globs[i].wanted }) {
			if w.service(service); w.stop {
				return
			}
		}
	}
	if all {
		w.others()
	}
}

// service goes through the actions of one service.
func (w *walker) service(name string) {
	w.seen = map[string]struct{}{}
	var start []spot
	for _, i := range w.services[name] {
		start = w.reach(start, i, len(name)+1)
	}
	for _, i := range w.wide {
		now := w.reach(nil, i, 0)
		for j := range name {
			now = w.step(now, name[j])
		}
		start = append(start, w.step(now, ':')...)
	}
	w.from(start, make(bits, w.words), false, name+":", len(name)+1)
}

// others goes through the actions of all services that no glob names.
func (w *walker) others() {
	w.seen = map[string]struct{}{}
	var start []spot
	for _, i := range w.wide {
		start = w.reach(start, i, 0)
	}
	w.from(start, make(bits, w.words), false, "", -1)
}

// from goes through the names that begin with path. base is the rules that match
// whatever follows; name is where the action's name begins in path, -1 before the
// colon.
func (w *walker) from(active []spot, base bits, wanted bool, path string, name int) {
	if w.stop {
		return
	}
	if !w.budget.spend(8 + w.words + 2*len(active)) {
		w.exhausted, w.stop = true, true
		return
	}
	active, base, wanted = w.settle(active, base, wanted)
	hope := wanted || w.everything
	for _, s := range active {
		hope = hope || w.globs[s.glob].wanted
	}
	if !hope {
		return
	}
	if len(active) == 0 {
		w.end(active, base, wanted, w.finish(path, name))
		return
	}
	if name >= 0 && len(path) > name {
		w.end(active, base, wanted, path)
	}
	if len(active) == 1 && name >= 0 && w.tail(active[0], base, wanted, path) {
		return
	}
	if slices.ContainsFunc(active, w.wild) {
		key := w.stateKey(active, base, wanted, path != "", name >= 0)
		if _, old := w.seen[key]; old {
			return
		}
		w.seen[key] = struct{}{}
	}
	for _, c := range w.letters(active, path, name) {
		next := name
		if c == ':' {
			next = len(path) + 1
		}
		w.from(w.step(active, c), base, wanted, path+string(c), next)
	}
}

// tail finishes at once where a single glob is left to decide and only text of it: the
// names that go on like it, and all others.
func (w *walker) tail(s spot, base bits, wanted bool, path string) bool {
	g := &w.globs[s.glob]
	text, wild := strings.CutSuffix(g.text[s.at:], "*")
	if strings.ContainsAny(text, "*?:") || text == "" {
		return false
	}
	if w.end(nil, base, wanted, path+string(w.letters([]spot{s}, path, 0)[1])); w.stop {
		return true
	}
	if wild {
		w.end(nil, union(base, g.in), wanted || g.wanted, path+text)
	} else {
		w.end([]spot{{s.glob, int32(len(g.text))}}, base, wanted, path+text)
	}
	return true
}

// wild reports whether a wildcard stands at the spot.
func (w *walker) wild(s spot) bool {
	text := w.globs[s.glob].text
	return int(s.at) < len(text) && isWild(text[s.at])
}

// settle takes out the globs that match whatever follows, and those that add nothing.
func (w *walker) settle(active []spot, base bits, wanted bool) ([]spot, bits, bool) {
	for _, s := range active {
		if g := &w.globs[s.glob]; g.text[s.at:] == "*" && (!g.in.within(base) || g.wanted && !wanted) {
			base = union(base, g.in)
			wanted = wanted || g.wanted
		}
	}
	active = slices.DeleteFunc(active, func(s spot) bool {
		g := &w.globs[s.glob]
		return g.in.within(base) && (wanted || !g.wanted)
	})
	return active, base, wanted
}

// end visits the class of the names that end here.
func (w *walker) end(active []spot, base bits, wanted bool, action string) {
	class := slices.Clone(base)
	for _, s := range active {
		if g := &w.globs[s.glob]; int(s.at) == len(g.text) {
			class.add(g.in)
			wanted = wanted || g.wanted
		}
	}
	if wanted || w.everything {
		class.flip(w.notAction)
		w.stop = w.stop || w.visit(class, action)
	}
}

// finish makes path a whole action.
func (w *walker) finish(path string, name int) string {
	switch {
	case name < 0:
		return w.newService(path) + ":example"
	case len(path) == name:
		return path + "example"
	}
	return path
}

// newService makes path the name of a service that no glob names.
func (w *walker) newService(path string) string {
	if path == "" {
		path = "example"
	}
	for w.services[path] != nil {
		path += "x"
	}
	return path
}

// letters are the characters that make a difference here, and one for all others.
func (w *walker) letters(active []spot, path string, name int) []byte {
	var out []byte
	for _, s := range active {
		text := w.globs[s.glob].text
		if int(s.at) < len(text) && !isWild(text[s.at]) && !slices.Contains(out, text[s.at]) {
			out = append(out, text[s.at])
		}
	}
	if name >= 0 || path == "" {
		out = slices.DeleteFunc(out, func(c byte) bool { return c == ':' })
	} else if !slices.Contains(out, ':') {
		out = append(out, ':')
	}
	for _, c := range []byte("xyzabcdefghijklmnopqrstuvw0123456789-") {
		if !slices.Contains(out, c) {
			return append(out, c)
		}
	}
	return out
}

// step is the spots behind the letter.
func (w *walker) step(active []spot, c byte) []spot {
	var next []spot
	for _, s := range active {
		text := w.globs[s.glob].text
		switch at := int(s.at); {
		case at == len(text):
		case text[at] == '*':
			next = w.reach(next, int(s.glob), at)
		case text[at] == '?' || text[at] == c:
			next = w.reach(next, int(s.glob), at+1)
		}
	}
	return next
}

// reach adds a spot, and the one behind a * that stands there. A * makes the earlier
// spots of its glob needless.
func (w *walker) reach(list []spot, glob, at int) []spot {
	text := w.globs[glob].text
	s := spot{int32(glob), int32(at)}
	if at < len(text) && text[at] == '*' {
		for n := len(list); n > 0 && list[n-1].glob == s.glob && list[n-1].at < s.at; n-- {
			list = list[:n-1]
		}
		if n := len(list); n == 0 || list[n-1].glob != s.glob || list[n-1].at < s.at {
			list = append(list, s)
		}
		s.at++
	}
	if n := len(list); n == 0 || list[n-1].glob != s.glob || list[n-1].at < s.at {
		list = append(list, s)
	}
	return list
}

func (w *walker) stateKey(active []spot, base bits, wanted, begun, named bool) string {
	key := base.key()
	key = append(key, byte(btoi(wanted)|btoi(begun)<<1|btoi(named)<<2))
	for _, s := range active {
		key = binary.LittleEndian.AppendUint32(key, uint32(s.glob))
		key = binary.LittleEndian.AppendUint32(key, uint32(s.at))
	}
	return string(key)
}
