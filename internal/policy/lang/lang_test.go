package lang

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/wildcard/wildcardtest"
)

func randomGlob(r *rand.Rand) *Glob {
	const alphabet = "abB:"
	g := &Glob{fold: r.IntN(4) == 0}
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
func slow(g *Glob, at int, text string) bool {
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
	if text == "" || !slow(g, at+1, text[1:]) {
		return false
	}
	switch s {
	case anyOne:
		return true
	case anyOneInField:
		return text[0] != ':'
	}
	own, char := string(rune(s)), text[:1]
	return own == char || g.fold && strings.EqualFold(own, char)
}

func TestMatchesIsTheDefinition(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	all := wildcardtest.Words("aB:", 5)
	for range 2000 {
		g := randomGlob(r)
		for _, w := range all {
			if got, want := g.Matches(w, Bindings{}), slow(g, 0, w); got != want {
				t.Fatalf("%v (fold %v) matches %q: %v, want %v", g.symbols, g.fold, w, got, want)
			}
		}
	}
}

func TestWithinAndApartAreNeverWrong(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	all := wildcardtest.Words("aB:", 5)
	var within, apart int
	for range 20000 {
		g, o := randomGlob(r), randomGlob(r)
		isWithin, isApart := g.Within(o), g.Apart(o)
		if !isWithin && !isApart {
			continue
		}
		if isWithin {
			within++
		}
		if isApart {
			apart++
		}
		for _, w := range all {
			if !g.Matches(w, Bindings{}) {
				continue
			}
			if isWithin && !o.Matches(w, Bindings{}) {
				t.Fatalf("%v within %v, but not %q", g.symbols, o.symbols, w)
			}
			if isApart && o.Matches(w, Bindings{}) {
				t.Fatalf("%v apart from %v, but %q", g.symbols, o.symbols, w)
			}
		}
	}
	if within < 1000 || apart < 1000 {
		t.Errorf("too few samples: %d within, %d apart", within, apart)
	}
}

func randomQuery(r *rand.Rand) Query {
	var q Query
	for range r.IntN(3) {
		var union []*Glob
		for range 1 + r.IntN(3) {
			union = append(union, randomGlob(r))
		}
		q.In = append(q.In, union)
	}
	for range r.IntN(4) {
		q.Out = append(q.Out, randomGlob(r))
	}
	return q
}

func (q Query) String() string {
	s := ""
	for _, union := range q.In {
		s += fmt.Sprint(" in ", show(union))
	}
	return s + fmt.Sprint(" out ", show(q.Out))
}

func show(globs []*Glob) (s []string) {
	for _, g := range globs {
		s = append(s, fmt.Sprint(g.symbols, g.fold))
	}
	return s
}

func TestFindAgreesWithAllWords(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	// The alphabet has a letter that is in no glob.
	all := wildcardtest.Words("abBx:", 4)
	var empty int
	for range 10000 {
		q := randomQuery(r)
		w, got := q.Find(&Budget{1 << 20})
		if got == Unknown {
			t.Fatal("budget")
		}
		if _, early := q.Find(&Budget{r.IntN(300)}); early != Unknown && early != got {
			t.Fatalf("%v within a small budget, else %v, for %v", early, got, q)
		}
		if got == Found && !q.Has(w, Bindings{}) {
			t.Fatalf("found %q for %v", w, q)
		}
		if got == Empty {
			empty++
			for _, w := range all {
				if q.Has(w, Bindings{}) {
					t.Fatalf("found Empty, but %q for %v", w, q)
				}
			}
		}
	}
	if empty < 1000 {
		t.Errorf("only %d queries without an answer", empty)
	}
}

// withVariables puts a variable into one place of the glob.
func withVariables(r *rand.Rand, g *Glob) *Glob {
	if r.IntN(2) == 0 {
		return g
	}
	at := r.IntN(len(g.symbols) + 1)
	out := &Glob{fold: g.fold, variables: true}
	out.symbols = append(out.symbols, g.symbols[:at]...)
	out.symbols = append(out.symbols, testVariables.list[r.IntN(len(testVariables.list))].symbol)
	out.symbols = append(out.symbols, g.symbols[at:]...)
	return out
}

// testVariables are ${0}, ${1}, ${1, 'a'} and ${1, 'b'}.
var testVariables = func() *Variables {
	v := &Variables{}
	for _, w := range []variable{{key: "0"}, {key: "1"}, {key: "1", fallback: "a", hasDefault: true}, {key: "1", fallback: "b", hasDefault: true}} {
		v.add(w)
	}
	return v
}()

// bind gives the keys values.
func bind(values ...string) Bindings {
	b := Bindings{Variables: testVariables, Values: map[string]string{}}
	for i, v := range values {
		b.Values[[]string{"0", "1"}[i]] = v
	}
	return b
}

func TestFindWithVariablesMissesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	all, values := wildcardtest.Words("abx:", 4), wildcardtest.Words("a:", 2)
	var empty int
	for range 800 {
		q := randomQuery(r)
		for _, union := range append(q.In, q.Out) {
			for i := range union {
				union[i] = withVariables(r, union[i])
			}
		}
		if _, got := q.Find(&Budget{1 << 20}); got != Empty {
			continue
		}
		empty++
		for _, v0 := range values {
			for _, v1 := range values {
				for _, b := range []Bindings{bind(v0, v1), bind(v0), bind()} {
					for _, w := range all {
						if q.Has(w, b) {
							t.Fatalf("found Empty, but %q with %v for %s", w, b, q)
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
	var vars Variables
	parse := func(s string) *Glob {
		return New(policy.ParsePattern(s, policy.Version2012).Tokens, false, &vars)
	}
	for _, c := range []struct {
		in   []string
		out  []string
		want Outcome
	}{
		{[]string{"home/${a}/*"}, []string{"home/${a}/*"}, Empty},
		{[]string{"home/${a}/*"}, []string{"home/*"}, Empty},
		{[]string{"home/${a}/*"}, []string{"home/*/*"}, Empty},
		{[]string{"home/${a}/*"}, []string{"home/?*/*"}, Found}, // the value may be empty
		{[]string{"home/${a}/*"}, []string{"home/${b}/*"}, Found},
		{[]string{"home/${a}/*"}, []string{"home/${a, 'x'}/*"}, Empty},
		{[]string{"home/${a, 'x'}/*"}, []string{"home/${a}/*"}, Found},
		{[]string{"home/${a, 'x'}/*"}, []string{"home/${a, 'y'}/*"}, Found},
		{[]string{"home/${a, 'x'}/*"}, []string{"home/${a, 'x'}/*"}, Empty},
		{[]string{"home/*"}, []string{"home/${a}"}, Found},
		{[]string{"home/${a}/x", "home/root/x"}, []string{"home/${a}/x"}, Empty},
		{[]string{"home/${a}/x", "home/root/x"}, nil, Found},
		{[]string{"home/${a}/x", "house/*"}, nil, Empty},
	} {
		var q Query
		for _, s := range c.in {
			q.In = append(q.In, []*Glob{parse(s)})
		}
		for _, s := range c.out {
			q.Out = append(q.Out, parse(s))
		}
		if _, got := q.Find(&Budget{1 << 20}); got != c.want {
			t.Errorf("in %v, not in %v: %v, want %v", c.in, c.out, got, c.want)
		}
	}
}
