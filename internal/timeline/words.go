package timeline

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/count"
	"github.com/ringfence/ringfence/internal/escape"
	"github.com/ringfence/ringfence/internal/logs"
)

// Missing says what was not read or judged. It is empty if everything was.
func (r *Report) Missing() []string {
	if r.Summary.Complete {
		return nil
	}
	return r.Summary.Missing
}

// Doubts says what is uncertain about the findings, and what would settle it.
func (r *Report) Doubts() (all []string) {
	add := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	s := &r.Summary
	if n := s.Unproven; n > 0 {
		add("%s unproven: what is in force could not be compared with what is required. Give the approved document, "+
			"with --boundary-document or in the configuration, and the policies of the account, with --state.", count.Of(n, "finding is", "findings are"))
	}
	if n := s.Assumed; n > 0 {
		add("%s assumed: on what neither the log nor a state tells. A --state from before the log would settle it.", count.Of(n, "finding is", "findings are"))
	}
	if n := s.AssumedInside; n > 0 {
		add("%s taken to be inside by a path and tags that neither the log nor a state tells. A --state would settle it.", count.Of(n, "principal is", "principals are"))
	}
	for _, c := range s.Contradictions {
		add("The log and a state contradict each other, so that one of them lacks something: %s.", strings.TrimSuffix(c, "."))
	}
	return all
}

// Read says what was read, and what became of it.
func (r *Report) Read() []string {
	s := &r.Summary
	parts := []string{count.Number(s.Judged) + " judged"}
	concern := s.Ignored
	for _, why := range []logs.Reason{logs.Elsewhere, logs.Reads} {
		concern += r.Log.Passed[why]
	}
	for _, p := range []struct {
		n    int
		what string
	}{
		{concern, "of no concern"},
		{s.Duplicates, "copies"},
		{r.Log.Passed[logs.Outside], string(logs.Outside)},
		{r.Log.Passed[logs.Foreign], string(logs.Foreign)},
		{s.Errors, "in error"},
	} {
		if p.n > 0 {
			parts = append(parts, count.Number(p.n)+" "+p.what)
		}
	}
	first := count.Of(r.Log.Events, "event", "events") + " in " + count.Of(r.Log.Files, "file", "files") + ": " + strings.Join(parts, ", ") + "."
	if r.Log.Unread > 0 {
		first += fmt.Sprintf(" %.1f%% of %s was known by its bytes, and not decoded.", 100*float64(r.Log.Unread)/float64(max(r.Log.Bytes, r.Log.Unread)), size(r.Log.Bytes))
	}
	lines := []string{first}
	var passed []string
	for _, why := range r.Log.Reasons() {
		if !slices.Contains(logs.OfEvents, why) {
			passed = append(passed, fmt.Sprintf("%s (%s)", why, count.Number(r.Log.Passed[why])))
		}
	}
	if len(passed) > 0 {
		lines = append(lines, "Passed over besides: "+strings.Join(passed, ", ")+".")
	}
	second := count.Of(r.Principals, "principal", "principals")
	switch len(r.accounts) {
	case 0:
	case 1:
		second += " of account " + slices.Sorted(maps.Keys(r.accounts))[0]
	default:
		second += " of " + count.Of(len(r.accounts), "account", "accounts")
	}
	second += " looked at."
	if r.Own > 0 {
		second += " " + count.Of(r.Own, "more event is", "more events are") + " Ringfence's own: its repairs and second looks."
	}
	return append(lines, second)
}

// fewMissing is how many missing items the verdict names.
const fewMissing = 20

// Verdict says what was found. It gives no verdict unless everything was read and judged.
func (r *Report) Verdict() string {
	if missing := r.Missing(); missing != nil {
		lines := []string{"INCOMPLETE: there is no verdict, since not everything was read and judged:"}
		for _, m := range missing[:min(len(missing), fewMissing)] {
			lines = append(lines, "  "+escape.Clean(strings.ReplaceAll(m, "\n", "; ")))
		}
		if more := len(missing) - fewMissing; more > 0 {
			lines = append(lines, "  and "+count.Number(more)+" more: --json and --csv list them all")
		}
		return strings.Join(lines, "\n")
	}
	drifts := r.Drifts()
	switch s := &r.Summary; {
	case len(drifts) > 0:
	case s.AssumedInside > 0 || len(s.Contradictions) > 0:
		return "No drift was found, as far as what is not certain allows to say."
	default:
		return "No drift."
	}
	kinds, actions := map[string]int{}, map[string]int{}
	for _, f := range drifts {
		kinds[string(f.Drift)]++
		actions[string(f.Action)+" "+string(f.Outcome)]++
	}
	var doubts []string
	for _, d := range []struct {
		n    int
		what string
	}{{r.Summary.Unproven, "unproven"}, {r.Summary.Assumed, "assumed"}} {
		if d.n > 0 {
			doubts = append(doubts, count.Number(d.n)+" "+d.what)
		}
	}
	head := count.Of(len(drifts), "finding", "findings")
	if len(doubts) > 0 {
		head += " (" + strings.Join(doubts, ", ") + ")"
	}
	return head + ": " + counts(kinds) + ". Actions: " + counts(actions) + "."
}

// counts lists counts by name.
func counts(m map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(m)) {
		parts = append(parts, count.Number(m[name])+" "+strings.TrimSpace(name))
	}
	return strings.Join(parts, ", ")
}

// size formats a number of bytes for people.
func size(n int64) string {
	const kilo = 1000
	units := []string{"bytes", "kB", "MB", "GB", "TB"}
	f, i := float64(n), 0
	for f >= kilo && i < len(units)-1 {
		f, i = f/kilo, i+1
	}
	if i == 0 || f >= 100 {
		return fmt.Sprintf("%.0f %s", f, units[i])
	}
	return fmt.Sprintf("%.1f %s", f, units[i])
}
