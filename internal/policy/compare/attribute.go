package compare

import (
	"slices"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// attribute says which statements allow a request on the one side, and which deny it on the other, or that
// none allows it: package eval is asked about each statement by itself.
func attribute(service string, w *Witness, from, to Side) Difference {
	d := Difference{Service: service, Witness: w}
	for i, layer := range from.Layers {
		d.GrantedBy = append(d.GrantedBy, layer.statements(i, w, policy.Allow)...)
	}
	for i, layer := range to.Layers {
		d.DeniedBy = append(d.DeniedBy, layer.statements(i, w, policy.Deny)...)
		if len(layer.statements(i, w, policy.Allow)) == 0 {
			d.Silent = append(d.Silent, i)
		}
	}
	return d
}

// statements are the statements of a layer, by its number, that match a request and have an effect.
func (l Layer) statements(number int, w *Witness, effect policy.Effect) (out []Place) {
	c := eval.NewContext(w.Context)
	for document, d := range l {
		for i, p := range d.alone() {
			s := &d.document.Statements[i]
			if s.Effect == effect && p.Alone(w.Action, w.Resource, &c).Outcome != eval.ImplicitDeny {
				out = append(out, Place{number, document, i})
			}
		}
	}
	return slices.Clip(out)
}

// compileAlone makes each statement a document of its own.
func compileAlone(d *policy.Document) []*eval.Policy {
	out := make([]*eval.Policy, len(d.Statements))
	for i := range d.Statements {
		out[i] = eval.Compile(&policy.Document{Version: d.Version, Statements: d.Statements[i : i+1]})
	}
	return out
}
