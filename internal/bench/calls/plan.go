// Package calls describes the AWS calls of an event, and which of them wait for which. The harness
// learns the description from the function, and the floor follows it.
package calls

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Plan has the calls of one event, in an order in which they can be made one by one.
type Plan []Call

// Call is one call of a plan.
type Call struct {
	// Operation is the name of the call: GetRole.
	Operation string `json:"operation"`
	// After are the places in the plan of the calls that it waits for.
	After []int `json:"after,omitempty"`
	// Bytes is the size of its request's body.
	Bytes int `json:"bytes,omitempty"`
}

// Parse reads a plan from JSON. It refuses a plan that cannot be followed.
func Parse(text string) (Plan, error) {
	var p Plan
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return nil, fmt.Errorf("reading the plan of calls: %w", err)
	}
	for i, c := range p {
		for _, j := range c.After {
			if j < 0 || j >= i {
				return nil, fmt.Errorf("reading the plan of calls: %s waits for call %d, which does not precede it", c.Operation, j)
			}
		}
	}
	return p, nil
}

// JSON returns the plan in the form that Parse reads.
func (p Plan) JSON() string {
	text, _ := json.Marshal(p) // strings and numbers always encode
	return string(text)
}

// String returns the plan as text: each call, with the calls that it waits for in parentheses.
func (p Plan) String() string {
	var b strings.Builder
	for i, c := range p {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%d %s", i+1, c.Operation)
		for k, j := range c.After {
			b.WriteString([]string{" (after ", " and "}[min(k, 1)])
			fmt.Fprint(&b, j+1)
		}
		if len(c.After) > 0 {
			b.WriteString(")")
		}
	}
	return b.String()
}

// Count is how often each operation is called.
type Count map[string]int

// Count counts the operations of a plan.
func (p Plan) Count() Count {
	n := Count{}
	for _, c := range p {
		n[c.Operation]++
	}
	return n
}

// Equal reports whether two counts are the same.
func (n Count) Equal(m Count) bool { return maps.Equal(n, m) }

// String lists a count by name.
func (n Count) String() string {
	var parts []string
	for _, operation := range slices.Sorted(maps.Keys(n)) {
		parts = append(parts, fmt.Sprintf("%s×%d", operation, n[operation]))
	}
	return cmp.Or(strings.Join(parts, " "), "no calls")
}
