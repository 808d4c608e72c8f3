package accounts_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/boot/accounts"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/iamread"
	"github.com/ringfence/ringfence/internal/iamwrite"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/principal"
)

const (
	hub, entered, closed = "111111111111", "222222222222", "333333333333"
	memberRole           = "arn:aws:iam::${account}:role/ringfence/ringfence-member-enforce"
	trust                = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`
)

// organization is three accounts with a role called app, of which the third has no role for Ringfence.
func organization(t *testing.T, now func() time.Time) *localaws.Server {
	t.Helper()
	server := localaws.New(localaws.Options{Seed: 1, Now: now})
	create := func(account, name, path string) {
		_, err := iam.NewFromConfig(server.Config("us-east-1", account)).CreateRole(t.Context(), &iam.CreateRoleInput{
			RoleName: &name, Path: &path, AssumeRolePolicyDocument: aws.String(trust),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, account := range []string{hub, entered, closed} {
		create(account, "app", "/")
	}
	create(entered, "ringfence-member-enforce", "/ringfence/")
	return server
}

type clients struct {
	source *iamread.Directory
	remedy *iamwrite.Remedy
}

func open(server *localaws.Server) (accounts.Source, accounts.Remedy) {
	cfg := server.Config("us-east-1", hub)
	cfg.Retryer = func() aws.Retryer { return awserr.NewRetryer() }
	all := accounts.New(boot.Settings{MemberRole: memberRole, ExternalID: "an external id", Account: hub}, cfg, func(cfg aws.Config) clients {
		client := iam.NewFromConfig(cfg)
		return clients{iamread.New(client), iamwrite.New(client)}
	})
	return accounts.Source{Of: func(account string) *iamread.Directory { return all.For(account).source }},
		accounts.Remedy{Of: func(account string) *iamwrite.Remedy { return all.For(account).remedy }}
}

func app(account string) principal.Ref {
	return principal.Ref{Partition: "aws", Account: account, Kind: principal.Role, Path: "/", Name: "app"}
}

func TestEachAccountIsReadWithItsOwnRole(t *testing.T) {
	server := organization(t, nil)
	source, remedy := open(server)
	for _, account := range []string{hub, entered} {
		for range 3 {
			got, err := source.Principal(t.Context(), app(account))
			if err != nil || got.Account != account {
				t.Errorf("%s: %+v, %v", account, got, err)
			}
		}
		outcome, err := remedy.Do(t.Context(), plan.Action{Kind: finding.Reattach, Principal: app(account), Boundary: "arn:aws:iam::aws:policy/ReadOnlyAccess"})
		if got, _ := source.Principal(t.Context(), app(account)); outcome != finding.Done || err != nil || got.Boundary == "" {
			t.Errorf("%s: %v, %v, carries %q", account, outcome, err, got.Boundary)
		}
	}
	if server.Calls()["sts:AssumeRole"] != 1 {
		t.Errorf("AssumeRole was called %d times, want once: not for the own account, and then cached", server.Calls()["sts:AssumeRole"])
	}
	if _, err := source.Policy(t.Context(), "arn:aws:iam::aws:policy/ReadOnlyAccess"); err != nil {
		t.Errorf("a policy of AWS: %v", err)
	}
	page, _, err := source.Page(t.Context(), entered, "")
	if err != nil || len(page) != 2 {
		t.Errorf("%d principals, %v", len(page), err)
	}
}

// The refusal of one account is remembered, and delays no other.
func TestAnAccountWithoutTheRole(t *testing.T) {
	server := organization(t, nil)
	source, remedy := open(server)
	for range 20 {
		_, err := source.Principal(t.Context(), app(closed))
		if errclass.ClassOf(err) != errclass.Refused || !strings.Contains(err.Error(), "arn:aws:iam::333333333333:role/ringfence/ringfence-member-enforce (is the spoke deployed in this account?)") {
			t.Fatalf("class %v: %v", errclass.ClassOf(err), err)
		}
		if _, err := source.Principal(t.Context(), app(entered)); err != nil {
			t.Fatal(err)
		}
	}
	if outcome, err := remedy.Do(t.Context(), plan.Action{Kind: finding.Reattach, Principal: app(closed), Boundary: "arn:aws:iam::aws:policy/ReadOnlyAccess"}); outcome != finding.Failed || err == nil {
		t.Errorf("%v, %v", outcome, err)
	}
	if server.Calls()["sts:AssumeRole"] != 2 {
		t.Errorf("AssumeRole was called %d times, want once for each account", server.Calls()["sts:AssumeRole"])
	}
}

// A throttle of AssumeRole is no refusal, and is not remembered.
func TestAThrottledRoleIsTriedAgain(t *testing.T) {
	server := organization(t, nil)
	stop := server.Inject(localaws.Fault{On: "sts:AssumeRole", Do: localaws.Throttle{}})
	source, _ := open(server)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if _, err := source.Principal(ctx, app(entered)); errclass.ClassOf(err) != errclass.Retryable {
		t.Fatalf("class %v: %v", errclass.ClassOf(err), err)
	}
	stop()
	if _, err := source.Principal(t.Context(), app(entered)); err != nil {
		t.Error(err)
	}
}

// Credentials that have ended are replaced.
func TestCredentialsAreRenewed(t *testing.T) {
	clock := localaws.NewClock(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)) // so they end in the past
	server := organization(t, clock.Now)
	source, _ := open(server)
	for range 2 {
		if _, err := source.Principal(t.Context(), app(entered)); err != nil {
			t.Fatal(err)
		}
		clock.Advance(2 * time.Hour)
	}
	if server.Calls()["sts:AssumeRole"] != 2 {
		t.Errorf("AssumeRole was called %d times, want twice", server.Calls()["sts:AssumeRole"])
	}
}
