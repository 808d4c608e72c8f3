package impact

import (
	"bytes"
	"cmp"
	"maps"
	"slices"

	"github.com/ringfence/ringfence/internal/policy/eval"
)

// group is what calls are grouped by.
type group struct {
	principal, action string
	kind              kind
	explicit          bool
	unallowed         bool
	statement         int32
	why               string
}

// Group is a number of calls of one principal that have the same answer.
type Group struct {
	// Principal is the ARN of the user or role, and Action the IAM action.
	Principal string `json:"principal"`
	Action    string `json:"action"`
	Count     int    `json:"count"`
	// First and Last are the times of the first and of the last call, in RFC 3339.
	First string `json:"first"`
	Last  string `json:"last"`
	// Resource is the resource of the first call.
	Resource string `json:"resource"`
	// Effect is "explicit deny" or "implicit deny" for denied calls.
	Effect string `json:"effect,omitempty"`
	// Statement is the statement that denies explicitly.
	Statement *Statement `json:"statement,omitempty"`
	// Reason is why the answer is not known.
	Reason string `json:"reason,omitempty"`

	unallowed bool
}

// tally is a group that is being counted. Times of one format sort as text.
type tally struct {
	Group
	first, last []byte
	boundary    *eval.Policy
}

// merge counts several calls. The example is that of the first call, so that it is the same whatever the order
// in which calls are read.
func (t *tally) merge(n int, first, last []byte, resource func() string) {
	switch c := bytes.Compare(first, t.first); {
	case t.Count == 0 || c < 0:
		t.first, t.Resource = append(t.first[:0], first...), resource()
	case c == 0:
		t.Resource = min(t.Resource, resource())
	}
	if bytes.Compare(last, t.last) > 0 {
		t.last = append(t.last[:0], last...)
	}
	t.Count += n
}

// Statement names a statement of the new boundary.
type Statement struct {
	// Index counts from 0.
	Index int    `json:"index"`
	Sid   string `json:"sid,omitempty"`
}

// Report is the result of an analysis.
type Report struct {
	// Calls is the number of all recorded calls. Each is counted in exactly one of the following.
	Calls int `json:"calls"`
	// Denied is the number of calls that the new boundary would have denied.
	Denied int `json:"denied"`
	// NotKnown is the number of calls of which that is not known.
	NotKnown int `json:"notKnown"`
	// Allowed is the number of calls that the new boundary allows.
	Allowed int `json:"allowed"`
	// Already is the number of calls that the old boundary denies too.
	Already int `json:"deniedByOldToo"`
	// Apart are the numbers of calls that are not asked about, by reason.
	Apart map[Apart]int `json:"apart"`
	// Principals is the number of principals with denied calls.
	Principals int `json:"principals"`
	// State is false if only the boundaries were asked, and not the callers' own policies.
	State bool `json:"state"`
	// Denials and Unknowns are the groups: principals with most calls first, and of each the actions with most calls.
	Denials  []Group `json:"denials"`
	Unknowns []Group `json:"unknowns"`
}

// Report returns what was counted so far.
func (a *Analysis) Report() Report {
	r := Report{Calls: a.counts.calls, Allowed: a.counts.fine, Already: a.counts.already, Apart: maps.Clone(a.counts.apart), State: len(a.States) > 0, Denials: []Group{}, Unknowns: []Group{}}
	principals := map[string]bool{}
	for key, g := range a.groups {
		one := g.Group
		one.First, one.Last = string(g.first), string(g.last)
		if key.kind == unknown {
			r.NotKnown += one.Count
			r.Unknowns = append(r.Unknowns, one)
			continue
		}
		one.Effect = "implicit deny"
		if key.explicit {
			one.Effect = "explicit deny"
			one.Statement = &Statement{int(key.statement), g.boundary.Document.Statements[key.statement].Sid}
		}
		r.Denied += one.Count
		principals[one.Principal] = true
		r.Denials = append(r.Denials, one)
	}
	r.Principals = len(principals)
	order(r.Denials)
	order(r.Unknowns)
	return r
}

// order sorts groups: principals with most calls first, and of one principal the actions with most calls.
func order(list []Group) {
	total := map[string]int{}
	for _, g := range list {
		total[g.Principal] += g.Count
	}
	slices.SortFunc(list, func(x, y Group) int {
		return cmp.Or(cmp.Compare(total[y.Principal], total[x.Principal]), cmp.Compare(x.Principal, y.Principal),
			cmp.Compare(y.Count, x.Count), cmp.Compare(x.Action, y.Action), cmp.Compare(x.Reason, y.Reason), cmp.Compare(x.Why(), y.Why()))
	})
}
