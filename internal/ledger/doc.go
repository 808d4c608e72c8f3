// Package ledger is Ringfence's memory: for each target, what was found, which repairs were
// started and finished, and what is still to be reported. It holds no connection: an [Item] is
// plain data, and [Item.Apply] is the state machine that an [Entry] moves.
//
//	            drift               repair ends            read as inside
//	(nothing) ───────→ open, begun ────────────→ resolved ←────────────── open
//	    │                                            ↑
//	    └── evidence of drift, and inside already ───┘
//
// The order of writes keeps the ledger correct, whenever the process ends:
//
//  1. the intent is an entry before the write to IAM,
//  2. the outcome is an entry after it,
//  3. a new revision of a [Record] is reported; each sink's mark says which revision it has.
//
// The next look at the target finds an intent without an outcome and reports it as unconfirmed:
// it is not known whether the write was made. Applying an entry twice has no further effect.
package ledger
