package errclass

import (
	"errors"
	"fmt"
	"testing"
)

func TestTheClassOfAnErrorSurvivesWrapping(t *testing.T) {
	cause := errors.New("rate exceeded")
	err := fmt.Errorf("reading role app: %w", &Error{Class: Retryable, Code: "Throttling", Err: cause})
	if ClassOf(err) != Retryable || CodeOf(err) != "Throttling" || !errors.Is(err, cause) || !Temporary(err) {
		t.Errorf("class %s, code %q of %v", ClassOf(err), CodeOf(err), err)
	}
	if err := New(BadInput, "roleName: %s", "missing"); ClassOf(err) != BadInput || err.Error() != "roleName: missing" || Temporary(err) {
		t.Errorf("%s: %v", ClassOf(err), err)
	}
}

func TestAnUnknownErrorIsRetriedAndNotGone(t *testing.T) {
	for _, err := range []error{errors.New("?"), fmt.Errorf("x: %w", errors.New("?"))} {
		if ClassOf(err) != Unknown || CodeOf(err) != "" || !Temporary(err) {
			t.Errorf("%v is of class %s", err, ClassOf(err))
		}
	}
	if s := Class(99).String(); s != "class 99" {
		t.Errorf("an unknown class is called %q", s)
	}
	if s := Gone.String(); s != "gone" {
		t.Errorf("Gone is called %q", s)
	}
}
