package notify

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
)

// What an e-mail holds: somebody reads it on a telephone, at night.
const (
	textLines = 25
	lineWidth = 300
)

// row is one labelled line of a finding.
type row struct{ label, value string }

// text is a finding for people: at most 25 lines, of which the first says who escaped
// what and whether it is over.
func text(f finding.Finding) string {
	lines := []string{clean(headline(f), lineWidth), ""}
	for _, r := range rows(f) {
		if value := clean(r.value, lineWidth); value != "" {
			lines = append(lines, r.label+":"+strings.Repeat(" ", max(1, 11-len(r.label)))+value)
		}
	}
	var end []string
	if undo := undoCommand(f); undo != "" {
		end = []string{"", "To undo:", undo}
	}
	lines = append(lines, changes(f, textLines-len(lines)-len(end))...)
	lines = append(lines, end...)
	if len(lines) > textLines {
		lines = append(lines[:textLines-1], "… and more: see the finding itself.")
	}
	return strings.Join(lines, "\n") + "\n"
}

// changes are what changed in a boundary policy, in at most so many lines.
func changes(f finding.Finding, room int) []string {
	if len(f.Diff) == 0 || room < 3 {
		return nil
	}
	lines := []string{"", "What changed:"}
	for i, line := range f.Diff {
		if len(lines) == room-1 && i < len(f.Diff)-1 {
			return append(lines, "  … and "+strconv.Itoa(len(f.Diff)-i)+" more lines: see the finding itself.")
		}
		lines = append(lines, "  "+clean(line, lineWidth))
	}
	return lines
}

// rows are the details of a finding, the most important first. Those without a value
// are left out by whoever shows them.
func rows(f finding.Finding) []row {
	all := []row{
		{"Why", f.Reason},
		{"Could do", request(f.Witness)},
		{"Beyond", some(f.Services, 20)},
		{"Gained", request(f.GivesUp)},
		{"Outside", exposure(f)},
		{"Contested", contested(f.Contested)},
	}
	if f.Principal != nil {
		all = append(all, row{"Principal", f.Principal.ARN}, row{"Attached", cmp.Or(f.Attached, "none")})
	}
	return append(all,
		row{"Affects", some(f.Affects, 3)},
		row{"Required", f.Required},
		row{"Compared", f.Relation},
		row{"Rule", joined(", mode ", f.Rule, f.Mode)},
		row{"Action", joined(": ", string(f.Action), string(f.Outcome))},
		row{"By", joined(", ", f.Actor.ARN, f.Actor.Type)},
		row{"From", joined(", ", f.Actor.SourceIP, f.Actor.UserAgent)},
		row{"Event", joined(" ", f.Event.Name, moment(f.Event.Time), f.Event.Region, f.Event.ID)},
		row{"Finding", f.ID},
	)
}

// undoCommand is the command as it must be typed, or nothing where it is too long to be
// shown whole or has something in it that no command of ours has.
func undoCommand(f finding.Finding) string {
	if c := clean(f.Undo, 2000); c == f.Undo {
		return c
	}
	return ""
}

func joined(separator string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), separator)
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func sortedKeys(m map[string][]string) []string { return slices.Sorted(maps.Keys(m)) }
