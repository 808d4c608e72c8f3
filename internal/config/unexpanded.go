package config

import (
	"slices"

	"github.com/ringfence/ringfence/internal/principal"
)

// Unexpanded returns the boundaries that a rule requires in any account, and the ARNs of all policies
// that may be attached as a boundary, as [Config.Attachable] does for one account. The placeholders
// ${account} and ${partition} remain in ARNs and documents. Policy is the document in a sample account.
func (f *Config) Unexpanded() (boundaries []Boundary, attachable []string) {
	for i := range f.boundaries {
		b := &f.boundaries[i]
		if !slices.ContainsFunc(f.rules, func(r Rule) bool { return r.boundary == i && r.OutOfScope == nil }) {
			continue
		}
		out := Boundary{Name: b.name, ARN: b.arn.expand(partitionVar, accountVar)}
		if b.document != nil {
			out.Document, out.Policy = b.document.text, b.document.policy
		}
		boundaries, attachable = append(boundaries, out), append(attachable, out.ARN)
	}
	quarantines := slices.ContainsFunc(f.rules, func(r Rule) bool {
		return r.OnDrift == Quarantine || r.OnIncomparable == Quarantine
	})
	if denyAll := principal.DenyAll(partitionVar).ARN(); quarantines && !slices.Contains(attachable, denyAll) {
		attachable = append(attachable, denyAll)
	}
	return boundaries, attachable
}
