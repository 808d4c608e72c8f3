package compare

import (
	"cmp"
	"slices"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// Place is a statement of a side: the numbers of its layer, of the document in the layer and of the
// statement in the document.
type Place struct{ Layer, Document, Statement int }

func (p Place) compare(o Place) int {
	return cmp.Or(p.Layer-o.Layer, p.Document-o.Document, p.Statement-o.Statement)
}

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
		if w.Caller != nil && w.Caller.Other != eval.NoGrant {
			near := *w
			caller := *w.Caller
			near.Caller, caller.Grant = &caller, eval.ToAccount
			d.Nearer = append(d.Nearer, layer.statements(i, &near, policy.Allow)...)
		}
	}
	if w.Caller == nil {
		return d
	}
	names := func(s *Side, list []Place) bool {
		return slices.ContainsFunc(list, func(p Place) bool {
			return namesCaller(&s.Layers[p.Layer][p.Document].document.Statements[p.Statement], &w.Caller.Principal)
		})
	}
	if names(&from, d.GrantedBy) || names(&to, d.DeniedBy) {
		d.caller = w.Caller.ARN
	}
	return d
}

// statements are the statements of a layer, by its number, that match a request and have an effect.
func (l Layer) statements(number int, w *Witness, effect policy.Effect) (out []Place) {
	c := eval.NewContext(w.Context)
	for document, d := range l {
		for i, p := range d.alone() {
			s := &d.document.Statements[i]
			if s.Effect == effect && says(p, w, &c).Outcome != eval.ImplicitDeny {
				out = append(out, Place{number, document, i})
			}
		}
	}
	return slices.Clip(out)
}
