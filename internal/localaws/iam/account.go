package iam

import (
	"strings"
	"sync"
	"time"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// Account is the IAM of one AWS account. Its methods may be called concurrently.
type Account struct {
	ID        string
	Partition string

	now func() time.Time
	ids *wire.IDs

	mu       sync.Mutex
	seq      uint64
	times    []moment // times of the last writes, oldest first
	users    table[User]
	roles    table[Role]
	groups   table[Group]
	policies table[Policy]
	uses     *usage // of the current state; nil until it is needed
}

// moment is when a write happened.
type moment struct {
	seq uint64
	at  time.Time
}

// NewAccount returns an account with only the AWS managed policies.
func NewAccount(id, partition string, now func() time.Time, ids *wire.IDs) *Account {
	a := &Account{ID: id, Partition: partition, now: now, ids: ids}
	for _, policy := range awsManaged(partition) {
		a.policies.put(0, a.policyKey(policy.ARN), policy)
	}
	return a
}

// Lag makes a read return an older state: the state before the last Writes writes, or the state
// For ago, if that is older. The zero Lag is the current state. No read goes back more than 32
// writes.
type Lag struct {
	Writes int
	For    time.Duration
}

// View runs f on the state that a read with the lag sees. f must not change what it reads, nor
// keep it for changing.
func (a *Account) View(lag Lag, f func(*Tx) error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return f(&Tx{Account: a, seq: a.asOf(lag), Time: a.now()})
}

// Edit runs f, which may write. The writes of one Edit count as one write for [Lag]. They are kept
// even if f fails, so f checks first and writes last.
func (a *Account) Edit(f func(*Tx) error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	tx := &Tx{Account: a, seq: a.seq + 1, Time: a.now()}
	err := f(tx)
	if tx.wrote {
		a.seq = tx.seq
		a.times = append(a.times, moment{tx.seq, tx.Time})
		if len(a.times) > 2*history {
			a.times = append(a.times[:0], a.times[len(a.times)-history:]...)
		}
	}
	return err
}

// asOf returns the number of the newest write that a read with the lag sees.
func (a *Account) asOf(lag Lag) uint64 {
	seq := a.seq
	if back := uint64(min(max(lag.Writes, 0), history)); back < seq {
		seq -= back
	} else if back > 0 {
		seq = 0
	}
	if lag.For > 0 {
		limit := a.now().Add(-lag.For)
		for i := len(a.times) - 1; i >= 0; i-- {
			if !a.times[i].at.After(limit) {
				break
			}
			seq = min(seq, a.times[i].seq-1)
		}
	}
	return seq
}

// key returns the form in which names are compared: IAM's names are unique without regard to case.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
func key(name string) string { return strings.ToLower(name) }

// Key returns the form in which names are compared.
func Key(name string) string { return key(name) }

// policyKey separates AWS's policies and those of other accounts from the account's own. The names
// of the account's own are unique whatever their paths.
func (a *Account) policyKey(arn string) string {
	name := key(arn[strings.LastIndexByte(arn, '/')+1:])
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[4] == a.ID {
		return name
	}
	return parts[4] + "/" + name
}
