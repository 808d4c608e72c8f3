package authdetails

// compact is JSON text without the white space between its tokens. The text has been read as JSON
// before, which [encoding/json.Compact] would prove once more at three times the cost.
func compact(text []byte) []byte {
	out := make([]byte, 0, len(text))
	from := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			i = stringEnd(text, i)
		case ' ', '\t', '\r', '\n':
			out = append(out, text[from:i]...)
			from = i + 1
		}
	}
	return append(out, text[from:]...)
}

// stringEnd is where the string that begins at text[i] has its closing quote.
func stringEnd(text []byte, i int) int {
	for i++; i < len(text) && text[i] != '"'; i++ {
		if text[i] == '\\' {
			i++
		}
	}
	return i
}
