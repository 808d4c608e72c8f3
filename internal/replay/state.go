package replay

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/localaws/iam"
	"github.com/ringfence/ringfence/internal/logs"
	"github.com/ringfence/ringfence/internal/trail"
)

// load puts accounts in place as they were before the log.
func (w *world) load(log *logs.Log) error {
	if len(w.pages) == 0 {
		return nil
	}
	told := w.told(log)
	for _, page := range w.pages {
		if err := w.loadPage(page, told); err != nil {
			return fmt.Errorf("reading the state %s: %w", strings.Join(page.Sources, ", "), err)
		}
	}
	w.pages = nil // the accounts have it now
	return nil
}

// pages are the accounts of the states.
func (o Options) pages() ([]authdetails.Page, error) {
	var read authdetails.Pages
	for _, s := range o.States {
		if err := read.Read(s.Source, bytes.NewReader(s.Data)); err != nil {
			return nil, fmt.Errorf("reading the state %s: %w", s.Source, err)
		}
	}
	return read.Pages()
}

func (w *world) loadPage(page authdetails.Page, told *told) error {
	c, err := w.cloud(trail.Record{Partition: page.Partition})
	if err != nil {
		return err
	}
	loaded, err := c.server.Load(page.JSON)
	if err != nil {
		return err
	}
	// What a later state does not list may have been there when the log began.
	w.whole[page.Account] = loaded.Whole && w.options.StateTaken.IsZero()
	for _, arn := range loaded.Assumed {
		note := " (document unknown: the state does not give it)"
		if document := c.approved(page.Account, arn); document != nil && !w.whole[page.Account] {
			note = ", with its approved document: the state does not give it"
			_ = c.server.IAM(page.Account).Edit(func(tx *iam.Tx) error {
				return tx.EditPolicy(arn, func(p *iam.Policy) error {
					p.Versions[0].Document = string(document)
					return nil
				})
			})
		}
		c.assumed = append(c.assumed, "policy "+arn+note)
	}
	for _, source := range page.Sources {
		w.stated[source] = append(w.stated[source], page.Account)
	}
	details, err := authdetails.Read(bytes.NewReader(page.JSON))
	if err != nil {
		return err
	}
	w.contradictions = append(w.contradictions, told.takeBack(c, details)...)
	return nil
}

// approved is the approved document of a policy, nil where it is no boundary or has none.
func (c *cloud) approved(id, arn string) []byte {
	for _, b := range c.cfg.Boundaries(c.partition, id) {
		if b.ARN == arn {
			return b.Document
		}
	}
	return nil
}

// strange is the error of a state of which no account is one that the log is about: whatever was
// found, it was not compared with what somebody meant.
func (w *world) strange() error {
	for _, source := range sortedKeys(w.stated) {
		if !slices.ContainsFunc(w.stated[source], func(id string) bool { return w.about[id] }) {
			return fmt.Errorf("the state %s is of account %s, and the log of %s: give the state of an account that the log is about",
				source, strings.Join(w.stated[source], ", "), or(strings.Join(sortedKeys(w.about), ", "), "none"))
		}
	}
	return nil
}
