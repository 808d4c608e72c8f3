package ownparts

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// normal is a value of which it does not matter how it was written: numbers and truths are
// text, a list has an order of its own, and a list of one is that one. In no property that is
// compared does an order mean anything; in policies neither, nor does the name of a statement.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
func normal(v any) any {
	switch v := v.(type) {
	case nil, string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		all := make([]any, 0, len(v))
		for _, e := range v {
			all = append(all, normal(e))
		}
		slices.SortFunc(all, func(a, b any) int { return strings.Compare(text(a), text(b)) })
		if len(all) == 1 {
			return all[0]
		}
		return all
	case map[string]any:
		all := map[string]any{}
		for name, e := range v {
			if name != "Sid" && name != "Id" {
				all[name] = normal(e)
			}
		}
		return all
	}
	return fmt.Sprint(v)
}

// parsed is the normal form of JSON text; of what is none, the text.
func parsed(s string) any {
	var v any
	if json.Unmarshal([]byte(s), &v) != nil {
		return s
	}
	return normal(v)
}

func text(v any) string {
	b, err := json.Marshal(v) // in the order of keys
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}
