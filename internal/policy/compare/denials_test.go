package compare

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy/eval"
)

const (
	anything    = `{"Effect":"Allow","Action":"*","Resource":"*"}`
	noJewels    = `{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::crown-jewels*"}`
	noS3        = `{"Effect":"Deny","Action":"s3:*","Resource":"*"}`
	noSQS       = `{"Effect":"Deny","Action":"sqs:*","Resource":"*"}`
	noneElse    = `{"Effect":"Deny","NotAction":["s3:*","sqs:*"],"Resource":"*"}`
	onlyEurope  = `{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-west-1","eu-central-1"]}}}`
	onlyIreland = `{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":"eu-west-1"}}}`
	europeIfAny = `{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:RequestedRegion":["eu-west-1","eu-central-1"]}}}`
	unclearDeny = `{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"StringResembles":{"a":"b"}}}`
	trustsNoS3  = `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}`
	jewelsLeft  = `{"Effect":"Allow","NotAction":"s3:*","Resource":"*"},{"Effect":"Allow","Action":"s3:*","NotResource":"arn:aws:s3:::crown-jewels*"}`
)

// TestDenies are cases whose answer was derived by hand.
func TestDenies(t *testing.T) {
	for name, c := range map[string]struct {
		a, b string
		want Denials
		// witness is how the request begins that shows it.
		witness string
	}{
		"nothing is denied":                {anything, jewelsLeft, DeniesAll, ""},
		"the same, in another order":       {noJewels + "," + anything, anything + "," + noJewels, DeniesAll, ""},
		"whatever is allowed":              {noJewels + "," + jewelsLeft, anything + "," + noJewels, DeniesAll, ""},
		"not allowed, and not denied":      {jewelsLeft, anything + "," + noJewels, DeniesLess, "s3:"},
		"a wider denial":                   {noS3, noJewels, DeniesAll, ""},
		"a narrower denial":                {noJewels, noS3, DeniesLess, "s3:"},
		"put together of parts":            {noS3 + "," + noSQS + "," + noneElse, `{"Effect":"Deny","Action":"*","Resource":"*"}`, DeniesAll, ""},
		"a part is missing":                {noS3 + "," + noneElse, `{"Effect":"Deny","Action":"*","Resource":"*"}`, DeniesLess, "sqs:"},
		"one of two is gone":               {noS3, noS3 + "," + noSQS, DeniesLess, "sqs:"},
		"in fewer regions":                 {onlyIreland, onlyEurope, DeniesAll, ""},
		"in more regions":                  {onlyEurope, onlyIreland, DeniesLess, ""},
		"if the key is there":              {europeIfAny, onlyEurope, DeniesAll, ""},
		"a condition is added":             {onlyEurope, `{"Effect":"Deny","Action":"*","Resource":"*"}`, DeniesLess, ""},
		"unreadable, and the same":         {anything + "," + unclearDeny, unclearDeny, DeniesAll, ""},
		"unreadable, and denied anyway":    {noS3, unclearDeny, DeniesAll, ""},
		"unreadable, and the other denies": {unclearDeny, noS3, DeniesUnproven, ""},
		"unreadable, and nothing else":     {anything, unclearDeny, DeniesUnproven, ""},
		"for a principal":                  {trustsNoS3, noS3, DeniesUnproven, ""},
		"for a principal, required":        {noS3, trustsNoS3, DeniesUnproven, ""},
	} {
		t.Run(name, func(t *testing.T) {
			document := func(statements string) *Compiled {
				return compile(t, []byte(`{"Version":"2012-10-17","Statement":[`+statements+`]}`))
			}
			a, b := document(c.a), document(c.b)
			got := Denies(a, b)
			if got.Denials != c.want || (got.Witness != nil) != (c.want == DeniesLess) || (got.Reason != "") != (c.want == DeniesUnproven) {
				t.Errorf("%s, %v, %q; want %s", got.Denials, got.Witness, got.Reason, c.want)
			}
			if w := got.Witness; w != nil && (!strings.HasPrefix(w.Action, c.witness) || said(b, w) != eval.ExplicitDeny || said(a, w) == eval.ExplicitDeny) {
				t.Errorf("no witness: %v", w)
			}
			if self := Denies(a, document(c.a)); a.problem == "" && self.Denials != DeniesAll {
				t.Errorf("to itself: %s, %s", self.Denials, self.Reason)
			}
		})
	}
}

