package finding

import (
	_ "embed" // for Schema and DigestSchema
	"encoding/json"
	"time"
)

// Schema is the JSON Schema (draft 2020-12) of a [Finding].
//
//go:embed finding.schema.json
var Schema string

// DigestSchema is the JSON Schema of a [Digest]. It refers to [Schema] by its $id.
//
//go:embed digest.schema.json
var DigestSchema string

// MarshalJSON encodes a context without keys as {}, and a key without values as [], so that a
// request never contains null.
func (w Witness) MarshalJSON() ([]byte, error) {
	type plain Witness // without this method
	context := make(map[string][]string, len(w.Context))
	for key, values := range w.Context {
		if values == nil {
			values = []string{}
		}
		context[key] = values
	}
	w.Context = context
	return json.Marshal(plain(w))
}

// MarshalJSON encodes a zero time as null: the event of a finding that no record led to has no time.
// Decoding null returns the zero time.
func (e Event) MarshalJSON() ([]byte, error) {
	wire := struct {
		ID     string     `json:"id"`
		Name   string     `json:"name"`
		Time   *time.Time `json:"time"`
		Region string     `json:"region"`
	}{e.ID, e.Name, &e.Time, e.Region}
	if e.Time.IsZero() {
		wire.Time = nil
	}
	return json.Marshal(wire)
}
