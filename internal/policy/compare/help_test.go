package compare

import "fmt"

// String is for messages of tests.
func (w *Witness) String() string {
	if w == nil {
		return "none"
	}
	return fmt.Sprintf("%s on %s with %v", w.Action, w.Resource, w.Context)
}

// escapes is for a principal that carries no boundary.
func escapes(identity []*Compiled, boundary *Compiled, preferred []string) Excess {
	return NewExchange(identity, nil, boundary).Escapes(preferred)
}
