package report

import (
	"cmp"
	"context"

	"github.com/ringfence/ringfence/internal/attack"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/links"
	"github.com/ringfence/ringfence/internal/principal"
)

// account returns what is known of the account of a finding. A finding does not wait for that.
func (r *Reporter) account(ctx context.Context, id string) (a principal.Account) {
	if r.Accounts != nil && principal.IsAccount(id) {
		a, _ = r.Accounts.Account(ctx, id) // the source logs why it is not known
	}
	return a
}

// aids adds what a responder needs next: the account's name and unit, the owner, the command that remediates, and links.
func (r *Reporter) aids(f finding.Finding, record ledger.Record, in principal.Account) finding.Finding {
	d := record.Decision
	f.AccountName, f.AccountUnit = cmp.Or(r.Config.Account(f.Account).Name, in.Name), in.UnitPath()
	f.Owner = r.Config.OwnerOf(f.Rule, f.Account)
	if f.Status == finding.Open && f.Outcome != finding.Done {
		boundary, _ := r.Config.BoundaryFor(d.Required)
		f.Repair = d.Repair(boundary.Document)
	}
	f.Attack = attack.Of(f)
	f.Links = finding.Links{Dashboard: links.Dashboard(f.Partition, r.Region, r.Dashboard), Runbook: links.Runbook(f)}
	opened, known := f.Opener()
	if !known {
		opened.Event = f.Event
	}
	if r.Title != nil {
		f.Title = r.Title(f)
	}
	f.Links.Event = links.Event(f.Partition, opened.Event.Region, opened.Event.ID)
	if f.Principal != nil {
		if ref, err := principal.Parse(f.Principal.ARN); err == nil {
			f.Links.Principal = links.Principal(ref)
		}
	} else if _, err := principal.ParsePolicy(f.Required); err == nil {
		f.Links.Principal = links.Policy(f.Partition, f.Required)
	}
	return f
}
