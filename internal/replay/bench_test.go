package replay

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/logs"
)

// writes are n writes of IAM as a busy account has them: roles and users that are made with
// their boundary, changed and deleted, policies that are written; and one in fifty that lets a
// role out.
func writes(n int) []logs.Record {
	records := make([]logs.Record, 0, n)
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	add := func(name, request string) {
		i := len(records)
		at = at.Add(3 * time.Second)
		records = append(records, logs.Record{File: "bench", Index: i + 1, Time: at, Raw: json.RawMessage(fmt.Sprintf(`{"eventVersion": "1.11", "eventID": "bench-%d",
			"eventSource": "iam.amazonaws.com", "eventName": %q, "eventTime": %q, "awsRegion": "us-east-1", "recipientAccountId": "123456789012",
			"eventType": "AwsApiCall", "managementEvent": true, "eventCategory": "Management", "readOnly": false, "sourceIPAddress": "192.0.2.7",
			"userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::123456789012:assumed-role/deploy/ci", "accountId": "123456789012"},
			"requestParameters": %s, "responseElements": null}`, i, name, at.Format(time.RFC3339), request))})
	}
	for i := 0; len(records) < n; i++ {
		role, user := fmt.Sprintf("app-%d", i), fmt.Sprintf("user-%d", i)
		add("CreateRole", fmt.Sprintf(`{"roleName": %q, "path": "/dev/", "permissionsBoundary": %q, "assumeRolePolicyDocument": "{\"Statement\":[]}"}`, role, ours))
		add("TagRole", fmt.Sprintf(`{"roleName": %q, "tags": [{"key": "team", "value": "a"}]}`, role))
		add("AttachRolePolicy", fmt.Sprintf(`{"roleName": %q, "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}`, role))
		add("PutRolePolicy", fmt.Sprintf(`{"roleName": %q, "policyName": "p", "policyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sqs:*\",\"Resource\":\"*\"}]}"}`, role))
		add("CreatePolicy", fmt.Sprintf(`{"policyName": "p-%d", "policyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":[]}"}`, i))
		add("CreateUser", fmt.Sprintf(`{"userName": %q, "permissionsBoundary": %q}`, user, ours))
		add("PutUserPolicy", fmt.Sprintf(`{"userName": %q, "policyName": "p", "policyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":[]}"}`, user))
		add("UpdateAssumeRolePolicy", fmt.Sprintf(`{"roleName": %q, "policyDocument": "{\"Statement\":{}}"}`, role))
		if i%5 == 0 {
			add("DeleteRolePermissionsBoundary", fmt.Sprintf(`{"roleName": %q}`, role))
		}
		add("DeleteUser", fmt.Sprintf(`{"userName": %q}`, user))
		if i >= 100 { // a stock of roles stays
			add("DeleteRole", fmt.Sprintf(`{"roleName": "app-%d"}`, i-100))
		}
	}
	return records[:n]
}

// BenchmarkReplay replays 20,000 writes of IAM in this process, in an account that is empty
// before, and in one with 10,000 roles.
func BenchmarkReplay(b *testing.B) {
	const n = 20_000
	records := writes(n)
	for _, roles := range []int{0, 10_000} {
		b.Run(fmt.Sprintf("roles=%d", roles), func(b *testing.B) {
			options := approved
			if roles > 0 {
				entities := make([]string, roles)
				for i := range entities {
					entities[i] = roleOf(own, fmt.Sprintf("old-%d", i), old, ours)
				}
				options = with("", stateOf("state", entities...))
			}
			for b.Loop() {
				s, err := Run(b.Context(), logs.Of(records...), options, func(s Step) error { return s.Err })
				if err != nil || !s.Complete || s.Judged != n {
					b.Fatalf("%+v, %v", s, err)
				}
			}
			b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

func readApproved(name string) ([]byte, error) {
	if name == "team.json" {
		return []byte(approvedDocument), nil
	}
	return nil, fs.ErrNotExist
}
