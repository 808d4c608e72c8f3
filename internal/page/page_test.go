package page

import "testing"

func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		"Ärger, 名前 🙂":        "Ärger, 名前 🙂",
		"a\u202eb\u2066c":    `a\u202eb\u2066c`,
		"\x00\x1b[2K\u007f":  `\u0000\u001b[2K\u007f`,
		"one\ttwo\nthree":    "one\ttwo\nthree",
		"\u2028\ufeff\u200d": `\u2028\ufeff\u200d`,
		"a\xffb\xc3":         "a\ufffdb\ufffd",
		"\U000e0041":         `\U000e0041`,
	} {
		if got := clean(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
