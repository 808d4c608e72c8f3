package authdetails

import (
	"bytes"
	"testing"

	"github.com/ringfence/ringfence/internal/authdetails/accounttest"
)

func BenchmarkRead(b *testing.B) {
	var text bytes.Buffer
	if err := accounttest.Write(&text, 5000); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(bytes.NewReader(text.Bytes())); err != nil {
			b.Fatal(err)
		}
	}
}
