package compare

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
)

// words are all words over the alphabet of up to n letters.
func words(alphabet string, n int) []string {
	all, last := []string{""}, []string{""}
	for range n {
		var longer []string
		for _, w := range last {
			for _, r := range alphabet {
				longer = append(longer, w+string(r))
			}
		}
		all, last = append(all, longer...), longer
	}
	return all
}

func randomGlob(r *rand.Rand) *glob {
	const alphabet = "abB:"
	g := &glob{fold: r.IntN(4) == 0}
	inField := r.IntN(3) == 0
	for range r.IntN(5) {
		switch kind := r.IntN(9); {
		case kind < 6:
			g.symbols = append(g.symbols, symbol(alphabet[r.IntN(len(alphabet))]))
		case kind < 8 && inField:
			g.run(anyRunInField)
		case kind < 8:
			g.run(anyRun)
		case inField:
			g.symbols = append(g.symbols, anyOneInField)
		default:
			g.symbols = append(g.symbols, anyOne)
		}
		if r.IntN(6) == 0 {
			inField = !inField
		}
	}
	return g
}

// slow is matching by the definition.
func slow(g *glob, at int, text string) bool {
	if at == len(g.symbols) {
		return text == ""
	}
	s := g.symbols[at]
	if s.isRun() {
		if slow(g, at+1, text) {
			return true
		}
		return text != "" && (s == anyRun || text[0] != ':') && slow(g, at, text[1:])
	}
	return text != "" && g.takes(s, rune(text[0])) && slow(g, at+1, text[1:])
}

func TestMatchesIsTheDefinition(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	all := words("aB:", 5)
	for range 2000 {
		g := randomGlob(r)
		for _, w := range all {
			if got, want := g.matches(w, bindings{}), slow(g, 0, w); got != want {
				t.Fatalf("%v (fold %v) matches %q: %v, want %v", g.symbols, g.fold, w, got, want)
			}
		}
	}
}

func TestWithinAndApartAreNeverWrong(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	all := words("aB:", 5)
	var within, apart int
	for range 20000 {
		g, o := randomGlob(r), randomGlob(r)
		isWithin, isApart := g.within(o), g.apart(o)
		if !isWithin && !isApart {
			continue
		}
		within, apart = within+btoi(isWithin), apart+btoi(isApart)
		for _, w := range all {
			if !g.matches(w, bindings{}) {
				continue
			}
			if isWithin && !o.matches(w, bindings{}) {
				t.Fatalf("%v within %v, but not %q", g.symbols, o.symbols, w)
			}
			if isApart && o.matches(w, bindings{}) {
				t.Fatalf("%v apart from %v, but %q", g.symbols, o.symbols, w)
			}
		}
	}
	if within < 1000 || apart < 1000 {
		t.Errorf("too few samples: %d within, %d apart", within, apart)
	}
}

func randomQuery(r *rand.Rand) query {
	var q query
	for range r.IntN(3) {
		var union []*glob
		for range 1 + r.IntN(3) {
			union = append(union, randomGlob(r))
		}
		q.in = append(q.in, union)
	}
	for range r.IntN(4) {
		q.out = append(q.out, randomGlob(r))
	}
	return q
}

func (q query) String() string {
	s := ""
	for _, union := range q.in {
		s += fmt.Sprint(" in ", show(union))
	}
	return s + fmt.Sprint(" out ", show(q.out))
}

func show(globs []*glob) (s []string) {
	for _, g := range globs {
		s = append(s, fmt.Sprint(g.symbols, g.fold))
	}
	return s
}

func TestFindAgreesWithAllWords(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	// The alphabet has a letter that is in no glob.
	all := words("abBx:", 4)
	var empty int
	for range 10000 {
		q := randomQuery(r)
		w, got := find(q, &budget{1 << 20})
		if got == unknown {
			t.Fatal("budget")
		}
		if _, early := find(q, &budget{r.IntN(300)}); early != unknown && early != got {
			t.Fatalf("%v within a small budget, else %v, for %v", early, got, q)
		}
		if got == found && !q.holds(wordText(w), bindings{}) {
			t.Fatalf("found %q for %v", wordText(w), q)
		}
		if got == none {
			empty++
			for _, w := range all {
				if q.holds(w, bindings{}) {
					t.Fatalf("found none, but %q for %v", w, q)
				}
			}
		}
	}
	if empty < 1000 {
		t.Errorf("only %d queries without an answer", empty)
	}
}

