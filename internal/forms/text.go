package forms

import "bytes"

// rescans is how often the rest of a text is searched for the end of a value at most.
const rescans = 64

// text searches all values of a text in sequence. They need not be on separate lines. It skips the text
// before the first value of a line, such as the time in an export of CloudWatch Logs, and columns after
// it. A value that is cut ends where a value begins on a later line.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/S3ExportTasks.html
func (w *walker) text(data []byte, depth int, t *tally) int {
	found, scans, column := 0, 0, false
	for i := 0; i < len(data) && w.err == nil; {
		switch c := data[i]; {
		case c == '\n':
			i, column = i+1, false
			continue
		case c == '\t':
			i, column = i+1, true
			continue
		case c == ' ' || c == '\r' || c == ',' || c == '\x1e':
			i++
			continue
		case bytes.HasPrefix(data[i:], []byte("\ufeff")):
			i += len("\ufeff")
			continue
		case c != '{' && c != '[' && c != '"':
			line := data[i:]
			if n := bytes.IndexByte(line, '\n'); n >= 0 {
				line = line[:n]
			}
			next := bytes.IndexByte(line, '{')
			if next < 0 {
				if next = len(line); !column {
					t[NotJSON]++
				}
			}
			i, column = i+next, true
			continue
		}
		n, st := skip(data[i:])
		last := i+n == len(data)
		if st == cut && last && scans < rescans {
			if next := bytes.Index(data[i:], []byte("\n{")); next > 0 {
				n, last = next, false
			}
			scans++
		}
		found += w.piece(data[i:i+n], st, last, depth, t)
		i += n
	}
	return found
}

// piece searches one value of a text.
func (w *walker) piece(v []byte, st state, last bool, depth int, t *tally) int {
	switch {
	case st != whole:
		before := t[Cut]
		found := w.look(nil, v, depth, t)
		if depth == 0 && last && t[Cut] == before {
			t[Cut]++
		}
		return found
	case v[0] == '[':
		return w.list(v, depth, t)
	}
	return w.unit(v, depth, t)
}
