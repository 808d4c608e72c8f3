package impact

import (
	"github.com/ringfence/ringfence/internal/apicall"
	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// Question is what an analysis answers.
type Question struct {
	// New is the boundary in question. Old is the one that it replaces; nil for none.
	New, Old *eval.Policy
	// State is the account with the callers' policies. If it is nil, only the boundaries are asked.
	State *authdetails.Details
}

// Analysis counts calls. It is not safe for concurrent use: make one for each goroutine, and [Analysis.Merge] them.
type Analysis struct {
	Question
	keys    []string
	callers map[string]*caller
	calls   int
	fine    int
	already int
	apartN  map[Apart]int
	groups  map[group]*Group
}

// New returns an analysis that has seen no call.
func New(q Question) *Analysis {
	a := &Analysis{Question: q, callers: map[string]*caller{}, apartN: map[Apart]int{}, groups: map[group]*Group{}}
	a.keys = keysOf(q.New, q.Old)
	return a
}

// Add counts one recorded call.
func (a *Analysis) Add(r *apicall.Record) {
	a.calls++
	if why := a.apart(r); why != "" {
		a.apartN[why]++
		return
	}
	m := apicall.Map(r.Source, r.Name)
	if m.Free != "" {
		a.apartN[NeedsNothing]++
		return
	}
	c := a.caller(r)
	a.count(r, c, a.judge(r, c, m))
}

// AddOther counts an event that is not a record of a call. If err is not nil, it may be one, and cannot be read.
func (a *Analysis) AddOther(err error) {
	a.calls++
	if err == nil {
		a.apartN[NoCall]++
		return
	}
	a.count(&apicall.Record{}, &caller{}, verdict{kind: unknown, why: "the record cannot be read: " + err.Error()})
}

// judge answers all requests of a call.
func (a *Analysis) judge(r *apicall.Record, c *caller, m apicall.Mapping) verdict {
	if m.Why != "" {
		return verdict{kind: unknown, action: apicall.Guess(r.Source, r.Name), why: m.Why}
	}
	var out verdict
	for i, need := range m.Needs {
		for j, on := range r.On(need) {
			v := a.decide(question{r, c, need, on})
			if i == 0 && j == 0 || v.kind > out.kind {
				out = v
			}
		}
	}
	return out
}

// count adds a call to its group.
func (a *Analysis) count(r *apicall.Record, c *caller, v verdict) {
	switch v.kind {
	case fine:
		a.fine++
		return
	case already:
		a.already++
		return
	}
	key := group{c.name, v.action, v.kind, v.explicit, v.statement, v.why}
	g, ok := a.groups[key]
	if !ok {
		g = &Group{Principal: c.name, Action: v.action, First: r.Time, Last: r.Time, Resource: v.resource, Reason: v.why}
		a.groups[key] = g
	}
	g.Count++
	g.First, g.Last = min(g.First, r.Time), max(g.Last, r.Time)
}

// Merge adds what another analysis of the same question has counted.
func (a *Analysis) Merge(b *Analysis) {
	a.calls, a.fine, a.already = a.calls+b.calls, a.fine+b.fine, a.already+b.already
	for why, n := range b.apartN {
		a.apartN[why] += n
	}
	for key, g := range b.groups {
		if own, ok := a.groups[key]; ok {
			own.Count += g.Count
			own.First, own.Last = min(own.First, g.First), max(own.Last, g.Last)
			own.Resource = min(own.Resource, g.Resource)
			continue
		}
		a.groups[key] = g
	}
}
