package exposure

import (
	"sync"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// Documents parses policy documents and prepares them for comparison, and caches both: an
// account has few different documents. The zero value is ready for use, by any number of
// goroutines.
type Documents struct {
	mu sync.Mutex
	// read are parsed documents by their text; compiled are prepared ones.
	read     map[string]*policy.Document
	compiled map[*policy.Document]*compare.Compiled
	// cuts are cached results of cutOf.
	cuts map[cutKey]Cut
}

// maxDocuments limits the cache. A managed policy has up to 6,144 characters, and takes about
// ten times that when prepared.
const maxDocuments = 512

// Parse parses a document like [policy.Parse].
func (d *Documents) Parse(text []byte) (*policy.Document, error) {
	d.mu.Lock()
	document, ok := d.read[string(text)]
	d.mu.Unlock()
	if ok {
		return document, nil
	}
	document, err := policy.Parse(text)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if first, ok := d.read[string(text)]; ok {
		return first, nil
	}
	d.evict()
	d.read[string(text)] = document
	return document, nil
}

// compile prepares a document, which must not change afterwards.
func (d *Documents) compile(document *policy.Document) *compare.Compiled {
	d.mu.Lock()
	c, ok := d.compiled[document]
	d.mu.Unlock()
	if ok {
		return c
	}
	c = compare.Compile(document)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.evict()
	d.compiled[document] = c
	return c
}

// evict empties a full cache. The mutex must be held.
func (d *Documents) evict() {
	if d.read == nil || len(d.read) >= maxDocuments || len(d.compiled) >= maxDocuments {
		d.read, d.compiled = map[string]*policy.Document{}, map[*policy.Document]*compare.Compiled{}
	}
}
