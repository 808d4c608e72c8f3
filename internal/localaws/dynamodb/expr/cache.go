package expr

import (
	"sync"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
)

// cached is the maximum number of texts per grammar. Programs use a few dozen.
const cached = 512

// parsed is a parsed expression of a grammar.
type parsed[T any] struct {
	tree T
	refs refs
}

// cache stores parsed expressions by text. A full cache is emptied: tracking the last use would
// cost more than parsing again.
type cache[T any] struct {
	grammar func(*parser) T
	mu      sync.RWMutex
	known   map[string]*parsed[T]
}

func newCache[T any](grammar func(*parser) T) *cache[T] {
	return &cache[T]{grammar: grammar, known: map[string]*parsed[T]{}}
}

// get returns the parsed text of a parameter, from the cache if possible, and notes its names and
// values.
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

// in adds the parameter to an error.
func in(parameter string, err error) error {
	return value.Invalid("Invalid " + parameter + ": " + err.Error())
}
