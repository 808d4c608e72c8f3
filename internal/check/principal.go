package check

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/iac"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/prose"
)

// stand-ins for what is not known, in snapshots. Where a decision depends on what is not known,
// several are made: see [config.Config.Candidates].
const (
	noName = "UNKNOWN"
	noID   = "(unknown)"
)

// principal reports on a user or role.
func (r *run) principal(ctx context.Context, a *account, p *iac.Principal) Principal {
	r.fromState(a, p)
	partial, s := a.partial(p)
	out := Principal{
		Place: Place{File: p.File, Line: p.Line, Address: p.Address, Change: p.Change},
		ARN:   shown(arnOf(partial)), Kind: string(p.Kind), Attached: shown(s.Boundary),
		Drift: finding.None, Severity: finding.Info, Notes: append(finding.Strings{}, p.Notes...),
	}
	if _, known := p.Boundary.Value(); !known {
		out.AttachedUnknown = p.Boundary.Why
	}
	if a.home.known {
		out.Account = a.home.account
	}
	var results []result
	for _, c := range r.Config.Candidates(s, partial, r.Now) {
		results = append(results, result{c, r.assess(ctx, a, p, s, c)})
	}
	r.combine(&out, p, a, results)
	out.Reason, out.Required = shown(out.Reason), shown(out.Required)
	if rule, ok := r.Config.Rule(out.Rule); ok {
		out.Mode = string(rule.Mode)
	}
	if out.State == assess.Outside && out.Fix == "" {
		out.Fix = fix(p, &out)
	}
	r.hide(&out, p, a, partial, results)
	return out
}

// fix says what to change in the code so that a principal is inside.
func fix(p *iac.Principal, out *Principal) string {
	switch {
	case out.Drift == finding.Widened || out.Drift == finding.Altered || out.Drift == finding.AbsentPolicy:
		return "keep the boundary policy " + out.Required + " as approved"
	case p.Attribute == "":
		return p.Remedy
	}
	return "set " + p.Attribute + " to " + out.Required
}

// fromState fills in what the state knows of a principal that the template declares.
func (r *run) fromState(a *account, p *iac.Principal) {
	name, known := p.Name.Value()
	if p.Change != iac.Declare || a.state == nil || !known {
		return
	}
	now, err := a.Principal(context.Background(), principal.Ref{Account: a.home.account, Kind: p.Kind, Name: name})
	switch {
	case err == nil:
	case a.state.Whole() && len(a.state.Principals) > 0:
		p.Change, p.ID = iac.Create, principal.NewID
		return
	default:
		return // the state may lack principals
	}
	p.Change, p.ID, p.Before = iac.Update, now.ID, &now
	if path, known := p.Path.Value(); known && path != now.Path && p.Kind == principal.Role {
		p.Change, p.ID = iac.Replace, principal.NewID
	}
}

// partial returns what is known of a principal, and a snapshot with stand-ins for the rest.
func (a *account) partial(p *iac.Principal) (principal.Partial, principal.Snapshot) {
	partial := principal.Partial{
		Kind: p.Kind, Partition: a.home.partition, Account: principal.Known(a.home.account), Path: p.Path.Text, Name: p.Name.Text,
		Tags: map[string]principal.Text{}, OtherTags: p.TagsUnknown != "", ID: principal.Unknown(),
	}
	if !a.home.known {
		partial.Account = principal.Unknown()
	}
	s := principal.Snapshot{ID: noID, Tags: map[string]string{}}
	s.Kind, s.Partition, s.Account = p.Kind, a.home.partition, a.home.account
	s.Name = p.Name.Fill(noName)
	if path, ok := p.Path.Value(); ok {
		s.Path = path
	} else {
		s.Path = "/"
	}
	switch {
	case p.ID != "":
		s.ID = p.ID
		partial.ID = principal.Known(p.ID)
	case p.Change == iac.Create || p.Change == iac.Replace:
		s.ID = principal.NewID
		partial.ID = principal.Known(principal.NewID)
	}
	for k, v := range p.Tags {
		partial.Tags[k] = v.Text
		s.Tags[k] = v.Fill(noName)
	}
	if boundary, ok := p.Boundary.Value(); ok {
		s.Boundary = strings.ReplaceAll(boundary, iac.NoAccount, a.home.account)
	}
	return partial, s
}

// arnOf returns an ARN with * for what is not known.
func arnOf(p principal.Partial) string {
	account := iac.NoAccount
	if id, ok := p.Account.Value(); ok {
		account = id
	}
	return "arn:" + p.Partition + ":iam::" + account + ":" + string(p.Kind) + p.Path.Fill("*") + p.Name.Fill("*")
}

// result is the verdict for one possibility of what the configuration requires.
type result struct {
	config.Candidate
	verdict assess.Verdict
}

// assess assesses a principal where one possibility of what is required is the case.
func (r *run) assess(ctx context.Context, a *account, p *iac.Principal, s principal.Snapshot, c config.Candidate) assess.Verdict {
	v := &view{account: a, snapshot: s, planned: p}
	verdict := r.assessor(c.Config, v).Principals(ctx, []principal.Snapshot{s}, true)[0]
	if verdict.Err == nil {
		verdict = r.moved(v, c, verdict)
	}
	return verdict
}

