package logs

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestReadAhead(t *testing.T) {
	text := strings.Repeat("0123456789abcdef", 3*pieces*piece/16) + "end"
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		in   io.Reader
		want string
		err  error
	}{
		"whole":      {strings.NewReader(text), text, nil},
		"halves":     {iotest.HalfReader(strings.NewReader(text)), text, nil},
		"with EOF":   {iotest.DataErrReader(strings.NewReader(text)), text, nil},
		"empty":      {strings.NewReader(""), "", nil},
		"broken":     {io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken)), text, broken},
		"cut":        {iotest.DataErrReader(io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(io.ErrUnexpectedEOF))), "abc", io.ErrUnexpectedEOF},
		"from start": {iotest.ErrReader(broken), "", broken},
	} {
		a := readAhead(c.in)
		var got bytes.Buffer
		_, err := got.ReadFrom(a)
		if got.String() != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s: %d of %d bytes, %v", name, got.Len(), len(c.want), err)
		}
		if n, again := a.Read(make([]byte, 1)); n != 0 || again == nil {
			t.Errorf("%s: behind the end there are %d bytes, %v", name, n, again)
		}
		a.close()
	}
}

// Who has enough closes, and nothing is read from then on.
func TestReadAheadEndsWhereItIsClosed(t *testing.T) {
	for _, take := range []int64{0, 1, piece, 3 * piece} {
		read := 0
		in := &watched{ctx: t.Context(), in: endless{}, progress: func(n int) { read += n }}
		a := readAhead(in)
		if n, err := io.CopyN(io.Discard, a, take); n != take || err != nil {
			t.Fatal(n, err)
		}
		a.close()
		if before := read; int64(before) > take+(pieces+1)*piece {
			t.Errorf("%d bytes were read for %d", before, take)
		}
	}
}

// endless is text without end.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }
