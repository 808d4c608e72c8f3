package replay

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/finding"
)

// log makes records of calls on IAM out of "name at request" triples, in order.
func log(calls ...[3]string) (records []Record) {
	for i, c := range calls {
		records = append(records, Record{File: "log", Index: i + 1, Raw: json.RawMessage(fmt.Sprintf(`{"eventVersion": "1.11", "eventID": "log-%d",
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
	all := drifted(play(t, swap, Options{Settings: map[string]string{boot.EnvBoundary: ours, boot.EnvMode: "enforce"}}))
	if len(all) != 1 || all[0].Drift != finding.Replaced || all[0].Relation != "unproven" || all[0].Attached != admin {
		t.Errorf("findings:\n%s", lines(t, all))
	}
	// AWS's own policies are boundaries too, also those that nothing here knows.
	rare := "arn:aws:iam::aws:policy/job-function/Rare"
	all = drifted(play(t, log(
		[3]string{"CreateRole", "12:00:00", `{"roleName": "app", "permissionsBoundary": "` + rare + `"}`},
		[3]string{"PutRolePermissionsBoundary", "12:10:00", `{"roleName": "app", "permissionsBoundary": "` + admin + `"}`},
	), Options{Settings: map[string]string{boot.EnvBoundary: rare, boot.EnvMode: "enforce"}}))
	if len(all) != 1 || all[0].Drift != finding.Replaced || all[0].Relation != "unproven" {
		t.Errorf("findings:\n%s", lines(t, all))
	}
}
