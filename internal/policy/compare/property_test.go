package compare

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/catalog"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

var fromFlag = flag.Uint64("from", 0, "the first of the random pairs")

var pairsFlag = flag.Int("pairs", 2500, "how many random pairs of documents TestRandomPairs compares")

// TestRandomPairs checks comparison by brute force: all requests of a small
// universe, as package eval answers them. A larger run:
//
//	make pairs PAIRS=10000000
func TestRandomPairs(t *testing.T) {
	checkPairs(t, *pairsFlag, 0.07, checkRandomPair, Unproven, Equal, Narrower, Wider, Incomparable)
}

// checkPairs checks n random pairs, and that each answer is given often enough, and unproven
// not for more than the share most, for that to mean something. An empty answer is none.
func checkPairs[T ~string](t *testing.T, n int, most float64, check func(*testing.T, uint64) T, unproven T, answers ...T) {
	t.Helper()
	count := map[T]int{}
	for i := range n {
		if got := check(t, *fromFlag+uint64(i)); got != "" {
			count[got]++
		}
		if t.Failed() {
			return
		}
	}
	t.Log(n, "pairs:", count)
	for _, a := range answers {
		if count[a] < n/40 {
			t.Errorf("only %d pairs are %s: the generator is no good", count[a], a)
		}
	}
	if share := float64(count[unproven]) / float64(n); share > most {
		t.Errorf("%.1f%% unproven", 100*share)
	}
}

// randomPair is a pair of documents, and what made them; the second is often the first one,
// edited. The streams of a seed have nothing in common.
func randomPair(seed, stream uint64) (g *generator, texts [2]string) {
	r := rand.New(rand.NewPCG(seed, stream))
	g = newGenerator(r)
	texts[0] = g.document()
	if texts[1] = g.document(); r.IntN(2) == 0 {
		texts[1] = g.edit(texts[0])
	}
	return g, texts
}

func FuzzRandomPair(f *testing.F) {
	f.Add(uint64(1 << 40))
	f.Fuzz(func(t *testing.T, seed uint64) { checkRandomPair(t, seed) })
}

func checkRandomPair(t *testing.T, seed uint64) Relation {
	g, texts := randomPair(seed, 0)
	a, b := compile(t, []byte(texts[0])), compile(t, []byte(texts[1]))
	got := Compare(a, b)
	fail := func(format string, args ...any) {
		t.Errorf("seed %d: %s\nA %s\nB %s\n%s, A not B: %v, B not A: %v %s", seed, fmt.Sprintf(format, args...), texts[0], texts[1], got.Relation, got.ANotB, got.BNotA, got.Reason)
	}
	read, docs := readings(t, texts), [2]*Compiled{a, b}
	for from, w := range []*Witness{got.ANotB, got.BNotA} {
		if w == nil {
			continue
		}
		c := eval.NewContext(w.Context)
		for _, r := range read {
			if r[from].Alone(w.Action, w.Resource, &c).Outcome != eval.Allow || r[1-from].Alone(w.Action, w.Resource, &c).Outcome == eval.Allow {
				fail("%v is no witness", w)
			}
		}
		checkByExplain(t, w, docs[from], docs[1-from])
		if what := contradiction(w.Context, slices.Collect(maps.Keys(w.Context))); what != "" {
			fail("no request is %v: %s", w, what)
		}
		for key, values := range w.Context {
			number := catalog.ValuesOf(key).Number
			if presence(key) == catalog.Never || len(values) > 1 && number == catalog.Single || slices.ContainsFunc(values, func(v string) bool { return !possible(key, v) }) {
				fail("no request has %s %q", key, values)
			}
		}
	}
	if (got.ANotB != nil) != (got.AWithinB == Refuted) || (got.BNotA != nil) != (got.BWithinA == Refuted) {
		fail("containments and witnesses do not agree")
	}
	forth, back := got.AWithinB == Proven, got.BWithinA == Proven
	if !forth && !back {
		return got.Relation
	}
	for _, context := range g.contexts() {
		c := eval.NewContext(context)
		for _, action := range g.actions {
			for _, resource := range g.resources {
				for _, r := range read {
					inA, inB := r[0].Alone(action, resource, &c), r[1].Alone(action, resource, &c)
					if inA.Uncertain || inB.Uncertain {
						continue
					}
					a, b := inA.Outcome == eval.Allow, inB.Outcome == eval.Allow
					if a && !b && forth || b && !a && back {
						fail("wrong for %s on %s with %v: A %v, B %v", action, resource, context, a, b)
						return got.Relation
					}
				}
			}
		}
	}
	return got.Relation
}

