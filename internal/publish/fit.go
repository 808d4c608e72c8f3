package publish

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ringfence/ringfence/internal/finding"
)

// cuts are the lengths that texts are cut to, one after the other.
var cuts = []int{4096, 1024, 256, 64}

// fit encodes a finding, and where that is too long, one whose texts are cut shorter and
// shorter until it is not.
func fit(f finding.Finding, encode func(finding.Finding) ([]byte, error)) ([]byte, error) {
	text, err := encode(f)
	for _, most := range cuts {
		if err != nil || len(text) <= sizeLimit {
			return text, err
		}
		if f, err = shorten(f, most); err != nil {
			return nil, err
		}
		text, err = encode(f)
	}
	if err == nil && len(text) > sizeLimit {
		return nil, fmt.Errorf("it is too long: %d bytes, of which %d fit", len(text), sizeLimit)
	}
	return text, err
}

// shorten gives a copy of a finding in which no text is longer than most bytes, and no
// list or map has more than most/8 members. Commands are left out rather than cut: half a
// command is another one.
func shorten(f finding.Finding, most int) (finding.Finding, error) {
	var short finding.Finding
	copied, err := json.Marshal(f)
	if err == nil {
		err = json.Unmarshal(copied, &short)
	}
	if err != nil {
		return f, fmt.Errorf("copying the finding: %w", err)
	}
	for _, command := range []*string{&short.Undo, &short.Repair} {
		if len(*command) > most {
			*command = ""
		}
	}
	for i, a := range short.Attempts {
		if len(a.Unblock) > most {
			short.Attempts[i].Unblock = ""
		}
	}
	cut(reflect.ValueOf(&short).Elem(), most)
	return short, nil
}

// cut shortens whatever texts, lists and maps are in v, so that a field that a finding
// gets later is within bounds too.
func cut(v reflect.Value, most int) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(clip(v.String(), most))
	case reflect.Pointer:
		if !v.IsNil() {
			cut(v.Elem(), most)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				cut(v.Field(i), most)
			}
		}
	case reflect.Slice:
		if v.Len() > most/8 {
			v.Set(v.Slice(0, most/8))
		}
		for i := range v.Len() {
			cut(v.Index(i), most)
		}
	case reflect.Map:
		cutMap(v, most)
	}
}

func cutMap(v reflect.Value, most int) {
	if v.IsNil() {
		return
	}
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	short := reflect.MakeMap(v.Type())
	for _, key := range keys {
		if short.Len() == most/8 {
			break
		}
		k, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		k.Set(key)
		value.Set(v.MapIndex(key))
		cut(k, most)
		cut(value, most)
		short.SetMapIndex(k, value)
	}
	v.Set(short)
}

// clip cuts s to at most n bytes, whole characters, and says so with an ellipsis.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	const ellipsis = "…"
	end := max(0, n-len(ellipsis))
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + ellipsis
}
