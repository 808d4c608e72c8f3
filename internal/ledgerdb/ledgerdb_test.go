package ledgerdb_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/ledgerdb"
	"github.com/ringfence/ringfence/internal/localaws"
)

const key = "principal#123456789012#AROA1"

// open creates a table on the embedded AWS, and returns its ledger.
func open(t *testing.T) (*localaws.Server, *dynamodb.Client, *ledgerdb.Table) {
	t.Helper()
	server := localaws.New(localaws.Options{Seed: 1})
	config := server.Config("us-east-1", localaws.DefaultAccount)
	config.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	client := dynamodb.NewFromConfig(config)
	_, err := client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String("ledger"), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("pk"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: types.KeyTypeHash}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return server, client, ledgerdb.New(client, "ledger")
}

func item(account string) ledger.Item {
	return ledger.Item{
		Key: key, Account: account, ID: "AROA1", Seen: []string{"e1"}, Updated: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
		Records: []ledger.Record{{ID: "f", Revision: 2, Status: finding.Open, Reported: map[string]int{"bus": 1}}},
	}
}

func TestAnItemRoundTrips(t *testing.T) {
	_, client, table := open(t)
	none, err := table.Load(t.Context(), key)
	if err != nil || none.Version != 0 || none.Key != key {
		t.Fatalf("%+v, %v", none, err)
	}
	want := item("123456789012")
	if err := table.Save(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	got, err := table.Load(t.Context(), key)
	want.Version = 1
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	out, err := client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("ledger"), Key: map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: key}}})
	if err != nil {
		t.Fatal(err)
	}
	if status, ok := out.Item["status"].(*types.AttributeValueMemberS); !ok || status.Value != "open" {
		t.Errorf("status %v", out.Item["status"])
	}
	if out.Item["expires"] != nil {
		t.Error("what is open expires")
	}
}

// One of two writers gets what the other wrote, even if both assumed a new item.
func TestConcurrentWritesConflict(t *testing.T) {
	_, _, table := open(t)
	if err := table.Save(t.Context(), item("111111111111")); err != nil {
		t.Fatal(err)
	}
	var conflict *ledger.Conflict
	if err := table.Save(t.Context(), item("222222222222")); !errors.As(err, &conflict) || conflict.Current.Account != "111111111111" || conflict.Current.Version != 1 {
		t.Fatalf("got %v", err)
	}
	mine := conflict.Current
	if err := table.Save(t.Context(), mine); err != nil {
		t.Fatal(err)
	}
	if err := table.Save(t.Context(), mine); !errors.As(err, &conflict) || conflict.Current.Version != 2 {
		t.Errorf("got %v", err)
	}
}

func TestOneOfManyWritersWins(t *testing.T) {
	_, _, table := open(t)
	var group sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for range 20 {
		group.Go(func() {
			if err := table.Save(context.Background(), item("123456789012")); err == nil {
				mu.Lock()
				won++
				mu.Unlock()
			}
		})
	}
	group.Wait()
	if won != 1 {
		t.Errorf("%d writers won", won)
	}
}

func TestADigestRoundTrips(t *testing.T) {
	_, _, table := open(t)
	d, ok := ledger.Digest{Key: "digest#1"}.Join("f", []byte(`{"id":"f"}`), time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	if saved, err := table.SaveDigest(t.Context(), d, time.Now()); !ok || !saved || err != nil {
		t.Fatal(saved, err)
	}
	if saved, err := table.SaveDigest(t.Context(), d, time.Now()); saved || err != nil {
		t.Errorf("a digest that others wrote was overwritten: %v", err)
	}
	got, err := table.LoadDigest(t.Context(), "digest#1")
	d.Version = 1
	if diff := cmp.Diff(d, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// An unavailable ledger is an error, never an empty item.
func TestAnUnavailableLedgerIsAnError(t *testing.T) {
	server, _, table := open(t)
	for name, effect := range map[string]localaws.Effect{"throttled": localaws.Throttle{}, "broken": localaws.ServerError{}, "dropped": localaws.Drop{}} {
		remove := server.Inject(localaws.Fault{On: "dynamodb:*", Do: effect})
		if _, err := table.Load(t.Context(), key); !errclass.Temporary(err) || err == nil {
			t.Errorf("%s: load: %v", name, err)
		}
		if err := table.Save(t.Context(), item("123456789012")); !errclass.Temporary(err) || err == nil {
			t.Errorf("%s: save: %v", name, err)
		}
		remove()
	}
	server.Inject(localaws.Fault{On: "dynamodb:*", Do: localaws.Refuse{Status: 400, Code: "ResourceNotFoundException", Message: "no table"}})
	if _, err := table.Load(t.Context(), key); err == nil {
		t.Error("a table that is gone is read as an empty item")
	}
}

// Open returns the open items of the whole table, page by page, and a broken item hides no
// other.
func TestOpenReturnsOpenItems(t *testing.T) {
	server, client, _ := open(t)
	table := ledgerdb.NewScanner(client, "ledger")
	for i := range 300 {
		it := item("123456789012")
		it.Key = fmt.Sprint("principal#", i)
		if it.Seen = []string{strings.Repeat("x", 20_000)}; i%3 > 0 {
			it.Records[0].Status = finding.Resolved
		}
		if err := table.Save(t.Context(), it); err != nil {
			t.Fatal(err)
		}
	}
	broken := map[string]types.AttributeValue{}
	for name, value := range map[string]string{"pk": "forged", "status": "open", "state": "{"} {
		broken[name] = &types.AttributeValueMemberS{Value: value}
	}
	if _, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("ledger"), Item: broken}); err != nil {
		t.Fatal(err)
	}
	got, unread, pages := map[string]bool{}, 0, 0
	for marker := ""; marker != "" || pages == 0; pages++ {
		page, bad, next, err := table.Open(t.Context(), marker)
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range page {
			if _, open := it.Open(); !open || it.Version != 1 {
				t.Errorf("%s of version %d", it.Key, it.Version)
			}
			got[it.Key] = true
		}
		unread, marker = unread+bad, next
	}
	if len(got) != 100 || unread != 1 || pages < 2 {
		t.Errorf("%d are open, %d unread, %d pages", len(got), unread, pages)
	}
	server.Inject(localaws.Fault{On: "dynamodb:Scan", Do: localaws.Throttle{}})
	if _, _, _, err := table.Open(t.Context(), ""); errclass.ClassOf(err) != errclass.Retryable {
		t.Errorf("got %v", err)
	}
}
