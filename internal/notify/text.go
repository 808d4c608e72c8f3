package notify

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ringfence/ringfence/internal/finding"
)

// What an e-mail holds: somebody reads it on a telephone, at night.
const (
	textLines = 25
	lineWidth = 300
	// A reason has several lines where it is long: it may end with what people must do.
	reasonLines = 3
)

// row is one labelled line of a finding.
type row struct{ label, value string }

// text is a finding for people: at most 25 lines, of which the first says who escaped
// what and whether it is over.
func text(f finding.Finding) string {
	lines := []string{clean(headline(f), lineWidth), ""}
	for _, r := range rows(f) {
		label := r.label + ":" + strings.Repeat(" ", max(1, 11-len(r.label)))
		for _, value := range r.lines() {
			lines = append(lines, label+value)
			label = strings.Repeat(" ", 12)
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

const why = "Why"

// lines are a row's value on one line, and the reason on a few, broken where one part of
// it ends.
func (r row) lines() []string {
	if r.label != why {
		return nonEmpty(clean(r.value, lineWidth))
	}
	var lines []string
	rest := clean(r.value, reasonLines*lineWidth)
	for len(lines) < reasonLines-1 && utf8.RuneCountInString(rest) > lineWidth {
		line := string([]rune(rest)[:lineWidth])
		end := strings.LastIndex(line, "; ") + 1
		if end == 0 {
			break
		}
		lines, rest = append(lines, rest[:end]), rest[end+1:]
	}
	return append(lines, nonEmpty(cutRunes(rest, lineWidth))...)
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// rows are the details of a finding, the most important first. Those without a value
// are left out by whoever shows them.
func rows(f finding.Finding) []row {
	all := []row{
		{why, f.Reason},
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
		ruled(f),
		row{"Action", joined(": ", string(f.Action), string(f.Outcome))},
		row{"By", joined(", ", f.Actor.ARN, f.Actor.Type)},
		row{"From", joined(", ", f.Actor.SourceIP, f.Actor.UserAgent)},
		row{"Event", joined(" ", f.Event.Name, moment(f.Event.Time), f.Event.Region, f.Event.ID)},
		row{"Finding", f.ID},
	)
}

// ruled is the rule that applied, and how far Ringfence goes under it.
func ruled(f finding.Finding) row {
	if f.Rule == "" {
		return row{"Mode", f.Mode}
	}
	return row{"Rule", joined(", mode ", f.Rule, f.Mode)}
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
