package handler

import (
	"errors"
	"testing"
)

// Ensure that an error says whether it is of something that passes, also when only its text is left.
func TestComesBack(t *testing.T) {
	for text, want := range map[string]bool{"reading role app\n" + retryText + "5s": true, "no": false} {
		if IsRetry(errors.New(text)) != want {
			t.Errorf("%s: %v", text, !want)
		}
	}
	if IsRetry(nil) {
		t.Error("no error comes back")
	}
}
