package query

import (
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/trail"
)

// tokens reads SQL as its grammar says: what is quoted, and what is left when that is taken out.
// https://github.com/trinodb/trino/blob/master/core/trino-grammar/src/main/antlr4/io/trino/grammar/sql/SqlBase.g4
func tokens(t *testing.T, sql string) (quoted []string, rest string) {
	t.Helper()
	var out strings.Builder
	for len(sql) > 0 {
		quote := sql[:1]
		if quote != "'" && quote != `"` {
			out.WriteString(quote)
			sql = sql[1:]
			continue
		}
		var text strings.Builder
		for sql = sql[1:]; ; {
			before, after, found := strings.Cut(sql, quote)
			if !found {
				t.Fatalf("a quote without an end: %s", sql)
			}
			text.WriteString(before)
			if sql = after; !strings.HasPrefix(sql, quote) {
				break
			}
			text.WriteString(quote)
			sql = sql[1:]
		}
		quoted = append(quoted, text.String())
		out.WriteString(quote + quote)
	}
	return quoted, out.String()
}

// Ensure that no name escapes its quotes: whatever it is, the query is the same but for what
// stands in quotes, and that is the name.
func FuzzNoNameEscapesItsQuotes(f *testing.F) {
	for _, name := range []string{`x`, `'`, `"`, `''`, `x' OR 1=1 --`, `x" FROM y --`, `\'`, "a\nb", `U&'\0027'`, "\x00", `'"'"`, "ʼ’"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		build := func(name string) (athena, lake string) {
			table := Manual(name, name)
			table.Partitions = append(table.Partitions, Field{"account_id", "string"})
			table.Properties["projection.account_id.type"] = "injected"
			w := march()
			w.Calls = []trail.Call{{Source: name, Name: name}}
			w.Accounts = []string{name}
			q, err := table.Query(w)
			if err != nil {
				t.Fatal(err)
			}
			l, err := Lake("a1b2c3d4-5678-90ab-cdef-111122223333", w)
			if err != nil && !strings.Contains(err.Error(), "characters") {
				t.Fatal(err)
			}
			return q.SQL, l.SQL
		}
		check := func(got, plain string, names int) {
			if got == "" { // too long
				return
			}
			quoted, rest := tokens(t, got)
			want, sameRest := tokens(t, plain)
			if rest != sameRest || len(quoted) != len(want) {
				t.Fatalf("%q changes the query:\n%s\n%s", name, rest, sameRest)
			}
			for i := range want {
				if want[i] == "name" {
					want[i] = name
					names--
				}
			}
			if !slices.Equal(quoted, want) || names != 0 {
				t.Errorf("%q: %q, want %q, %d missing", name, quoted, want, names)
			}
		}
		athena, lake := build(name)
		plainAthena, plainLake := build("name")
		check(athena, plainAthena, 6)
		check(lake, plainLake, 3)
	})
}
