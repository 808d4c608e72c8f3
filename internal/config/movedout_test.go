package config

import (
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/principal"
)

const leftConfig = `
version: 1
mode: alert
boundaries:
  dev: {arn: "arn:${partition}:iam::${account}:policy/dev"}
  prod: {arn: "arn:${partition}:iam::${account}:policy/prod"}
  team: {arn: "arn:${partition}:iam::${account}:policy/team"}
rules:
  - {name: in-dev, match: {paths: ["/dev/*"]}, boundary: dev}
  - {name: in-prod, match: {tags: {env: prod}}, boundary: prod}
  - {name: audited, match: {names: ["audit-*"]}, boundary: team}
  - {name: prod-too, match: {kinds: [role], tags: {Stage: "*"}}, boundary: prod}
  - {name: users, match: {kinds: [user]}, boundary: team}
exemptions:
  - {principal: "arn:aws:iam::123456789012:user/break-glass", owner: o, reason: r, expires: 2027-01-31}
  - {principal: "arn:aws:iam::123456789012:user/ops/break-glass", owner: o, reason: r, expires: 2027-01-31}
  - {principal: "arn:aws:iam::123456789012:user/late", owner: o, reason: r, expires: 2026-01-31}
`

func TestLeft(t *testing.T) {
	f, err := Load("left.yaml", []byte(leftConfig), nil)
	if err != nil {
		t.Fatal(err)
	}
	const arn = "arn:aws:iam::123456789012:"
	const dev, prod, team, other = arn + "policy/dev", arn + "policy/prod", arn + "policy/team", arn + "policy/other"
	renamed := func(was string) principal.Move { return principal.Move{Was: was} }
	tagged := func(keys ...string) principal.Move { return principal.Move{Tags: keys} }
	moved := principal.Move{Path: true}
	for name, c := range map[string]struct {
		arn      string
		tags     map[string]string
		boundary string
		move     principal.Move
		want     string // the rule that was left, with a ? if it only may have applied
	}{
		"nothing moved": {arn: "role/app", boundary: dev},

		// The record of a rename has both names.
		"a rename out of every rule":                {arn: "role/app", move: renamed("audit-app"), want: "audited"},
		"a rename out of every rule, boundary kept": {arn: "role/app", boundary: team, move: renamed("audit-app"), want: "audited"},
		// IAM ignores the case of names, and the record has the caller's spelling.
		"a rename, the old name in another spelling":                {arn: "role/app", move: renamed("AUDIT-app"), want: "audited?"},
		"a rename, the old name in another spelling, boundary kept": {arn: "role/app", boundary: team, move: renamed("AUDIT-app"), want: "audited"},
		"a rename within a rule":                                    {arn: "role/audit-a", move: renamed("audit-b")},
		"a rename into a rule":                                      {arn: "role/audit-a", move: renamed("app")},
		"a rename from no rule to none":                             {arn: "role/a", boundary: team, move: renamed("b")},
		"a rename to a rule of the same boundary":                   {arn: "user/jane", move: renamed("audit-jane")},
		"a rename to a rule of another boundary":                    {arn: "role/app", tags: tag{"stage": "x"}, move: renamed("audit-app"), want: "audited"},
		"a rename under a rule that goes before":                    {arn: "role/dev/app", move: renamed("audit-app")},
		"a rename to an exempt name":                                {arn: "user/break-glass", move: renamed("jane"), want: "users"},
		"a rename to a name whose exemption has lapsed":             {arn: "user/late", move: renamed("jane")},
		"a rename of somebody exempt":                               {arn: "user/jane", move: renamed("break-glass")},
		"a rename of somebody exempt out of every rule":             {arn: "role/app", move: renamed("break-glass")},
		"a rename that gives the path again, known rule":            {arn: "user/jane", move: principal.Move{Was: "audit-jane", Path: true}},

		// The old path is not known.
		"a path given, no rule now, nothing carried":       {arn: "role/app", move: moved, want: "in-dev?"},
		"a path given, no rule now, its boundary carried":  {arn: "role/app", boundary: dev, move: moved, want: "in-dev"},
		"a path given, no rule now, another carried":       {arn: "role/app", boundary: other, move: moved, want: "in-dev?"},
		"a path given, another rule now, nothing carried":  {arn: "user/jane", move: moved},
		"a path given, another rule now, its boundary on":  {arn: "user/jane", boundary: dev, move: moved, want: "in-dev"},
		"a path given, another rule now, that boundary on": {arn: "user/jane", boundary: team, move: moved},
		"a path given, into the rule's path":               {arn: "role/dev/app", boundary: dev, move: moved},
		"a path given, from one of its paths to another":   {arn: "role/dev/a/app", move: moved},
		"a path given, to an exempt ARN":                   {arn: "user/ops/break-glass", move: moved, want: "users"},
		"a path given, to an exempt ARN, boundary carried": {arn: "user/ops/break-glass", boundary: dev, move: moved, want: "in-dev"},

		// The old tags are not known either.
		"a tag removed, no rule now, nothing carried":      {arn: "role/app", move: tagged("env"), want: "in-prod?"},
		"a tag removed, no rule now, its boundary carried": {arn: "role/app", boundary: prod, move: tagged("env"), want: "in-prod"},
		"a tag set to another value, nothing carried":      {arn: "role/app", tags: tag{"env": "dev"}, move: tagged("env"), want: "in-prod?"},
		"a tag that no rule goes by":                       {arn: "role/app", boundary: prod, move: tagged("cost-center", "owner")},
		"a tag that keeps it in the rule":                  {arn: "role/app", tags: tag{"env": "prod"}, boundary: prod, move: tagged("env")},
		"a key in another case":                            {arn: "role/app", boundary: prod, move: tagged("ENV"), want: "in-prod"},
		"several keys, the carried boundary tells":         {arn: "role/app", boundary: prod, move: tagged("stage", "env"), want: "in-prod"},
		"a rule of users is none of a role's":              {arn: "user/app", boundary: prod, move: tagged("stage")},
		"another rule now, its boundary carried":           {arn: "user/jane", boundary: prod, move: tagged("env"), want: "in-prod"},
		"another rule now, nothing carried":                {arn: "user/jane", move: tagged("env")},
		"another rule now, of the same boundary":           {arn: "role/app", tags: tag{"stage": "x"}, boundary: prod, move: tagged("env")},
		"a rule before it applies still":                   {arn: "role/dev/app", boundary: prod, move: tagged("env")},
		"a tag of somebody exempt":                         {arn: "user/break-glass", boundary: prod, move: tagged("env")},
	} {
		s := snapshot(t, arn+c.arn, c.tags)
		s.Boundary = c.boundary
		left, ok := f.MovedOut(s, c.move, now)
		got := left.Rule
		if ok && !left.Certain {
			got += "?"
		}
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%s: left %q, want %q", name, got, c.want)
		}
		if r, _ := f.Rule(left.Rule); ok && left.Boundary.Name != r.Boundary {
			t.Errorf("%s: boundary %q of rule %q", name, left.Boundary.Name, left.Rule)
		}
	}
	// Once the exemption has lapsed, the rule applies as before.
	if left, ok := f.MovedOut(snapshot(t, arn+"user/break-glass", nil), renamed("jane"), time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC)); ok {
		t.Errorf("left %q", left.Rule)
	}
}

// Ensure that the ARN of a boundary policy is recognized in any case, and that the boundary then has the
// spelling of the configuration.
func TestBoundaryForInOtherCase(t *testing.T) {
	f, err := Load("left.yaml", []byte(leftConfig), nil)
	if err != nil {
		t.Fatal(err)
	}
	const dev = "arn:aws:iam::123456789012:policy/dev"
	for arn, want := range map[string]string{
		dev: dev, "arn:aws:iam::123456789012:policy/DEV": dev,
		"arn:aws:iam::123456789012:policy/devs": "", "arn:aws:iam::123456789012:policy/x/dev": "", "arn:aws:iam::aws:policy/DEV": "",
	} {
		if b, ok := f.BoundaryFor(arn); ok != (want != "") || b.ARN != want {
			t.Errorf("%s: %q, want %q", arn, b.ARN, want)
		}
	}
}
