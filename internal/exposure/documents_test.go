package exposure

import (
	"fmt"
	"sync"
	"testing"
)

// Documents are prepared once, concurrent use is safe, and the cache is limited.
func TestDocumentsAreCached(t *testing.T) {
	var d Documents
	text := func(i int) []byte {
		return fmt.Appendf(nil, `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b%d"}]}`, i)
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for i := range 3 * maxDocuments {
				document, err := d.Parse(text(i % (maxDocuments + 100)))
				if err != nil {
					t.Error(err)
					return
				}
				if got := document.Statements[0].Resource.Values[0]; got != fmt.Sprintf("arn:aws:s3:::b%d", i%(maxDocuments+100)) {
					t.Errorf("document %d is %s", i, got)
				}
				d.compile(document)
			}
		})
	}
	group.Wait()
	if len(d.read) > maxDocuments || len(d.compiled) > maxDocuments {
		t.Errorf("%d and %d are kept", len(d.read), len(d.compiled))
	}
	first, err := d.Parse(text(1))
	if err != nil {
		t.Fatal(err)
	}
	again, err := d.Parse(text(1))
	if err != nil || again != first || d.compile(again) != d.compile(first) {
		t.Error("the same text was read twice", err)
	}
	if _, err := d.Parse([]byte(`{`)); err == nil {
		t.Error("no error")
	}
}
