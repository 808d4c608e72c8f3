package principal_test

import (
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/principal"
)

func TestText(t *testing.T) {
	half := principal.Known("app-").Then(principal.Unknown())
	if _, ok := half.Value(); ok || half.IsAbsent() || half.Fill("*") != "app-*" {
		t.Errorf("%q", half.Literals())
	}
	whole := principal.Text{}.Then(principal.Known("a")).Then(principal.Text{}).Then(principal.Known("b"))
	if s, ok := whole.Value(); !ok || s != "ab" {
		t.Errorf("%q, %v", s, ok)
	}
	if s, ok := (principal.Text{}).Value(); !ok || s != "" || !(principal.Text{}).IsAbsent() {
		t.Error("the zero text is not absent")
	}
}

func TestMayBe(t *testing.T) {
	middle := principal.Known("a-").Then(principal.Unknown()).Then(principal.Known("-b-")).Then(principal.Unknown()).Then(principal.Known("-c"))
	for s, want := range map[string]bool{"a--b--c": true, "a-x-b-y-c": true, "a-b-c": false, "a-x-c": false, "x-a--b--c": false, "a--b--cd": false, "": false} {
		if middle.MayBe(s) != want {
			t.Errorf("%s: %v", s, !want)
		}
	}
	if !principal.Unknown().MayBe("") || !principal.Known("x").MayBe("x") || principal.Known("x").MayBe("xx") {
		t.Error("a whole text")
	}
}

// A text may be what it becomes with any value of what is unknown.
func FuzzMayBe(f *testing.F) {
	f.Add("a", "b", "c", "x", "y")
	f.Fuzz(func(t *testing.T, a, b, c, x, y string) {
		text := principal.Known(a).Then(principal.Unknown()).Then(principal.Known(b)).Then(principal.Unknown()).Then(principal.Known(c))
		if s := strings.Join([]string{a, x, b, y, c}, ""); !text.MayBe(s) {
			t.Errorf("%q may not be %q", text.Literals(), s)
		}
	})
}
