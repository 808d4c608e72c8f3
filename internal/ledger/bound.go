package ledger

// What one item keeps at most. An item of DynamoDB has 400 KB.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#limits-items
const (
	mostRecords  = 25
	mostAttempts = 40
	mostSeen     = 200
	mostRepairs  = 100
	mostOpeners  = 30
)

// Keep is how long an item is kept after nothing is open any more.
const Keep = 90 * day

func last[T any](list []T, most int) []T { return list[max(0, len(list)-most):] }
