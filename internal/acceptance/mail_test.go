package acceptance

import (
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/principal"
)

// TestEveryMailCanBeReadAtNight compares the e-mails about the findings of each situation with the
// findings. Findings of one actor with the same cause are one mail. It is short, and its first
// line says which principal is outside and whether that is over.
func TestEveryMailCanBeReadAtNight(t *testing.T) {
	sent := 0
	for _, s := range scenarios(t) {
		t.Run(s.Name, func(t *testing.T) {
			w, p := play(t, s)
			var groups [][]finding.Finding
			at := map[string]int{}
			for _, f := range p.findings {
				if f.Mode == "observe" {
					continue
				}
				key := ledger.DigestKey(f, "")
				if _, known := at[key]; !known {
					at[key] = len(groups)
					groups = append(groups, nil)
				}
				groups[at[key]] = append(groups[at[key]], f)
			}
			mails := w.mails()
			if len(mails) != len(groups) {
				t.Fatalf("%d mails about %d kinds of findings", len(mails), len(groups))
			}
			for i, m := range mails {
				m.check(t, groups[i])
			}
			sent += len(mails)
		})
	}
	if sent < 60 {
		t.Errorf("only %d mails", sent)
	}
}

// check checks a mail about findings of one kind.
func (m mail) check(t *testing.T, findings []finding.Finding) {
	t.Helper()
	if n := strings.Count(strings.TrimSuffix(m.text, "\n"), "\n") + 1; n > 25 {
		t.Errorf("%d lines:\n%s", n, m.text)
	}
	if first, _, _ := strings.Cut(m.text, "\n"); len(first) > 300 || len(m.subject) > 99 {
		t.Errorf("%d characters in the first line, %d in the subject %q", len(first), len(m.subject), m.subject)
	}
	if len(findings) == 1 {
		m.checkOne(t, findings[0])
		return
	}
	for _, f := range findings {
		for _, want := range []string{name(t, f), f.ID, string(f.Severity), f.Actor.ARN} {
			if !strings.Contains(m.text, want) {
				t.Errorf("the mail about %d findings lacks %q:\n%s", len(findings), want, m.text)
			}
		}
	}
}

// name returns the short name of a finding's target.
func name(t *testing.T, f finding.Finding) string {
	t.Helper()
	switch {
	case f.Principal != nil:
		ref := must[principal.Ref](t)(principal.Parse(f.Principal.ARN))
		return string(ref.Kind) + " " + strings.TrimPrefix(ref.Path, "/") + ref.Name
	case f.Drift == finding.ControlTampered:
		return "Ringfence"
	case f.Drift == finding.Protected:
		return "permission set"
	case f.Drift == finding.Withheld:
		return "call " + f.Event.Name
	case f.Drift == finding.SweepHeld:
		return "sweep"
	}
	return "boundary policy " + f.Required[strings.LastIndexByte(f.Required, '/')+1:]
}

// checkOne checks a mail about one finding.
func (m mail) checkOne(t *testing.T, f finding.Finding) {
	t.Helper()
	first, _, _ := strings.Cut(m.text, "\n")
	over := f.Action.Writes() && f.Outcome == finding.Done
	if over != (f.Status == finding.Resolved) {
		t.Errorf("%s, but the action is %s: %s", f.Status, f.Action, f.Outcome)
	}
	severity := "[" + strings.ToUpper(string(f.Severity)) + "]"
	says := []string{severity, f.Account, name(t, f)}
	if over {
		says = append(says, "] RESOLVED: ")
	} else {
		says = append(says, "] OPEN: ")
	}
	exempt := f.Drift == finding.ExemptChanged // it had no boundary to escape from
	switch {
	case exempt && f.Required != "":
		says = append(says, "is exempt, and was ")
	case exempt:
		says = append(says, "is out of scope, and was ")
	case f.Escape:
		says = append(says, "escaped")
	}
	for _, want := range says {
		if !strings.Contains(first, want) {
			t.Errorf("the first line lacks %q: %s", want, first)
		}
	}
	if (exempt || f.Drift == finding.Missing && !f.Escape) && strings.Contains(first, "escaped") {
		t.Errorf("no principal escaped: %s", first)
	}
	if !strings.Contains(m.subject, severity) {
		t.Errorf("the subject lacks %q: %s", severity, m.subject)
	}
	if f.Drift == finding.Protected && f.Principal == nil && !strings.Contains(m.text, "--permissions-boundary …, then provision it") {
		t.Errorf("the mail does not say how to repair it:\n%s", m.text)
	}
	opener := ""
	if c, known := f.Opener(); known {
		opener = c.Actor.ARN
	}
	for _, want := range []struct{ what, is string }{
		{"witness", witnessed(f.Witness)}, {"givesUp", witnessed(f.GivesUp)}, {"actor", f.Actor.ARN}, {"opener", opener},
	} {
		if want.is != "" && !strings.Contains(m.text, want.is) {
			t.Errorf("the mail lacks the %s, %s:\n%s", want.what, want.is, m.text)
		}
	}
	// If reversing a repair would open the boundary again, only the JSON has the command.
	letsOut := f.Escape || f.Principal == nil && (f.Witness != nil || f.Undenied != nil)
	if shown := f.Undo != "" && strings.Contains(m.text, f.Undo); shown != (f.Undo != "" && !letsOut) {
		t.Errorf("reversing opens the boundary: %v, but the mail shows the command: %v\n%s", letsOut, shown, m.text)
	}
}

// witnessed returns the text that must report a request.
func witnessed(w *finding.Witness) string {
	if w == nil {
		return ""
	}
	return w.Action + " on " + w.Resource
}
