package compare

import (
	"slices"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// compileAlone makes each statement a document of its own.
func compileAlone(d *policy.Document) []*eval.Policy {
	out := make([]*eval.Policy, len(d.Statements))
	for i := range d.Statements {
		out[i] = eval.Compile(&policy.Document{Version: d.Version, Statements: d.Statements[i : i+1]})
	}
	return out
}

// compilePositive is the document with Principal in the place of NotPrincipal.
func compilePositive(d *policy.Document) *eval.Policy {
	out := &policy.Document{Version: d.Version, Statements: slices.Clone(d.Statements)}
	for i := range out.Statements {
		if p := out.Statements[i].Principal; p != nil && p.Not {
			positive := *p
			positive.Not = false
			out.Statements[i].Principal = &positive
		}
	}
	return eval.Compile(out)
}
