package timeline

import (
	"fmt"
	"io"
	"strings"

	"github.com/ringfence/ringfence/internal/escape"
	"github.com/ringfence/ringfence/internal/finding"
)

// WriteMarkdown writes the report as GitHub-flavoured Markdown, for a ticket or a pull request.
func (r *Report) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	list := func(items []string) {
		for _, item := range items {
			line("- %s", escape.Markdown(item))
		}
	}
	line("# Permissions boundaries: replay\n")
	if missing := r.Missing(); missing != nil {
		line("**INCOMPLETE:** there is no verdict, since not everything was read and judged.\n")
		list(missing)
	} else {
		line("**%s**", escape.Markdown(r.Verdict()))
	}
	if doubts := r.Doubts(); len(doubts) > 0 {
		line("\n## Not certain\n")
		list(doubts)
	}
	for i, f := range r.Findings {
		if i == 0 {
			line("\n## Findings\n")
			line("| time (UTC) | severity | verdict | principal | event | actor | rule | allows | action | certainty | reason |")
			line("|%s", strings.Repeat("---|", 11))
		}
		call := opening(f.Finding)
		row := []string{
			call.Event.Time.Format(clock), string(f.Severity), string(f.Drift), escape.Code(subject(f.Finding)), escape.Code(call.Event.Name), escape.Code(actor(call)),
			escape.Markdown(rule(f.Finding)), escape.Code(witness(f.Finding)), joined(f.Finding), certainty(f), escape.Markdown(f.Reason),
		}
		line("| %s |", strings.Join(row, " | "))
	}
	for i, assumed := range r.Assumed {
		if i == 0 {
			line("\n## Assumed, since the log presupposes it\n")
		}
		line("- %s", escape.Markdown(assumed))
	}
	line("")
	list(r.Read())
	_, err := io.WriteString(w, b.String())
	return err
}

// joined returns the action of a finding and its outcome.
func joined(f finding.Finding) string {
	return strings.TrimSpace(string(f.Action) + " " + string(f.Outcome))
}
