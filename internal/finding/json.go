package finding

import (
	_ "embed" // for Schema
	"encoding/json"
)

// Schema is the JSON Schema (draft 2020-12) of a [Finding].
//
//go:embed finding.schema.json
var Schema string

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
