package eval

import (
	"strings"

	"github.com/ringfence/ringfence/internal/principal"
)

// Request is one question: may the principal do the action to the resource?
type Request struct {
	Principal Principal
	// Action is service:Name, in any case.
	Action string
	// Resource is the ARN, or "*" for an action that takes no resource.
	Resource string
	// ResourceAccount is the account that owns the resource. Where it is empty it is
	// read from the resource's ARN; where that has none, as with S3, it is taken to be
	// the principal's own.
	ResourceAccount string
	// Context holds the condition keys. Those that follow from the request, such as
	// aws:PrincipalArn, are derived where they are missing.
	Context Context
	// Partial says that Context has what is known of the request, and not all of it: a key that every
	// request has, such as aws:CurrentTime, then has a value that is not known. Otherwise a key that
	// is not there and does not follow from the request is missing.
	Partial bool
}

// account is the account that owns the resource, as far as it is known.
func (r *Request) account() string {
	if r.ResourceAccount != "" {
		return r.ResourceAccount
	}
	if account := field(r.Resource, 4); principal.IsAccount(account) {
		return account
	}
	return r.Principal.Account
}

// field gives one of the first five fields of an ARN, counted from 0, "" where it has
// none.
func field(arn string, n int) string {
	if !strings.HasPrefix(arn, "arn:") {
		return ""
	}
	from := 4
	for i := 4; i < len(arn); i++ {
		if arn[i] != ':' {
			continue
		}
		if n--; n == 1 {
			from = i + 1
		} else if n == 0 {
			return arn[from:i]
		}
	}
	return ""
}

// Policies are all the documents that bear on a request, compiled. The zero value is
// no policy at all.
type Policies struct {
	// Identity are the principal's own and its groups' policies.
	Identity []*Policy
	// Boundaries is the permissions boundary. IAM knows one for each principal; where
	// there are more, each must allow.
	Boundaries []*Policy
	// Session are the policies passed when the session was made; nil if none was.
	Session []*Policy
	// Endpoint is the policy of the VPC endpoint that the request goes through; empty if there is none, or
	// if it is the default one, which allows everything. An endpoint has one policy; where there are more,
	// each must allow.
	Endpoint []*Policy
	// Resource is the policy of the resource, a role's trust policy or a KMS key's key
	// policy included; nil if it has none.
	Resource *Policy
	// ServiceControl are the SCPs of the principal's account by level, the root of the
	// organization first. Leave it empty for the management account.
	ServiceControl [][]*Policy
	// ResourceControl are the RCPs of the resource's account by level, likewise.
	ResourceControl [][]*Policy
}