// withVariables puts a variable into one place of the glob.
func withVariables(r *rand.Rand, g *glob) *glob {
	if r.IntN(2) == 0 {
		return g
	}
	at := r.IntN(len(g.symbols) + 1)
	out := &glob{fold: g.fold, variables: true}
	out.symbols = append(out.symbols, g.symbols[:at]...)
	out.symbols = append(out.symbols, testVariables.list[r.IntN(len(testVariables.list))].symbol)
	out.symbols = append(out.symbols, g.symbols[at:]...)
	return out
}

// testVariables are ${0}, ${1}, ${1, 'a'} and ${1, 'b'}.
var testVariables = func() *variables {
	v := &variables{}
	for _, w := range []variable{{key: "0"}, {key: "1"}, {key: "1", fallback: "a", hasDefault: true}, {key: "1", fallback: "b", hasDefault: true}} {
		v.add(w)
	}
	return v
}()

// bind gives the keys values.
func bind(values ...string) bindings {
	b := bindings{vars: testVariables, values: map[string]string{}}
	for i, v := range values {
		b.values[[]string{"0", "1"}[i]] = v
	}
	return b
}

func TestFindWithVariablesMissesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	all, values := words("abx:", 4), words("a:", 2)
	var empty int
	for range 800 {
		q := randomQuery(r)
		for _, union := range append(q.in, q.out) {
			for i := range union {
				union[i] = withVariables(r, union[i])
			}
		}
		if _, got := find(q, &budget{1 << 20}); got != none {
			continue
		}
		empty++
		for _, v0 := range values {
			for _, v1 := range values {
				for _, b := range []bindings{bind(v0, v1), bind(v0), bind()} {
					for _, w := range all {
						if q.holds(w, b) {
							t.Fatalf("found none, but %q with %v for %s", w, b, q)
						}
					}
				}
			}
		}
	}
	if empty < 40 {
		t.Errorf("only %d queries without an answer", empty)
	}
}

func TestOnlyTheSameVariableTakesItself(t *testing.T) {
	var vars variables
	parse := func(s string) *glob {
		return newGlob(policy.ParsePattern(s, policy.Version2012), false, &vars)
	}
	for _, c := range []struct {
		in   []string
		out  []string
		want outcome
	}{
		{[]string{"home/${a}/*"}, []string{"home/${a}/*"}, none},
		{[]string{"home/${a}/*"}, []string{"home/*"}, none},
		{[]string{"home/${a}/*"}, []string{"home/*/*"}, none},
		{[]string{"home/${a}/*"}, []string{"home/?*/*"}, found}, // the value may be empty
		{[]string{"home/${a}/*"}, []string{"home/${b}/*"}, found},
		{[]string{"home/${a}/*"}, []string{"home/${a, 'x'}/*"}, none},
		{[]string{"home/${a, 'x'}/*"}, []string{"home/${a}/*"}, found},
		{[]string{"home/${a, 'x'}/*"}, []string{"home/${a, 'y'}/*"}, found},
		{[]string{"home/${a, 'x'}/*"}, []string{"home/${a, 'x'}/*"}, none},
		{[]string{"home/*"}, []string{"home/${a}"}, found},
		{[]string{"home/${a}/x", "home/root/x"}, []string{"home/${a}/x"}, none},
		{[]string{"home/${a}/x", "home/root/x"}, nil, found},
		{[]string{"home/${a}/x", "house/*"}, nil, none},
	} {
		var q query
		for _, s := range c.in {
			q.in = append(q.in, []*glob{parse(s)})
		}
		for _, s := range c.out {
			q.out = append(q.out, parse(s))
		}
		if _, got := find(q, &budget{1 << 20}); got != c.want {
			t.Errorf("in %v, not in %v: %v, want %v", c.in, c.out, got, c.want)
		}
	}
}
