package forms

import (
	"bytes"
	"encoding/json"
	"strings"
)

// fixEnvelope returns an EventBridge event in the form that [trail.Read] accepts: some exports write
// the detail as text.
func fixEnvelope(v []byte, list []member) (event []byte, ok bool) {
	ok = true
	changed := false
	var b builder
	for _, m := range list {
		value := m.value
		switch string(m.key) {
		case "time":
			value = fixTime(value)
		case "detail":
			var text string
			if value[0] == '"' && json.Unmarshal(value, &text) == nil && json.Valid([]byte(text)) {
				value = []byte(strings.TrimSpace(text))
			}
			if value[0] == '{' && viaCloudTrail(list) {
				var room [48]member
				if detail, st := members(value, room[:0]); st == whole {
					value, ok = fixRecord(value, detail)
				}
			}
		}
		changed = changed || !bytes.Equal(value, m.value)
		b.add(string(m.key), value)
	}
	if !changed {
		return v, ok
	}
	return b.done(), ok
}

func viaCloudTrail(list []member) bool {
	for _, m := range list {
		if string(m.key) == "detail-type" && bytes.HasSuffix(m.value, []byte(`via CloudTrail"`)) {
			return true
		}
	}
	return false
}

// builder writes an object. It omits members without a value.
type builder struct{ out []byte }

func (b *builder) add(key string, value []byte) {
	if value == nil {
		return
	}
	name, _ := json.Marshal(key) // cannot fail for a string
	b.out = append(append(append(append(b.out, ','), name...), ':'), value...)
}

func (b *builder) done() []byte {
	if len(b.out) == 0 {
		return []byte("{}")
	}
	b.out[0] = '{'
	return append(b.out, '}')
}
