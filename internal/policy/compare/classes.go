package compare

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
)

// tail finishes at once where a single glob is left and only text of it: the names that go on like it,
// and all others.
func (w *walker) tail(n *names) bool {
	s := n.active[0]
	g := &w.globs[s.glob]
	text, _ := strings.CutSuffix(g.text[s.at:], "*")
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
	w.end(&names{[]spot{{s.glob, s.at + int32(len(text))}}, n.base, n.wanted, n.begin})
	w.path = w.path[:length]
	return true
}

// been reports whether the walk was in this state before, which can be only where a wildcard stands.
func (w *walker) been(n *names) bool {
	if !slices.ContainsFunc(n.active, w.wild) {
		return false
	}
	w.key = n.base.appendTo(w.key[:0])
	for _, is := range [...]bool{n.wanted, len(w.path) > 0, n.begin >= 0} {
		w.key = strconv.AppendBool(w.key, is)
	}
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
		if g := &w.globs[s.glob]; g.text[s.at:] == "*" && (!g.in.within(n.base) || w.scope.wanted[s.glob] && !n.wanted) {
			n.base = union(n.base, g.in)
			n.wanted = n.wanted || w.scope.wanted[s.glob]
		}
	}
	n.active = slices.DeleteFunc(n.active, func(s spot) bool {
		g := &w.globs[s.glob]
		return g.in.within(n.base) && (n.wanted || !w.scope.wanted[s.glob])
	})
}

// end visits the class of the name that ends here.
func (w *walker) end(n *names) {
	copy(w.class, n.base)
	wanted := n.wanted
	for _, s := range n.active {
		if g := &w.globs[s.glob]; int(s.at) == len(g.text) || g.text[s.at:] == "*" {
			w.class.add(g.in)
			wanted = wanted || w.scope.wanted[s.glob]
		}
	}
	if wanted || w.scope.everything {
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

// reach adds a spot to the state that begins at from, and the one behind a * that stands there. A * makes
// the earlier spots of its glob needless.
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

func isWild(c byte) bool { return c == '*' || c == '?' }
