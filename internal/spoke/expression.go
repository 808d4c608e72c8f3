package spoke

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// variables are the placeholders of a configuration, and CloudFormation's names for them.
var variables = strings.NewReplacer("${account}", "${AWS::AccountId}", "${partition}", "${AWS::Partition}", "${", "${!")

// hasPlaceholder reports whether a text differs from account to account.
func hasPlaceholder(text string) bool {
	return strings.Contains(text, "${account}") || strings.Contains(text, "${partition}")
}

// substituted returns a text for Fn::Sub. IAM's own policy variables stay as they are.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-sub.html
func substituted(text string) string { return variables.Replace(text) }

func subOrText(text string) string {
	if hasPlaceholder(text) {
		return "!Sub " + quoted(substituted(text))
	}
	return quoted(text)
}

// quoted returns a text as JSON, which is YAML too.
func quoted(text string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a text can always be encoded
	return strings.TrimSuffix(b.String(), "\n")
}

// layout makes the white space of JSON fit for YAML, which accepts no tabs as indentation. A string in
// JSON has neither tabs nor line breaks.
var layout = strings.NewReplacer("\t", "  ", "\r", "")

// expression returns a policy document as the lines of a JSON value in which CloudFormation expands
// the placeholders. Order, spelling and layout of the document stay.
func expression(document []byte) ([]string, error) {
	if !json.Valid(document) {
		return nil, fmt.Errorf("the document is not JSON")
	}
	var out strings.Builder
	for text := layout.Replace(strings.TrimSpace(string(document))); text != ""; {
		from := strings.IndexByte(text, '"')
		if from < 0 {
			out.WriteString(text)
			break
		}
		to := from + 1
		for text[to] != '"' {
			if text[to] == '\\' {
				to++
			}
			to++
		}
		var value string
		if err := json.Unmarshal([]byte(text[from:to+1]), &value); err != nil {
			return nil, err
		}
		out.WriteString(text[:from])
		text = text[to+1:]
		switch {
		case !hasPlaceholder(value):
			out.WriteString(quoted(value))
		case strings.HasPrefix(strings.TrimSpace(text), ":"):
			return nil, fmt.Errorf("the key %q has a placeholder, and CloudFormation expands only values", value)
		default:
			out.WriteString(`{"Fn::Sub": ` + quoted(substituted(value)) + "}")
		}
	}
	return strings.Split(out.String(), "\n"), nil
}
