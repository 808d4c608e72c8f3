package forms

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"io"
	"strings"
)

// zipped is the beginning of base64 of gzip. jsons are possible beginnings of base64 of an object or
// array.
const zipped = "H4sI"

var jsons = []string{"ey", "ew", "W3", "Ww"}

// mayBeEncoded reports whether a JSON string may be encoded. Only fields with the name data can have
// JSON that is encoded but not compressed: tokens begin in the same way.
// https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
func mayBeEncoded(key, v []byte) bool {
	text := bytes.TrimPrefix(v, []byte(`"`))
	if bytes.HasPrefix(text, []byte(zipped)) {
		return true
	}
	if !bytes.EqualFold(key, []byte("data")) {
		return false
	}
	for _, begin := range jsons {
		if bytes.HasPrefix(text, []byte(begin)) {
			return true
		}
	}
	return false
}

// decode decodes encoded text. It returns the beginning if the rest cannot be decoded.
func (w *walker) decode(key, text []byte, t *tally) (plain []byte, ok bool) {
	if !mayBeEncoded(key, text) {
		return nil, false
	}
	encoding := base64.StdEncoding
	if len(text)%4 != 0 && !bytes.ContainsAny(text, "\r\n") {
		encoding = base64.RawStdEncoding
	}
	plain, err := encoding.AppendDecode(nil, text)
	for times := 0; err == nil && bytes.HasPrefix(plain, []byte{0x1f, 0x8b}); times++ {
		if times == 3 {
			t[TooDeep]++
			return nil, true
		}
		plain, err = w.unzip(plain)
	}
	switch {
	case w.left < 0:
		t[TooLarge]++
		w.left = 0
		return nil, true
	case err != nil:
		t[Undecoded]++
	case !strings.ContainsAny(string(plain[:min(1, len(plain))]), "{[\" \t\r\n"):
		return nil, false
	}
	return plain, true
}

// unzip decompresses data. The size counts against the limit of the walker.
func (w *walker) unzip(data []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	plain, err := io.ReadAll(io.LimitReader(z, int64(w.left)+1))
	if w.left -= len(plain); w.left < 0 {
		return nil, io.ErrShortBuffer
	}
	return plain, err
}
