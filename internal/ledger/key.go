package ledger

import (
	"strings"

	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
)

// PrincipalKey returns the key of the item of a user or role. The unique id distinguishes it
// from another one of the same name, and stays when the name changes.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
func PrincipalKey(account, id string) string { return key("principal", account, id) }

// NameKey returns the key of what is known about a name: which principal has it, and whether
// that was deleted. IAM does not distinguish names by case, and records have the caller's
// spelling.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
func NameKey(t target.Target) string {
	return key("name", t.Account, string(t.Ref.Kind), strings.ToLower(t.Ref.Name))
}

// TargetKey returns the key of the item of every other target.
func TargetKey(t target.Target) string { return key(string(t.Kind), t.Account, t.ARN) }

// WalkKey returns the key of the item of a walk over an account.
func WalkKey(account, boundary string) string { return key("walk", account, boundary) }

// AccountOf returns the account of the item with a key, empty if the key names none.
func AccountOf(key string) string {
	parts := strings.Split(key, "#")
	if len(parts) < 2 || !principal.IsAccount(parts[1]) {
		return ""
	}
	return parts[1]
}

func key(parts ...string) string { return strings.Join(parts, "#") }
