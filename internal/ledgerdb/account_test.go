package ledgerdb_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/ledgerdb"
	"github.com/ringfence/ringfence/internal/principal"
)

// Accounts are kept beside the findings, which they do not show up among. A forgotten one is not among the accounts, and
// an older writer cannot bring it back.
func TestAccounts(t *testing.T) {
	_, client, table := open(t)
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	if a, err := table.LoadAccount(t.Context(), "100000000000"); err != nil || a.Known() {
		t.Fatalf("%+v, %v", a, err)
	}
	if err := table.Save(t.Context(), item("100000000000")); err != nil {
		t.Fatal(err)
	}
	var all []ledger.Account
	for i := range 3 {
		a := ledger.Account{Account: principal.Account{ID: fmt.Sprint(100000000000 + i), Name: "a", Units: []principal.Unit{{ID: "r-a1b2"}}}, Read: noon}
		if i == 1 {
			a.Tags = map[string]string{}
		}
		if ok, err := table.SaveAccount(t.Context(), a); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if ok, err := table.SaveAccount(t.Context(), a); ok || err != nil {
			t.Errorf("an account that exists was written as a new one: %v", err)
		}
		got, err := table.LoadAccount(t.Context(), a.ID)
		if diff := cmp.Diff(a.Stored(1), got); diff != "" || err != nil || !got.Known() {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
		all = append(all, got)
	}
	scanner := ledgerdb.NewScanner(client, "ledger")
	forgotten := all[0]
	forgotten.Forgotten = noon
	if ok, err := table.SaveAccount(t.Context(), forgotten); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if ok, err := table.SaveAccount(t.Context(), all[0]); ok || err != nil {
		t.Errorf("a forgotten account is back: %v", err)
	}
	if a, err := table.LoadAccount(t.Context(), all[0].ID); err != nil || a.Known() || a.Version != 2 {
		t.Errorf("%+v, %v", a, err)
	}
	page, next, err := scanner.Accounts(t.Context(), "")
	slices.SortFunc(page, func(a, b ledger.Account) int { return strings.Compare(a.ID, b.ID) }) // a scan has no order
	if diff := cmp.Diff(all[1:], page); diff != "" || next != "" || err != nil {
		t.Errorf("%q, %v (-want +got):\n%s", next, err, diff)
	}
	findings, unread, _, err := scanner.Open(t.Context(), "")
	if len(findings) != 1 || unread != 0 || err != nil {
		t.Errorf("%d findings, %d unread, %v", len(findings), unread, err)
	}
	out, err := client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("ledger"), Key: map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: ledger.AccountKey(all[0].ID)}}})
	if err != nil || out.Item["expires"] == nil {
		t.Errorf("a forgotten account never expires: %v", err)
	}
}
