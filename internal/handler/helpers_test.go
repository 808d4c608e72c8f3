package handler_test

import (
	"context"
	"encoding/json"
	"io/fs"
	"testing"
)

var errNotExist = fs.ErrNotExist

// handle is what a function does with its input.
type handle func(context.Context, json.RawMessage) (any, error)

func mustHandle(t *testing.T, give handle, input string) any {
	t.Helper()
	answer, err := give(t.Context(), json.RawMessage(input))
	if err != nil {
		t.Fatal(err)
	}
	return answer
}
