package handler_test

import (
	"context"
	"encoding/json"
	"io/fs"
	"testing"
)

var errNotExist = fs.ErrNotExist

func mustHandle(t *testing.T, handle func(context.Context, json.RawMessage) (any, error), input string) any {
	t.Helper()
	answer, err := handle(t.Context(), json.RawMessage(input))
	if err != nil {
		t.Fatal(err)
	}
	return answer
}
