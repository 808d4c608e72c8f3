package publish

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

// The bounds of an e-mail: somebody reads it on a telephone, at night. Spare rows are left out where
// it would have more lines than usual.
const (
	usualLines = 25
	textLines  = 34
	lineWidth  = 300
	// A reason has several lines where it is long: it may end with what people must do.
	reasonLines = 3
)

// row is one labelled line of a finding. A row with a spare number may be left out if there
// is no room, the highest number first. A link is an address, and has no value.
type row struct {
	label, value string
	link         string
	spare        int
}

// text is a finding for people. The first line says who escaped what and whether it is over, then
// come the next steps with the command that remediates, then what a responder may want to know,
// and last the command that reverses a repair.
func text(f finding.Finding) string {
	var end []string
	if undo := undoCommand(f); undo != "" {
		end = []string{"", reversing(f), undo}
	} else if free := unblock(f); free != "" {
		end = []string{"", "Take away what is in the way of the repair, once nothing uses it and it has one version:", free}
	}
	lines := append([]string{clean(headline(f), lineWidth), ""}, todo(f)...)
	room := textLines - len(lines) - len(end)
	enough := min(room, usualLines-len(lines)-len(end))
	if n := len(f.Diff); n > 0 {
		enough -= len(changesHead) + min(n, fewChanges)
	}
	lines = append(lines, labelled(rows(f), room, enough)...)
	lines = append(lines, changes(f, textLines-len(lines)-len(end))...)
	return strings.Join(append(lines, end...), "\n") + "\n"
}

// fewChanges is how many lines of what changed go before spare rows.
const fewChanges = 3

// labelled are rows as lines, of which there is room for so many. Spare rows are left out
// where there are more than enough.
func labelled(all []row, room, enough int) []string {
	all = slices.Clone(all)
	for {
		var lines []string
		for _, r := range all {
			label := r.label + ":" + strings.Repeat(" ", max(1, 11-len(r.label)))
			for _, value := range r.lines() {
				lines = append(lines, label+value)
				label = strings.Repeat(" ", 12)
			}
		}
		if len(lines) <= enough {
			return lines
		}
		spare := -1
		for i, r := range all {
			if r.spare > 0 && (spare < 0 || r.spare >= all[spare].spare) {
				spare = i
			}
		}
		switch {
		case spare < 0 && len(lines) <= room:
			return lines
		case spare < 0:
			return append(lines[:room-1], "… and more: see the finding itself.")
		}
		all = slices.Delete(all, spare, spare+1)
	}
}

// todo is the next steps in lines with numbers, and the command that remediates.
func todo(f finding.Finding) []string {
	with, command := commands{inJSON.repair, "with the last command below."}, repairCommand(f)
	if command != "" {
		with.repair = "with the command below."
	}
	steps := advice(f, with)
	if step := revoke(f); step != "" {
		steps = append(steps, step)
	}
	lines := numbered(steps)
	if command != "" {
		lines = append(lines, repairBelow, command, "")
	}
	return lines
}

const repairBelow = "Repair it with the command below:"

// numbered are steps as lines below a heading, with a blank one behind them; none without steps.
func numbered(steps []string) []string {
	if len(steps) == 0 {
		return nil
	}
	lines := []string{"Next steps:"}
	for i, step := range steps {
		lines = append(lines, strconv.Itoa(i+1)+". "+clean(step, lineWidth))
	}
	return append(lines, "")
}

var changesHead = []string{"", "What changed:"}

// changes are what changed in a boundary policy, in at most so many lines.
func changes(f finding.Finding, room int) []string {
	if len(f.Diff) == 0 || room < 4 {
		return nil
	}
	lines := slices.Clone(changesHead)
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
	if r.link != "" {
		return []string{r.link}
	}
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

// rows are the details of a finding, the most important first. Those without a value are
// left out where they are shown.
func rows(f finding.Finding) []row {
	all := []row{
		{label: why, value: f.Reason},
		{label: "Could do", value: request(f.Witness)},
		{label: "Services", value: some(f.Services, 20), spare: 2},
		{label: "Now can do", value: request(f.GivesUp)},
		{label: "Not denied", value: notDenied(f)},
		{label: "Outside", value: exposure(f)},
		{label: "Contested", value: contested(f.Contested)},
	}
	if f.Principal != nil {
		all = append(all, row{label: "Principal", value: f.Principal.ARN}, row{label: "Attached", value: cmp.Or(f.Attached, "none")})
	}
	all = append(all,
		row{label: "Affects", value: some(f.Affects, 3)},
		row{label: "Required", value: f.Required},
		row{label: "Relation", value: f.Relation, spare: 4},
		ruled(f),
		row{label: "Owner", value: f.Owner},
		row{label: "Unit", value: f.AccountUnit},
		row{label: "Action", value: action(f), spare: 5},
		row{label: "Attempts", value: attempts(f.Attempts)},
	)
	all = append(append(all, callRows(f)...), row{label: "ATT&CK", value: techniques(f), spare: 3}, row{label: "Finding", value: f.ID})
	return append(all, pages(f)...)
}

// notDenied is a request that is not denied explicitly any more; empty where a worse one is
// shown.
func notDenied(f finding.Finding) string {
	if f.Witness != nil {
		return ""
	}
	return request(f.Undenied)
}

// ruled is the rule that applied, and how far Ringfence goes under it.
func ruled(f finding.Finding) row {
	if f.Rule == "" {
		return row{label: "Mode", value: f.Mode, spare: 4}
	}
	return row{label: "Rule", value: joined(", mode ", f.Rule, f.Mode)}
}

// action is what was to be done, and how that ended; empty where that was nothing.
func action(f finding.Finding) string {
	if f.Action == finding.NoAction && f.Outcome == finding.NoOutcome {
		return ""
	}
	return joined(": ", string(f.Action), string(f.Outcome))
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
