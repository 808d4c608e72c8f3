package impact

import (
	"time"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// Required returns the boundaries that rules require of the principals of accounts at a time, for [Question.New]: the
// approved documents, or the documents in force where the configuration has none. Nothing is asked about principals
// that are exempt or out of scope, or whose boundary has no document that can be read.
func Required(f *config.Config, states []*authdetails.Details, now time.Time) func(principal string) *eval.Policy {
	documents, boundaries := map[string]*eval.Policy{}, map[string]*eval.Policy{}
	for _, state := range states {
		for i := range state.Principals {
			p := &state.Principals[i]
			q := f.Requirement(p.Snapshot, now)
			if q.Boundary.ARN == "" || q.Exempt != nil {
				continue
			}
			b, ok := documents[q.Boundary.ARN]
			if !ok {
				b = document(q.Boundary, state)
				documents[q.Boundary.ARN] = b
			}
			boundaries[p.ARN()] = b
		}
	}
	return func(principal string) *eval.Policy { return boundaries[principal] }
}

// document returns the document of a boundary, nil if there is none that can be read.
func document(b config.Boundary, state *authdetails.Details) *eval.Policy {
	if b.Policy != nil {
		return eval.Compile(b.Policy)
	}
	text, err := state.Document(b.ARN)
	if err != nil {
		return nil
	}
	d, err := policy.Parse(text)
	if err != nil {
		return nil
	}
	return eval.Compile(d)
}
