// Package accounts gives a function the clients of each account of an organization.
//
// The clients of an account have their own credentials, from a role in that account, and their own pace. So an account
// without the role, one whose service control policies refuse a call and one that is throttled delay no other.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_aws-accounts.html
package accounts

import (
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/lru"
	"github.com/ringfence/ringfence/internal/principal"
)

// kept is the number of accounts whose clients are kept. What they remember of an account takes some hundred kilobytes.
const kept = 200

// Accounts makes the clients of each account, of type T, when they are first needed. It is safe for concurrent use.
type Accounts[T any] struct {
	settings boot.Settings
	base     aws.Config
	clients  func(aws.Config) T
	own      T

	mu     sync.Mutex
	others *lru.Map[string, T]
}

// New returns the accounts of a function. The configuration is that of the function's own account, and clients makes the
// clients of an account from one. Without [boot.Settings].MemberRole, all accounts have the clients of the function's own.
func New[T any](s boot.Settings, own aws.Config, clients func(aws.Config) T) *Accounts[T] {
	return &Accounts[T]{settings: s, base: own, clients: clients, own: clients(own), others: lru.New[string, T](kept)}
}

// For returns the clients of an account. An empty account and that of AWS's managed policies stand for the function's own.
// It makes no call: that a role cannot be assumed is an error of the first call that needs it.
func (a *Accounts[T]) For(account string) T {
	if a.settings.MemberRole == "" || account == a.settings.Account || !principal.IsAccount(account) {
		return a.own
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	c, ok := a.others.Get(account)
	if !ok {
		cfg := a.base.Copy()
		cfg.Credentials = a.credentials(account)
		cfg.APIOptions = nil // what is answered in this process is answered for its own account
		c = a.clients(cfg)
		a.others.Put(account, c)
	}
	return c
}
