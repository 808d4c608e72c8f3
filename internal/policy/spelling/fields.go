package spelling

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Fields checks the names of the fields of a JSON object: that each is known, to the letter, and that none
// is there twice. Package json ignores the one and takes the last of the other, so that a policy that was
// given would be lost without a word. of is what the object is, as in "of the request", or "". What is no
// JSON object has no fields: reading it gives the better error.
func Fields(of string, object []byte, known ...string) error {
	if !json.Valid(object) || !bytes.HasPrefix(bytes.TrimSpace(object), []byte("{")) {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(object))
	if _, err := d.Token(); err != nil {
		return err
	}
	seen := map[string]bool{}
	for d.More() {
		name, err := d.Token()
		field, ok := name.(string)
		if err != nil || !ok {
			return err
		}
		if !slices.Contains(known, field) {
			return fmt.Errorf("unknown field %q%s: %s", field, of, insteadOf(field, known))
		}
		if seen[field] {
			return fmt.Errorf("field %q%s is there twice", field, of)
		}
		seen[field] = true
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return err
		}
	}
	return nil
}

// insteadOf names the known field that another spelling means, or all.
func insteadOf(field string, known []string) string {
	best, distance := "", min(len(field)/3, 4)
	for _, k := range known {
		if n := Edits(strings.ToLower(k), strings.ToLower(field), distance); n < distance {
			best, distance = k, n
		}
	}
	if best != "" {
		return fmt.Sprintf("is it %q?", best)
	}
	return "the fields are " + strings.Join(known, ", ")
}
