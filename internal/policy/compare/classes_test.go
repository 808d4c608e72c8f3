package compare

import (
	"math/rand/v2"
	"testing"

	"github.com/ringfence/ringfence/internal/policy/lang"
	"github.com/ringfence/ringfence/internal/wildcard"
	"github.com/ringfence/ringfence/internal/wildcard/wildcardtest"
)

func randomActionGlob(r *rand.Rand) string {
	text := func(letters string, n int) string {
		s := ""
		for range n {
			switch r.IntN(6) {
			case 0:
				s += "*"
			case 1:
				s += "?"
			default:
				s += string(letters[r.IntN(len(letters))])
			}
		}
		return s
	}
	switch r.IntN(7) {
	case 0:
		return "*"
	case 1:
		return text("ab", 1+r.IntN(2)) + ":" + text("ab", 1+r.IntN(3))
	case 2:
		return text("ab:", 1+r.IntN(4))
	default:
		return string("abc"[r.IntN(3)]) + ":" + text("ab", 1+r.IntN(3))
	}
}

// TestWalkerVisitsEveryClass checks the walk with all short action names.
func TestWalkerVisitsEveryClass(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	var names []string
	for _, service := range wildcardtest.Words("abx", 2)[1:] {
		for _, name := range wildcardtest.Words("abx", 4)[1:] {
			names = append(names, service+":"+name)
		}
	}
	for range 1500 {
		rules := make([]rule, 1+r.IntN(5))
		for i := range rules {
			s := &statement{notAction: r.IntN(4) == 0}
			for range 1 + r.IntN(3) {
				s.actions = append(s.actions, normalAction(randomActionGlob(r)))
			}
			rules[i].statement = s
		}
		a := newActions(rules)
		in := scope{everything: r.IntN(2) == 0, wanted: make([]bool, len(a.globs))}
		for i := range a.globs {
			in.wanted[i] = r.IntN(4) == 0
		}
		seen := map[string]string{}
		w := &walker{actions: a, budget: lang.NewBudget(1 << 20), scope: in, visit: func(class bits, action []byte) bool {
			seen[string(class.appendTo(nil))] = string(action)
			return false
		}}
		w.walk(w.stopped)
		if w.exhausted {
			t.Fatal("budget")
		}
		for _, name := range names {
			wanted := in.everything
			for i, g := range a.globs {
				wanted = wanted || in.wanted[i] && wildcard.Match(g.text, name)
			}
			if class := a.classOf(name); wanted && seen[string(class.appendTo(nil))] == "" {
				t.Fatalf("the class of %s was not visited; globs %v", name, a.globs)
			}
		}
		for class, action := range seen {
			if got := string(a.classOf(action).appendTo(nil)); got != class {
				service, _, _ := cutAction(action)
				if a.services[service] == nil {
					t.Fatalf("%s is not in the class it was given for; globs %v", action, a.globs)
				}
			}
		}
	}
}

func cutAction(s string) (string, string, bool) {
	for i := range s {
		if s[i] == ':' {
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

func TestActionTestsAreNeverWrong(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	all := wildcardtest.Words("ab:", 5)
	for range 3000 {
		x, y := normalAction(randomActionGlob(r)), normalAction(randomActionGlob(r))
		gx, gy := newActionGlob(x), newActionGlob(y)
		in, apart := gx.within(&gy), gx.apart(&gy)
		for _, w := range all {
			if in && wildcard.Match(x, w) && !wildcard.Match(y, w) && y != "*" {
				t.Fatalf("%q within %q, but not %q", x, y, w)
			}
			if apart && wildcard.Match(x, w) && wildcard.Match(y, w) {
				t.Fatalf("%q apart from %q, but %q", x, y, w)
			}
		}
	}
}
