package tamper

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite docs/control.md")

const documentFile = "../../docs/control.md"

// The document has the exact contents of the tables.
func TestDocument(t *testing.T) {
	want := document()
	if *update {
		if err := os.WriteFile(documentFile, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(documentFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("go test ./internal/tamper -update rewrites it (-tables +document):\n%s", diff)
	}
}

func document() string {
	var b strings.Builder
	b.WriteString(`# Calls on Ringfence itself

Made from the tables of [internal/tamper](../internal/tamper) by ` + "`go test ./internal/tamper -update`" + `. What could blind Ringfence,
and what tells you, is in [operations.md](operations.md#what-could-blind-it).

Every call that writes, on a part of Ringfence, is a finding of the kind ` + "`control-tampered`" + `. The rules select calls by the name of the
stack, wherever a record names a resource. So a call that AWS adds tomorrow is told too, with the words: ` + unknownCall.does + `.

Where a record does not tell what a call was on, the finding says so and its severity is high, not critical. That is the case for a
call whose parameters CloudTrail left out, being over 100 KB, and for those that may go without a name: `)
	var without []string
	for _, service := range slices.Sorted(maps.Keys(unnamed)) {
		for _, call := range unnamed[service] {
			if !strings.HasSuffix(call, "Permission") { // these are on the account's own bus
				without = append(without, "`"+call+"`")
			}
		}
	}
	b.WriteString(strings.Join(without, ", ") + ". It is the same for what no call tells, and a\ncomparison with the template finds: see [drift check](operations.md#drift-check).\n\n## Told in words of their own\n\n| service | calls | what is told |\n|---|---|---|\n")
	rows(&b, effects, func(e effect) string { return e.does })
	b.WriteString("\n## Passed over\n\nA call is only in this list if it can neither blind Ringfence nor keep it from running, repairing or telling.\n\n" +
		"| service | calls | harmless, because |\n|---|---|---|\n")
	rows(&b, harmless, func(because string) string { return because })
	b.WriteString("\nNor is a call told that only writes the tag `" + CanaryTag + "` and no other: the stack does so itself, again and again, to see that\nthe records arrive.\n")
	return b.String()
}

// rows writes a line for the calls of each service that have the same texts.
func rows[V any](b *strings.Builder, table map[string]map[string]V, words func(V) string) {
	for _, service := range slices.Sorted(maps.Keys(table)) {
		calls := map[string][]string{}
		for _, call := range slices.Sorted(maps.Keys(table[service])) {
			w := words(table[service][call])
			calls[w] = append(calls[w], "`"+call+"`")
		}
		order := slices.SortedFunc(maps.Keys(calls), func(a, b string) int { return strings.Compare(calls[a][0], calls[b][0]) })
		for _, w := range order {
			fmt.Fprintf(b, "| %s | %s | %s |\n", strings.TrimSuffix(service, ".amazonaws.com"), strings.Join(calls[w], ", "), w)
		}
	}
}
