package comparison

import (
	"slices"
	"strings"
	"testing"
)

// What can be requested today comes first, and services that differ in the same way share a row.
func TestRows(t *testing.T) {
	const services = `"Effect":"Allow","Action":["sqs:*","kms:*","sns:*","dynamodb:*","logs:*"],"Resource":"*"`
	r := New(side(t, "new.json", `{`+services+`}`), side(t, "old.json", `{`+services+`},{"Sid":"Keys","Effect":"Deny","Action":"*","Resource":"arn:aws:kms:*:*:key/*"}`))
	var got []string
	for _, row := range r.OnlyA.Rows() {
		got = append(got, row.By+"|"+row.Services+"|"+row.Request.Note()+"|"+row.Because)
		if row.Same != (len(got) > 1) {
			t.Errorf("row %d: same is %v", len(got), row.Same)
		}
	}
	want := []string{
		"statement 1|kms||statement 2 (Keys) denies it",
		"statement 1|dynamodb, logs and 2 others|not a documented resource of the action|statement 2 (Keys) denies it",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(r.OnlyA.List) != 5 {
		t.Errorf("JSON has %d differences, one for each service is right", len(r.OnlyA.List))
	}
	for _, c := range []struct {
		names []string
		want  string
	}{{[]string{"a"}, "a"}, {[]string{"a", "b"}, "a and b"}, {[]string{"a", "b", "c"}, "a, b and c"}, {[]string{"a", "b", "c", "d"}, "a, b and 2 others"}} {
		if got := few(c.names); got != c.want {
			t.Errorf("%v: %s", c.names, got)
		}
	}
	for format, text := range map[string]string{"Markdown": markdownOf(t, &r), "HTML": pageOf(t, &r)} {
		if !strings.Contains(text, "not a documented resource") || !strings.Contains(text, "dynamodb, logs and 2 others") {
			t.Errorf("%s has no such row: %s", format, text)
		}
	}
}