// generator makes small documents over a small universe. Each instance draws on a few
// condition keys, so that documents meet in them.
type generator struct {
	*rand.Rand
	actions, resources []string
	keys               []string
}

// universe has the values that each key can have in a request, besides missing.
var universe = map[string][][]string{
	"aws:username":        {{"b"}, {"x"}, {"*"}, {"b/x"}},
	"aws:PrincipalTag/t":  {{"a"}, {"A"}, {"ab"}, {"b"}, {""}, {"x"}},
	"aws:TagKeys":         {{"a"}, {"b"}, {"a", "b"}, {"ab", "b"}, {"a", "ab", "c"}},
	"k:num":               {{"5"}, {"7"}, {"10"}, {"6.5"}, {"x"}, {"5", "10"}},
	"aws:SourceIp":        {{"10.0.0.1"}, {"10.128.0.1"}, {"192.168.0.1"}, {"2001:db8::1"}},
	"aws:CurrentTime":     {{"2024-01-01T00:00:00Z"}, {"2025-06-01T00:00:00Z"}, {"2026-01-01T00:00:00Z"}},
	"aws:SecureTransport": {{"true"}, {"false"}},
	"aws:EpochTime":       {{"1704067200"}, {"1748736000"}, {"1767225600"}},
	"aws:PrincipalType":   {{"User"}, {"AssumedRole"}},
	"aws:RequestTag/a":    {{"a"}, {"b"}},
	"aws:PrincipalArn":    {{"arn:aws:iam::111111111111:role/a"}, {"arn:aws:iam::111111111111:role/a/b"}, {"arn:aws:iam::111111111112:role/ab"}, {"arn:aws:iam::111111111111:user/a"}},
}

func newGenerator(r *rand.Rand) *generator {
	keys := slices.Sorted(maps.Keys(universe))
	r.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	return &generator{
		Rand:    r,
		actions: []string{"s3:a", "S3:ab", "s3:b", "s3:zz", "iam:a", "iam:AB", "ec2:a"},
		resources: []string{
			"*", "arn:aws:s3:::b", "arn:aws:s3:::b/x", "arn:aws:s3:::b/b", "arn:aws:s3:::b/*", "arn:aws:s3:::b/b/x",
			"arn:aws:s3:::x", "arn:aws:s3:eu-west-1:111111111111:b/x", "arn:aws:s3:::q:b/x", "arn:aws:iam::111111111111:role/a", "arn:aws:iam::111111111111:q:role/a", "arn:aws:s3:::${aws:username}",
		},
		keys: keys[:2],
	}
}

// contexts are all requests' contexts over the keys.
func (g *generator) contexts() []map[string][]string {
	all := []map[string][]string{{}}
	for _, key := range g.keys {
		for _, c := range all {
			for _, v := range universe[key] {
				with := maps.Clone(c)
				with[key] = v
				all = append(all, with)
			}
		}
		if presence(key) == catalog.Always {
			all = slices.DeleteFunc(all, func(c map[string][]string) bool { return c[key] == nil })
		}
	}
	all = slices.DeleteFunc(all, func(c map[string][]string) bool { return contradiction(c, g.keys) != "" })
	return all
}

func (g *generator) pick(list ...string) string { return list[g.IntN(len(list))] }

// list is one to n picks as a JSON string or list.
func (g *generator) list(n int, pick func() string) string {
	var out []string
	for range 1 + g.IntN(n) {
		out = append(out, fmt.Sprintf("%q", pick()))
	}
	if len(out) == 1 && g.IntN(2) == 0 {
		return out[0]
	}
	return "[" + strings.Join(out, ",") + "]"
}

func (g *generator) document() string {
	version := policy.Version2012
	if g.IntN(8) == 0 {
		version = policy.Version2008
	}
	var statements []string
	for i := range 1 + g.IntN(4) {
		statements = append(statements, g.statement(i == 0))
	}
	return fmt.Sprintf(`{"Version":%q,"Statement":[%s]}`, version, strings.Join(statements, ","))
}

// edit changes a document a little: one statement is replaced, added or left out.
func (g *generator) edit(text string) string {
	head, body, _ := strings.Cut(text, "[{")
	statements := strings.Split(strings.TrimSuffix(body, "}]}"), "},{")
	switch i := g.IntN(len(statements)); g.IntN(4) {
	case 0:
		statements[i] = strings.Trim(g.statement(false), "{}")
	case 1:
		statements = append(statements, strings.Trim(g.statement(false), "{}"))
	case 2:
		if len(statements) > 1 {
			statements = slices.Delete(statements, i, i+1)
		}
	default:
		statements[i] = strings.Replace(statements[i], g.pick(`"*"`, "a", "b", "x", "Not", `"s3:`), g.pick(`"*"`, "a*", "b?", "a", "", `"*:`), 1)
	}
	edited := head + "[{" + strings.Join(statements, "},{") + "}]}"
	if _, err := policy.Parse([]byte(edited)); err != nil {
		return g.document()
	}
	return edited
}