func said(c *Compiled, w *Witness) eval.Outcome {
	context := eval.NewContext(w.Context)
	return eval.Compile(c.document).Alone(w.Action, w.Resource, &context).Outcome
}

// TestHardDenialsAreBounded: what takes too long to search is unproven, and never read as if
// nothing were found. Of documents that only allow, what they allow is denied instead.
func TestHardDenialsAreBounded(t *testing.T) {
	for name, texts := range hard() {
		t.Run(name, func(t *testing.T) {
			turned := !strings.Contains(texts[0]+texts[1], "Deny")
			a, b := compile(t, []byte(strings.ReplaceAll(texts[1], "Allow", "Deny"))), compile(t, []byte(strings.ReplaceAll(texts[0], "Allow", "Deny")))
			if !turned {
				a, b = compile(t, []byte(texts[0])), compile(t, []byte(texts[1]))
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			var d Denial
			took := nanoseconds(func() { d = Denies(a, b) })
			runtime.ReadMemStats(&after)
			mb := float64(after.TotalAlloc-before.TotalAlloc) / (1 << 20)
			t.Logf("%s, %.1f MB, %d ms. %s", d.Denials, mb, took/1e6, d.Reason)
			if mb > 64 {
				t.Errorf("%.0f MB allocated", mb)
			}
			if turned && d.Denials == DeniesAll {
				t.Error("none of these denies all that the other does")
			}
			if d.Denials == DeniesUnproven && d.Reason == "" {
				t.Error("unproven without a reason")
			}
		})
	}
}

// TestRandomDenials checks the answers by brute force, as TestRandomPairs does.
func TestRandomDenials(t *testing.T) {
	checkPairs(t, checkRandomDenials, DeniesUnproven, DeniesAll, DeniesLess)
}

func FuzzRandomDenials(f *testing.F) {
	f.Add(uint64(1 << 41))
	f.Fuzz(func(t *testing.T, seed uint64) { checkRandomDenials(t, seed) })
}

// checkRandomDenials gives no answer for a pair in which B denies nothing: that is trivial.
func checkRandomDenials(t *testing.T, seed uint64) Denials {
	g, texts := randomPair(seed, 1)
	a, b := compile(t, []byte(texts[0])), compile(t, []byte(texts[1]))
	got := Denies(a, b)
	fail := func(format string, args ...any) {
		t.Errorf("seed %d: %s\nA %s\nB %s\n%s, %v %s", seed, fmt.Sprintf(format, args...), texts[0], texts[1], got.Denials, got.Witness, got.Reason)
	}
	if w := got.Witness; (w != nil) != (got.Denials == DeniesLess) || w != nil && (said(b, w) != eval.ExplicitDeny || said(a, w) == eval.ExplicitDeny) {
		fail("the witness does not go with the answer")
	}
	if !b.denies() {
		if got.Denials != DeniesAll {
			fail("B denies nothing")
		}
		return ""
	}
	if got.Denials != DeniesAll {
		return got.Denials
	}
	pa, pb := eval.Compile(a.document), eval.Compile(b.document)
	for _, context := range g.contexts() {
		c := eval.NewContext(context)
		for _, action := range g.actions {
			for _, resource := range g.resources {
				if pb.Alone(action, resource, &c).Outcome == eval.ExplicitDeny && pa.Alone(action, resource, &c).Outcome != eval.ExplicitDeny {
					fail("wrong for %s on %s with %v", action, resource, context)
					return got.Denials
				}
			}
		}
	}
	return got.Denials
}
