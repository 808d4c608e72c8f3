// Package page has what Ringfence's HTML reports share: their style, a table to search, sort and filter, and the rules
// that keep third-party text from becoming markup. A page is one file that loads nothing from the network.
package page

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"reflect"
	"strings"
	"unicode"
)

//go:embed files
var files embed.FS

// Style is the style sheet.
var Style = read("page.css") + read("print.css")

// Script returns the script of a page. The page's own part is in the middle: it defines columns, cells, detail, haystack,
// passes and the words for the listed items, as files/table.js says.
func Script(own string) string { return read("dom.js") + own + read("table.js") + read("start.js") }

func read(name string) string {
	text, err := files.ReadFile("files/" + name)
	if err != nil {
		panic(err) // they are embedded: only a wrong name in this file can bring it about
	}
	return string(text)
}

// Policy returns the Content-Security-Policy of a page: nothing is loaded, and only the script and the style sheet with
// these hashes run. Text that escaped its element could neither run nor send anything.
//
// https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy
func Policy(script string) string {
	return "default-src 'none'; script-src " + hash(script) + "; style-src " + hash(Style) + "; base-uri 'none'; form-action 'none'"
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// Visible returns a copy in which invisible characters are shown by their numbers: control characters, and those that
// change the direction of the text, with which a policy can look like another one.
//
// https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
func Visible[T any](v T) T { return visible(reflect.ValueOf(&v).Elem()).Interface().(T) }

func visible(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.String:
		out.SetString(clean(v.String()))
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(visible(v.Elem()))
		}
	case reflect.Slice:
		if !v.IsNil() {
			out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
			for i := range v.Len() {
				out.Index(i).Set(visible(v.Index(i)))
			}
		}
	case reflect.Map:
		if !v.IsNil() {
			out.Set(reflect.MakeMapWithSize(v.Type(), v.Len()))
			for key, value := range v.Seq2() {
				out.SetMapIndex(visible(key), visible(value))
			}
		}
	case reflect.Struct:
		out.Set(v) // for what is not exported, as in time.Time
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out.Field(i).Set(visible(v.Field(i)))
			}
		}
	default:
		out.Set(v)
	}
	return out
}

// clean keeps the white space of formatted documents. Invalid UTF-8 becomes U+FFFD.
func clean(text string) string {
	text = strings.ToValidUTF8(text, "\ufffd")
	if strings.IndexFunc(text, Hidden) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case !Hidden(r):
			b.WriteRune(r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	return b.String()
}

// Hidden reports whether a character is invisible: of the categories control, format, private use and surrogate, or a line
// separator.
func Hidden(r rune) bool {
	return r != '\n' && r != '\t' && r != '\r' && unicode.In(r, unicode.C, unicode.Zl, unicode.Zp)
}
