package escape

import "testing"

func TestEscape(t *testing.T) {
	for _, c := range []struct {
		does func(string) string
		in   string
		want string
	}{
		{Clean, "a\x1b[31m\u202eb\r\nc\u2028d", "a [31m b  c d"},
		{Cell, "=1+1", "'=1+1"},
		{Cell, "\t=1", " =1"},
		{Cell, "＝1", "'＝1"},
		{Cell, "a=1", "a=1"},
		{Cell, "", ""},
		{Markdown, "<b>[x](y)|`", "\\<b\\>\\[x\\]\\(y\\)\\|\\`"},
		{Markdown, "a\nb", "a b"},
		{Code, "a`b|c", "`` a`b\\|c ``"},
		{Code, "", ""},
	} {
		if got := c.does(c.in); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}
