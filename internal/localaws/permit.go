package localaws

import (
	"net/http"

	"github.com/ringfence/ringfence/internal/localaws/iam"
	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// AuthorizeFunc returns nil if a call is allowed, or the reason why not. The action and resource
// are those in policies. principalARN is the caller's; for a session, the session's. conditions
// holds the condition keys of the call besides the global ones, such as iam:PermissionsBoundary.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
type AuthorizeFunc func(account, principalARN, action, resource string, conditions map[string][]string) error

// permit calls the Authorize hook, if there is one.
func (s *Server) permit(call *wire.Call, input any) error {
	if s.authorize == nil {
		return nil
	}
	action, resource, conditions := actionOf(call), "*", map[string][]string{}
	if call.Service == "iam" {
		_ = s.IAM(call.Account).View(iam.Lag{}, func(tx *iam.Tx) error {
			resource, conditions = tx.Authorization(input)
			return nil
		})
	}
	if err := s.authorize(call.Account, call.Caller.ARN, action, resource, conditions); err != nil {
		return wire.Errorf(http.StatusForbidden, "AccessDenied", "User: %s is not authorized to perform: %s on resource: %s (%v)",
			call.Caller.ARN, action, resource, err)
	}
	return nil
}
