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
	"github.com/ringfence/ringfence/internal/target"
)

// Auditor is the wiring. Config and Now are required.
type Auditor struct {
	Config *config.Config
	Now    time.Time
	// Usage is when services were last used, by the ARN of the principal; nil where it is not known.
	Usage Usage
	// Progress is called after principals were judged, with how many; it may be nil.
	Progress func(n int)
}

// Input is one account.
type Input struct {
	Details *authdetails.Details
	Sources []string
	// Partial are the reasons why the details are not all there is.
	Partial []string
}

// chunk is how many principals are judged between two looks at whether to go on.
const chunk = 500

// Run audits accounts. Where the context ends before that is done, the report is of what
// was judged by then, and says that it is partial.
func (a *Auditor) Run(ctx context.Context, inputs []Input) *Report {
	r := &Report{
		SchemaVersion: SchemaVersion, Time: a.Now.UTC(), Partial: finding.Strings{}, Warnings: finding.Strings{},
		Accounts: []Account{}, Principals: []Principal{}, Boundaries: []Boundary{}, Exemptions: []Exemption{}, Coverage: []Coverage{},
	}
	g := newReaching()
	for _, in := range inputs {
		a.account(ctx, r, g, in)
	}
	r.sort()
	g.reach(r)
	r.sum()
	return r
}

// one is the audit of one account.
type one struct {
	*Auditor
	details   *authdetails.Details
	directory *authdetails.Directory
	documents *exposure.Documents
	assessor  *assess.Assessor
	report    *Report
	reaching  *reaching
	// all is set where nothing says that the details have others than these.
	all bool
	// required are the boundary policies that rules require, by their ARN.
	required map[string]*required
}

func (a *Auditor) account(ctx context.Context, r *Report, g *reaching, in Input) {
	d := in.Details
	o := &one{Auditor: a, details: d, directory: authdetails.NewDirectory(d), documents: new(exposure.Documents), report: r, reaching: g, all: len(in.Partial) == 0}
	o.assessor = &assess.Assessor{
		Config: a.Config, Documents: o.documents, Source: o.directory,
		Now: func() time.Time { return a.Now }, Concurrency: runtime.GOMAXPROCS(0),
	}
	r.Accounts = append(r.Accounts, Account{Account: d.Account, Partition: d.Partition, Sources: in.Sources, Principals: len(d.Principals)})
	for _, why := range in.Partial {
		r.Partial = append(r.Partial, fmt.Sprintf("account %s: %s", d.Account, why))
	}
	first := len(r.Principals)
	o.policies(ctx)
	done := o.principals(ctx)
	if left := len(d.Principals) - done; left > 0 {
		r.Partial = append(r.Partial, fmt.Sprintf("account %s: stopped before %d of %d principals were judged", d.Account, left, len(d.Principals)))
	}
	o.boundaries(r.Principals[first:])
	g.add(d)
	o.exemptions(ctx)
}

// principals judges all users and roles, as long as the context lasts.
func (o *one) principals(ctx context.Context) (done int) {
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
			break // what was cut short is not judged
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

// sort puts what needs attention first.
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
