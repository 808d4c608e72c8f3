package localaws_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/localaws/events"
)

const (
	account  = "123456789012"
	trust    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	document = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`
	denyAll  = "arn:aws:iam::aws:policy/AWSDenyAll"
	boundary = "arn:aws:iam::123456789012:policy/team/boundary"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// overHTTP returns a server and an IAM client that uses a real socket.
func overHTTP(t *testing.T) (*localaws.Server, *iam.Client) {
	t.Helper()
	server := localaws.New(localaws.Options{Now: localaws.NewClock(start).Now, Seed: 1})
	return server, iam.NewFromConfig(listen(t, server).Config("us-east-1", account))
}

func listen(t *testing.T, server *localaws.Server) *localaws.Listener {
	t.Helper()
	listener, err := server.ListenTo("127.0.0.1:0", t.Output())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := listener.Close(); err != nil {
			t.Error(err)
		}
	})
	return listener
}

func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func makeBoundary(t *testing.T, client *iam.Client) {
	t.Helper()
	must(client.CreatePolicy(t.Context(), &iam.CreatePolicyInput{
		PolicyName: aws.String("boundary"), Path: aws.String("/team/"), PolicyDocument: aws.String(document),
	}))(t)
}

func TestRoleWithBoundary(t *testing.T) {
	server, client := overHTTP(t)
	var seen []events.Event
	server.Subscribe(func(e events.Event) { seen = append(seen, e) })
	makeBoundary(t, client)
	created := must(client.CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName: aws.String("App"), Path: aws.String("/dev/"), AssumeRolePolicyDocument: aws.String(trust),
		PermissionsBoundary: aws.String(boundary), Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("a&b <c>")}},
	}))(t)
	if got := aws.ToString(created.Role.Arn); got != "arn:aws:iam::123456789012:role/dev/App" {
		t.Errorf("arn %s", got)
	}
	got := must(client.GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("app")}))(t).Role
	if *got.PermissionsBoundary.PermissionsBoundaryArn != boundary || *got.RoleName != "App" || *got.Tags[0].Value != "a&b <c>" ||
		!got.CreateDate.Equal(start) || *got.RoleId != *created.Role.RoleId {
		t.Errorf("%+v", got)
	}
	listed := must(client.ListRoles(t.Context(), &iam.ListRolesInput{}))(t).Roles
	if len(listed) != 1 || listed[0].PermissionsBoundary != nil || listed[0].Tags != nil {
		t.Errorf("ListRoles returns more than AWS does: %+v", listed)
	}
	must(client.DeleteRolePermissionsBoundary(t.Context(), &iam.DeleteRolePermissionsBoundaryInput{RoleName: aws.String("App")}))(t)
	if got := must(client.GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("App")}))(t).Role; got.PermissionsBoundary != nil {
		t.Errorf("%+v", got.PermissionsBoundary)
	}
	_, err := client.PutRolePermissionsBoundary(t.Context(), &iam.PutRolePermissionsBoundaryInput{
		RoleName: aws.String("App"), PermissionsBoundary: aws.String("arn:aws:iam::123456789012:policy/none"),
	})
	var missing *types.NoSuchEntityException
	if !errors.As(err, &missing) {
		t.Errorf("%v", err)
	}
	var names []string
	for _, e := range seen {
		var d struct{ EventName, ErrorCode string }
		if err := json.Unmarshal(e.Detail, &d); err != nil {
			t.Fatal(err)
		}
		names = append(names, d.EventName+d.ErrorCode)
	}
	want := []string{"CreatePolicy", "CreateRole", "DeleteRolePermissionsBoundary", "PutRolePermissionsBoundaryNoSuchEntityException"}
	if !slices.Equal(names, want) {
		t.Errorf("events %v, want %v", names, want)
	}
}
