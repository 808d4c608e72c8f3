package impact

import (
	"github.com/ringfence/ringfence/internal/apicall"
	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// Question is what an analysis answers.
type Question struct {
	// New returns the boundary in question of a user or role, by ARN. It returns nil for those that are not asked
	// about. Several goroutines can call it.
	New func(principal string) *eval.Policy
	// Old is the boundary that it replaces; nil for none.
	Old *eval.Policy
	// States are the accounts with the callers' policies. If there is none, only the boundaries are asked.
	States []*authdetails.Details
}

// Everyone asks about one boundary for all users and roles.
func Everyone(boundary *eval.Policy) func(principal string) *eval.Policy {
	return func(string) *eval.Policy { return boundary }
}

// Analysis counts calls. It is not safe for concurrent use: make one for each goroutine, and [Analysis.Merge] them.
type Analysis struct {
	Question
	callers map[string]*caller
	counts  counts
	groups  map[group]*tally
	memo    memo
	event   event // the present one
}

// counts are the calls that are not in groups.
type counts struct {
	calls, fine, already int
	apart                map[Apart]int
}

// New returns an analysis that has seen no call.
func New(q Question) *Analysis {
	return &Analysis{
		Question: q, callers: map[string]*caller{},
		counts: counts{apart: map[Apart]int{}}, groups: map[group]*tally{}, memo: newMemo(),
	}
}

// Add counts one event: a CloudTrail record, or an event of EventBridge. The event is not kept.
func (a *Analysis) Add(raw []byte) {
	a.event.read(raw)
	a.take(&a.event)
}

// take counts one event.
func (a *Analysis) take(e *event) {
	a.counts.calls++
	v := &e.view
	switch {
	case e.err != nil:
		a.count(v, nil, a.outcome(&caller{}, verdict{kind: unknown, why: "the record cannot be read: " + e.err.Error()}))
		return
	case e.other:
		a.counts.apart[NoCall]++
		return
	case len(v.ErrorCode) > 0:
		a.counts.apart[Failed]++
		return
	}
	k, ok := a.memo.kind(v)
	if !ok {
		k = a.classify(v)
		a.memo.addKind(k)
	}
	if k.use != nil {
		k.use.see(v.Time)
	}
	if k.apart != "" {
		a.counts.apart[k.apart]++
		return
	}
	k.caller.calls++
	switch {
	case k.any != nil:
		a.count(v, k, *k.any)
	default:
		a.count(v, k, a.look(k, v))
	}
}

// classify decides what can be decided from the caller and the name of a call alone.
func (a *Analysis) classify(v *apicall.View) *callKind {
	r := v.Record()
	k := &callKind{}
	if k.apart = a.apart(&r); k.apart != "" {
		return k
	}
	k.needs = apicall.Map(r.Source, r.Name)
	if k.needs.Free != "" {
		k.apart = NeedsNothing
		return k
	}
	k.caller = a.caller(&r)
	k.use = k.caller.use(serviceOf(&r))
	if k.caller.boundary == nil {
		k.apart = NotAsked
		return k
	}
	if k.needs.Why != "" {
		o := a.outcome(k.caller, verdict{kind: unknown, action: apicall.Guess(r.Source, r.Name), why: k.needs.Why})
		k.any = &o
		return k
	}
	k.parts = partsOf(k)
	if k.needs.Varies {
		return k
	}
	bare := apicall.Record{Source: r.Source, Name: r.Name, Caller: apicall.Caller{Type: r.Caller.Type}, Bare: true}
	if answer := a.judge(&bare, k); answer.kind != unknown {
		o := a.outcome(k.caller, answer)
		k.any = &o
	}
	return k
}

// look decides a call from all that its record has.
func (a *Analysis) look(k *callKind, v *apicall.View) outcome {
	if o, ok := a.memo.outcome(k, v); ok {
		return o
	}
	key := a.memo.taken()
	r := v.Record()
	o := a.outcome(k.caller, a.judge(&r, k))
	a.memo.addOutcome(key, o)
	return o
}

// judge answers all requests of a call.
func (a *Analysis) judge(r *apicall.Record, k *callKind) verdict {
	var out verdict
	first := true
	for _, need := range r.Needs(k.needs) {
		for _, on := range r.On(need) {
			v := a.decide(question{r, k.caller, need, on})
			if first || v.kind > out.kind {
				out, first = v, false
			}
		}
	}
	return out
}

// outcome is where a call is counted.
type outcome struct {
	kind  kind
	group *tally // of denied and unknown calls
}

// outcome returns where calls with a verdict are counted.
func (a *Analysis) outcome(c *caller, v verdict) outcome {
	if v.kind == fine || v.kind == already {
		return outcome{kind: v.kind}
	}
	key := group{c.name, v.action, v.kind, v.explicit, v.unallowed, v.statement, v.why}
	g, ok := a.groups[key]
	if !ok {
		g = &tally{Group: Group{Principal: c.name, Action: v.action, Reason: v.why, unallowed: v.unallowed}, boundary: c.boundary}
		a.groups[key] = g
	}
	return outcome{v.kind, g}
}

// count counts a call.
func (a *Analysis) count(v *apicall.View, k *callKind, o outcome) {
	switch o.kind {
	case fine:
		a.counts.fine++
	case already:
		a.counts.already++
	default:
		o.group.merge(1, v.Time, v.Time, func() string { return a.sample(v, k) })
	}
}

// sample is the resource of a call, "" if that is not known. k is nil for what is no call.
func (a *Analysis) sample(v *apicall.View, k *callKind) string {
	if k == nil || k.needs.Why != "" {
		return ""
	}
	r := v.Record()
	return a.judge(&r, k).resource
}

// Merge adds what another analysis of the same question has counted.
func (a *Analysis) Merge(b *Analysis) {
	a.counts.calls += b.counts.calls
	a.counts.fine += b.counts.fine
	a.counts.already += b.counts.already
	for key, c := range b.callers {
		if own, ok := a.callers[key]; ok {
			own.merge(c)
		} else {
			a.callers[key] = c
		}
	}
	for why, n := range b.counts.apart {
		a.counts.apart[why] += n
	}
	for key, g := range b.groups {
		if own, ok := a.groups[key]; ok {
			own.merge(g.Count, g.first, g.last, func() string { return g.Resource })
		} else {
			a.groups[key] = g
		}
	}
}
