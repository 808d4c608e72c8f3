package config

import (
	"cmp"
	"maps"
	"slices"
)

// Account describes an AWS account for people. It decides nothing.
type Account struct {
	Name string
	// Owner is the contact for the account; empty if the file names none.
	Owner string
	// Topic is the ARN of the owner's SNS topic; empty if the file names none.
	Topic string
}

// Account returns the description of an account, or the zero Account if the file has none.
func (c *Config) Account(id string) Account { return c.accounts[id] }

// Accounts returns the ids of the accounts that the file describes, sorted.
func (c *Config) Accounts() []string { return slices.Sorted(maps.Keys(c.accounts)) }

// OwnerOf returns the owner of a rule or, if it has none, of the account. It returns "" if the
// configuration names neither. The name of the rule may be empty.
func (c *Config) OwnerOf(rule, account string) string {
	r, _ := c.Rule(rule)
	return cmp.Or(r.Owner, c.accounts[account].Owner)
}

// accountID is the form of an account's id.
var accountID = lazy(`^[0-9]{12}$`)

func (l *loader) accounts(v value) {
	f, ok := v.mapping()
	if !ok {
		return
	}
	if len(f.node.Content) == 0 {
		v.problem("is empty")
	}
	l.cfg.accounts = make(map[string]Account, len(f.keys))
	for _, id := range f.keys {
		v := f.values[id]
		if !accountID().MatchString(id) {
			v.problem("%q is not the id of an account (12 digits)", id)
		}
		if f, ok := v.mapping("name", "owner", "topic"); ok {
			l.cfg.accounts[id] = Account{Name: f.line("name"), Owner: f.someLine("owner"), Topic: f.topic()}
		}
	}
}
