package constraint

import (
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/lang"
)

// principalKind is a kind of principal that signs requests, and what AWS documents of its keys.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
type principalKind struct {
	// is the value of aws:PrincipalType.
	is string
	// service and prefix are of its ARN.
	service, prefix string
	// named is true if its requests have aws:username.
	named bool
	arn   *lang.Glob
}

var kinds = []principalKind{
	{"User", "iam", "user/", true, pattern("arn:*:iam::*:user/*")},
	{"AssumedRole", "iam", "role/", false, pattern("arn:*:iam::*:role/*")},
	{"FederatedUser", "sts", "federated-user/", false, pattern("arn:*:sts::*:federated-user/*")},
	{"Account", "iam", "root", false, pattern("arn:*:iam::*:root")},
}

// ofKinds gives one glob for each kind of principal.
func ofKinds(glob func(principalKind) *lang.Glob) []*lang.Glob {
	out := make([]*lang.Glob, len(kinds))
	for i, k := range kinds {
		out[i] = glob(k)
	}
	return out
}

func pattern(s string) *lang.Glob {
	g, _ := lang.New(policy.ParsePattern(s, policy.Version2008).Tokens, false, nil).KeptInFields(false)
	return g
}
