package wire

import (
	"reflect"
	"strings"
)

// Operation is one API call of a service. Its handlers take a C: the service's view of the call.
type Operation[C any] struct {
	Name string
	// Write is set for operations that CloudTrail records as management writes.
	Write    bool
	NewInput func() any
	Run      func(c C, input any) (output any, err error)
}

// Operations is a service's table of operations by name.
type Operations[C any] map[string]Operation[C]

// Table returns the table of a service's operations.
func Table[C any](operations ...Operation[C]) Operations[C] {
	table := make(Operations[C], len(operations))
	for _, o := range operations {
		table[o.Name] = o
	}
	return table
}

// Read returns an operation that changes nothing. Its name is that of its input type without
// "Input".
func Read[C, I, O any](handler func(C, *I) (*O, error)) Operation[C] {
	return operation(handler, false)
}

// Data returns an operation on data, such as sending a message. A trail does not record it, even
// if it changes something.
func Data[C, I, O any](handler func(C, *I) (*O, error)) Operation[C] {
	return operation(handler, false)
}

// Write returns an operation that changes state and that CloudTrail records.
func Write[C, I, O any](handler func(C, *I) (*O, error)) Operation[C] {
	return operation(handler, true)
}

func operation[C, I, O any](handler func(C, *I) (*O, error), write bool) Operation[C] {
	return Operation[C]{
		Name:     strings.TrimSuffix(reflect.TypeFor[I]().Name(), "Input"),
		Write:    write,
		NewInput: func() any { return new(I) },
		Run: func(c C, input any) (any, error) {
			output, err := handler(c, input.(*I))
			if err != nil {
				return nil, err
			}
			return output, nil
		},
	}
}
