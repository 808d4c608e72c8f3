package events

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// input returns what a target receives of an event: the whole event, a constant, a part, or a text
// made of parts.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
func input(t types.Target, rule string, payload []byte) ([]byte, error) {
	switch {
	case t.Input != nil:
		return []byte(*t.Input), nil
	case t.InputPath != nil && *t.InputPath != "$":
		part, ok := lookup(payload, *t.InputPath)
		if !ok {
			return nil, fmt.Errorf("the event has no value at %s", *t.InputPath)
		}
		return wire.Marshal(part)
	case t.InputTransformer != nil:
		return transform(t.InputTransformer, rule, payload)
	}
	return payload, nil
}

// group returns the message group of a queue's target: a text, or what a path finds in the event. It is empty without one.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_SqsParameters.html
func group(t types.Target, payload []byte) (string, error) {
	if t.SqsParameters == nil || t.SqsParameters.MessageGroupId == nil {
		return "", nil
	}
	id := *t.SqsParameters.MessageGroupId
	if !validPath(id) {
		return id, nil
	}
	value, _ := lookup(payload, id)
	text, ok := value.(string)
	if !ok || text == "" {
		return "", fmt.Errorf("the event has no text at %s for MessageGroupId", id)
	}
	return text, nil
}

var (
	pathForm    = regexp.MustCompile(`^\$((\.[A-Za-z0-9_-]+)(\[\d+\])?)*$`)
	placeholder = regexp.MustCompile(`<([A-Za-z0-9_.-]+)>`)
)

// validPath reports whether a JSON path has only names and indices.
func validPath(path string) bool { return pathForm.MatchString(path) }

// lookup returns the part of an event at a path such as $.detail.requestParameters.roleName.
func lookup(payload []byte, path string) (any, bool) {
	if !validPath(path) {
		return nil, false
	}
	decoder := json.NewDecoder(bytes.NewReader(payload))
	decoder.UseNumber()
	var at any
	if decoder.Decode(&at) != nil {
		return nil, false
	}
	for _, step := range strings.Split(path, ".")[1:] {
		name, index, indexed := strings.Cut(strings.TrimSuffix(step, "]"), "[")
		object, _ := at.(map[string]any)
		below, ok := object[name]
		if !ok {
			return nil, false
		}
		if at = below; indexed {
			list, _ := at.([]any)
			i, err := strconv.Atoi(index)
			if err != nil || i >= len(list) {
				return nil, false
			}
			at = list[i]
		}
	}
	return at, true
}

// transform fills a template. A placeholder in a string takes text, one outside takes JSON. A
// missing value is empty, or null.
func transform(t *types.InputTransformer, rule string, payload []byte) ([]byte, error) {
	template := *t.InputTemplate
	var out bytes.Buffer
	end := 0
	for _, at := range placeholder.FindAllStringSubmatchIndex(template, -1) {
		out.WriteString(template[end:at[0]])
		end = at[1]
		value, err := variable(template[at[2]:at[3]], t.InputPathsMap, rule, payload)
		if err != nil {
			return nil, err
		}
		quoted := insideString(template[:at[0]])
		if value == nil && quoted {
			continue
		}
		b, err := wire.Marshal(value)
		if err != nil {
			return nil, err
		}
		if quoted {
			b = bytes.TrimSuffix(bytes.TrimPrefix(b, []byte(`"`)), []byte(`"`))
		}
		out.Write(b)
	}
	out.WriteString(template[end:])
	return out.Bytes(), nil
}

// variable returns the value of a placeholder: one of EventBridge's own, or a part of the event.
func variable(name string, paths map[string]string, rule string, payload []byte) (any, error) {
	switch name {
	case "aws.events.rule-arn":
		return rule, nil
	case "aws.events.event.json", "aws.events.event":
		return json.RawMessage(payload), nil
	}
	path, known := paths[name]
	if !known {
		return nil, fmt.Errorf("the template uses <%s>, which has no path", name)
	}
	value, _ := lookup(payload, path)
	return value, nil
}

// insideString reports whether the text ends inside a quoted string.
func insideString(before string) bool {
	return strings.Count(strings.ReplaceAll(before, `\"`, ""), `"`)%2 == 1
}
