package authdetails

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/principal"
)

// Page is the details of one account as one page, in the words of the input: for a reader that
// wants more of them than [Details] has.
type Page struct {
	Account, Partition string
	// Sources are the names of the files that it came from.
	Sources []string
	JSON    []byte
}

// Pages puts pages together as a [Reader] does accounts, out of files of the same forms. The
// zero value is ready for use.
type Pages struct {
	pages   []*Page
	lists   map[*Page]map[string][]json.RawMessage
	managed []json.RawMessage
}

// lists are the names of the lists of a page.
var lists = []string{"UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"}

// Read reads one file. The error is that of [Reader.Read], and that of a file which ends in the
// middle.
func (p *Pages) Read(source string, in io.Reader) error {
	if p.lists == nil {
		p.lists = map[*Page]map[string][]json.RawMessage{}
	}
	f := &pages{source: source, in: newScanner(in), lists: map[string]element{}, each: inTurn}
	var faults []error
	found := 0
	for _, name := range lists {
		f.lists[strings.ToLower(name)] = func(raw json.RawMessage) (func(), error) {
			return func() {
				of, err := p.add(source, name, bytes.Clone(raw))
				if err != nil {
					faults = append(faults, err)
				} else if of {
					found++
				}
			}, nil
		}
	}
	if err := f.read(); err != nil {
		return err
	}
	if found == 0 && len(faults) == 0 {
		faults = append(faults, errors.New("no user, role, group or customer managed policy says which account it is"))
	}
	if len(faults) > 0 {
		return fmt.Errorf("the account's details have faults:\n%w", errors.Join(faults...))
	}
	return nil
}

// add takes an entity in, and reports whether it is of an account.
func (p *Pages) add(source, list string, element json.RawMessage) (bool, error) {
	var e struct{ Arn string }
	if err := json.Unmarshal(element, &e); err != nil {
		return false, err
	}
	partition, id, err := accountOf(e.Arn)
	if err != nil {
		return false, err
	}
	if id == principal.AWSManaged {
		p.managed = append(p.managed, element)
		return false, nil
	}
	i := slices.IndexFunc(p.pages, func(o *Page) bool { return o.Account == id && o.Partition == partition })
	if i < 0 {
		i = len(p.pages)
		p.pages = append(p.pages, &Page{Account: id, Partition: partition})
		p.lists[p.pages[i]] = map[string][]json.RawMessage{}
	}
	page := p.pages[i]
	if !slices.Contains(page.Sources, source) {
		page.Sources = append(page.Sources, source)
	}
	p.lists[page][list] = append(p.lists[page][list], element)
	return true, nil
}

// Pages are the accounts that were read, in the order in which they were met. Each has AWS's
// policies.
func (p *Pages) Pages() ([]Page, error) {
	var all []Page
	for _, page := range p.pages {
		whole := map[string][]json.RawMessage{}
		for _, name := range lists {
			whole[name] = append([]json.RawMessage{}, p.lists[page][name]...)
		}
		whole["Policies"] = append(whole["Policies"], p.managed...)
		var err error
		if page.JSON, err = json.Marshal(whole); err != nil {
			return nil, err
		}
		all = append(all, *page)
	}
	return all, nil
}
