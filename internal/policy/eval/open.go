package eval

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/catalog"
)

// What hangs on a condition key that every request has and of which a [Request] does not say the value is
// uncertain where the request is Partial: reading the key as missing would be wrong for certain.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
var (
	openValues = &Gaps{Value: inEveryRequest}
	bestValues = &Gaps{Value: inEveryRequest, best: true}
)

// inEveryRequest reports whether every request has a condition key.
func inEveryRequest(key string) bool { return catalog.ValuesOf(key).Presence == catalog.Always }

// EvaluateBest is [Evaluate] as if every value that a Partial request leaves open were the best for it: what
// it denies is denied whatever the values are.
func EvaluateBest(p *Policies, r *Request) Decision { return evaluate(p, r, bestValues) }

// hopes is the answer of a statement at best: one that hangs on a gap denies nothing, and allows.
func (e *env) hopes(s *statement, answer truth) truth {
	if answer == unknown && len(e.doubts) > 0 {
		return truthOf(!s.deny)
	}
	return answer
}

// Open gives the condition keys on which a statement hangs although this request does not say their value:
// for explanations. There are none unless the request is Partial.
func (p *Policy) Open(r *Request, statement int32) []string {
	if !r.Partial || statement < 0 {
		return nil
	}
	e := r.env(openValues)
	var keys []string
	add := func(key string) {
		if e.unknown(strings.ToLower(key)) && !slices.ContainsFunc(keys, func(k string) bool { return strings.EqualFold(k, key) }) {
			keys = append(keys, key)
		}
	}
	variables := func(values []string) {
		for key := range policy.VariablesIn(values, p.Document.Version) {
			add(key)
		}
	}
	s := &p.Document.Statements[statement]
	variables(s.Resource.Values)
	for _, c := range s.Conditions {
		if c.Operator.Base != policy.Null {
			add(c.Key)
		}
		variables(c.Values)
	}
	return keys
}

// env is what the statements of a policy are matched with. The gaps are those of a Partial request.
func (r *Request) env(gaps *Gaps) env {
	e := env{
		action: r.Action, head: head(r.Action), resource: r.Resource,
		context: &r.Context, principal: &r.Principal, account: r.account(),
	}
	if r.Partial {
		e.gaps = gaps
	}
	return e
}
