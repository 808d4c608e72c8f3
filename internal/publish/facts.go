package publish

import (
	"strconv"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
)

// factLimit is the most bytes of one fact.
const factLimit = 1024

// facts are what a format of somebody else has no place for, by name: clean, bounded, and none
// without a value. There are fewer than fifty, as Security Hub asks.
func facts(f finding.Finding) map[string]string {
	opened, known := f.Opener()
	all := map[string]string{
		"schemaVersion": f.SchemaVersion,
		"revision":      strconv.Itoa(f.Revision),
		"rule":          f.Rule,
		"drift":         string(f.Drift),
		"mode":          f.Mode,
		"action":        string(f.Action),
		"outcome":       string(f.Outcome),
		"resolution":    string(f.Resolution),
		"required":      f.Required,
		"attached":      f.Attached,
		"relation":      f.Relation,
		"escape":        strconv.FormatBool(f.Escape),
		"couldDo":       request(f.Witness),
		"services":      strings.Join(f.Services, ", "),
		"gained":        request(f.GivesUp),
		"notDenied":     request(f.Undenied),
		"affects":       some(f.Affects, 10),
		"diff":          strings.Join(f.Diff, "; "),
		"contested":     contested(f.Contested),
		"exposure":      exposure(f),
		"attempts":      attempts(f.Attempts),
		"reason":        f.Reason,
		"cause":         f.Cause,
		"foundAt":       call(f.Event),
		"foundBy":       name(f.Actor),
		"accountName":   f.AccountName,
		"accountUnit":   f.AccountUnit,
		"owner":         f.Owner,
		"attack":        techniques(f),
	}
	if f.Principal != nil {
		all["principal"] = f.Principal.ARN
	}
	if known {
		all["openedBy"], all["openedFrom"], all["openedAt"] = name(opened.Actor), origin(opened.Actor), call(opened.Event)
		all["openedWith"] = credentials(opened.Actor)
	}
	for key, value := range all {
		if value = fitted(value, factLimit); value == "" {
			delete(all, key)
		} else {
			all[key] = value
		}
	}
	for key, command := range map[string]string{"undo": undoCommand(f), "repair": repairCommand(f)} {
		if command != "" && len(command) <= factLimit { // half a command is another one
			all[key] = command
		}
	}
	for _, page := range pages(f) {
		if page.link != "" {
			all["page"+page.label] = page.link
		}
	}
	return all
}

// fitted is clean text of at most so many bytes, of which a character can have several: some
// services count these, and some those.
func fitted(s string, most int) string { return strings.TrimSpace(clip(clean(s, most), most)) }

// described is a finding in a few sentences.
func described(f finding.Finding) string {
	return joined(". Why: ", sentence(f), clean(f.Reason, factLimit))
}

// began is the earliest that is known of a finding.
func began(f finding.Finding) time.Time {
	first := f.Time
	see := func(t time.Time) {
		if !t.IsZero() && t.Before(first) {
			first = t
		}
	}
	see(f.Event.Time)
	if f.Exposure.From != nil {
		see(*f.Exposure.From)
	}
	if f.OpenedBy != nil {
		see(f.OpenedBy.Event.Time)
	}
	for _, e := range f.Evidence {
		see(e.Event.Time)
	}
	for _, a := range f.Attempts {
		see(a.Begun)
	}
	return first
}
