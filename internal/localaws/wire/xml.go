package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"reflect"
	"sort"
	"strconv"
	"time"
)

// EncodeQuery writes a Query response: <OpResponse><OpResult>…</OpResult>….
func EncodeQuery(buf *bytes.Buffer, namespace, operation, requestID string, output any) {
	buf.WriteString(`<` + operation + `Response xmlns="` + namespace + `"><` + operation + `Result>`)
	if v := reflect.ValueOf(output); v.Kind() == reflect.Pointer && !v.IsNil() {
		writeMembers(buf, v.Elem())
	}
	buf.WriteString(`</` + operation + `Result><ResponseMetadata><RequestId>` + requestID +
		`</RequestId></ResponseMetadata></` + operation + `Response>`)
}

// EncodeQueryError writes a Query error.
func EncodeQueryError(buf *bytes.Buffer, namespace, requestID string, e *Error) {
	buf.WriteString(`<ErrorResponse xmlns="` + namespace + `"><Error><Type>`)
	if e.Status >= 500 {
		buf.WriteString("Receiver")
	} else {
		buf.WriteString("Sender")
	}
	buf.WriteString("</Type><Code>")
	escape(buf, e.Code)
	buf.WriteString("</Code><Message>")
	escape(buf, e.Message)
	buf.WriteString("</Message></Error><RequestId>" + requestID + "</RequestId></ErrorResponse>")
}

func writeMembers(buf *bytes.Buffer, v reflect.Value) {
	for _, f := range fieldsOf(v.Type()) {
		writeElement(buf, f.name, v.Field(f.index))
	}
}

func writeElement(buf *bytes.Buffer, name string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			writeElement(buf, name, v.Elem())
		}
		return
	case reflect.Slice, reflect.Map:
		if v.IsNil() {
			return
		}
	case reflect.String:
		// An unset enum is left out, as an unset pointer is.
		if v.Len() == 0 && v.Type().PkgPath() != "" {
			return
		}
	}
	buf.WriteString("<" + name + ">")
	writeContent(buf, v)
	buf.WriteString("</" + name + ">")
}

func writeContent(buf *bytes.Buffer, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == timeType {
			buf.WriteString(v.Interface().(time.Time).UTC().Format(time.RFC3339))
			return
		}
		writeMembers(buf, v)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			buf.WriteString(base64.StdEncoding.EncodeToString(v.Bytes()))
			return
		}
		for i := range v.Len() {
			writeElement(buf, "member", v.Index(i))
		}
	case reflect.Map:
		for _, key := range sortedKeys(v) {
			buf.WriteString("<entry><key>")
			escape(buf, key.String())
			buf.WriteString("</key>")
			writeElement(buf, "value", v.MapIndex(key))
			buf.WriteString("</entry>")
		}
	case reflect.String:
		escape(buf, v.String())
	case reflect.Bool:
		buf.WriteString(strconv.FormatBool(v.Bool()))
	case reflect.Int32, reflect.Int64:
		buf.WriteString(strconv.FormatInt(v.Int(), 10))
	case reflect.Float64:
		buf.WriteString(strconv.FormatFloat(v.Float(), 'g', -1, 64))
	}
}

func sortedKeys(v reflect.Value) []reflect.Value {
	keys := v.MapKeys()
	sort.Slice(keys, func(i, j int) bool { return keys[i].String() < keys[j].String() })
	return keys
}

// escape writes escaped character data. A bytes.Buffer never fails.
func escape(buf *bytes.Buffer, s string) { _ = xml.EscapeText(buf, []byte(s)) }
