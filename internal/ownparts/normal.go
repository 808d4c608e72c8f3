package ownparts

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// normal returns a value in normal form, independent of its notation: numbers and booleans are
// text, a list is sorted, and a list of one element is that element. The order means nothing in
// any compared property, nor in policies; nor does a statement id.
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

// parsed returns the normal form of JSON text, and other text unchanged.
func parsed(s string) any {
	var v any
	if json.Unmarshal([]byte(s), &v) != nil {
		return s
	}
	return normal(v)
}

func text(v any) string {
	b, err := json.Marshal(v) // with sorted keys
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}
