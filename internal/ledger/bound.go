package ledger

// The limits of one item. DynamoDB allows 400 KB per item.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#limits-items
const (
	maxRecords  = 25
	maxAttempts = 40
	maxSeen     = 200
	maxRepairs  = 100
	maxOpeners  = 30
)

// Retention is how long an item is kept after its last change once nothing is open.
const Retention = 90 * day

func last[T any](list []T, most int) []T { return list[max(0, len(list)-most):] }
