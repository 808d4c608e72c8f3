package publish

import (
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/links"
)

// pages are the web pages of a finding. They are the only addresses that are shown as such: those
// that are not of a page that is known are left out.
func pages(f finding.Finding) []row {
	all := []row{
		{label: "Runbook", link: f.Links.Runbook},
		{label: "CloudTrail", link: f.Links.Event},
		{label: "IAM", link: f.Links.Principal, spare: 1},
		{label: "Dashboard", link: f.Links.Dashboard, spare: 6},
	}
	for i, r := range all {
		if len(r.link) > lineWidth || !links.Safe(r.link) {
			all[i].link = ""
		}
	}
	return all
}

// techniques are the techniques of MITRE ATT&CK in one line.
func techniques(f finding.Finding) string {
	text := ""
	for _, t := range f.Attack {
		text = joined("; ", text, joined(" ", t.ID, t.Name))
	}
	return text
}

// account names an account, by its name too where the configuration has one.
func accountOf(id, name string) string {
	id, name = clean(id, 20), clean(name, accountLimit)
	if id == "" || name == "" {
		return id + name
	}
	return name + " (" + id + ")"
}

const accountLimit = 50
