package html

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"

	"github.com/ringfence/ringfence/internal/audit"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/page"
)

// view is the input of the template.
type view struct {
	*audit.Report
	Policy string
	Style  template.CSS
	Script template.JS
	Data   template.JS

	Percent    string
	Judged     int
	All        []segment
	Severities []severity
	Kinds      []kind
	Charts     []chart
	Cuts       []cutService
	// Denied are the first recorded calls that required boundaries would have denied, and DeniedMore the number of others.
	Denied     []audit.DeniedCalls
	DeniedMore int
	Flow       *flows
	Columns    []string
	Boundaries []boundary
	Off        []boundary
	Exemptions []audit.Exemption
	// Outside are the first principals outside, for a reader without JavaScript.
	Outside []*audit.Principal
	// Uncovered are the first principals that no rule covers.
	Uncovered []*audit.Principal
	Filters   filters
}

// severity counts the principals outside with a severity.
type severity struct {
	Severity string
	Count    int
}

// filters are the values of the table's filters.
type filters struct {
	Rules, Accounts, Boundaries []string
	States                      []audit.State
}

const (
	withoutScript = 200
	listedUnruled = 50
	listedCalls   = 10
)

func newView(r *audit.Report) (*view, error) {
	s := r.Summary
	v := &view{
		Report: r, Policy: page.Policy(script), Style: template.CSS(style), Script: template.JS(script),
		Percent: fmt.Sprintf("%.1f", s.Percent), Judged: s.Inside + s.Outside + s.Unknown + s.Uncovered,
		Kinds: kinds(r), Charts: charts(r), Flow: flow(r), Cuts: cutServices(r), Boundaries: boundaries(r),
	}
	if s.Percent == 100 {
		v.Percent = "100"
	}
	text, err := rows(r, v.Boundaries)
	if err != nil {
		return nil, err
	}
	v.Data = template.JS(text)
	for _, c := range columns {
		v.Columns = append(v.Columns, c.Words)
	}
	for _, b := range v.Boundaries {
		if b.State == "off" || b.State == "unknown" && b.Name != "" {
			v.Off = append(v.Off, b)
		}
	}
	v.Exemptions = slices.Clone(r.Exemptions)
	urgency := []string{"expired", "another", "nobody", "unknown", "expiring", "used"}
	slices.SortStableFunc(v.Exemptions, func(a, b audit.Exemption) int {
		return cmp.Or(cmp.Compare(slices.Index(urgency, a.State), slices.Index(urgency, b.State)), a.Expires.Compare(b.Expires))
	})
	v.Denied = r.DeniedCalls()
	if more := len(v.Denied) - listedCalls; more > 0 {
		v.Denied, v.DeniedMore = v.Denied[:listedCalls], more
	}
	v.count()
	return v, nil
}

// count fills in what is counted by principal.
func (v *view) count() {
	all := tally{}
	rules, accounts, carried, seen := set{}, set{}, set{}, map[audit.State]bool{}
	names := newNames(v.Report)
	for i := range v.Principals {
		p := &v.Principals[i]
		all[class(p)]++
		rules.add(p.Rule)
		accounts.add(p.Account)
		if p.Attached != "" {
			carried.add(names.short(p.Attached))
		}
		seen[p.State] = true
		if p.State == audit.Outside && len(v.Outside) < withoutScript {
			v.Outside = append(v.Outside, p)
		}
		if p.State == audit.Uncovered && len(v.Uncovered) < listedUnruled {
			v.Uncovered = append(v.Uncovered, p)
		}
	}
	v.All = all.segments(v.Judged)
	for _, s := range finding.Severities {
		if n := all[string(s)]; n > 0 || s != finding.Low && s != finding.Info {
			v.Severities = append(v.Severities, severity{string(s), n})
		}
	}
	v.Filters = filters{Rules: rules.sorted(), Accounts: accounts.sorted(), Boundaries: carried.sorted()}
	for _, s := range states {
		if seen[s.State] {
			v.Filters.States = append(v.Filters.States, s.State)
		}
	}
}

// set is a set of words.
type set map[string]bool

func (s set) add(word string) {
	if word != "" {
		s[word] = true
	}
}

func (s set) sorted() []string {
	all := make([]string, 0, len(s))
	for word := range s {
		all = append(all, word)
	}
	slices.Sort(all)
	return all
}
