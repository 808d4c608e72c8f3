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

// load creates the accounts of the states.
func (w *world) load(log *logs.Log) error {
	if len(w.parts) == 0 {
		return nil
	}
	told := w.told(log)
	for _, part := range w.parts {
		if err := w.put(part, told); err != nil {
			return fmt.Errorf("reading the state %s: %w", strings.Join(part.Sources, ", "), err)
		}
	}
	w.parts = nil // the accounts have it now
	return nil
}

// parts returns the accounts of the states.
func (o Options) parts() ([]*authdetails.Part, error) {
	read := authdetails.Reader{Keep: true}
	for _, s := range o.States {
		if err := read.Read(s.Source, bytes.NewReader(s.Data)); err != nil {
			return nil, fmt.Errorf("reading the state %s: %w", s.Source, err)
		}
	}
	parts := read.Parts()
	for _, p := range parts {
		if p.Cut != nil {
			return nil, fmt.Errorf("reading the state %s: %w", strings.Join(p.Sources, ", "), p.Cut)
		}
	}
	return parts, nil
}

// put creates one account.
func (w *world) put(part *authdetails.Part, told *told) error {
	id := part.Details.Account
	c, err := w.cloud(trail.Record{Partition: part.Details.Partition})
	if err != nil {
		return err
	}
	loaded := c.server.Load(part)
	// Something that a later state does not list may have existed when the log began.
	w.whole[id] = loaded.Whole && w.options.StateTaken.IsZero()
	for _, arn := range loaded.Assumed {
		note := " (document unknown: the state does not give it)"
		if document := c.approved(id, arn); document != nil && !w.whole[id] {
			note = ", with its approved document: the state does not give it"
			_ = c.server.IAM(id).Edit(func(tx *iam.Tx) error {
				return tx.EditPolicy(arn, func(p *iam.Policy) error {
					p.Versions[0].Document = string(document)
					return nil
				})
			})
		}
		c.assumed = append(c.assumed, "policy "+arn+note)
	}
	for _, source := range part.Sources {
		w.stated[source] = append(w.stated[source], id)
	}
	w.contradictions = append(w.contradictions, told.takeBack(c, part.Details)...)
	return nil
}

// approved returns the approved document of a policy, or nil if it is not a boundary or has none.
func (c *cloud) approved(id, arn string) []byte {
	for _, b := range c.cfg.Boundaries(c.partition, id) {
		if b.ARN == arn {
			return b.Document
		}
	}
	return nil
}

// strange returns the error for a state with no account of the log: it is not the state that the user meant.
func (w *world) strange() error {
	for _, source := range sortedKeys(w.stated) {
		if !slices.ContainsFunc(w.stated[source], func(id string) bool { return w.about[id] }) {
			return fmt.Errorf("the state %s is of account %s, and the log of %s: give the state of an account that the log is about",
				source, strings.Join(w.stated[source], ", "), or(strings.Join(sortedKeys(w.about), ", "), "none"))
		}
	}
	return nil
}
