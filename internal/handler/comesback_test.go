package handler

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

func TestComesBack(t *testing.T) {
	for err, want := range map[error]time.Duration{
		errors.New("no"): -1, nil: -1, errors.New(again + "soon"): -1,
		errors.Join(errors.New("reading"), fmt.Errorf(again+"%v", 5*time.Second)):                        5 * time.Second,
		errors.New("errors: reading\n" + again + "1m30s\nand more"):                                      90 * time.Second,
		fmt.Errorf("two: %w: %w", errors.New(again+"2s"), errors.New(again+time.Duration(1e9).String())): time.Second,
	} {
		after, ok := ComesBack(err)
		if ok != (want >= 0) || ok && after != want {
			t.Errorf("%v: %v, %v", err, after, ok)
		}
	}
}
