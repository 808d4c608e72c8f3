package impact

import (
	"cmp"
	"maps"
	"slices"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// Candidate is a document that may become the boundary of principals.
type Candidate struct {
	Name   string
	Policy *eval.Policy
}

// Fitting finds for each principal the narrowest candidate that would have denied nothing of what it did. It is not safe
// for concurrent use, as an [Analysis].
type Fitting struct {
	candidates []Candidate
	analyses   []*Analysis
	event      event
	narrower   map[[2]int]bool
}

// NewFitting returns a fitting that has seen no call. At least one candidate is needed.
func NewFitting(candidates []Candidate, state *authdetails.Details) *Fitting {
	f := &Fitting{candidates: candidates, narrower: map[[2]int]bool{}}
	for _, c := range candidates {
		f.analyses = append(f.analyses, New(Question{New: Everyone(c.Policy), States: []*authdetails.Details{state}}))
	}
	return f
}

// Add counts one event, as [Analysis.Add] does.
func (f *Fitting) Add(raw []byte) {
	f.event.read(raw)
	for _, a := range f.analyses {
		a.take(&f.event)
	}
}

// Merge adds what another fitting of the same candidates has counted.
func (f *Fitting) Merge(o *Fitting) {
	for i, a := range f.analyses {
		a.Merge(o.analyses[i])
	}
}

// Fit is the answer for one principal.
type Fit struct {
	// Principal is the ARN of a user or role, and Calls the number of its calls that succeeded.
	Principal string `json:"principal"`
	Calls     int    `json:"calls"`
	// Narrowest are the narrowest candidates that allow all of these calls. There are several if they are equal, or if none is
	// proven to be narrower than the other. It is empty if no candidate fits for certain.
	Narrowest []string `json:"narrowest"`
	// Perhaps are the narrowest candidates of those that deny none of the calls for certain. It is empty if one fits.
	Perhaps []string `json:"perhaps"`
	// Lacks are all candidates with what they lack, those that deny fewest calls first. It is empty if one fits.
	Lacks []Lack `json:"lacks"`
}

// Lack is what a candidate lacks for a principal.
type Lack struct {
	Candidate string `json:"candidate"`
	// Denied is the number of calls that the candidate does not allow, and Actions their actions. It would have denied them,
	// unless a resource-based policy allowed them alone.
	Denied  int      `json:"denied"`
	Actions []string `json:"actions"`
	// NotKnown is the number of calls for which that is not known, and Unknown their actions.
	NotKnown int      `json:"notKnown"`
	Unknown  []string `json:"unknown"`
}

// Fits returns the answers, sorted by principal.
func (f *Fitting) Fits() []Fit {
	calls := map[string]int{}
	for _, c := range f.analyses[0].callers {
		calls[c.name] += c.calls
	}
	lacks := make([]map[string]*Lack, len(f.analyses))
	for i, a := range f.analyses {
		lacks[i] = a.lacks(f.candidates[i].Name)
	}
	var out []Fit
	for _, name := range slices.Sorted(maps.Keys(calls)) {
		fit := Fit{Principal: name, Calls: calls[name], Narrowest: []string{}, Perhaps: []string{}, Lacks: []Lack{}}
		var fitting, perhaps []int
		for i := range f.candidates {
			switch lack := lacks[i][name]; {
			case lack == nil:
				fitting = append(fitting, i)
			case lack.Denied == 0:
				perhaps = append(perhaps, i)
			}
			if lack := lacks[i][name]; lack != nil {
				fit.Lacks = append(fit.Lacks, *lack)
			}
		}
		if len(fitting) > 0 {
			fit.Narrowest, fit.Lacks = f.narrowest(fitting), []Lack{}
		} else {
			fit.Perhaps = f.narrowest(perhaps)
		}
		slices.SortStableFunc(fit.Lacks, func(a, b Lack) int {
			return cmp.Or(cmp.Compare(a.Denied, b.Denied), cmp.Compare(a.NotKnown, b.NotKnown))
		})
		out = append(out, fit)
	}
	return out
}

// lacks returns what the new boundary lacks, by principal.
func (a *Analysis) lacks(name string) map[string]*Lack {
	out := map[string]*Lack{}
	r := a.Report()
	at := func(principal string) *Lack {
		if out[principal] == nil {
			out[principal] = &Lack{Candidate: name, Actions: []string{}, Unknown: []string{}}
		}
		return out[principal]
	}
	for _, g := range slices.Concat(r.Denials, r.Unknowns) {
		l := at(g.Principal)
		if g.Reason == "" || g.unallowed {
			l.Denied += g.Count
			l.Actions = append(l.Actions, g.Action)
			continue
		}
		l.NotKnown += g.Count
		l.Unknown = append(l.Unknown, g.Action)
	}
	for _, l := range out {
		slices.Sort(l.Actions)
		slices.Sort(l.Unknown)
		l.Actions, l.Unknown = slices.Compact(l.Actions), slices.Compact(l.Unknown)
	}
	return out
}

// narrowest returns the names of those candidates than which none of the others is narrower.
func (f *Fitting) narrowest(list []int) []string {
	names := []string{}
	for _, i := range list {
		if !slices.ContainsFunc(list, func(j int) bool { return i != j && f.isNarrower(j, i) }) {
			names = append(names, f.candidates[i].Name)
		}
	}
	return names
}

// isNarrower reports whether candidate i is proven to be narrower than candidate j.
func (f *Fitting) isNarrower(i, j int) bool {
	pair := [2]int{i, j}
	is, ok := f.narrower[pair]
	if !ok {
		a, b := compare.Compile(f.candidates[i].Policy.Document), compare.Compile(f.candidates[j].Policy.Document)
		is = compare.Compare(a, b).Relation == compare.Narrower
		f.narrower[pair] = is
	}
	return is
}
