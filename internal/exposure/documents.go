package exposure

import (
	"sync"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// Documents makes policy documents ready for comparison, and keeps those that it has made
// ready: an account has few documents, and the same ones come again and again. The zero
// value is ready for use, by any number of goroutines.
type Documents struct {
	mu sync.Mutex
	// read are documents by their text, and compiled the same by themselves.
	read     map[string]*policy.Document
	compiled map[*policy.Document]*compare.Compiled
	// cuts are what boundaries take, by the documents.
	cuts map[cutting]Cut
}

// kept is how many documents are kept. A managed policy has up to 6,144 characters, and
// takes some ten times that when it is ready.
const kept = 512

// Parse reads a document's text, as [policy.Parse] does.
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
	d.room()
	d.read[string(text)] = document
	return document, nil
}

// compile makes a document ready, which must not change any more.
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
	d.room()
	d.compiled[document] = c
	return c
}

// room forgets everything where there is too much of it. The mutex must be held.
func (d *Documents) room() {
	if d.read == nil || len(d.read) >= kept || len(d.compiled) >= kept {
		d.read, d.compiled = map[string]*policy.Document{}, map[*policy.Document]*compare.Compiled{}
	}
}
