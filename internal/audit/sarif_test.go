package audit_test

import (
	"bytes"
	"strings"
	"testing"
)

// TestSARIFSource holds that the name of a file is written as the URI that SARIF asks for.
func TestSARIFSource(t *testing.T) {
	in := sample().input(t)
	in.Sources = []string{"my state %41.json"}
	var out bytes.Buffer
	if err := run(t.Context(), t, in).WriteSARIF(&out, "1"); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), `"uri": "my%20state%20%2541.json"`) {
		t.Error(out.String())
	}
}
