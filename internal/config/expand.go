package config

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/ringfence/ringfence/internal/policy"
)

// approved is an approved document. Its text may have the placeholders ${account} and ${partition}, which
// are expanded for each account. IAM's own policy variables stay as they are: all but ${*}, ${?} and ${$}
// have a colon in their names.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
type approved struct {
	text   []byte
	policy *policy.Document // as in the sample account

	placeholders bool
	mu           sync.Mutex
	in           map[[2]string]expanded
}

// expanded is an approved document for one account. It is made once, so that the cache of compared
// documents recognizes it.
type expanded struct {
	text   []byte
	policy *policy.Document
}

// accountsKept is the number of accounts for which a document is cached.
const accountsKept = 512

// readApproved reads an approved document and checks what IAM checks, with the values of a sample
// account.
func readApproved(text []byte, managed bool) (*approved, error) {
	a := &approved{text: text, placeholders: slices.ContainsFunc([]string{accountVar, partitionVar}, func(v string) bool {
		return bytes.Contains(text, []byte(v))
	})}
	if managed && bytes.Contains(text, []byte(accountVar)) {
		return nil, fmt.Errorf("%s has no meaning in the document of an AWS managed policy, which is in no account", accountVar)
	}
	var err error
	a.policy, err = parseDocument(write(text, samplePartition, sampleAccount), managed)
	return a, misspelt(a.policy, err)
}

// placeholder matches the placeholders in any case.
var placeholder = lazy(`(?i)\$\{(account|partition)\}`)

// misspelt refuses placeholders that remain after expansion: in another case, or with JSON escapes. They
// would reach IAM literally and match nothing.
func misspelt(d *policy.Document, err error) error {
	if d == nil || err != nil {
		return err
	}
	for _, s := range d.Statements {
		values := slices.Concat(s.Resource.Values, s.Action.Values)
		for _, c := range s.Conditions {
			values = append(append(values, c.Key), c.Values...)
		}
		for _, v := range values {
			if found := placeholder().FindString(v); found != "" {
				return fmt.Errorf("%s must be written as %s, in lower case and without escapes", found, strings.ToLower(found))
			}
		}
	}
	return nil
}

// write returns the text for one account.
func write(text []byte, inPartition, inAccount string) []byte {
	text = bytes.ReplaceAll(text, []byte(partitionVar), []byte(inPartition))
	return bytes.ReplaceAll(text, []byte(accountVar), []byte(inAccount))
}

// names matches valid partitions and accounts: no other text from a record can get into a document.
var names = lazy(`^[a-z0-9-]+$`)

// of returns the document for one account, or nil if there is none.
func (a *approved) of(inPartition, inAccount string) ([]byte, *policy.Document) {
	switch {
	case a == nil:
		return nil, nil
	case !a.placeholders:
		return a.text, a.policy
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	key := [2]string{inPartition, inAccount}
	if e, ok := a.in[key]; ok {
		return e.text, e.policy
	}
	if !names().MatchString(inPartition) || !names().MatchString(inAccount) {
		return nil, nil
	}
	text := write(a.text, inPartition, inAccount)
	d, err := policy.Parse(text)
	if err != nil { // cannot happen: the sample was parsed and differs only in such names
		return nil, nil
	}
	if a.in == nil || len(a.in) >= accountsKept {
		a.in = map[[2]string]expanded{}
	}
	a.in[key] = expanded{text, d}
	return text, d
}
