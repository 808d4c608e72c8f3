package principal_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/principal"
)

func TestParseAccounts(t *testing.T) {
	for text, problem := range map[string]string{
		`[{"id": "123456789012", "units": [{"id": "r-a1b2"}]}]`: "",
		`[]`:                     "",
		`{"id": "123456789012"}`: "not a list of accounts",
		`[{"id": "123456789012", "units": [{"id": "r-a1b2"}]}] []`:                                                   "something follows",
		`[{"id": "12345678901", "units": [{"id": "r-a1b2"}]}]`:                                                       `"12345678901" is not the id of an account`,
		`[{"id": "123456789012", "units": []}]`:                                                                      "has no units",
		`[{"id": "123456789012", "units": [{"name": "Prod"}]}]`:                                                      "a unit without an id",
		`[{"id": "123456789012", "ou": "ou-a1b2-c3d4e5f6"}]`:                                                         `unknown field "ou"`,
		`[{"id": "123456789012", "units": [{"id": "r-a1b2"}]}, {"id": "123456789012", "units": [{"id": "r-a1b2"}]}]`: "given twice",
	} {
		_, err := principal.ParseAccounts([]byte(text))
		if (err == nil) != (problem == "") || err != nil && !strings.Contains(err.Error(), problem) {
			t.Errorf("%s: %v, want %q", text, err, problem)
		}
	}
}

// What is read is written as it was: tags that were not asked for, and none, stay apart.
func FuzzParseAccounts(f *testing.F) {
	f.Add([]byte(`[{"id": "123456789012", "name": "a", "units": [{"id": "r-a1b2", "name": "Root"}, {"id": "ou-a1b2-c3d4e5f6"}], "tags": {}}, {"id": "210987654321", "units": [{"id": "r-a1b2"}]}]`))
	f.Add([]byte(`[{"id": "123456789012", "units": [{"id": "r-a1b2"}], "tags": null}]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		all, err := principal.ParseAccounts(text)
		if err != nil {
			return
		}
		written, err := json.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		again, err := principal.ParseAccounts(written)
		if diff := cmp.Diff(all, again); diff != "" && (len(all) > 0 || len(again) > 0) || err != nil {
			t.Errorf("%s: %v (-read +read again):\n%s", written, err, diff)
		}
	})
}
