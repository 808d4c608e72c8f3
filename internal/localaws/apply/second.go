package apply

import (
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/localaws/iam"
)

// Rank is the order in which to take records of the same second: what creates first
// (-1), what deletes last (1), everything else between (0).
func Rank(eventName string) int {
	switch eventName {
	case "CreateRole", "CreateServiceLinkedRole", "AcquireRole", "CreateUser", "CreateGroup", "CreatePolicy":
		return -1
	case "DeleteRole", "DeleteServiceLinkedRole", "DeleteUser", "DeleteGroup", "DeletePolicy":
		return 1
	}
	return 0
}

// second remembers what happened to which principal within one second of the log, by kind and
// name.
type second struct {
	at time.Time
	// assumed were put in place: a creation that follows is theirs.
	assumed map[string]bool
	// gone were deleted: whatever else follows came before that.
	gone map[string]bool
	// replaced were created in the place of others: a deletion that follows was of those.
	replaced map[string]bool
}

// begin forgets the second before.
func (s *second) begin(at time.Time) {
	if s.assumed == nil || !s.at.Equal(at) {
		*s = second{at: at, assumed: map[string]bool{}, gone: map[string]bool{}, replaced: map[string]bool{}}
	}
}

func entityKey(kind iam.Kind, name string) string { return string(kind) + "/" + iam.Key(name) }

func policyKey(arn string) string { return "policy/" + strings.ToLower(arn) }
