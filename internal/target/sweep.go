package target

import "github.com/ringfence/ringfence/internal/plan"

// OfSweep returns the target for the sweep of an account. held is nil unless the sweep was
// held.
func OfSweep(partition, account string, held *plan.Held) Target {
	return Target{Kind: Sweep, Partition: partition, Account: account, Held: held}
}

// OfUnreachable returns the target for the sweep of an account that could not be entered, and why.
func OfUnreachable(partition, account, why string) Target {
	return Target{Kind: Sweep, Partition: partition, Account: account, Unreachable: why}
}

// OfClosed returns the target for an item of the ledger, by its key, whose account seems to be closed.
func OfClosed(partition, account, key string) Target {
	return Target{Kind: Closed, Partition: partition, Account: account, ARN: key}
}
