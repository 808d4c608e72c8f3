package eventhistory_test

import (
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/eventhistory"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/trail"
)

const (
	trust    = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`
	boundary = "arn:aws:iam::aws:policy/AWSDenyAll"
)

func TestCallsReturnsTheLatestFirst(t *testing.T) {
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	clock := localaws.NewClock(start)
	server := localaws.New(localaws.Options{Now: clock.Now, Seed: 1})
	config := server.Config("us-east-1", localaws.DefaultAccount)
	client := iam.NewFromConfig(config)
	for _, name := range []string{"app", "other"} {
		if _, err := client.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(trust)}); err != nil {
			t.Fatal(err)
		}
	}
	for range 60 { // more than one page
		clock.Advance(time.Second)
		if _, err := client.PutRolePermissionsBoundary(t.Context(), &iam.PutRolePermissionsBoundaryInput{RoleName: aws.String("app"), PermissionsBoundary: aws.String(boundary)}); err != nil {
			t.Fatal(err)
		}
		clock.Advance(time.Second)
		if _, err := client.DeleteRolePermissionsBoundary(t.Context(), &iam.DeleteRolePermissionsBoundaryInput{RoleName: aws.String("app")}); err != nil {
			t.Fatal(err)
		}
	}
	server.ResetCalls()
	ref := principal.Ref{Partition: "aws", Account: localaws.DefaultAccount, Kind: principal.Role, Name: "app"}
	h := eventhistory.New(cloudtrail.NewFromConfig(config))
	calls, err := h.Calls(t.Context(), ref, start)
	if err != nil {
		t.Fatal(err)
	}
	if n := server.Calls()["cloudtrail:LookupEvents"]; n != 2 || len(calls) != 100 {
		t.Errorf("%d requests gave %d calls, want 2 and 100", n, len(calls))
	}
	if !slices.IsSortedFunc(calls, func(a, b trail.Raw) int { return b.Time.Compare(a.Time) }) {
		t.Error("not latest first")
	}
	for _, c := range calls {
		if c.Name != "PutRolePermissionsBoundary" && c.Name != "DeleteRolePermissionsBoundary" {
			t.Errorf("%s is no call on the role's boundary", c.Name)
		}
	}
	recent, err := h.Calls(t.Context(), ref, clock.Now().Add(-3*time.Second))
	if err != nil || len(recent) == 0 || len(recent) > 4 {
		t.Errorf("the last 3 seconds: %d calls, %v", len(recent), err)
	}
}

func TestAThrottledHistoryIsAnError(t *testing.T) {
	server := localaws.New(localaws.Options{Seed: 1})
	server.Inject(localaws.Fault{On: "cloudtrail:LookupEvents", Do: localaws.Throttle{}})
	config := server.Config("us-east-1", localaws.DefaultAccount)
	config.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	_, err := eventhistory.New(cloudtrail.NewFromConfig(config)).Calls(t.Context(), principal.Ref{Name: "app"}, time.Time{})
	if errclass.ClassOf(err) != errclass.Retryable {
		t.Errorf("got %v", err)
	}
}
