package config

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Pin returns the text of a configuration in which each exemption without an id gets the unique id that
// find returns for its ARN. An exemption stays as it is if find returns none, or if it is for a principal
// in every account. All other text stays too. [Load] must accept the configuration.
func Pin(data []byte, find func(arn string) (id string, ok bool)) ([]byte, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, err
	}
	lines := bytes.SplitAfter(data, []byte("\n"))
	list := member(doc.Content[0], "exemptions")
	if list == nil {
		return data, nil
	}
	// Backwards, so that the positions of earlier exemptions stay valid.
	for _, e := range slices.Backward(list.Content) {
		arn := member(e, "principal")
		if arn == nil || member(e, "id") != nil || strings.Contains(arn.Value, accountVar) {
			continue
		}
		id, ok := find(arn.Value)
		if !ok {
			continue
		}
		// Before a key, so that the style of the values does not matter.
		key := e.Content[0]
		line, column := key.Line-1, key.Column-1
		if line >= len(lines) {
			return nil, errors.New("the lines of the configuration are not known")
		}
		text := []rune(string(lines[line]))
		insert := fmt.Sprintf("id: %s\n%s", id, strings.Repeat(" ", column))
		if e.Style&yaml.FlowStyle != 0 {
			insert = fmt.Sprintf("id: %s, ", id)
		}
		lines[line] = []byte(string(text[:column]) + insert + string(text[column:]))
	}
	return bytes.Join(lines, nil), nil
}

// member returns a value of a mapping, or nil if there is none.
func member(mapping *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}
