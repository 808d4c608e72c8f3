package ledger

import "time"

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
