package ledgerdb

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/ledger"
)

// statusAccount is the status of an account.
const statusAccount = "account"

// LoadAccount reads an account. If it is not stored, it has version 0.
func (t *Table) LoadAccount(ctx context.Context, id string) (ledger.Account, error) {
	var a ledger.Account
	version, err := t.get(ctx, ledger.AccountKey(id), &a)
	return a.Stored(version), err
}

// SaveAccount writes an account if the stored one still has its version; otherwise ok is false.
func (t *Table) SaveAccount(ctx context.Context, a ledger.Account) (ok bool, err error) {
	stored, err := t.put(ctx, ledger.AccountKey(a.ID), a.Version, a, a.Expires(), map[string]types.AttributeValue{
		statusAttribute: text(statusAccount), "account": text(a.ID), "updated": text(a.Read.UTC().Format(time.RFC3339)),
	})
	return stored == nil && err == nil, err
}

// Accounts reads a page of the accounts that are known. One that cannot be read has only its id.
func (t *Scanner) Accounts(ctx context.Context, marker string) (page []ledger.Account, next string, err error) {
	items, next, err := t.scan(ctx, statusAccount, marker)
	for _, stored := range items {
		var a ledger.Account
		version, bad := decode(stored, &a)
		if bad != nil {
			key, _ := stored[keyAttribute].(*types.AttributeValueMemberS)
			if key == nil {
				continue
			}
			a = ledger.Account{}
			a.ID = strings.TrimPrefix(key.Value, ledger.AccountKey(""))
		}
		if a.Forgotten.IsZero() {
			page = append(page, a.Stored(version))
		}
	}
	return page, next, err
}
