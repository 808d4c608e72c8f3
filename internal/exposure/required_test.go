package exposure

import (
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/errclass"
)

// An unreadable required policy is unknown, and only temporary errors are retried.
func TestARequiredPolicyThatCannotBeRead(t *testing.T) {
	for class, want := range map[errclass.Class]string{
		errclass.Gone: "does not exist", errclass.Refused: "cannot be read: no", errclass.Retryable: "",
	} {
		document, why, err := new(Documents).Required(config.Boundary{}, func() ([]byte, error) { return nil, errclass.New(class, "no") })
		if document != nil || (err == nil) != (want != "") || !strings.Contains(why, want) {
			t.Errorf("%v: %v, %q, %v", class, document, why, err)
		}
	}
}
