package impact

import (
	"maps"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/apicall"
	"github.com/ringfence/ringfence/internal/policy/catalog"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// kind is the verdict on a call. The order is that of importance: of several requests the highest counts.
type kind uint8

const (
	fine    kind = iota // the new boundary allows the call
	already             // neither boundary allows it
	unknown             // not known
	denied              // the new boundary would have denied it
)

// verdict is the answer about one call.
type verdict struct {
	kind kind
	// explicit is true if a statement of the new boundary denies the call, and statement is its index.
	explicit  bool
	statement int32
	// action and resource are of the request that decided.
	action, resource string
	// why is the reason for unknown.
	why string
	// unallowed is true if the new boundary does not allow the call, for certain.
	unallowed bool
}

// question is one IAM request that a call makes.
type question struct {
	record *apicall.Record
	caller *caller
	need   apicall.Need
	on     apicall.Resource
}

// decide answers one request.
func (a *Analysis) decide(q question) verdict {
	v := a.certain(q)
	if q.need.Maybe && v.kind != fine {
		v.kind, v.unallowed, v.why = unknown, false, "the record does not have whether the call needed "+q.need.String()
	}
	return v
}

// certain answers a request that was made.
func (a *Analysis) certain(q question) verdict {
	v := verdict{action: q.need.String(), resource: q.on.ARN}
	if q.on.Unknown() {
		v.resource = ""
	}
	doubts := map[string]bool{}
	fresh, isNew := a.ask(q.caller.boundary, q, doubts)
	if isNew && fresh.Allow {
		return v
	}
	if fresh.Allow { // and may deny
		return v.doubt(doubts)
	}
	old := eval.Range{Allow: true}
	if a.Old != nil {
		doubts = map[string]bool{}
		old, _ = a.ask(a.Old, q, doubts)
	}
	switch {
	case !old.Allow:
		v.kind = already
		return v
	case old.Deny || old.Silent:
		return v.doubt(doubts)
	}
	own := a.own(q)
	switch {
	case own.denied:
		v.kind, v.why = unknown, "an identity policy of the caller in the state denies it: its policies have changed"
	case !fresh.Silent:
		v.kind, v.explicit, v.statement = denied, true, fresh.Statement
		return v
	case own.why != "":
		v.kind, v.why = unknown, own.why
	default:
		v.kind, v.statement = denied, -1
		return v
	}
	v.unallowed = true
	return v
}

// ask asks one policy about a request. It returns true if only one answer is possible.
func (a *Analysis) ask(p *eval.Policy, q question, doubts map[string]bool) (eval.Range, bool) {
	request := eval.Request{Principal: q.caller.principal, Action: q.need.String(), Resource: q.on.ARN}
	for _, key := range q.caller.keys {
		if values, known := q.key(key); known && len(values) > 0 {
			request.Context.Add(key, values...)
		}
	}
	r := p.Range(&request, &eval.Gaps{
		Resource: q.on.Pattern,
		Key: func(key string) bool {
			_, known := q.key(key)
			return !known
		},
		Doubt: func(key string) { doubts[key] = true },
	})
	_, certain := r.Certain()
	return r, certain
}

// key returns a condition key of the request, as [apicall.Record.Key] does.
func (q question) key(key string) (values []string, known bool) {
	if key == "aws:principalarn" && q.caller.principal.Identity == "" {
		return nil, false
	}
	if q.caller.tags != nil && strings.HasPrefix(key, "aws:principaltag/") {
		if value, ok := q.caller.tags[key]; ok {
			return []string{value}, true
		}
		return nil, true
	}
	return q.record.Key(q.need.Action, key)
}

// own is what the identity policies of the caller say about a request.
type own struct {
	// denied is true if one denies it for certain. Then it is not the policy of the time of the call.
	denied bool
	// why says why it is not known that one allows the request; "" if one does.
	why string
}

// own asks the identity policies of the caller. One that may deny the request did not, since the call succeeded.
func (a *Analysis) own(q question) own {
	switch {
	case len(a.States) == 0:
		return own{}
	case q.caller.missing != "":
		return own{why: q.caller.missing}
	}
	doubts := map[string]bool{}
	var allowed, possible bool
	for _, s := range q.caller.identity {
		r, _ := a.ask(s.Policy, q, doubts)
		if r.Deny && !r.Allow && !r.Silent {
			return own{denied: true}
		}
		allowed = allowed || r.Allow && !r.Silent
		possible = possible || r.Allow
	}
	switch {
	case allowed:
		return own{}
	case possible:
		return own{why: "it is not known that the caller's policies allow it: " + doubt(doubts)}
	}
	return own{why: "no identity policy of the caller in the state allows it: its policies have changed, or a resource-based policy allowed it"}
}

// doubt makes the verdict one that depends on gaps.
func (v verdict) doubt(doubts map[string]bool) verdict {
	v.kind, v.why = unknown, doubt(doubts)
	return v
}

// doubt names the gaps that a decision depends on.
func doubt(doubts map[string]bool) string {
	var list []string
	for _, key := range slices.Sorted(maps.Keys(doubts)) {
		list = append(list, spelled(key))
	}
	if len(list) == 0 {
		return "a statement of the policies cannot be read"
	}
	return "the record does not have " + strings.Join(list, ", ")
}

// spelled returns a condition key as AWS spells it, and "the resource" for no key.
func spelled(key string) string {
	if key == "" {
		return "the resource"
	}
	prefix, _, _ := strings.Cut(key, ":")
	for _, known := range catalog.KeysOf(prefix) {
		if strings.EqualFold(known, key) {
			return known
		}
	}
	return key
}
