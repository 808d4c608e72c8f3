package explain

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestBatch(t *testing.T) {
	const one = `{"id":"a<b","request":{"principal":"*","action":"s3:GetObject","resource":"arn:aws:s3:::b/x"},"resourcePolicy":{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}}}`
	var out strings.Builder
	lines, bad, err := Batch(strings.NewReader(one+"\r\n\n{\n"+one), &out)
	if lines != 3 || bad != 1 || err != nil {
		t.Errorf("%d lines, %d bad, %v", lines, bad, err)
	}
	got := strings.Split(out.String(), "\n")
	if len(got) != 4 || got[0] != `{"id":"a<b","decision":"Allow","decidedBy":"resourcePolicy","statement":{"policy":"resourcePolicy","index":0}}` ||
		!strings.Contains(got[1], `"error":"line 3: reading the line`) || got[2] != got[0] {
		t.Errorf("%q", got)
	}
	broken := errors.New("broken")
	if _, _, err := Batch(iotest.ErrReader(broken), io.Discard); !errors.Is(err, broken) {
		t.Errorf("reading: %v", err)
	}
	if _, _, err := Batch(strings.NewReader(one), failing{broken}); !errors.Is(err, broken) {
		t.Errorf("writing: %v", err)
	}
}

type failing struct{ error }

func (f failing) Write([]byte) (int, error) { return 0, f.error }
