package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// EncodeJSON writes an AWS JSON response body.
func EncodeJSON(buf *bytes.Buffer, output any) {
	w := writer{buf: buf, name: func(f field) string { return f.name }, time: epoch}
	w.document(output)
}

// EncodeDetails writes an output as the AWS CLI prints it: times in RFC 3339, and decoded policy
// documents as objects.
func EncodeDetails(buf *bytes.Buffer, output any, decode func(string) string) {
	w := writer{
		buf: buf, name: func(f field) string { return f.name },
		time: func(t time.Time) string { return strconv.Quote(t.UTC().Format(time.RFC3339)) },
		raw: func(f field, value string) (string, bool) {
			if !strings.HasSuffix(f.name, "Document") {
				return "", false
			}
			document := decode(value)
			return document, json.Valid([]byte(document))
		},
	}
	w.document(output)
}

// Marshal is json.Marshal without the HTML escapes, as AWS writes JSON.
func Marshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	encoder := json.NewEncoder(&buf)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

func epoch(t time.Time) string {
	return strconv.FormatFloat(float64(t.UnixMilli())/1e3, 'f', -1, 64)
}

// writer walks SDK structs and writes JSON. Its functions define how names and times are written,
// and what is omitted.
type writer struct {
	buf      *bytes.Buffer
	name     func(field) string
	time     func(time.Time) string
	omit     func(field) bool
	omitZero bool
	// raw, if set, returns JSON to write in place of a string.
	raw func(f field, value string) (json string, ok bool)
}

func (w *writer) document(v any) {
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Pointer || r.IsNil() {
		w.buf.WriteString("{}")
		return
	}
	w.object(r.Elem())
}

func (w *writer) object(v reflect.Value) {
	w.buf.WriteByte('{')
	first := true
	for _, f := range fieldsOf(v.Type()) {
		member := v.Field(f.index)
		if w.absent(member) || w.omit != nil && w.omit(f) {
			continue
		}
		if !first {
			w.buf.WriteByte(',')
		}
		first = false
		w.string(w.name(f))
		w.buf.WriteByte(':')
		if s, ok := member.Interface().(*string); ok && w.raw != nil {
			if raw, ok := w.raw(f, *s); ok {
				w.buf.WriteString(raw)
				continue
			}
		}
		w.value(member)
	}
	w.buf.WriteByte('}')
}

func (w *writer) absent(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
		return v.IsNil()
	case reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	default:
		return w.omitZero && v.IsZero()
	}
}

func (w *writer) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			w.buf.WriteString("null")
			return
		}
		w.value(v.Elem())
	case reflect.Interface:
		w.union(v)
	case reflect.Struct:
		if v.Type() == timeType {
			w.buf.WriteString(w.time(v.Interface().(time.Time)))
			return
		}
		w.object(v)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			w.string(base64.StdEncoding.EncodeToString(v.Bytes()))
			return
		}
		w.buf.WriteByte('[')
		for i := range v.Len() {
			if i > 0 {
				w.buf.WriteByte(',')
			}
			w.value(v.Index(i))
		}
		w.buf.WriteByte(']')
	case reflect.Map:
		w.buf.WriteByte('{')
		for i, key := range sortedKeys(v) {
			if i > 0 {
				w.buf.WriteByte(',')
			}
			w.string(key.String())
			w.buf.WriteByte(':')
			w.value(v.MapIndex(key))
		}
		w.buf.WriteByte('}')
	case reflect.String:
		w.string(v.String())
	case reflect.Bool:
		w.buf.WriteString(strconv.FormatBool(v.Bool()))
	case reflect.Int32, reflect.Int64:
		w.buf.WriteString(strconv.FormatInt(v.Int(), 10))
	case reflect.Float64:
		w.buf.WriteString(strconv.FormatFloat(v.Float(), 'g', -1, 64))
	default:
		w.buf.WriteString("null")
	}
}

func (w *writer) string(s string) {
	encoder := json.NewEncoder(w.buf)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s) // a string always encodes
	w.buf.Truncate(w.buf.Len() - 1)
}
