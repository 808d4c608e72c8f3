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

// warnings returns likely mistakes in a configuration. With an account (not nil), it compares
// the configuration with that account.
func warnings(f *config.Config, account *authdetails.Details, now time.Time) []string {
	all := slices.Concat(f.Warnings(), f.Risks(), linted(f, account), platformRoles(f, account, now))
	for _, e := range f.Exemptions() {
		if !now.Before(e.Expires) {
			all = append(all, fmt.Sprintf("the exemption of %s expired on %s and has no effect", e.Principal, e.Expires.Format(time.DateOnly)))
		}
		if account != nil {
			all = append(all, compareExemption(e, account)...)
		}
	}
	return all
}

// linted returns likely mistakes in the approved documents, with the placeholders of the
// account filled in, or of an example account if account is nil.
func linted(f *config.Config, account *authdetails.Details) (all []string) {
	partition, id := "aws", "123456789012"
	if account != nil {
		partition, id = account.Partition, account.Account
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
		for _, problem := range (lint.Boundary{ARN: b.ARN, Document: b.Policy, Boundaries: arns}).Lint() {
			all = append(all, fmt.Sprintf("boundary %q %s", b.Name, problem))
		}
	}
	return all
}

// platformRoles warns of rules that require a boundary for roles of AWS platforms: those of
// the account, or all well-known ones if account is nil.
func platformRoles(f *config.Config, account *authdetails.Details, now time.Time) (all []string) {
	roles := f.Platforms()
	if account != nil {
		roles = snapshots(account)
	}
	for _, r := range f.Reaches(roles, now) {
		all = append(all, fmt.Sprintf("rule %q requires boundary %q for roles of an AWS platform (%s): %s; put \"preset: %s\" before it, or see %s",
			r.Rule, r.Boundary, r.Preset.What, few(r.Roles, 4), r.Preset.Name, r.Preset.Page))
	}
	return all
}

// compareExemption warns if the account has no principal of this name, or another one.
func compareExemption(e config.Exemption, account *authdetails.Details) []string {
	arn := e.In(account.Partition, account.Account)
	ref, err := principal.Parse(arn)
	if err != nil || ref.Account != account.Account {
		return nil
	}
	switch p, ok := account.Principal(arn); {
	case !ok:
		return []string{fmt.Sprintf("the exemption of %s matches no principal in account %s: remove it, before another principal gets the name", e.Principal, account.Account)}
	case e.ID != "" && e.ID != p.ID:
		return []string{fmt.Sprintf("the exemption of %s is for %s, but the principal with that name is now %s", e.Principal, e.ID, p.ID)}
	}
	return nil
}

func snapshots(account *authdetails.Details) []principal.Snapshot {
	all := make([]principal.Snapshot, len(account.Principals))
	for i, p := range account.Principals {
		all[i] = p.Snapshot
	}
	return all
}

// few lists the first items, and counts the rest.
func few(list []string, most int) string {
	if len(list) <= most {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:most], ", "), len(list)-most)
}

// printPinned prints a configuration with the unique ids of its exempt principals.
func printPinned(w io.Writer, stdin io.Reader, path, state string) error {
	if state == "" {
		return errors.New("--pin takes the ids from an account: give --state")
	}
	account, err := readState(state, stdin)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading the configuration: %w", err)
	}
	pinned, err := config.Pin(data, func(arn string) (string, bool) {
		p, ok := account.Principal(config.Exemption{Principal: arn}.In(account.Partition, account.Account))
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
