package timeline

import (
	"encoding/csv"
	"strings"
	"testing"
)

func TestCSVAndMarkdown(t *testing.T) {
	r := example()
	r.Summary.Complete, r.Summary.Missing = false, []string{"b.json, record 3: eventTime: missing"}
	var c, m, end strings.Builder
	if err := r.WriteCSV(&c); err != nil {
		t.Fatal(err)
	}
	same(t, "report.csv", c.String())
	rows, err := csv.NewReader(strings.NewReader(c.String())).ReadAll()
	if err != nil || len(rows) != 7 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
				t.Errorf("a formula: %q", cell)
			}
		}
	}
	if err := r.WriteMarkdown(&m); err != nil {
		t.Fatal(err)
	}
	same(t, "report.md", m.String())
	if err := r.WriteEnd(&end); err != nil || end.String() != `{"incomplete":["b.json, record 3: eventTime: missing"]}`+"\n" {
		t.Errorf("%q, %v", &end, err)
	}
	for what, text := range map[string]string{"CSV": c.String(), "Markdown": m.String()} {
		if strings.Contains(text, "No drift") || !strings.Contains(text, "INCOMPLETE") || strings.ContainsAny(text, "\x1b\u202e") {
			t.Errorf("%s:\n%s", what, text)
		}
	}
	if strings.Contains(strings.ReplaceAll(m.String(), `\<`, ""), "<") {
		t.Error("Markdown has markup of others")
	}
	r.Summary.Missing = make([]string, 1021)
	if lines := strings.Split(r.Verdict(), "\n"); len(lines) != 22 || lines[21] != "  and 1,001 more: --json and --csv list them all" {
		t.Errorf("%q", lines)
	}
	end.Reset()
	if err := example().WriteEnd(&end); err != nil || end.Len() > 0 {
		t.Errorf("%q, %v", &end, err)
	}
}
