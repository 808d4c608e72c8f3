package target

import "github.com/ringfence/ringfence/internal/plan"

// OfSweep is the target for the sweep of an account, which was held or not.
func OfSweep(partition, account string, held *plan.Held) Target {
	return Target{Kind: Sweep, Partition: partition, Account: account, Held: held}
}
