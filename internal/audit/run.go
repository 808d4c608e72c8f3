package audit

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/impact"
	"github.com/ringfence/ringfence/internal/target"
)

// Auditor audits accounts. Config and Now are required.
type Auditor struct {
	Config *config.Config
	Now    time.Time
	// Usage is when services were last used, nil if not known.
	Usage Usage
	// Calls are the recorded calls of each principal, asked about the boundary that it must carry: see
	// [impact.Required]. It is nil if no calls are known.
	Calls map[string]*impact.Use
	// Progress is called with the number of principals that were just assessed. It may be nil.
	Progress func(n int)
}

// Input is one account.
type Input struct {
	Details *authdetails.Details
	Sources []string
	// Partial are the reasons why the details are incomplete.
	Partial []string
	// Name and Unit are as in [Account].
	Name, Unit string
}

// chunk is how many principals are assessed between two checks of the context.
const chunk = 500

// Run audits accounts. If the context ends first, the report covers what was assessed until then,
// and is marked as partial.
func (a *Auditor) Run(ctx context.Context, inputs []Input) *Report {
	r := &Report{
		SchemaVersion: SchemaVersion, Time: a.Now.UTC(), Partial: finding.Strings{}, Warnings: finding.Strings{},
		Accounts: []Account{}, Principals: []Principal{}, Boundaries: []Boundary{}, Exemptions: []Exemption{}, Coverage: []Coverage{},
	}
	g := newAssumable()
	for _, in := range inputs {
		a.account(ctx, r, g, in)
	}
	r.sort()
	g.reach(r)
	r.sum()
	return r
}

// accountAudit is the audit of one account.
type accountAudit struct {
	*Auditor
	details   *authdetails.Details
	directory *authdetails.Directory
	documents *exposure.Documents
	assessor  *assess.Assessor
	report    *Report
	assumable *assumable
	// all is set if the details are complete, as far as is known.
	all bool
	// required are the boundary policies that rules require, by ARN.
	required map[string]*required
}

func (a *Auditor) account(ctx context.Context, r *Report, g *assumable, in Input) {
	d := in.Details
	o := &accountAudit{Auditor: a, details: d, directory: authdetails.NewDirectory(d), documents: new(exposure.Documents), report: r, assumable: g, all: len(in.Partial) == 0}
	o.assessor = &assess.Assessor{
		Config: a.Config, Documents: o.documents, Source: o.directory,
		Now: func() time.Time { return a.Now }, Concurrency: runtime.GOMAXPROCS(0),
	}
	r.Accounts = append(r.Accounts, Account{Account: d.Account, Partition: d.Partition, Name: cmp.Or(a.Config.Account(d.Account).Name, in.Name), Unit: in.Unit, Sources: in.Sources, Principals: len(d.Principals)})
	for _, why := range in.Partial {
		r.Partial = append(r.Partial, fmt.Sprintf("account %s: %s", d.Account, why))
	}
	first := len(r.Principals)
	o.policies(ctx)
	done := o.principals(ctx)
	if left := len(d.Principals) - done; left > 0 {
		r.Partial = append(r.Partial, fmt.Sprintf("account %s: stopped before %d of %d principals were assessed", d.Account, left, len(d.Principals)))
	}
	o.boundaries(r.Principals[first:])
	g.add(d)
	o.exemptions(ctx)
}

// principals assesses all users and roles, until the context ends.
func (o *accountAudit) principals(ctx context.Context) (done int) {
	all := o.details.Principals
	o.report.Principals = slices.Grow(o.report.Principals, len(all))
	for from := 0; from < len(all) && ctx.Err() == nil; from += chunk {
		part := all[from:min(from+chunk, len(all))]
		targets := make([]target.Target, len(part))
		for i := range part {
			targets[i] = target.OfSnapshot(part[i].Snapshot)
		}
		verdicts := o.assessor.Assess(ctx, targets)
		if ctx.Err() != nil {
			break // these verdicts are incomplete
		}
		found := make([]Principal, len(part))
		Each(len(part), func(i int) { found[i] = o.principal(&part[i], verdicts[i]) })
		o.report.Principals = append(o.report.Principals, found...)
		done += len(part)
		if o.Progress != nil {
			o.Progress(len(part))
		}
	}
	return done
}

// sort orders the report by urgency.
func (r *Report) sort() {
	slices.SortStableFunc(r.Principals, func(a, b Principal) int {
		return cmp.Or(cmp.Compare(rank(a.State), rank(b.State)), cmp.Compare(a.Severity.Rank(), b.Severity.Rank()),
			cmp.Compare(a.Account, b.Account), cmp.Compare(a.ARN, b.ARN))
	})
	slices.SortStableFunc(r.Boundaries, func(a, b Boundary) int {
		return cmp.Or(cmp.Compare(a.Severity.Rank(), b.Severity.Rank()), cmp.Compare(b.Carriers, a.Carriers), cmp.Compare(a.ARN, b.ARN))
	})
}

func rank(s State) int {
	return slices.Index([]State{Outside, Unknown, Uncovered, Exempt, OutOfScope, Inside, ServiceLinked}, s)
}
