package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/lint"
	"github.com/ringfence/ringfence/internal/principal"
)

// warnings are what may not be meant by a configuration, in general and for an account; nil
// where there is none to compare it with.
func warnings(f *config.Config, there *authdetails.Details, now time.Time) []string {
	all := slices.Concat(f.Warnings(), f.Risks(), linted(f, there), notYours(f, there, now))
	for _, e := range f.Exemptions() {
		if !now.Before(e.Expires) {
			all = append(all, fmt.Sprintf("the exemption of %s ended on %s: it does nothing any more", e.Principal, e.Expires.Format(time.DateOnly)))
		}
		if there != nil {
			all = append(all, compared(e, there)...)
		}
	}
	return all
}

// linted is what is hardly meant in the approved documents, as they are in an account; in one
// that is made up, where there is none to compare them with.
func linted(f *config.Config, there *authdetails.Details) (all []string) {
	partition, id := "aws", "123456789012"
	if there != nil {
		partition, id = there.Partition, there.Account
	}
	boundaries := f.Boundaries(partition, id)
	var arns []string
	for _, b := range boundaries {
		arns = append(arns, b.ARN)
	}
	for _, b := range boundaries {
		if b.Policy == nil {
			continue
		}
		for _, said := range (lint.Boundary{ARN: b.ARN, Document: b.Policy, Boundaries: arns}).Lint() {
			all = append(all, fmt.Sprintf("boundary %q %s", b.Name, said))
		}
	}
	return all
}

// notYours are the well-known roles of platforms that rules ask a boundary of: those of an
// account, or such as there may be.
func notYours(f *config.Config, there *authdetails.Details, now time.Time) (all []string) {
	roles := f.Platforms()
	if there != nil {
		roles = snapshots(there)
	}
	for _, r := range f.Reaches(roles, now) {
		all = append(all, fmt.Sprintf("rule %q asks for boundary %q of roles that are not yours (%s): %s; put \"preset: %s\" before it, or see %s",
			r.Rule, r.Boundary, r.Preset.What, few(r.Roles, 4), r.Preset.Name, r.Preset.Page))
	}
	return all
}

// compared says where an exemption is for nobody in an account, or for somebody else.
func compared(e config.Exemption, there *authdetails.Details) []string {
	arn := e.In(there.Partition, there.Account)
	ref, err := principal.Parse(arn)
	if err != nil || ref.Account != there.Account {
		return nil
	}
	switch p, ok := there.Principal(arn); {
	case !ok:
		return []string{fmt.Sprintf("the exemption of %s is for nobody in account %s: remove it, before somebody takes the name", e.Principal, there.Account)}
	case e.ID != "" && e.ID != p.ID:
		return []string{fmt.Sprintf("the exemption of %s is for %s, and that is another principal now (%s)", e.Principal, e.ID, p.ID)}
	}
	return nil
}

func snapshots(there *authdetails.Details) []principal.Snapshot {
	all := make([]principal.Snapshot, len(there.Principals))
	for i, p := range there.Principals {
		all[i] = p.Snapshot
	}
	return all
}

// few names the first of a list, and counts the others.
func few(list []string, most int) string {
	if len(list) <= most {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:most], ", "), len(list)-most)
}

// printPinned prints a configuration with the ids of those who are exempt in an account.
func printPinned(w io.Writer, stdin io.Reader, path, state string) error {
	if state == "" {
		return errors.New("--pin takes the ids from an account: give it with --state")
	}
	there, err := readState(state, stdin)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading the configuration: %w", err)
	}
	pinned, err := config.Pin(data, func(arn string) (string, bool) {
		p, ok := there.Principal(config.Exemption{Principal: arn}.In(there.Partition, there.Account))
		if !ok {
			return "", false
		}
		return p.ID, true
	})
	if err != nil {
		return err
	}
	_, err = w.Write(pinned)
	return err
}
