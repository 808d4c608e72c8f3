package compare

import (
	"fmt"
	"reflect"
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
	const everything = `{"Effect":"Deny","Action":"*","Resource":"*"}`
	for name, c := range map[string]struct {
		a, b string
		want Denials
		// onlyA and onlyB are how the requests begin that show it; noWitness for one that is not there.
		onlyA, onlyB string
	}{
		"nothing is denied":                {anything, jewelsLeft, DeniesEqual, noWitness, noWitness},
		"the same, in another order":       {noJewels + "," + anything, anything + "," + noJewels, DeniesEqual, noWitness, noWitness},
		"whatever is allowed":              {noJewels + "," + jewelsLeft, anything + "," + noJewels, DeniesEqual, noWitness, noWitness},
		"not allowed, and not denied":      {jewelsLeft, anything + "," + noJewels, DeniesFewer, noWitness, "s3:"},
		"denied, and not allowed":          {anything + "," + noJewels, jewelsLeft, DeniesMore, "s3:", noWitness},
		"a wider denial":                   {noS3, noJewels, DeniesMore, "s3:", noWitness},
		"a narrower denial":                {noJewels, noS3, DeniesFewer, noWitness, "s3:"},
		"each another one":                 {noS3, noSQS, DeniesIncomparable, "s3:", "sqs:"},
		"put together of parts":            {noS3 + "," + noSQS + "," + noneElse, everything, DeniesEqual, noWitness, noWitness},
		"a part is missing":                {noS3 + "," + noneElse, everything, DeniesFewer, noWitness, "sqs:"},
		"one of two is gone":               {noS3, noS3 + "," + noSQS, DeniesFewer, noWitness, "sqs:"},
		"in fewer regions":                 {onlyIreland, onlyEurope, DeniesMore, "", noWitness},
		"in more regions":                  {onlyEurope, onlyIreland, DeniesFewer, noWitness, ""},
		"if the key is there":              {europeIfAny, onlyEurope, DeniesEqual, noWitness, noWitness},
		"a condition is added":             {onlyEurope, everything, DeniesFewer, noWitness, ""},
		"unreadable, and the same":         {anything + "," + unclearDeny, unclearDeny, DeniesEqual, noWitness, noWitness},
		"unreadable, and denied anyway":    {noS3, unclearDeny, DeniesMoreOrEqual, noWitness, noWitness},
		"unreadable, and the other denies": {unclearDeny, noS3, DeniesUnproven, noWitness, noWitness},
		"unreadable, and nothing else":     {anything, unclearDeny, DeniesUnproven, noWitness, noWitness},
		"unreadable, and less":             {unclearDeny, noSQS, DeniesUnproven, noWitness, "sqs:"},
		"for a principal":                  {trustsNoS3, noS3, DeniesUnproven, noWitness, noWitness},
		"for a principal, required":        {noS3, trustsNoS3, DeniesUnproven, noWitness, noWitness},
	} {
		t.Run(name, func(t *testing.T) {
			document := func(statements string) *Compiled {
				return compile(t, []byte(`{"Version":"2012-10-17","Statement":[`+statements+`]}`))
			}
			a, b := document(c.a), document(c.b)
			got := CompareDenials(a, b)
			if got.Denials != c.want || (got.Reason() != "") != (c.want == DeniesUnproven || c.want == DeniesMoreOrEqual) {
				t.Errorf("%s, %q; want %s", got.Denials, got.Reason(), c.want)
			}
			checkDenial(t, got.ADeniesAll, a, b, c.onlyB)
			checkDenial(t, got.BDeniesAll, b, a, c.onlyA)
			if one := Denies(a, b); !reflect.DeepEqual(one, got.ADeniesAll) {
				t.Errorf("alone %+v, in both directions %+v", one, got.ADeniesAll)
			}
			if got.Denials.DeniesAll() != (got.ADeniesAll.Containment == Proven) {
				t.Errorf("%s: A denies all: %s", got.Denials, got.ADeniesAll.Containment)
			}
			if self := CompareDenials(a, document(c.a)); a.problem == "" && self.Denials != DeniesEqual {
				t.Errorf("to itself: %s, %s", self.Denials, self.Reason())
			}
		})
	}
}

