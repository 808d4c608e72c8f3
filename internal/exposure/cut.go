package exposure

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
)

// Cut is what a boundary takes from those who carry it: what identity policies grant and
// the boundary does not let through.
type Cut struct {
	// Known is set when the analysis came to an end; without it, Why says why it did not.
	Known bool
	Why   string
	// Services are the prefixes of the services in which something is cut, * for all that
	// nobody names.
	Services []string
	// Witness is a request that is cut, nil where there is none.
	Witness *finding.Witness
}

// Cut finds out what a boundary takes from what a principal's identity policies grant. Many
// principals have the same policies, so that it is found out once for all of these, unless a
// policy speaks of who the principal is.
func (d *Documents) Cut(s principal.Snapshot, identity []principal.IdentityPolicy, boundary *policy.Document) Cut {
	documents := []*policy.Document{boundary}
	for _, p := range identity {
		document, err := d.Parse(p.Document)
		if err != nil {
			return Cut{Why: fmt.Sprintf("%s cannot be read: %v", p, err)}
		}
		documents = append(documents, document)
	}
	known := facts(s, documents)
	if len(known.Statements) > 0 {
		return d.cut(s, documents, known)
	}
	key := cutKey(s, identity, boundary)
	d.mu.Lock()
	c, ok := d.cuts[key]
	d.mu.Unlock()
	if !ok {
		c = d.cut(s, documents, known)
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.cuts == nil || len(d.cuts) >= kept {
			d.cuts = map[string]Cut{}
		}
		d.cuts[key] = c
	}
	return c
}

func cutKey(s principal.Snapshot, identity []principal.IdentityPolicy, boundary *policy.Document) string {
	texts := make([]string, len(identity))
	for i, p := range identity {
		texts[i] = string(p.Document)
	}
	slices.Sort(texts)
	return s.Account + fmt.Sprintf("%p", boundary) + strings.Join(texts, "\x00")
}

func (d *Documents) cut(s principal.Snapshot, documents []*policy.Document, known *policy.Document) Cut {
	a := assessment{home: Home{s.Partition, s.Account}, required: d.compile(documents[0]), known: known}
	for _, document := range documents[1:] {
		a.identity = append(a.identity, d.compile(document))
	}
	a.possible = append(slices.Clip(a.identity), compare.Compile(known))
	x := compare.NewExchange(a.possible, nil, a.required).Escapes(nil)
	return Cut{Known: x.Complete, Why: x.Reason, Services: x.Services, Witness: a.witness(x.Witness, nil, a.required)}
}
