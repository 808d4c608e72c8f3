package ledger

import (
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/errclass"
)

// Notice is a message of the report queue. One of its fields is set.
type Notice struct {
	// Tell is the key of a ledger item that has something to report.
	Tell string `json:"tell,omitempty"`
	// Entry is an entry that could not be written to the ledger when it was made.
	Entry *Entry `json:"entry,omitempty"`
	// Digest is the key of a digest that is due.
	Digest string `json:"digest,omitempty"`
	// Due is when the notice is due: later for a digest, otherwise at once.
	Due time.Time `json:"due,omitzero"`
}

// Check checks the required fields of an entry from a notice. The error is of class
// [errclass.BadInput]: retrying cannot help.
func (e Entry) Check() error {
	switch {
	case e.Kind == "" || e.Account == "" || !strings.HasPrefix(e.Key, key(string(e.Kind), e.Account, "")):
		return errclass.New(errclass.BadInput, "entry.key: %q is not a key of a %q of account %q", e.Key, e.Kind, e.Account)
	case e.At.IsZero():
		return errclass.New(errclass.BadInput, "entry.at: missing")
	}
	return nil
}