// moved changes the verdict on a principal that a change of its name, path or tags takes out of a
// rule's scope, as the deployed functions would.
func (r *run) moved(v *view, c config.Candidate, verdict assess.Verdict) assess.Verdict {
	before := v.planned.Before
	if before == nil || verdict.Decision.Drifted() || v.snapshot.Protection() != principal.Unprotected {
		return verdict
	}
	if before.Account == "" {
		before.Partition, before.Account = v.snapshot.Partition, v.snapshot.Account
	}
	if err := r.Config.Known(before.Account); err != nil {
		return assess.Verdict{Target: verdict.Target, Err: fmt.Errorf("what was required of it is not known: %w (give --accounts)", err)}
	}
	was, is := r.Config.Requirement(*before, r.Now), c.Config.Requirement(v.snapshot, r.Now)
	if was.Free() || !is.Free() {
		return verdict
	}
	var m principal.Move
	if !strings.EqualFold(before.Name, v.snapshot.Name) {
		m.Was = before.Name
	}
	m.Path = before.Path != v.snapshot.Path
	for k, tag := range before.Tags {
		if now, ok := v.snapshot.Tags[k]; !ok || now != tag {
			m.Tags = append(m.Tags, k)
		}
	}
	for k := range v.snapshot.Tags {
		if _, ok := before.Tags[k]; !ok {
			m.Tags = append(m.Tags, k)
		}
	}
	slices.Sort(m.Tags)
	if m.IsZero() {
		return verdict
	}
	verdict.Decision = plan.Moved(verdict.Decision, config.MovedOut{Requirement: was, Certain: true}, m)
	return verdict
}

// state returns the state of a principal by a verdict. An unknown boundary is outside at worst.
func state(p *iac.Principal, v assess.Verdict) assess.State {
	s := v.State()
	if _, known := p.Boundary.Value(); !known && s == assess.Outside && v.Decision.Drift != finding.Moved {
		return assess.Unknown
	}
	return s
}

// fine are the states of principals that need no attention, the least certain one first.
var fine = []assess.State{assess.Uncovered, assess.Exempt, assess.OutOfScope, assess.Inside, assess.ServiceLinked}

// combine sets the verdict on a principal from the verdicts for all possibilities. If they differ, it
// is unknown.
func (r *run) combine(out *Principal, p *iac.Principal, a *account, all []result) {
	first := all[0]
	bad, worst := 0, first
	for _, one := range all {
		s := state(p, one.verdict)
		switch {
		case s == assess.Unknown:
			out.unknown(p, one)
			return
		case s == assess.Outside:
			bad++
			if state(p, worst.verdict) != assess.Outside {
				worst = one
			}
		case slices.Index(fine, s) < slices.Index(fine, state(p, worst.verdict)):
			worst = one
		}
	}
	if bad > 0 && bad < len(all) {
		out.depends(p, a, all)
		return
	}
	out.set(worst)
	if len(all) > 1 {
		out.Notes = append(out.Notes, "which rule applies is not known, and the verdict is the same for each: "+possibilities(all))
	}
}

// unknown sets the verdict where a possibility could not be assessed.
func (p *Principal) unknown(of *iac.Principal, one result) {
	d := one.verdict.Decision
	p.State, p.Rule, p.Required = assess.Unknown, d.Rule, d.Required
	if _, known := of.Boundary.Value(); !known && one.verdict.Err == nil {
		p.Reason = "its boundary is not known: " + of.Boundary.Why
		return
	}
	p.Rule, p.Reason = one.Rule, fmt.Sprintf("it could not be assessed: %v", one.verdict.Err)
}

// depends sets the verdict where it depends on what is not known.
func (p *Principal) depends(of *iac.Principal, a *account, all []result) {
	p.State = assess.Unknown
	var reasons []string
	add := func(reason string) {
		if reason != "" && !slices.Contains(reasons, reason) {
			reasons = append(reasons, reason)
		}
	}
	add(why(of.Name))
	add(why(of.Path))
	for _, key := range slices.Sorted(maps.Keys(of.Tags)) {
		add(why(of.Tags[key]))
	}
	add(of.TagsUnknown)
	if !a.home.known {
		add(cmp.Or(of.Account.Why, "the account is not known: give --account or --state"))
	}
	if a.home.known {
		if err := a.config.Known(a.home.account); err != nil {
			add(err.Error() + ": give --accounts")
		}
	}
	if len(reasons) == 0 {
		add("its unique id is not known, and an exemption depends on it: give --state")
	}
	var outside, other []result
	for _, one := range all {
		if state(of, one.verdict) == assess.Outside {
			outside = append(outside, one)
		} else {
			other = append(other, one)
		}
	}
	p.Reason = fmt.Sprintf("it is outside if %s applies, and not outside if %s applies; which one does, is not known: %s", possibilities(outside), possibilities(other), strings.Join(reasons, "; "))
}

// possibilities lists what may be the case.
func possibilities(all []result) string {
	var list []string
	for _, c := range all {
		name := "no rule"
		switch {
		case c.Exempt:
			name = "an exemption"
		case c.Rule != "":
			name = "rule " + c.Rule
		}
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return strings.Join(list, " or ")
}

// set sets a verdict.
func (p *Principal) set(one result) {
	v, d := one.verdict, one.verdict.Decision
	p.State, p.Rule, p.Required, p.Reason = v.State(), d.Rule, d.Required, prose.Decision(d)
	if f := v.Finding; f != nil {
		p.Drift, p.Severity, p.Relation, p.Witness, p.Undenied, p.Reason = f.Drift, f.Severity, f.Relation, shownIn(f.Witness), shownIn(f.Undenied), f.Reason
		if d.PolicyOpen != "" {
			p.Reason = "it carries the required boundary, but that policy would not be as approved: " + f.Reason
		}
	}
	if d.Drift == finding.Moved {
		p.Drift, p.Severity = finding.Moved, plan.Severity(d, exposure.Escape{}, false)
		p.Fix = "revert the change of its name, path or tags, or change the rules"
	}
	if d.Namesake != "" {
		p.Notes = append(p.Notes, "it gets a new unique id, so the exemption for "+d.Namesake+" does not apply to it")
	}
}
