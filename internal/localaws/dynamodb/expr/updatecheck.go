package expr

import (
	"slices"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
)

// check returns what is wrong with the update in a request.
func (u update) check(r *Request) error {
	for _, p := range u.paths {
		if err := p.check(r); err != nil {
			return err
		}
	}
	for _, s := range u.sets {
		if err := s.to.check(r); err != nil {
			return err
		}
	}
	if err := r.apart(u.paths); err != nil {
		return err
	}
	for _, c := range u.adds {
		if err := c.check(r, "ADD", "N", "SS", "NS", "BS"); err != nil {
			return err
		}
	}
	for _, c := range u.deletes {
		if err := c.check(r, "DELETE", "SS", "NS", "BS"); err != nil {
			return err
		}
	}
	return nil
}

// operandNames are the names of types in messages about updates.
var operandNames = map[string]string{
	"S": "STRING", "N": "NUMBER", "B": "BINARY", "BOOL": "BOOLEAN", "NULL": "NULL", "L": "LIST", "M": "MAP",
}

func (c change) check(r *Request, section string, allowed ...string) error {
	if err := c.by.check(r); err != nil {
		return err
	}
	if k := value.TypeOf(r.values[string(c.by)]); !slices.Contains(allowed, k) {
		return invalid("Incorrect operand type for operator or function; operator: %s, operand type: %s, typeSet: ALLOWED_FOR_%s_OPERAND",
			section, operandNames[k], section)
	}
	return nil
}
