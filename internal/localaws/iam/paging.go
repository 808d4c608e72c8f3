package iam

import (
	"encoding/base64"
	"iter"
)

// Page sizes of the List operations.
const (
	defaultPage = 100
	maxPage     = 1000
)

// pager cuts a list into pages of MaxItems. Its Marker is the key of the page's last element.
type pager struct {
	after string
	left  int
}

func newPager(marker *string, maxItems *int32) (*pager, error) {
	p := &pager{left: defaultPage}
	if maxItems != nil {
		if *maxItems < 1 || *maxItems > maxPage {
			return nil, validationError("1 validation error detected: Value '%d' at 'maxItems' failed to satisfy constraint: "+
				"Member must have value between 1 and %d", *maxItems, maxPage)
		}
		p.left = int(*maxItems)
	}
	if marker != nil && *marker != "" {
		after, err := base64.RawURLEncoding.DecodeString(*marker)
		if err != nil || len(after) == 0 {
			return nil, validationError("Invalid Marker.")
		}
		p.after = string(after)
	}
	return p, nil
}

// page is a part of a list, and the marker of the next.
type page[T any] struct {
	items     []T
	truncated bool
	marker    *string
}

// take takes one page from a sequence sorted by key, which must begin after the pager's key. keep
// converts an element, or drops it.
func take[E, T any](p *pager, all iter.Seq2[string, E], keep func(E) (T, bool)) page[T] {
	out := page[T]{items: []T{}}
	last := ""
	for key, element := range all {
		item, ok := keep(element)
		if !ok {
			continue
		}
		if p.left == 0 {
			marker := base64.RawURLEncoding.EncodeToString([]byte(last))
			out.truncated, out.marker = true, &marker
			return out
		}
		p.left--
		last = key
		out.items = append(out.items, item)
	}
	return out
}

// named iterates over a list sorted by name that is not a table.
func named[E any](p *pager, sorted []E, name func(E) string) iter.Seq2[string, E] {
	return func(yield func(string, E) bool) {
		for _, e := range sorted {
			if name(e) > p.after && !yield(name(e), e) {
				return
			}
		}
	}
}
