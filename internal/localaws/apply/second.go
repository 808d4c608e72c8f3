package apply

import (
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/localaws/iam"
)

// Rank returns the order of records of the same second: creations first (-1), deletions last (1),
// everything else between (0).
func Rank(eventName string) int {
	switch eventName {
	case "CreateRole", "CreateServiceLinkedRole", "AcquireRole", "CreateUser", "CreateGroup", "CreatePolicy":
		return -1
	case "DeleteRole", "DeleteServiceLinkedRole", "DeleteUser", "DeleteGroup", "DeletePolicy":
		return 1
	}
	return 0
}

// second stores what happened to each principal within one second of the log, by kind and name.
type second struct {
	at time.Time
	// assumed were created as assumed: a creation that follows is theirs.
	assumed map[string]bool
	// gone were deleted: other records that follow happened before the deletion.
	gone map[string]bool
	// replaced were created in place of others: a deletion that follows is of those others.
	replaced map[string]bool
}

// begin forgets the previous second.
func (s *second) begin(at time.Time) {
	if s.assumed == nil || !s.at.Equal(at) {
		*s = second{at: at, assumed: map[string]bool{}, gone: map[string]bool{}, replaced: map[string]bool{}}
	}
}

func entityKey(kind iam.Kind, name string) string { return string(kind) + "/" + iam.Key(name) }

func policyKey(arn string) string { return "policy/" + strings.ToLower(arn) }
