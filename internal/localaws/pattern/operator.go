package pattern

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

// operator returns the function that compiles the argument of an operator other than "exists", or
// nil if the operator is unknown.
func operator(name string) func(argument any) (test, error) {
	switch name {
	case "prefix":
		return affix(strings.HasPrefix)
	case "suffix":
		return affix(strings.HasSuffix)
	case "equals-ignore-case":
		return ignoreCase
	case "wildcard":
		return glob
	case "anything-but":
		return anythingBut
	case "numeric":
		return numeric
	case "cidr":
		return cidr
	}
	return nil
}

func text(argument any) (string, error) {
	s, ok := argument.(string)
	if !ok {
		return "", errors.New("the value must be a string")
	}
	return s, nil
}

// affix compiles prefix and suffix. Their argument can be {"equals-ignore-case": …}.
func affix(has func(s, part string) bool) func(any) (test, error) {
	return func(argument any) (test, error) {
		fold := func(s string) string { return s }
		if object, ok := argument.(map[string]any); ok {
			if len(object) != 1 || object["equals-ignore-case"] == nil {
				return nil, errors.New(`the value must be a string or {"equals-ignore-case": "…"}`)
			}
			argument, fold = object["equals-ignore-case"], strings.ToLower
		}
		part, err := text(argument)
		if err != nil {
			return nil, err
		}
		if part == "" {
			return nil, errors.New("the value must not be empty")
		}
		return textTest(func(s string) bool { return has(fold(s), fold(part)) }), nil
	}
}

func ignoreCase(argument any) (test, error) {
	want, err := text(argument)
	if err != nil {
		return nil, err
	}
	return textTest(func(s string) bool { return strings.EqualFold(s, want) }), nil
}

// anythingBut excludes one value, a list of strings or of numbers, or what another operator
// matches.
func anythingBut(argument any) (test, error) {
	switch value := argument.(type) {
	case string, json.Number:
		return not{equal{value}}, nil
	case []any:
		return anythingButList(value)
	case map[string]any:
		return anythingButOperator(value)
	}
	return nil, errors.New("the value must be a string, a number, a list of either, or one operator")
}

func anythingButList(list []any) (test, error) {
	if len(list) == 0 {
		return nil, errors.New("empty arrays are not allowed")
	}
	var excluded not
	_, texts := list[0].(string)
	for _, element := range list {
		switch element.(type) {
		case string:
			if !texts {
				return nil, errors.New("a list must be all strings or all numbers")
			}
		case json.Number:
			if texts {
				return nil, errors.New("a list must be all strings or all numbers")
			}
		default:
			return nil, errors.New("a list must be all strings or all numbers")
		}
		excluded = append(excluded, equal{element})
	}
	return excluded, nil
}

func anythingButOperator(object map[string]any) (test, error) {
	if len(object) != 1 {
		return nil, errors.New("there must be exactly one operator")
	}
	var excluded not
	for name, argument := range object {
		switch name {
		case "prefix", "suffix", "equals-ignore-case", "wildcard":
		default:
			return nil, fmt.Errorf("unsupported anything-but pattern: %s", name)
		}
		list, ok := argument.([]any)
		if !ok {
			list = []any{argument}
		}
		if len(list) == 0 {
			return nil, errors.New("empty arrays are not allowed")
		}
		for _, element := range list {
			t, err := operator(name)(element)
			if err != nil {
				return nil, err
			}
			excluded = append(excluded, t)
		}
	}
	return excluded, nil
}

// cidr matches IP addresses in a network.
func cidr(argument any) (test, error) {
	s, err := text(argument)
	if err != nil {
		return nil, err
	}
	network, err := netip.ParsePrefix(s)
	if err != nil {
		return nil, fmt.Errorf("%q is not a CIDR block", s)
	}
	return textTest(func(s string) bool {
		address, err := netip.ParseAddr(s)
		return err == nil && network.Contains(address)
	}), nil
}