func (g *generator) statement(allow bool) string {
	effect, not := "Deny", func() string { return g.pick("", "", "", "Not") }
	if allow || g.IntN(2) == 0 {
		effect = "Allow"
	}
	s := fmt.Sprintf(`{"Effect":%q,"%sAction":%s,"%sResource":%s`, effect,
		not(), g.list(3, func() string {
			return g.pick("*", "*", "s3:*", "s3:*", "s3:a", "s3:A*", "s3:?", "iam:*", "*:a", "s?:a*", "*b", "iam:a", "s3:*b", "ec2:a")
		}),
		not(), g.list(2, func() string {
			return g.pick("*", "*", "*", "arn:aws:s3:::b", "arn:aws:s3:::b/*", "arn:aws:s3:::*", "arn:aws:s3:*", "arn:aws:s3:::b/?",
				"arn:aws:s3:*:*:b/x", "arn:aws:s3:::${aws:username}", "arn:aws:s3:::b/${aws:username}", "arn:aws:s3:::${aws:username}/x",
				"arn:aws:s3:::b/${*}", "arn:aws:s3:::*/x", "arn:aws:iam::*:role/a", "arn:aws:iam::11111111111?:role/*", "arn:aws:s3", "arn:aws:s3:::b/${aws:PrincipalTag/t, 'x'}")
		}))
	if g.IntN(5) < 3 {
		s += `,"Condition":{` + g.conditions() + "}"
	}
	return s + "}"
}

func (g *generator) conditions() string {
	blocks := map[string]string{}
	for range 1 + g.IntN(2) {
		key := g.keys[g.IntN(2)]
		operator, values := g.condition(key)
		if blocks[operator] == "" {
			blocks[operator] = fmt.Sprintf("%q:{%q:%s}", operator, key, values)
		}
	}
	return strings.Join(slices.Sorted(maps.Values(blocks)), ",")
}

func (g *generator) condition(key string) (operator, values string) {
	var pick func() string
	switch g.pick("own", "own", "own", "string", "null") {
	case "null":
		return "Null", g.list(1, func() string { return g.pick("true", "false") })
	case "own":
		switch key {
		case "k:num":
			operator = g.pick("NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals")
			pick = func() string { return g.pick("5", "7", "10", "6") }
		case "aws:SourceIp":
			operator = g.pick("IpAddress", "NotIpAddress")
			pick = func() string {
				return g.pick("10.0.0.0/8", "10.0.0.0/9", "10.128.0.0/9", "192.168.0.1", "2001:db8::/32")
			}
		case "aws:CurrentTime":
			operator = g.pick("DateEquals", "DateNotEquals", "DateLessThan", "DateGreaterThanEquals", "DateGreaterThan", "DateLessThanEquals")
			pick = func() string { return g.pick("2024-06-01T00:00:00Z", "2025-06-01T00:00:00Z", "2026-01-01") }
		case "aws:EpochTime":
			operator = g.pick("DateLessThan", "DateGreaterThanEquals", "NumericLessThan", "DateEquals", "NumericGreaterThan")
			pick = func() string { return g.pick("1717200000", "1748736000", "1767225600") }
		case "aws:PrincipalType":
			operator, pick = "StringEquals", func() string { return g.pick("User", "AssumedRole", "Account") }
		case "aws:SecureTransport":
			operator, pick = "Bool", func() string { return g.pick("true", "false") }
		case "aws:PrincipalArn":
			operator = g.pick("ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals")
			pick = func() string {
				return g.pick("arn:aws:iam::111111111111:role/a", "arn:aws:iam::*:role/a*", "arn:aws:iam::*", "arn:aws:iam::111111111111:*", "arn:*:iam::11111111111?:role/*", "arn:aws:iam::111111111111:role/${aws:username}")
			}
		}
	}
	if operator == "" {
		operator = g.pick("StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase")
		pick = func() string { return g.pick("a", "b", "ab", "a*", "*b", "?", "x", "${aws:username}", "*") }
	}
	switch {
	case key == "aws:TagKeys" && g.IntN(6) > 0: // a plain operator is open, and proves little
		operator = g.pick("ForAllValues:", "ForAnyValue:") + operator
	case g.IntN(12) == 0:
		operator = g.pick("ForAllValues:", "ForAnyValue:", "") + operator
	}
	if g.IntN(4) == 0 {
		operator += "IfExists"
	}
	return operator, g.list(2, pick)
}
