package constraint

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/lang"
)

// What statements and requests are made of: few values, so that they meet.
var (
	resourcePatterns = []string{"*", "arn:aws:s3:::a*", "arn:aws:s3:::*b", "arn:aws:s3:::${aws:username}/*", "arn:aws:s3:::ab", "arn:*:s3:::?b*", "arn:aws:s3:::a/${aws:username, 'b'}"}
	resourceValues   = []string{"*", "arn:aws:s3:::a", "arn:aws:s3:::ab", "arn:aws:s3:::b", "arn:aws:s3:::a/b", "arn:aws:s3:::b/a/b", "arn:aws:s3:::a:b"}
	conditions       = map[string][]string{ // by key
		"aws:username":        {"a", "b", "a*", "${aws:PrincipalTag/t}", "?b"},
		"aws:PrincipalTag/t":  {"a", "b", "*b"},
		"aws:TagKeys":         {"a", "b", "c*"},
		"s3:max-keys":         {"1", "5", "10"},
		"aws:SourceIp":        {"10.0.0.0/8", "10.1.0.0/16", "192.0.2.1"},
		"aws:SecureTransport": {"true", "false"},
	}
	contextValues = map[string][]string{
		"aws:username":        {"a", "b", "ab", "x"},
		"aws:PrincipalTag/t":  {"a", "b", "ab"},
		"aws:TagKeys":         {"a", "b", "c"},
		"s3:max-keys":         {"1", "3", "5", "11"},
		"aws:SourceIp":        {"10.0.0.1", "10.1.0.1", "192.0.2.1", "::1"},
		"aws:SecureTransport": {"true", "false"},
	}
	operators = map[string][]string{ // by key
		"s3:max-keys":         {"NumericEquals", "NumericLessThan", "NumericGreaterThanEquals", "NumericNotEquals"},
		"aws:SourceIp":        {"IpAddress", "NotIpAddress", "IpAddressIfExists"},
		"aws:SecureTransport": {"Bool", "BoolIfExists"},
		"aws:TagKeys":         {"ForAllValues:StringLike", "ForAnyValue:StringEquals", "ForAnyValue:StringNotEquals", "ForAllValues:StringNotLike"},
		"aws:username":        {"StringEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase", "StringLikeIfExists"},
		"aws:PrincipalTag/t":  {"StringEquals", "StringLike", "StringNotEquals"},
	}
	keys = []string{"aws:username", "aws:PrincipalTag/t", "aws:TagKeys", "s3:max-keys", "aws:SourceIp", "aws:SecureTransport"}
)

type source struct{ *rand.Rand }

func (r source) of(list []string) string { return list[r.IntN(len(list))] }

// statements make a document of n statements with random bodies.
func (r source) statements(t *testing.T, n int) *policy.Document {
	t.Helper()
	var list []map[string]any
	for range n {
		s := map[string]any{"Effect": "Allow", "Action": "*"}
		element := []string{"Resource", "Resource", "NotResource"}[r.IntN(3)]
		s[element] = []string{r.of(resourcePatterns), r.of(resourcePatterns)}[:1+r.IntN(2)]
		blocks := map[string]map[string][]string{}
		for range r.IntN(3) {
			key := r.of(keys)
			operator := r.of(operators[key])
			if r.IntN(6) == 0 {
				blocks["Null"] = map[string][]string{key: {r.of([]string{"true", "false"})}}
				continue
			}
			if blocks[operator] == nil {
				blocks[operator] = map[string][]string{}
			}
			blocks[operator][key] = []string{r.of(conditions[key]), r.of(conditions[key])}[:1+r.IntN(2)]
		}
		s["Condition"] = blocks
		list = append(list, s)
	}
	text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": list})
	if err != nil {
		t.Fatal(err)
	}
	d, err := policy.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// request makes a random one.
func (r source) request(s *Space) *Request {
	context := map[string][]string{}
	for _, key := range keys {
		for first := typeOf(strings.ToLower(key)).always; first || r.IntN(3) > 0; first = false {
			context[key] = append(context[key], r.of(contextValues[key]))
			if key != "aws:TagKeys" || r.IntN(2) == 0 {
				break
			}
		}
	}
	return s.Request(r.of(resourceValues), context)
}

// in reports whether a request is in the cell.
func in(s *Space, c Cell, r *Request) bool {
	for _, id := range c.Must {
		if !s.Satisfies(r, id, CrossColons) {
			return false
		}
	}
	for _, id := range c.Not {
		if s.Satisfies(r, id, CrossColons) {
			return false
		}
	}
	return true
}

// TestSearchAgreesWithRequests: where there is no candidate no request is in the cell; a request that is
// made of a candidate is in it; and what is within something else is so for every request.
func TestSearchAgreesWithRequests(t *testing.T) {
	r := source{rand.New(rand.NewPCG(7, 7))}
	var empty, made, nested, impossible int
	for range 1500 {
		d := r.statements(t, 4)
		document := NewDocument(d.Version)
		var bodies []Body
		for i := range d.Statements {
			if b, possible := document.Read(&d.Statements[i]); possible {
				bodies = append(bodies, b)
			}
		}
		if len(bodies) < 4 {
			continue
		}
		s := NewSpace(lang.NewBudget(1 << 22))
		ids := s.Add(document, bodies)
		cell := Cell{Must: ids[:1+r.IntN(2)], Not: ids[2:]}
		candidates := 0
		NewSearch(s, func(c *Candidate) bool {
			if c.Impossible() {
				impossible++
				return false
			}
			candidates++
			c.EachBinding(func(b *lang.Bindings) bool {
				context, ok := c.Context(b)
				resource, alsoOK := c.Resource(nil, true, b)
				if !ok || !alsoOK {
					return false
				}
				made++
				if !in(s, cell, s.Request(resource, context)) {
					t.Errorf("%s with %v is not in %v of %s", resource, context, cell, d)
				}
				return true
			})
			return false
		}).Run(cell)
		if s.Budget.Spent() {
			t.Fatal("budget")
		}
		within := s.Within(ids[0], ids[1])
		if within && ids[0] != ids[1] {
			nested++
		}
		if candidates == 0 {
			empty++
		}
		for range 100 {
			q := r.request(s)
			if candidates == 0 && in(s, cell, q) {
				t.Fatalf("no candidate, but %+v is in %v of %s", q, cell, d)
			}
			if within && s.Satisfies(q, ids[0], CrossColons) && !s.Satisfies(q, ids[1], CrossColons) {
				t.Fatalf("%+v satisfies the first of %s and not the second", q, d)
			}
		}
	}
	if empty < 50 || made < 500 || nested < 25 || impossible < 1 {
		t.Errorf("too few samples: %d cells without a candidate, %d requests, %d nested bodies, %d impossible candidates", empty, made, nested, impossible)
	}
}

// Seconds since 1970 are a date and a number at once.
func TestDatesAndNumbersOfOneKey(t *testing.T) {
	s := NewSpace(lang.NewBudget(1 << 20))
	d, err := policy.Parse([]byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*",
		"Condition": {"DateLessThan": {"aws:EpochTime": "1717200000"}, "NumericLessThan": {"aws:EpochTime": "1767225600"}}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	document := NewDocument(d.Version)
	body, _ := document.Read(&d.Statements[0])
	found := false
	ids := s.Add(document, []Body{body})
	NewSearch(s, func(*Candidate) bool { found = true; return true }).Run(Cell{Must: ids})
	if !found {
		t.Error("no time is before both")
	}
}
