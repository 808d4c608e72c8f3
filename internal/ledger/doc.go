// Package ledger is what Ringfence remembers: for each target what was found, what was
// begun and done about it, and what is still to be told. It holds no connection: an
// [Item] is plain data, and [Item.Apply] is the state machine that an [Entry] moves.
//
//	            drift               repair ends            read as inside
//	(nothing) ───────→ open, begun ────────────→ resolved ←────────────── open
//	    │                                            ↑
//	    └── evidence of drift, and inside already ───┘
//
// The order of writes keeps it true whatever ends the process:
//
//  1. the intent is an entry before the write to IAM,
//  2. the outcome is an entry after it,
//  3. what is to be told is a revision of a [Record]; each sink's mark says how far it is.
//
// An intent without an outcome is found by whatever looks at the target next, and is told
// as unconfirmed: nobody knows whether the write was made. Applying an entry twice is the
// same as applying it once.
package ledger
