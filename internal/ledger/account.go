package ledger

import (
	"time"

	"github.com/ringfence/ringfence/internal/principal"
)

// Account is what the ledger knows of an account of the organization: what AWS Organizations said of it.
type Account struct {
	principal.Account
	// Version is as in [Item].
	Version int64 `json:"-"`
	// Read is when Organizations said it.
	Read time.Time `json:"read"`
	// SweepDue is since when the account, when it was met for the first time, waits for the message that starts its sweep;
	// zero if that was sent. It is written before the message is sent: if the process ends in between, the next one that
	// meets the account sends it.
	SweepDue time.Time `json:"sweepDue,omitzero"`
	// Forgotten is when it was found closed, or not in the organization any more; zero for one that is known. The item
	// stays for a while: a writer that still has the old version must not bring it back.
	Forgotten time.Time `json:"forgotten,omitzero"`
}

// Known reports whether an account is stored, and was not forgotten.
func (a Account) Known() bool { return a.Version > 0 && a.Forgotten.IsZero() }

// forgottenFor is how long a forgotten account stays in the ledger.
const forgottenFor = 7 * 24 * time.Hour

// Expires returns when the item of an account can be deleted, zero for never.
func (a Account) Expires() time.Time {
	if a.Forgotten.IsZero() {
		return time.Time{}
	}
	return a.Forgotten.Add(forgottenFor)
}

// AccountKey returns the key of an account.
func AccountKey(id string) string { return key("account", id) }

// Stored returns the account with its version in the ledger.
func (a Account) Stored(version int64) Account {
	a.Version = version
	return a
}
