package ledger

import (
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/errclass"
)

// Notice is a message of the report queue: one of its fields is set.
type Notice struct {
	// Tell is the key of an item of the ledger that has something to tell.
	Tell string `json:"tell,omitempty"`
	// Entry is one that the ledger could not take when it was made.
	Entry *Entry `json:"entry,omitempty"`
	// Digest is the key of a digest that is due.
	Digest string `json:"digest,omitempty"`
	// Due is when it is due: a digest later, all else at once.
	Due time.Time `json:"due,omitzero"`
}

// Check asks of an entry that came in a notice what nothing can be done without. The error is
// of class [errclass.BadInput]: such a notice can never be of use.
func (e Entry) Check() error {
	switch {
	case e.Kind == "" || e.Account == "" || !strings.HasPrefix(e.Key, key(string(e.Kind), e.Account, "")):
		return errclass.New(errclass.BadInput, "entry.key: %q is not of a %q of account %q", e.Key, e.Kind, e.Account)
	case e.At.IsZero():
		return errclass.New(errclass.BadInput, "entry.at: missing")
	}
	return nil
}
