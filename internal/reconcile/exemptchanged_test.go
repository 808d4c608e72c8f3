package reconcile_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/tamper"
	"github.com/ringfence/ringfence/internal/target"
	"github.com/ringfence/ringfence/internal/trail"
)

const sparing = `
version: 1
mode: enforce
boundaries: {team: {arn: "arn:${partition}:iam::${account}:policy/team-boundary", document: d}}
rules:
  - {preset: control-tower, owner: o}
  - {preset: identity-center, owner: o}
  - {name: everyone, match: {names: ["*"]}, boundary: team}
exemptions:
  - {principal: "arn:aws:iam::123456789012:role/named", owner: o, reason: r, expires: 2027-01-31}
  - {principal: "arn:aws:iam::123456789012:role/pinned", id: AROA0000000000000001, owner: o, reason: r, expires: 2027-01-31}
  - {principal: "arn:aws:iam::123456789012:role/lapsed", owner: o, reason: r, expires: 2026-01-31}
`

// settled sends events to a process with a configuration, together, until they are done.
func (w *world) settled(config string, events ...trail.Change) {
	w.t.Helper()
	w.config = config
	for range 20 {
		var work []target.Work
		for _, e := range events {
			of, _ := target.FromChange(e, tamper.Parts{})
			work = append(work, of...)
		}
		var again time.Duration
		for _, r := range w.process().Batch(w.t.Context(), target.Merge(work)) {
			again = max(again, r.After)
		}
		if again == 0 {
			w.report()
			return
		}
		w.pass(again)
	}
	w.t.Fatal("comes back for ever")
}

func (w *world) withID(name, id string) {
	s := w.principals[name]
	s.ID = id
	w.principals[name] = s
}

// Calls that create or extend a principal without a required boundary are reported once each,
// however often they are delivered. Other calls are not.
func TestChangesOfExemptPrincipalsAreReported(t *testing.T) {
	for name, c := range map[string]struct {
		role, id string
		calls    []string
		want     []string
	}{
		"made under an exempt name":       {role: "named", calls: []string{"CreateRole"}, want: []string{"exempt-changed done open #1"}},
		"made, opened and given":          {role: "named", calls: []string{"CreateRole", "UpdateAssumeRolePolicy", "AttachRolePolicy"}, want: []string{"exempt-changed done open #1", "exempt-changed done open #1", "exempt-changed done open #1"}},
		"made by another call":            {role: "named", calls: []string{"PutRolePolicy"}, want: []string{"exempt-changed done open #1"}},
		"what takes away":                 {role: "named", calls: []string{"DetachRolePolicy", "DeleteRolePolicy"}},
		"what changes no permission":      {role: "named", calls: []string{"TagRole", "DeleteRolePermissionsBoundary"}},
		"the one that is meant":           {role: "pinned", id: "AROA0000000000000001", calls: []string{"UpdateAssumeRolePolicy"}, want: []string{"exempt-changed done open #1"}},
		"another one of its name":         {role: "pinned", calls: []string{"CreateRole"}, want: []string{"missing done resolved #1"}},
		"one that is not exempt any more": {role: "lapsed", calls: []string{"CreateRole"}, want: []string{"exemption-expired done resolved #1"}},
		"the name of a platform's role":   {role: "AWSControlTowerExecution", calls: []string{"CreateRole"}, want: []string{"exempt-changed done open #1"}},
		"nearly the name of one":          {role: "AWSControlTowerExecutions", calls: []string{"CreateRole"}, want: []string{"missing done resolved #1"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.role(c.role, "")
			if c.id != "" {
				w.withID(c.role, c.id)
			}
			var events []trail.Change
			for _, call := range c.calls {
				events = append(events, roleEvent(call, c.role))
			}
			w.settled(sparing, events...)
			w.settled(sparing, events...)
			w.wantTold(c.want...)
			exempt := len(c.want) == 0 || strings.HasPrefix(c.want[0], "exempt-changed")
			if exempt != (len(w.writes) == 0) {
				t.Errorf("writes: %+v", w.writes)
			}
		})
	}
}

// A call on an earlier principal of the same name says nothing about the current one.
// Service-linked roles are not reported.
func TestChangesOfAnEarlierPrincipalAreNotReported(t *testing.T) {
	w := newWorld(t)
	w.role("named", "")
	made := w.principals["named"]
	made.Created = start.Add(time.Hour)
	w.principals["named"] = made
	w.pass(2 * time.Hour)
	w.settled(sparing, roleEvent("UpdateAssumeRolePolicy", "named"))
	w.settled(sparing, event("CreateRole", `{"roleName": "named"}`))
	w.wantTold()

	w.principals["AWSReservedSSO_Admin_0123456789abcdef"] = principal.Snapshot{
		Ref: principal.Ref{Partition: "aws", Account: account, Kind: principal.Role, Path: "/aws-reserved/sso.amazonaws.com/", Name: "AWSReservedSSO_Admin_0123456789abcdef"},
		ID:  "AROASSO",
	}
	w.settled(sparing, event("UpdateAssumeRolePolicy", `{"roleName": "AWSReservedSSO_Admin_0123456789abcdef"}`))
	w.wantTold()
}

