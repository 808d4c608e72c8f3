package exposure

import (
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/fault"
	"github.com/ringfence/ringfence/internal/fence"
)

// Ensure that a required policy which cannot be read is one that nobody knows, and that only
// what may pass is tried again.
func TestARequiredPolicyThatCannotBeRead(t *testing.T) {
	for class, want := range map[fault.Class]string{
		fault.Gone: "does not exist", fault.Refused: "cannot be read: no", fault.Retryable: "",
	} {
		document, why, err := new(Documents).Required(fence.Boundary{}, func() ([]byte, error) { return nil, fault.New(class, "no") })
		if document != nil || (err == nil) != (want != "") || !strings.Contains(why, want) {
			t.Errorf("%v: %v, %q, %v", class, document, why, err)
		}
	}
}
