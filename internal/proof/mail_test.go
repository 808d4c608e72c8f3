package proof

import (
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/principal"
)

// TestEveryMailCanBeReadAtNight holds the e-mail about each finding of each situation
// against the finding: it is short, and its first line says who is out, and whether that
// is over.
func TestEveryMailCanBeReadAtNight(t *testing.T) {
	sent := 0
	for _, s := range scenarios(t) {
		t.Run(s.Name, func(t *testing.T) {
			w, p := play(t, s)
			told := slices.DeleteFunc(p.findings, func(f finding.Finding) bool {
				return f.Drift == finding.None || f.Mode == "observe"
			})
			mails := w.mails()
			if len(mails) != len(told) {
				t.Fatalf("%d mails about %d findings", len(mails), len(told))
			}
			for i, m := range mails {
				m.check(t, told[i])
			}
			sent += len(mails)
		})
	}
	if sent < 60 {
		t.Errorf("only %d mails", sent)
	}
}

func (m mail) check(t *testing.T, f finding.Finding) {
	t.Helper()
	if n := strings.Count(strings.TrimSuffix(m.text, "\n"), "\n") + 1; n > 25 {
		t.Errorf("%d lines:\n%s", n, m.text)
	}
	first, _, _ := strings.Cut(m.text, "\n")
	over := f.Action.Writes() && f.Outcome == finding.Done
	says := []string{"[" + strings.ToUpper(string(f.Severity)) + "]", f.Account}
	switch {
	case f.Principal != nil:
		ref, err := principal.Parse(f.Principal.ARN)
		if err != nil {
			t.Fatal(err)
		}
		says = append(says, string(ref.Kind)+" "+strings.TrimPrefix(ref.Path, "/")+ref.Name)
	case f.Drift == finding.ControlTampered:
		says = append(says, "Ringfence")
	case f.Drift == finding.Protected:
		says = append(says, "permission set")
	default:
		says = append(says, "boundary policy "+f.Required[strings.LastIndexByte(f.Required, '/')+1:])
	}
	if over {
		says = append(says, "] OVER: ")
	} else {
		says = append(says, "] NOT OVER: ")
	}
	if f.Escape {
		says = append(says, "escaped")
	}
	for _, want := range says {
		if !strings.Contains(first, want) {
			t.Errorf("the first line lacks %q: %s", want, first)
		}
	}
	if f.Drift == finding.Missing && !f.Escape && strings.Contains(first, "escaped") {
		t.Errorf("nobody escaped: %s", first)
	}
	if len(first) > 300 || len(m.subject) > 99 || !strings.Contains(m.subject, says[0]) {
		t.Errorf("%d characters in the first line, %d in the subject %q", len(first), len(m.subject), m.subject)
	}
	if f.Drift == finding.Protected && f.Principal == nil && !strings.Contains(m.text, "--permissions-boundary …, then provision it") {
		t.Errorf("the mail does not tell how to mend it:\n%s", m.text)
	}
	for _, want := range []struct{ what, is string }{{"Undo", f.Undo}, {"witness", witnessed(f.Witness)}, {"givesUp", witnessed(f.GivesUp)}, {"actor", f.Actor.ARN}} {
		if want.is != "" && !strings.Contains(m.text, want.is) {
			t.Errorf("the mail does not tell the %s, %s:\n%s", want.what, want.is, m.text)
		}
	}
}

// witnessed is what must be told of a request.
func witnessed(w *finding.Witness) string {
	if w == nil {
		return ""
	}
	return w.Action + " on " + w.Resource
}