// A group's new permissions are reported for exempt members only.
func TestGroupChangesOfExemptUsersAreReported(t *testing.T) {
	const users = `
version: 1
mode: enforce
boundaries: {team: {arn: "arn:${partition}:iam::${account}:policy/team-boundary", document: d}}
rules: [{name: everyone, match: {names: ["*"]}, boundary: team}]
exemptions: [{principal: "arn:aws:iam::123456789012:user/lead", owner: o, reason: r, expires: 2027-01-31}]
`
	for call, want := range map[string][]string{
		"PutGroupPolicy": {"exempt-changed done open #1"}, "AttachGroupPolicy": {"exempt-changed done open #1"}, "DetachGroupPolicy": nil,
	} {
		w := newWorld(t)
		w.user("lead", "AIDALEAD", "")
		w.user("jane", "AIDAJANE", boundary)
		w.group = []principal.Ref{w.principals["lead"].Ref, w.principals["jane"].Ref}
		w.pass(time.Minute)
		e := event(call, `{"groupName": "g", "policyName": "p", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess", "policyDocument": "{}"}`)
		w.settled(users, e)
		w.settled(users, e)
		w.wantTold(want...)
		if len(want) > 0 && w.events[0].Principal.ID != "AIDALEAD" {
			t.Errorf("%s: reported for %+v", call, w.events[0].Principal)
		}
	}
}

const unapproved = `
version: 1
mode: alert
boundaries: {team: {arn: "arn:${partition}:iam::${account}:policy/team-boundary"}}
rules: [{name: everyone, match: {names: ["*"]}, boundary: team}]
`

// dated makes each version of a policy an hour newer than the one before; the last one has the
// time of the events.
func (w *world) dated(arn string) {
	s := w.policies[arn]
	for i := range s.Versions {
		s.Versions[i].Created = start.Add(time.Duration(i+1-len(s.Versions)) * time.Hour)
	}
	w.policies[arn] = s
}

func newDefault(document []byte) trail.Change {
	return policyEvent("CreatePolicyVersion", fmt.Sprintf(`, "setAsDefault": true, "policyDocument": %q`, document))
}

var fewer = []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}`)

// A change of a required policy without an approved document is reported with the difference,
// whatever versions were added to confuse the comparison.
func TestAChangeOfAnUnapprovedPolicyIsReported(t *testing.T) {
	for name, c := range map[string]struct {
		versions [][]byte
		call     trail.Change
		relation string
		diff     int
		severity string
	}{
		"widened":                    {[][]byte{approved, anything}, newDefault(anything), "wider", 1, "critical"},
		"widened beside a draft":     {[][]byte{approved, anything, anything}, newDefault(anything), "wider", 1, "critical"},
		"a draft is made the one":    {[][]byte{approved, anything}, policyEvent("SetDefaultPolicyVersion", `, "versionId": "v2"`), "wider", 1, "critical"},
		"narrowed":                   {[][]byte{approved, fewer}, newDefault(fewer), "narrower", 1, "medium"},
		"written again":              {[][]byte{approved, approved}, newDefault(approved), "equal", 0, "medium"},
		"with nothing left to go by": {[][]byte{anything}, newDefault(anything), "unproven", 0, "high"},
		"padded":                     {[][]byte{approved, anything}, newDefault(append(slices.Clone(anything), strings.Repeat(" ", 50_000)...)), "wider", 1, "critical"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.policies[boundary] = state(boundary, c.versions...)
			w.dated(boundary)
			w.mode = config.Alert
			w.settled(unapproved, c.call)
			w.settled(unapproved, c.call)
			w.wantTold("policy-changed done open #1")
			f := w.events[0]
			if f.Relation != c.relation || len(f.Diff) != c.diff || string(f.Severity) != c.severity || f.Principal != nil || f.Event.ID != c.call.EventID {
				t.Errorf("%+v", f)
			}
			for key, row := range w.rows {
				if len(row) > 20_000 {
					t.Errorf("%s takes %d bytes", key, len(row))
				}
			}
			if len(w.writes) != 0 {
				t.Errorf("writes: %+v", w.writes)
			}
		})
	}
}

// A call that changes no default version is not reported. The deletion of the policy is open
// until it exists again.
func TestAnUnapprovedPolicyThatIsDeleted(t *testing.T) {
	w := newWorld(t)
	w.mode = config.Alert
	w.policies[boundary] = state(boundary, approved, anything)
	w.dated(boundary)
	w.settled(unapproved, policyEvent("CreatePolicyVersion", `, "policyDocument": "{}"`), policyEvent("DeletePolicyVersion", `, "versionId": "v1"`))
	w.wantTold()
	delete(w.policies, boundary)
	w.settled(unapproved, policyEvent("DeletePolicy", ""))
	w.wantTold("absent-policy done open #1")
	if f := w.events[0]; f.OpenedBy == nil || f.OpenedBy.Event.Name != "DeletePolicy" || f.Exposure.From == nil {
		t.Errorf("the record says who deleted it, and when: %+v, since %v", f.OpenedBy, f.Exposure.From)
	}
	w.pass(time.Hour)
	w.policies[boundary] = state(boundary, anything)
	w.settled(unapproved, event("CreatePolicy", fmt.Sprintf(`{"policyName": "team-boundary", "policyDocument": %q}`, anything)))
	w.wantTold("absent-policy done open #1", "policy-changed done open #1", "absent-policy done resolved #2")
}
