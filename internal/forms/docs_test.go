package forms_test

import (
	"os"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/forms"
	"github.com/ringfence/ringfence/internal/forms/formstest"
)

// Ensure that docs/backtest.md lists exactly the forms that are tested, and all reasons.
func TestTheTableOfFormsIsTrue(t *testing.T) {
	data, err := os.ReadFile("../../docs/backtest.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	_, table, _ := strings.Cut(text, "| form | how to get it |\n|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	var want []string
	for _, form := range formstest.All(samples(t)) {
		note := ""
		if form.Partial {
			note = " (counted: " + forms.NoParameters.String() + ")"
		}
		want = append(want, "| "+form.Name+" | "+form.Get+note+" |")
	}
	if table != strings.Join(want, "\n") {
		t.Errorf("the table of forms should be:\n%s", strings.Join(want, "\n"))
	}
	for r := forms.NoEvent; r <= forms.Ambiguous; r++ {
		if !strings.Contains(text, "| "+r.String()+" |") {
			t.Errorf("no line about %q", r)
		}
	}
}
