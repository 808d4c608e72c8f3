package pattern

import (
	"encoding/json"
	"errors"
	"fmt"
)

// limit is the largest absolute number that numeric matching supports.
const limit = 5e9

// numeric compiles ["=", n], one bound, or a lower and an upper bound.
func numeric(argument any) (test, error) {
	list, ok := argument.([]any)
	if !ok || len(list) == 0 {
		return nil, errors.New("the value must be a list such as [\">\", 0, \"<=\", 5]")
	}
	if len(list) != 2 && len(list) != 4 {
		return nil, errors.New("there must be one or two comparisons")
	}
	var tests []func(float64) bool
	var bounds []float64
	for i := 0; i < len(list); i += 2 {
		operator, _ := list[i].(string)
		number, ok := list[i+1].(json.Number)
		if !ok {
			return nil, errors.New("each operator must be followed by a number")
		}
		n, err := number.Float64()
		if err != nil || n < -limit || n > limit {
			return nil, fmt.Errorf("%s is not between -5.0e9 and +5.0e9", number)
		}
		if len(list) == 4 && (i == 0) != (operator == ">" || operator == ">=") {
			return nil, errors.New("a range must have a lower bound (> or >=), then an upper one (< or <=)")
		}
		compare, err := comparison(operator, n)
		if err != nil {
			return nil, err
		}
		tests, bounds = append(tests, compare), append(bounds, n)
	}
	if len(bounds) == 2 && bounds[0] >= bounds[1] {
		return nil, errors.New("the lower bound must be less than the upper one")
	}
	return numberTest(func(f float64) bool {
		for _, t := range tests {
			if !t(f) {
				return false
			}
		}
		return f >= -limit && f <= limit
	}), nil
}

func comparison(operator string, n float64) (func(float64) bool, error) {
	switch operator {
	case "=":
		return func(f float64) bool { return f == n }, nil
	case "<":
		return func(f float64) bool { return f < n }, nil
	case "<=":
		return func(f float64) bool { return f <= n }, nil
	case ">":
		return func(f float64) bool { return f > n }, nil
	case ">=":
		return func(f float64) bool { return f >= n }, nil
	}
	return nil, fmt.Errorf("unrecognized numeric range operator %q", operator)
}
