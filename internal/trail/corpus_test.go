package trail

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/trail/trailtest"
)

// kind returns the kind of a change, for counting.
func kind(c Change) string {
	outcome := ""
	if c.Failed() {
		outcome = " failed"
	}
	return strings.TrimPrefix(fmt.Sprintf("%T", c.Subject), "trail.") + " " + c.Name + outcome
}

// Ensure that all records in the files of a trail are read, and that each watched call is found.
func TestTrailFilesOfAnIncident(t *testing.T) {
	records := trailtest.Recorded(t, "cloudtrail-files")
	got := map[string]int{}
	for _, record := range records {
		change, err := Parse(record.Text)
		if err != nil {
			t.Errorf("%s: %v", record.Name, err)
			continue
		}
		if change.Time.IsZero() || change.EventID == "" || change.Account != "123837392027" || change.Partition != "aws" {
			t.Errorf("%s: %+v", record.Name, change.Record)
		}
		if change.Subject != (Unwatched{}) {
			got[kind(change)]++
		}
		if p, ok := change.Subject.(Principal); ok && change.Name == "CreateRole" && (p.ID == "" || p.Ref.Path != "/") {
			t.Errorf("%s: %+v", record.Name, p)
		}
	}
	if len(records) != 2093 {
		t.Errorf("%d records, want 2093", len(records))
	}
	if diff := cmp.Diff(map[string]int{
		"Principal CreateRole":       9,
		"Principal DeleteRole":       9,
		"Principal PutRolePolicy":    5,
		"Principal AttachRolePolicy": 5,
		"Principal DeleteRolePolicy": 4,
		"Principal DetachRolePolicy": 3,
		"ManagedPolicy CreatePolicy": 2,
		"ManagedPolicy DeletePolicy": 1,
		"Control CreateLogGroup":     1,
		"Control CreateTrail":        2,
		"Control DeleteTrail":        2,
		"Control PutEventSelectors":  2,
		"Control StartLogging":       2,
		"Control DeleteLogGroup":     1,
	}, got); diff != "" {
		t.Error(diff)
	}
}

// Ensure that single records of many sources are read. Some are handwritten fixtures that lack fields that IAM
// always records, or have a scrambled account. Each of those is refused with the name of the field.
func TestRecordsOfManySources(t *testing.T) {
	unusable := map[string]string{
		"fullstop/CreateRole-1.json":                      `recipientAccountId: "XXXX123XXX" is not 12 digits`,
		"fullstop/CreateRole-3.json":                      `recipientAccountId: "XXXX123XXX" is not 12 digits`,
		"fullstop/CreateRole-4.json":                      `recipientAccountId: "XXXX123XXX" is not 12 digits`,
		"panther-analysis/CreateServiceLinkedRole-2.json": "responseElements.role: missing",
		"panther-analysis/CreateServiceLinkedRole-5.json": "responseElements.role: missing",
		"panther-analysis/PutUserPolicy-3.json":           "requestParameters: missing",
		"panther-analysis/UpdateAssumeRolePolicy-1.json":  "requestParameters.roleName: missing",
		"panther-analysis/UpdateAssumeRolePolicy-2.json":  "requestParameters.roleName: missing",
		"panther-analysis/UpdateAssumeRolePolicy-3.json":  "requestParameters.roleName: missing",

		"streamalert/PutEvaluations-1.json": `eventTime: "..." is not a time`,
		"streamalert/PutEvaluations-2.json": `eventTime: "..." is not a time`,

		"fullstop/UpdateFunctionCode20150331v2-1.json": `recipientAccountId: "123456" is not 12 digits`,
		"fullstop/UpdateFunctionCode20150331v2-2.json": `recipientAccountId: "123456" is not 12 digits`,
		"fullstop/CreateFunction2ffff31-1.json":        `recipientAccountId: "fdsafdsafdsa" is not 12 digits`,
		"fullstop/CreateFunction2ffff31-2.json":        `recipientAccountId: "fdsafdsafdsa" is not 12 digits`,
		"panther-analysis/SetQueueAttributes-1.json":   "recipientAccountId: missing",
		"panther-analysis/UpdateTrail-1.json":          "eventID: missing",
	}
	changedNothing := map[string]bool{ // by their own account
		"panther-analysis/EnableRegion-1.json": true, // managementEvent is false
		"panther-analysis/StartLogging-1.json": true, // readOnly is true
	}
	records := trailtest.Recorded(t, "records")
	got := map[string]int{}
	for _, record := range records {
		change, err := Parse(record.Text)
		if want := unusable[record.Name]; want != "" {
			if err == nil || err.Error() != want || errclass.ClassOf(err) != errclass.BadInput {
				t.Errorf("%s: %v, want %s", record.Name, err, want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", record.Name, err)
			continue
		}
		watched := slices.Contains(Watched(), change.Call()) || slices.Contains(ControlServices(), change.Source) && !changedNothing[record.Name]
		if watched != (change.Subject != Unwatched{}) && !change.Failed() {
			t.Errorf("%s: %s, watched %v", record.Name, kind(change), watched)
		}
		if watched {
			got[kind(change)]++
		}
	}
	if len(records) != 132 {
		t.Errorf("%d records, want 132", len(records))
	}
	if diff := cmp.Diff(map[string]int{
		"Principal CreateRole":                     3,
		"Principal CreateUser":                     8,
		"Unwatched CreateUser failed":              1,
		"Principal AttachRolePolicy":               4,
		"Unwatched AttachRolePolicy failed":        1,
		"Principal AttachUserPolicy":               8,
		"Principal PutUserPolicy":                  2,
		"Principal UpdateAssumeRolePolicy":         1,
		"Group DeleteGroupPolicy":                  1,
		"Unwatched DeleteGroupPolicy failed":       1,
		"Unwatched CreateServiceLinkedRole failed": 3,

		"Control AddPermission20150331":                 1,
		"Control AddPermission20150331v2":               2,
		"Control CreateTopic":                           1,
		"Control CreateTrail":                           1,
		"Control DeleteDeliveryChannel":                 1,
		"Control PutDeliveryChannel":                    1,
		"Control StopConfigurationRecorder":             1,
		"Unwatched DeleteDeliveryChannel failed":        1,
		"Unwatched PutDeliveryChannel failed":           1,
		"Control DeleteFunction":                        4,
		"Control DeleteRule":                            1,
		"Control DeleteTrail":                           2,
		"Control PutEventSelectors":                     3,
		"Control RemovePermission":                      1,
		"Control SetQueueAttributes":                    1,
		"Control SetTopicAttributes":                    2,
		"Control StopLogging":                           3,
		"Control UpdateFunctionCode20150331":            1,
		"Control UpdateFunctionCode20150331v2":          5,
		"Control UpdateFunctionConfiguration20150331v2": 6,
		"Control UpdateTrail":                           1,
		"Unwatched CreateTrail failed":                  1,
		"Unwatched DeleteTrail failed":                  1,
		"Unwatched StopLogging failed":                  2,
	}, got); diff != "" {
		t.Error(diff)
	}
}
