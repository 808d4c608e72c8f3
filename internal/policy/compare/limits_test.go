package compare

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/lang"
)

// hard are pairs of documents of up to 6,144 characters that are made to be hard.
func hard() map[string][2]string {
	statements := func(n int, one func(i int) string) string {
		var list []string
		size := 0
		for i := range n {
			s := one(i)
			if size += len(s) + 1; size > 6000 {
				break
			}
			list = append(list, s)
		}
		return `{"Version":"2012-10-17","Statement":[` + strings.Join(list, ",") + `]}`
	}
	quoted := func(n int, one func(i int) string) string {
		var list []string
		size := 0
		for i := range n {
			s := fmt.Sprintf("%q", one(i))
			if size += len(s) + 1; size > 5800 {
				break
			}
			list = append(list, s)
		}
		return "[" + strings.Join(list, ",") + "]"
	}
	letter := func(i int) string { return string(rune('a' + i%26)) }
	all := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
	one := func(body string) string { return `{"Version":"2012-10-17","Statement":[` + body + `]}` }
	return map[string][2]string{
		"stars in resources": {
			one(`{"Effect":"Allow","Action":"*","Resource":` + quoted(900, func(i int) string {
				return "arn:aws:s3:::*" + letter(i) + "*" + letter(i*7+3) + "*" + letter(i/26) + "*"
			}) + `}`),
			one(`{"Effect":"Allow","Action":"*","Resource":` + quoted(900, func(i int) string {
				return "arn:aws:s3:::*" + letter(i*3) + "?" + letter(i*5+1) + "*" + letter(i/26) + "?*"
			}) + `}`),
		},
		"question marks": {
			one(`{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::*a` + strings.Repeat("?", 2900) + `"}`),
			one(`{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::*b` + strings.Repeat("?", 2900) + `"},{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::*a` + strings.Repeat("?", 2800) + `b"}`),
		},
		"distances": {
			one(`{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::*a` + strings.Repeat("?", 50) + `"}`),
			one(`{"Effect":"Allow","Action":"*","Resource":` + quoted(900, func(i int) string {
				return "arn:aws:s3:::*" + letter(i) + strings.Repeat("?", i%37) + "*" + letter(i/2+1) + strings.Repeat("?", i%13) + letter(i+3)
			}) + `}`),
		},
		"stars in actions": {
			one(`{"Effect":"Allow","Resource":"*","Action":` + quoted(900, func(i int) string { return "*:*" + letter(i) + "*" + letter(i*7+3) + "*" }) + `}`),
			one(`{"Effect":"Allow","Resource":"*","Action":` + quoted(900, func(i int) string { return "*:*" + letter(i*3+1) + "*" + letter(i*5) + "*" }) + `}`),
		},
		"one statement per action glob": {
			all,
			statements(200, func(i int) string {
				return fmt.Sprintf(`{"Effect":"Deny","Action":"*:*%s*%s*","Resource":"*","Condition":{"Null":{"k%d":"true"}}}`, letter(i), letter(i*3+1), i)
			}),
		},
		"conditions on many keys": {
			statements(200, func(i int) string {
				if i == 0 {
					return `{"Effect":"Allow","Action":"*","Resource":"*"}`
				}
				return fmt.Sprintf(`{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringLike":{"k%d":"a*","k%d":"*b","k%d":"c"}}}`, i%9, (i+1)%9, (i+2+i%5)%9)
			}),
			statements(200, func(i int) string {
				if i == 0 {
					return `{"Effect":"Allow","Action":"*","Resource":"*"}`
				}
				return fmt.Sprintf(`{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringNotLike":{"k%d":"*a","k%d":"b*","k%d":"c"}}}`, i%7, (i+2)%7, (i+3+i%3)%7)
			}),
		},
		"pigeonholes": {
			// Denies that together leave nothing, of which only trying all choices shows it.
			statements(200, func(i int) string {
				if i == 0 {
					return `{"Effect":"Allow","Action":"*","Resource":"*"}`
				}
				return fmt.Sprintf(`{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"x%d":"%t","x%d":"%t","x%d":"%t"}}}`,
					i*7%20, i%2 == 0, (i*7+1+i/20)%20, i%3 == 0, (i*7+10+i/20)%20, i%5 < 2)
			}),
			`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}`,
		},
		"networks": {
			one(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":` + quoted(400, func(i int) string { return fmt.Sprintf("10.%d.%d.0/%d", i%256, i*7%256, 16+i%9) }) + `}}}`),
			one(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":` + quoted(400, func(i int) string { return fmt.Sprintf("10.%d.%d.0/%d", i%256, i*5%256, 15+i%10) }) + `}}}`),
		},
		"variables": {
			one(`{"Effect":"Allow","Action":"*","Resource":` + quoted(200, func(i int) string {
				return fmt.Sprintf("arn:aws:s3:::*${aws:k%d}*%s*${aws:k%d}", i%5, letter(i), (i+1)%5)
			}) + `}`),
			one(`{"Effect":"Allow","Action":"*","Resource":` + quoted(200, func(i int) string {
				return fmt.Sprintf("arn:aws:s3:::*${aws:k%d}%s*${aws:k%d}*", i%5, letter(i*3), (i+2)%5)
			}) + `}`),
		},
		"values in sets": {
			one(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ForAllValues:StringLike":{"aws:TagKeys":` + quoted(400, func(i int) string { return "*" + letter(i) + "?" + letter(i*3+1) + "*" }) + `}}}`),
			statements(100, func(i int) string {
				return fmt.Sprintf(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ForAnyValue:StringLike":{"aws:TagKeys":"*%s*%s?*"}}}`, letter(i), letter(i*5))
			}),
		},
	}
}

// TestHardDocumentsAreBounded compares the memory with its limit, and the answers
// against what is known of these documents. BenchmarkHardDocuments has the times.
func TestHardDocumentsAreBounded(t *testing.T) {
	for name, texts := range hard() {
		t.Run(name, func(t *testing.T) {
			var docs [2]*Compiled
			for i, text := range texts {
				d, err := policy.Parse([]byte(text))
				if err != nil {
					t.Fatal(err)
				}
				if len(text) > 6144 {
					t.Fatalf("%d characters", len(text))
				}
				docs[i] = Compile(d)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			var r Result
			took := nanoseconds(func() { r = Compare(docs[0], docs[1]) })
			runtime.ReadMemStats(&after)
			mb := float64(after.TotalAlloc-before.TotalAlloc) / (1 << 20)
			t.Logf("%s, %.1f MB, %d ms. %s", r.Relation, mb, took/1e6, r.Reason)
			if mb > 64 {
				t.Errorf("%.0f MB allocated", mb)
			}
			if r.Relation == Equal || r.Relation == Narrower {
				t.Errorf("%s: none of these is", r.Relation)
			}
		})
	}
}

// BenchmarkHardDocuments parses, compiles and compares.
func BenchmarkHardDocuments(b *testing.B) {
	all := hard()
	names := sortedKeys(all)
	distribution(b, len(names), func(i int) {
		var docs [2]*Compiled
		for j, text := range all[names[i]] {
			docs[j] = compile(b, []byte(text))
		}
		Compare(docs[0], docs[1])
	})
}

// TestSmallBudgetsProveNothing: wherever the budget ends, the answer is the right one
// or none.
func TestSmallBudgetsProveNothing(t *testing.T) {
	unproven := 0
	for i, e := range edits(t, 10) {
		a, b := Compile(e.before), Compile(e.after)
		want := Compare(a, b)
		for _, small := range []int{0, 1 + i*7%50, 50 + i*13%500, 500 + i*101%5000} {
			s := newSession(Layer{a}, Layer{b})
			s.space.Budget = lang.NewBudget(small)
			forth := s.missing(0, 1)
			got := result("A", "B", forth, s.missing(1, 0))
			for _, one := range [][2]Containment{{got.AWithinB, want.AWithinB}, {got.BWithinA, want.BWithinA}} {
				if one[0] == Unknown {
					unproven++
				} else if one[0] != one[1] && one[1] != Unknown {
					t.Errorf("%s: %s with a budget of %d, else %s", e.name, one[0], small, one[1])
				}
			}
			x := newSession(Layer{a}, Layer{b})
			x.space.Budget = lang.NewBudget(small)
			if one := x.missing(0, 1); one.outcome == lang.Empty && want.AWithinB == Refuted {
				t.Errorf("%s: proven with a budget of %d what is not so", e.name, small)
			}
		}
	}
	if unproven < 100 {
		t.Errorf("only %d are unproven: the budgets are too large to try anything", unproven)
	}
}