// noWitness is the witness that must not be there.
const noWitness = "none"

// checkDenial checks an answer to whether a denies all that b does.
func checkDenial(t *testing.T, d Denial, a, b *Compiled, witness string) {
	t.Helper()
	if (d.Witness != nil) != (witness != noWitness) || (d.Witness != nil) != (d.Containment == Refuted) || (d.Reason != "") != (d.Containment == Unknown) {
		t.Errorf("%s, %v, %q", d.Containment, d.Witness, d.Reason)
	}
	if w := d.Witness; w != nil && (!strings.HasPrefix(w.Action, witness) || said(b, w) != eval.ExplicitDeny || said(a, w) == eval.ExplicitDeny) {
		t.Errorf("no witness: %v", w)
	}
}

// TestDenialRelations: each pair of answers has its relation.
func TestDenialRelations(t *testing.T) {
	all := []Containment{Proven, Refuted, Unknown}
	for _, forth := range all {
		for _, back := range all {
			got, ok := denialRelations[[2]Containment{forth, back}]
			if !ok || got.DeniesAll() != (forth == Proven) || (got == DeniesUnproven) != (forth != Proven && (forth == Unknown || back == Unknown)) {
				t.Errorf("%s, %s: %q", forth, back, got)
			}
		}
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
			t.Logf("%s, %.1f MB, %d ms. %s", d.Containment, mb, took/1e6, d.Reason)
			if mb > 64 {
				t.Errorf("%.0f MB allocated", mb)
			}
			if turned && d.Containment == Proven {
				t.Error("noWitness of these denies all that the other does")
			}
			if d.Containment == Unknown && d.Reason == "" {
				t.Error("unproven without a reason")
			}
		})
	}
}

// TestRandomDenials checks the answers by brute force, as TestRandomPairs does.
func TestRandomDenials(t *testing.T) {
	checkPairs(t, *pairsFlag, 0.05, checkRandomDenials, Unknown, Proven, Refuted)
}

func FuzzRandomDenials(f *testing.F) {
	f.Add(uint64(1 << 41))
	f.Fuzz(func(t *testing.T, seed uint64) { checkRandomDenials(t, seed) })
}

// checkRandomDenials gives no answer for a pair in which B denies nothing: that is trivial.
func checkRandomDenials(t *testing.T, seed uint64) Containment {
	g, texts := randomPair(seed, 1)
	a, b := compile(t, []byte(texts[0])), compile(t, []byte(texts[1]))
	got := Denies(a, b)
	fail := func(format string, args ...any) {
		t.Errorf("seed %d: %s\nA %s\nB %s\n%s, %v %s", seed, fmt.Sprintf(format, args...), texts[0], texts[1], got.Containment, got.Witness, got.Reason)
	}
	if w := got.Witness; (w != nil) != (got.Containment == Refuted) || w != nil && (said(b, w) != eval.ExplicitDeny || said(a, w) == eval.ExplicitDeny) {
		fail("the witness does not go with the answer")
	}
	if !b.denies() {
		if got.Containment != Proven {
			fail("B denies nothing")
		}
		return ""
	}
	if got.Containment != Proven {
		return got.Containment
	}
	pa, pb := eval.Compile(a.document), eval.Compile(b.document)
	for _, context := range g.contexts() {
		c := eval.NewContext(context)
		for _, action := range g.actions {
			for _, resource := range g.resources {
				if pb.Alone(action, resource, &c).Outcome == eval.ExplicitDeny && pa.Alone(action, resource, &c).Outcome != eval.ExplicitDeny {
					fail("wrong for %s on %s with %v", action, resource, context)
					return got.Containment
				}
			}
		}
	}
	return got.Containment
}
