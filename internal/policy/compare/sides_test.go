package compare

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// A policy that is split in two, and a boundary that does what a policy did.
func ExampleCompareSides() {
	read := func(texts ...string) (layer Layer) {
		for _, text := range texts {
			d, err := policy.Parse([]byte(`{"Version": "2012-10-17", "Statement": [` + text + `]}`))
			if err != nil {
				fmt.Println(err)
			}
			layer = append(layer, Compile(d))
		}
		return layer
	}
	all := `{"Effect": "Allow", "Action": "*", "Resource": "*"}`
	s3, sqs := `{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}`, `{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}`
	together := Side{"one.json", []Layer{read(s3 + "," + sqs)}}
	split := Side{"s3.json + sqs.json", []Layer{read(s3, sqs)}}
	bounded := Side{"admin.json within boundary.json", []Layer{read(all), read(s3)}}

	fmt.Println(CompareSides(together, split).Relation)
	r := CompareSides(together, bounded)
	fmt.Println(r.Relation, r.ANotB.Action)

	// Output:
	// equal
	// wider sqs:SendMessage
}

// randomSide is one to three layers of one or two documents each; edited, some of them change.
func randomSide(g *generator) (texts [][]string) {
	for range 1 + g.IntN(3) {
		layer := []string{g.document()}
		if g.IntN(3) == 0 {
			layer = append(layer, g.document())
		}
		texts = append(texts, layer)
	}
	return texts
}

func editedSide(g *generator, texts [][]string) (out [][]string) {
	for _, layer := range texts {
		if len(texts) > 1 && g.IntN(6) == 0 {
			continue
		}
		layer = slices.Clone(layer)
		for i := range layer {
			if g.IntN(2) == 0 {
				layer[i] = g.edit(layer[i])
			}
		}
		out = append(out, layer)
	}
	if len(out) == 0 || g.IntN(4) == 0 {
		out = append(out, []string{g.document()})
	}
	return out
}

// TestRandomSides checks the comparison of sides by brute force, as TestRandomPairs does that of documents.
func TestRandomSides(t *testing.T) {
	checkPairs(t, *pairsFlag/5, 0.1, checkRandomSides, Unproven, Equal, Narrower, Wider, Incomparable)
}

func checkRandomSides(t *testing.T, seed uint64) Relation {
	g := newGenerator(rand.New(rand.NewPCG(seed, 17)))
	texts := [2][][]string{randomSide(g)}
	texts[1] = editedSide(g, texts[0])
	if g.IntN(4) == 0 {
		texts[1] = randomSide(g)
	}
	var sides [2]Side
	for i, layers := range texts {
		sides[i].Name = [...]string{"A", "B"}[i]
		for _, documents := range layers {
			var layer Layer
			for _, text := range documents {
				layer = append(layer, compile(t, []byte(text)))
			}
			sides[i].Layers = append(sides[i].Layers, layer)
		}
	}
	got := CompareSides(sides[0], sides[1])
	fail := func(format string, args ...any) {
		t.Errorf("seed %d: %s\nA %s\nB %s\n%+v", seed, fmt.Sprintf(format, args...), strings.Join(slices.Concat(texts[0]...), "\n  "), strings.Join(slices.Concat(texts[1]...), "\n  "), got)
	}
	if w := got.ANotB; w != nil && (!bruteAllows(sides[0], w) || bruteAllows(sides[1], w)) {
		fail("%v is no witness", w)
	}
	if w := got.BNotA; w != nil && (!bruteAllows(sides[1], w) || bruteAllows(sides[0], w)) {
		fail("%v is no witness the other way round", w)
	}
	if (got.ANotB != nil) != (got.AWithinB == Refuted) || (got.BNotA != nil) != (got.BWithinA == Refuted) {
		fail("containment and witnesses do not agree")
	}
	if got.AWithinB != Proven && got.BWithinA != Proven {
		return got.Relation
	}
	for _, context := range g.contexts() {
		for _, action := range g.actions {
			for _, resource := range g.resources {
				w := &Witness{Action: action, Resource: resource, Context: context}
				a, b := bruteAllows(sides[0], w), bruteAllows(sides[1], w)
				if a && !b && got.AWithinB == Proven || b && !a && got.BWithinA == Proven {
					fail("wrong for %v: A %v, B %v", w, a, b)
					return got.Relation
				}
			}
		}
	}
	return got.Relation
}

// bruteAllows asks package eval about every document: what denies goes first.
func bruteAllows(s Side, w *Witness) bool {
	context := eval.NewContext(w.Context)
	for _, layer := range s.Layers {
		allowed := false
		for _, c := range layer {
			switch c.policy.Alone(w.Action, w.Resource, &context).Outcome {
			case eval.ExplicitDeny:
				return false
			case eval.Allow:
				allowed = true
			}
		}
		if !allowed {
			return false
		}
	}
	return true
}

func TestSidesThatCannotBeCompared(t *testing.T) {
	trust := compile(t, []byte(`{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}}`))
	good := Side{"good.json", []Layer{{compile(t, []byte(allow("s3:*")))}}}
	for name, layers := range map[string][]Layer{
		"bad.json has a statement with":         {{trust}},
		"a policy of bad.json has a statement ": {good.Layers[0], {trust}},
	} {
		for _, r := range []Result{CompareSides(good, Side{"bad.json", layers}), CompareSides(Side{"bad.json", layers}, good)} {
			if r.Relation != Unproven || r.AWithinB != Unknown || r.BWithinA != Unknown || !strings.HasPrefix(r.Reason, name) {
				t.Errorf("%s: %+v", name, r)
			}
		}
	}
	if r := CompareSides(good, Side{Name: "nothing"}); r.Relation != Unproven || r.Reason != "nothing has no policies" {
		t.Errorf("no layers: %+v", r)
	}
	open := Side{"open.json", []Layer{{compile(t, []byte(`{"Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"*","Condition":{"Resembles":{"a":"b"}}}}`))}}}
	if r := CompareSides(open, good); !strings.HasPrefix(r.Reason, "whether open.json allows something that good.json does not: ") {
		t.Error(r.Reason)
	}
}
