package handler

import (
	"errors"
	"testing"
)

// An error says whether it is temporary, even if only its text is left.
func TestIsRetry(t *testing.T) {
	for text, want := range map[string]bool{"reading role app\n" + retryText + "5s": true, "no": false} {
		if IsRetry(errors.New(text)) != want {
			t.Errorf("%s: %v", text, !want)
		}
	}
	if IsRetry(nil) {
		t.Error("no error comes back")
	}
}
