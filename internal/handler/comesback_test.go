package handler

import (
	"errors"
	"testing"
)

// Ensure that an error says whether it is of something that passes, also when only its text is left.
func TestComesBack(t *testing.T) {
	for text, want := range map[string]bool{"reading role app\n" + again + "5s": true, "no": false} {
		if ComesBack(errors.New(text)) != want {
			t.Errorf("%s: %v", text, !want)
		}
	}
	if ComesBack(nil) {
		t.Error("no error comes back")
	}
}
