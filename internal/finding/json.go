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

// MarshalJSON writes a context without keys as {}, and a key without values as [], so
// that a reader of findings meets no null inside a request.
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

// MarshalJSON writes a zero time as null: the event of what no record brought to light
// has none. Reading null gives the zero time again.
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
