package ledger

import (
	"strings"

	"github.com/ringfence/ringfence/internal/target"
)

// PrincipalKey is the key of the item of a user or role: its unique id tells it from
// another one of the same name, and stays when the name changes.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
func PrincipalKey(account, id string) string { return key("principal", account, id) }

// NameKey is the key of what is known of a name: which principal had it, and whether it
// was deleted. IAM does not tell names apart by case, and records have the caller's spelling.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
func NameKey(t target.Target) string {
	return key("name", t.Account, string(t.Ref.Kind), strings.ToLower(t.Ref.Name))
}

// TargetKey is the key of the item of every other target.
func TargetKey(t target.Target) string { return key(string(t.Kind), t.Account, t.ARN) }

// WalkKey is the key of the walks over an account.
func WalkKey(account, boundary string) string { return key("walk", account, boundary) }

func key(parts ...string) string { return strings.Join(parts, "#") }
