package accounts_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	orgtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ringfence/ringfence/internal/boot/accounts"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/ledgerdb"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/localaws/wire"
	tree "github.com/ringfence/ringfence/internal/organization"
)

const member = "222222222222"

// facts are processes that share a ledger and an organization.
type facts struct {
	server *localaws.Server
	ledger *ledgerdb.Table
	tree   *tree.Organization
	tags   bool
	now    time.Time
	swept  []string
	fail   error // of starting a sweep
}

func newFacts(t *testing.T, tags bool) *facts {
	t.Helper()
	f := &facts{server: localaws.New(localaws.Options{Seed: 1}), tags: tags, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	config := f.server.Config("us-east-1", localaws.DefaultAccount)
	config.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	client := dynamodb.NewFromConfig(config)
	_, err := client.CreateTable(context.Background(), &dynamodb.CreateTableInput{
		TableName: aws.String("ledger"), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("pk"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: types.KeyTypeHash}},
	})
	if err != nil {
		t.Fatal(err)
	}
	f.ledger, f.tree = ledgerdb.New(client, "ledger"), tree.New(organizations.NewFromConfig(config), tags)
	f.server.Organizations.SetAccount(member, "member", "Workloads/Production", orgtypes.AccountStateActive)
	return f
}

// process returns the facts of another process, which may start sweeps.
func (f *facts) process(starts bool) *accounts.Facts {
	facts := accounts.Facts{Ledger: f.ledger, Directory: f.tree, Tags: f.tags, Now: func() time.Time { return f.now }, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	if starts {
		facts.Start = func(_ context.Context, account string) error {
			if f.fail != nil {
				return f.fail
			}
			f.swept = append(f.swept, account)
			return nil
		}
	}
	return accounts.NewFacts(facts)
}

// An account that no process has met is read from Organizations and swept, once. Later, the ledger has it.
func TestANewAccountIsSweptOnce(t *testing.T) {
	f := newFacts(t, false)
	for range 3 {
		a, err := f.process(true).Account(t.Context(), member)
		if err != nil || a.UnitPath() != "Workloads/Production" || a.Name != "member" {
			t.Fatalf("%+v, %v", a, err)
		}
		f.now = f.now.Add(time.Hour)
		f.server.Inject(localaws.Fault{On: "organizations:*", Do: localaws.Throttle{}})
	}
	if len(f.swept) != 1 || f.swept[0] != member {
		t.Errorf("swept %v", f.swept)
	}
}

// A function that starts no sweep leaves that to one that does: reading an account is not yet meeting it.
func TestOnlyEnforceStartsSweeps(t *testing.T) {
	f := newFacts(t, false)
	if _, err := f.process(false).Account(t.Context(), member); err != nil || len(f.swept) > 0 {
		t.Errorf("%v, swept %v", err, f.swept)
	}
}

// A sweep that could not be started is started later, by whichever process meets the account then.
func TestASweepIsStartedAfterAFailure(t *testing.T) {
	f := newFacts(t, false)
	f.fail = errors.New("no queue")
	process := f.process(true)
	for range 2 {
		if a, err := process.Account(t.Context(), member); err != nil || a.ID != member {
			t.Fatalf("%+v, %v", a, err)
		}
	}
	f.fail = nil
	if _, err := f.process(true).Account(t.Context(), member); err != nil || len(f.swept) > 0 {
		t.Errorf("%v, swept %v while another process may be about to", err, f.swept)
	}
	f.now = f.now.Add(2 * time.Minute)
	for range 2 {
		if _, err := process.Account(t.Context(), member); err != nil || len(f.swept) != 1 {
			t.Errorf("%v, swept %v", err, f.swept)
		}
	}
}

// Whatever happens to processes and to the services, a sweep that was not started is started at last; and without
// failures it is started once.
func TestNoSweepIsLost(t *testing.T) {
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 0))
		f := newFacts(t, false)
		failed := false
		for range 1 + random.IntN(5) {
			remove := func() {}
			switch random.IntN(6) {
			case 0:
				remove, failed = f.server.Inject(localaws.Fault{On: "dynamodb:PutItem", Do: localaws.ServerError{}}), true
			case 1: // the note that it was started
				puts := 0
				second := func(wire.Call) bool { puts++; return puts > 1 }
				remove, failed = f.server.Inject(localaws.Fault{On: "dynamodb:PutItem", If: second, Do: localaws.ServerError{}}), true
			case 2:
				remove, failed = f.server.Inject(localaws.Fault{On: "organizations:*", Do: localaws.Throttle{}}), true
			case 3:
				f.fail, failed = errors.New("no queue"), true
			}
			_, _ = f.process(true).Account(t.Context(), member) // its error is another test's
			remove()
			f.fail = nil
			f.now = f.now.Add(time.Duration(random.IntN(120)) * time.Second)
		}
		f.now = f.now.Add(time.Hour)
		if _, err := f.process(true).Account(t.Context(), member); err != nil {
			t.Fatal(err)
		}
		if n := len(f.swept); n == 0 || !failed && n != 1 {
			t.Errorf("seed %d: %d sweeps, failures %v", seed, n, failed)
		}
	}
}

// What cannot be read is an error, and is asked for again; a ledger that is away is not waited for.
func TestFactsThatCannotBeRead(t *testing.T) {
	f := newFacts(t, false)
	process := f.process(true)
	remove := f.server.Inject(localaws.Fault{On: "organizations:ListParents", Do: localaws.Throttle{}})
	if a, err := process.Account(t.Context(), member); errclass.ClassOf(err) != errclass.Retryable || a.ID != "" {
		t.Errorf("%+v, %v", a, err)
	}
	remove()
	remove = f.server.Inject(localaws.Fault{On: "dynamodb:*", Do: localaws.ServerError{}})
	if a, err := process.Account(t.Context(), member); err != nil || a.UnitPath() != "Workloads/Production" {
		t.Errorf("%+v, %v", a, err)
	}
	remove()
	if _, err := process.Account(t.Context(), "333333333333"); errclass.ClassOf(err) != errclass.Gone {
		t.Errorf("an account of no organization: %v", err)
	}
	f.server.Organizations.SetAccount("333333333333", "late", "", orgtypes.AccountStateActive)
	if _, err := process.Account(t.Context(), "333333333333"); err == nil {
		t.Error("it was asked for again at once")
	}
	f.now = f.now.Add(time.Minute)
	if a, err := process.Account(t.Context(), "333333333333"); err != nil || a.Name != "late" || len(a.Units) != 1 {
		t.Errorf("%+v, %v", a, err)
	}
}

// When rules begin to depend on tags, the accounts in the ledger are read again.
func TestTagsThatWereNotReadYet(t *testing.T) {
	f := newFacts(t, false)
	if a, err := f.process(true).Account(t.Context(), member); err != nil || a.Tags != nil {
		t.Fatalf("%+v, %v", a, err)
	}
	config := f.server.Config("us-east-1", localaws.DefaultAccount)
	f.tags, f.tree = true, tree.New(organizations.NewFromConfig(config), true)
	f.server.Organizations.SetTags(member, map[string]string{"stage": "prod"})
	for range 2 {
		if a, err := f.process(true).Account(t.Context(), member); err != nil || a.Tags["stage"] != "prod" {
			t.Errorf("%+v, %v", a, err)
		}
		f.server.Inject(localaws.Fault{On: "organizations:*", Do: localaws.Throttle{}})
	}
	if len(f.swept) != 1 {
		t.Errorf("swept %v", f.swept)
	}
}
