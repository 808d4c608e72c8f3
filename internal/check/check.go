package check

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/iac"
	"github.com/ringfence/ringfence/internal/principal"
)

// Checker checks plans and templates. Config and Now are required.
type Checker struct {
	Config *config.Config
	Now    time.Time
	// States are the accounts as they are now, if that is known.
	States []*authdetails.Details
	// Account and Partition are those of all that the files do not say more about, empty if not
	// known.
	Account, Partition string
	// All reports principals and policies too that do not change.
	All bool
}

// run is one check.
type run struct {
	*Checker
	report    *Report
	documents *exposure.Documents
	homes     []homes
	accounts  map[home]*account
	secrets   *secrets
}

// Run checks files that are deployed together. If the context ends first, the report is partial.
func (c *Checker) Run(ctx context.Context, plans []*iac.Plan) *Report {
	r := &run{
		Checker: c, documents: new(exposure.Documents), accounts: map[home]*account{},
		report: &Report{
			SchemaVersion: SchemaVersion, Time: c.Now.UTC(), Partial: finding.Strings{}, Files: []File{},
			Principals: []Principal{}, Policies: []Policy{}, Assumed: finding.Strings{}, Warnings: finding.Strings{},
		},
	}
	for _, p := range plans {
		r.locate(p)
	}
	r.secrets = secretsOf(plans, r.sensitiveAccounts(), r.accountIDs())
	for i := range r.report.Files {
		r.report.Files[i].Account = r.secrets.account(r.report.Files[i].Account)
	}
	for n, p := range plans {
		r.check(ctx, n, p)
	}
	if ctx.Err() != nil {
		r.report.Partial = append(r.report.Partial, "the command was interrupted")
	}
	r.assume()
	each(r.secrets.hide, r.report.Partial, r.report.Warnings)
	each(r.secrets.account, r.report.Assumed) // what the configuration requires
	r.report.sort()
	r.report.sum()
	return r.report
}

// locate finds the accounts of one file, and which policies it changes there.
func (r *run) locate(p *iac.Plan) {
	h, assumed := r.homesOf(p)
	r.homes = append(r.homes, h)
	if assumed != "" {
		r.report.Assumed = append(r.report.Assumed, assumed)
	}
	file := File{Path: p.File, Format: p.Format}
	if h.all.known {
		file.Account = h.all.account
	}
	r.report.Files = append(r.report.Files, file)
	for _, why := range p.Partial {
		r.report.Partial = append(r.report.Partial, p.File+": "+why)
	}
	for i := range p.Policies {
		policy := &p.Policies[i]
		a := r.account(h.of(policy.Home))
		if document, ok := policy.Document.Value(); ok {
			policy.Document.Text = principal.Known(strings.ReplaceAll(document, iac.NoAccount, a.home.account))
		}
		a.add(policy)
	}
}

// account returns an account as it would be after the deployment.
func (r *run) account(h home) *account {
	if a := r.accounts[h]; a != nil {
		return a
	}
	a := &account{config: r.Config, home: h, state: r.state(h.account), policies: map[string]*iac.Policy{}}
	if !h.known {
		a.config = r.Config.InEveryAccount()
	}
	now := a.state
	if now == nil {
		now = &authdetails.Details{Account: h.account, Partition: h.partition}
	}
	a.Directory = authdetails.NewDirectory(now)
	r.accounts[h] = a
	return a
}

// add adds a policy of a file. One that is deleted can be created by another resource.
func (a *account) add(p *iac.Policy) {
	arn, known := a.arn(p)
	key := strings.ToLower(arn)
	old := a.policies[key]
	switch {
	case !known || old != nil && p.Change == iac.Delete:
	case old == nil || old.Change == iac.Delete:
		a.policies[key] = p
	default:
		both := *p
		both.Document = iac.Unknown("both " + old.Address + " and " + p.Address + " set it")
		a.policies[key] = &both
	}
}

// check assesses one file.
func (r *run) check(ctx context.Context, n int, p *iac.Plan) {
	for i := range p.Policies {
		policy := &p.Policies[i]
		if ctx.Err() != nil {
			return
		}
		if r.All || policy.Change != iac.Keep {
			r.policy(ctx, r.account(r.homes[n].of(policy.Home)), policy)
		}
	}
	for i := range p.Principals {
		of := &p.Principals[i]
		if ctx.Err() != nil {
			return
		}
		if of.Change != iac.Delete && (r.All || of.Change != iac.Keep) {
			r.report.Principals = append(r.report.Principals, r.principal(ctx, r.account(r.homes[n].of(of.Home)), of))
			r.report.Files[n].Principals++
		}
	}
}

// assessor returns what assesses targets of an account.
func (r *run) assessor(c *config.Config, v *view) *assess.Assessor {
	return &assess.Assessor{Config: c, Documents: r.documents, Source: v, Now: func() time.Time { return r.Now }, Concurrency: 1}
}

// assume says what the verdicts presuppose of the accounts.
func (r *run) assume() {
	for _, a := range r.accounts {
		for _, b := range a.config.Boundaries(a.home.partition, a.home.account) {
			if a.policies[strings.ToLower(b.ARN)] != nil {
				continue
			}
			if a.state == nil {
				r.report.Assumed = append(r.report.Assumed, fmt.Sprintf("%s exists and is as approved (--state compares it)", shown(b.ARN)))
			} else if _, ok := a.state.Policy(b.ARN); !ok && a.state.Whole() {
				r.report.Warnings = append(r.report.Warnings, b.ARN+" does not exist, so no principal can be created with it")
			}
		}
	}
	slices.Sort(r.report.Warnings)
	slices.Sort(r.report.Assumed)
	r.report.Assumed = slices.Compact(r.report.Assumed)
}

// sort orders the report by urgency.
func (r *Report) sort() {
	rank := []assess.State{assess.Outside, assess.Unknown, assess.Uncovered, assess.Exempt, assess.OutOfScope, assess.Inside, assess.ServiceLinked}
	slices.SortStableFunc(r.Principals, func(a, b Principal) int {
		return cmp.Or(cmp.Compare(slices.Index(rank, a.State), slices.Index(rank, b.State)), cmp.Compare(a.Severity.Rank(), b.Severity.Rank()),
			cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Address, b.Address))
	})
	slices.SortStableFunc(r.Policies, func(a, b Policy) int {
		return cmp.Or(cmp.Compare(a.Severity.Rank(), b.Severity.Rank()), cmp.Compare(a.File, b.File), cmp.Compare(a.Address, b.Address))
	})
}

// sum counts.
func (r *Report) sum() {
	s := Summary{Principals: len(r.Principals), Severities: map[finding.Severity]int{}}
	counts := map[assess.State]*int{
		assess.Inside: &s.Inside, assess.Outside: &s.Outside, assess.Unknown: &s.Unknown, assess.Uncovered: &s.Uncovered,
		assess.Exempt: &s.Exempt, assess.OutOfScope: &s.OutOfScope, assess.ServiceLinked: &s.ServiceLinked,
	}
	for i := range r.Principals {
		*counts[r.Principals[i].State]++
		if r.Principals[i].State == assess.Outside {
			s.Severities[r.Principals[i].Severity]++
		}
	}
	for _, p := range r.Policies {
		switch p.State {
		case off:
			s.PoliciesOff++
			s.Severities[p.Severity]++
		case unknown:
			s.PoliciesUnknown++
		}
	}
	r.Summary = s
}
