package main

import (
	"bytes"
	"errors"
	"testing"
)

// once fails the write number at and accepts all others, as a disk that is full for a moment.
type once struct{ at, n int }

func (o *once) Write(p []byte) (int, error) {
	if o.n++; o.n == o.at {
		return 0, errors.New("the disk is full")
	}
	return len(p), nil
}

// An audit fails if its report could not be written completely, in every format.
func TestAuditThatCannotBeWrittenFails(t *testing.T) {
	for _, form := range []string{"--json", "--csv", "--markdown", "--sarif", "--all"} {
		var errs bytes.Buffer
		cmd := root()
		cmd.SetArgs([]string{"audit", "--config", "../../events/shop/ringfence.yaml", "--state", "../../events/shop/state.json", form})
		cmd.SetOut(&once{at: 1})
		cmd.SetErr(&errs)
		if code := run(t.Context(), cmd); code != exitBad || !bytes.Contains(errs.Bytes(), []byte("the disk is full")) {
			t.Errorf("%s: exit status %d, %s", form, code, errs.String())
		}
	}
}
