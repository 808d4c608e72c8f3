package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

// An interrupted audit still prints a report, and marks it as partial.
func TestAuditThatIsStoppedIsPartial(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, form := range []string{"--json", "--csv", "--markdown", "--sarif", "--all"} {
		var out, errs bytes.Buffer
		cmd := root()
		cmd.SetArgs([]string{"audit", "--config", "../../events/shop/ringfence.yaml", "--state", "../../events/shop/state.json", form})
		cmd.SetOut(&out)
		cmd.SetErr(&errs)
		if code := run(ctx, cmd); code != exitPartial {
			t.Errorf("%s: exit status %d", form, code)
		}
		if out.Len() == 0 || !strings.Contains(errs.String(), "INCOMPLETE: the command was interrupted") {
			t.Errorf("%s: %q, %q", form, out.String(), errs.String())
		}
	}
}
