package replay

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/logs"
)

// log makes records of calls on IAM out of "name at request" triples, in order.
func log(calls ...[3]string) (records []logs.Record) {
	for i, c := range calls {
		records = append(records, logs.Record{File: "log", Index: i + 1, Raw: json.RawMessage(fmt.Sprintf(`{"eventVersion": "1.11", "eventID": "log-%d",
			"eventSource": "iam.amazonaws.com", "eventName": %q, "eventTime": "2026-03-01T%sZ", "awsRegion": "us-east-1", "recipientAccountId": "123456789012",
			"userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/eve"}, "requestParameters": %s, "responseElements": null}`, i, c[0], c[1], c[2]))})
	}
	return records
}

const (
	ours  = "arn:aws:iam::123456789012:policy/team-boundary"
	admin = "arn:aws:iam::aws:policy/AdministratorAccess"
)

// Ensure that a boundary whose document nobody knows is never taken for one that allows
// anything: what is compared with it is not proven, and that is found.
func TestWithoutADocumentNothingIsInside(t *testing.T) {
	swap := log(
		[3]string{"CreateRole", "12:00:00", `{"roleName": "app", "permissionsBoundary": "` + ours + `"}`},
		[3]string{"PutRolePermissionsBoundary", "12:10:00", `{"roleName": "app", "permissionsBoundary": "` + admin + `"}`},
	)
	all := drifted(play(t, logs.Of(swap...), Options{Settings: map[string]string{boot.EnvBoundary: ours, boot.EnvMode: "enforce"}}))
	if len(all) != 1 || all[0].Drift != finding.Replaced || all[0].Relation != "unproven" || all[0].Attached != admin {
		t.Errorf("findings:\n%s", lines(t, all))
	}
	// AWS's own policies are boundaries too, also those that nothing here knows.
	rare := "arn:aws:iam::aws:policy/job-function/Rare"
	all = drifted(play(t, logs.Of(log(
		[3]string{"CreateRole", "12:00:00", `{"roleName": "app", "permissionsBoundary": "` + rare + `"}`},
		[3]string{"PutRolePermissionsBoundary", "12:10:00", `{"roleName": "app", "permissionsBoundary": "` + admin + `"}`},
	)...), Options{Settings: map[string]string{boot.EnvBoundary: rare, boot.EnvMode: "enforce"}}))
	if len(all) != 1 || all[0].Drift != finding.Replaced || all[0].Relation != "unproven" {
		t.Errorf("findings:\n%s", lines(t, all))
	}
}

// Ensure that what existed before the log is not said to have been without its boundary, until
// an event tells.
func TestWhatTheLogPresupposesIsAssumed(t *testing.T) {
	const name = `{"roleName": "app"`
	attach := [3]string{"AttachRolePolicy", "12:00:00", name + `, "policyArn": "` + admin + `"}`}
	all, s := summed(t, logs.Of(log(attach)...), approved)
	if got := drifted(all); len(got) != 1 || len(got[0].Assumed) != 1 || got[0].Severity != finding.High || s.Assumed != 1 || s.Findings != 1 {
		t.Errorf("%+v\n%s", s, lines(t, got))
	}
	all, s = summed(t, logs.Of(log(attach, [3]string{"DeleteRolePermissionsBoundary", "12:30:00", name + `}`})...), approved)
	if got := drifted(all); len(got) != 2 || len(got[1].Assumed) != 0 || got[1].Severity != finding.Critical || s.Assumed != 1 || s.Findings != 2 {
		t.Errorf("%+v\n%s", s, lines(t, got))
	}
	// A finding that stands counts as what is known of it in the end, but for its end.
	observe := approved
	observe.Settings = map[string]string{boot.EnvBoundary: ours, boot.EnvBoundaryDocument: "team.json", boot.EnvMode: "alert"}
	_, s = summed(t, logs.Of(log(attach, [3]string{"PutRolePermissionsBoundary", "12:30:00", name + `, "permissionsBoundary": "` + ours + `"}`})...), observe)
	if s.Assumed != 1 || s.Findings != 1 {
		t.Errorf("an end makes it true: %+v", s)
	}
	_, s = summed(t, logs.Of(log(attach, [3]string{"DeleteRolePermissionsBoundary", "12:30:00", name + `}`})...), observe)
	if s.Assumed != 0 || s.Findings != 1 {
		t.Errorf("what the log tells is still assumed: %+v", s)
	}
}

// Ensure that a service's own roles are known by name where nothing else is known of them.
func TestAServicesOwnRolesAreKnownByName(t *testing.T) {
	all, s := summed(t, logs.Of(log(
		[3]string{"AttachRolePolicy", "12:00:00", `{"roleName": "AWSReservedSSO_Admin_0123456789abcdef", "policyArn": "` + admin + `"}`},
		[3]string{"AttachRolePolicy", "12:01:00", `{"roleName": "AWSServiceRoleForSupport", "policyArn": "` + admin + `"}`},
		[3]string{"CreateRole", "12:02:00", `{"roleName": "AWSReservedSSO_Mine_0123456789abcdef"}`},
	)...), approved)
	got := drifted(all)
	if len(got) != 2 || got[0].Drift != finding.Protected || got[0].Severity == finding.Critical || got[1].Drift != finding.Missing || len(got[1].Assumed) != 0 || s.Assumed != 1 {
		t.Errorf("%+v\n%s", s, lines(t, got))
	}
}

// Ensure that where rules go by paths and tags, nobody whose path is not known is said to be inside
// or outside without a word.
func TestAPathThatNobodyTellsIsAssumed(t *testing.T) {
	const config = `
version: 1
mode: enforce
boundaries:
  team: {arn: "arn:${partition}:iam::${account}:policy/team-boundary", document: team.json}
rules:
  - {name: dev, match: {kinds: [role], paths: ["/dev/*"]}, boundary: team}
  - {name: users, match: {kinds: [user]}, boundary: team}
`
	o := Options{Settings: map[string]string{boot.EnvConfig: "c.yaml"}, Read: func(name string) ([]byte, error) {
		if name == "c.yaml" {
			return []byte(config), nil
		}
		return readApproved(name)
	}}
	records := log(
		[3]string{"DeleteRolePermissionsBoundary", "12:00:00", `{"roleName": "app"}`},
		[3]string{"DeleteUserPermissionsBoundary", "12:01:00", `{"userName": "u"}`},
		[3]string{"CreateRole", "12:02:00", `{"roleName": "known"}`},
	)
	all, s := summed(t, logs.Of(records...), o)
	if got := drifted(all); len(got) != 1 || len(got[0].Assumed) != 1 || !strings.Contains(got[0].Assumed[0], "user/u is in this path") || s.Assumed != 1 || s.AssumedInside != 1 {
		t.Errorf("%+v\n%s", s, lines(t, all))
	}
	o.States = []State{stateOf("s", roleOf(own, "app", old, ours)), {"u", []byte(`{"UserDetailList": [{"UserName": "u", "UserId": "AIDAU", "Arn": "arn:aws:iam::` + own + `:user/u"}]}`)}}
	if all, s := summed(t, logs.Of(records...), o); s.Findings != 1 || s.Assumed != 0 || s.AssumedInside != 0 {
		t.Errorf("%+v\n%s", s, lines(t, all))
	}
}
