package expr

import (
	"sync"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
)

// cached is how many texts of a grammar are kept. Programs have a few dozen.
const cached = 512

// parsed is an expression of some grammar.
type parsed[T any] struct {
	tree T
	refs refs
}

// cache keeps what was parsed, by its text. A full one is emptied: to know what was
// used last would cost more than to parse again.
type cache[T any] struct {
	grammar func(*parser) T
	mu      sync.RWMutex
	known   map[string]*parsed[T]
}

func newCache[T any](grammar func(*parser) T) *cache[T] {
	return &cache[T]{grammar: grammar, known: map[string]*parsed[T]{}}
}

// get parses a parameter's text, where it is not known, and notes what it refers to.
func (c *cache[T]) get(r *Request, parameter, text string) (*parsed[T], error) {
	c.mu.RLock()
	known := c.known[text]
	c.mu.RUnlock()
	if known == nil {
		tree, refs, err := parse(text, c.grammar)
		if err != nil {
			return nil, in(parameter, err)
		}
		known = &parsed[T]{tree, refs}
		c.mu.Lock()
		if len(c.known) >= cached {
			clear(c.known)
		}
		c.known[text] = known
		c.mu.Unlock()
	}
	r.used = append(r.used, known.refs)
	return known, nil
}

// in says of which parameter an error is.
func in(parameter string, err error) error {
	return value.Invalid("Invalid " + parameter + ": " + err.Error())
}
