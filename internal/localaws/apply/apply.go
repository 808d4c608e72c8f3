// Package apply brings an IAM account to the state that recorded CloudTrail writes
// left it in. A log rarely begins with the account: what a record presupposes and the
// state has not (the role that a policy is attached to, the policy itself) is put in
// place, and reported as assumed.
//
// Nothing here fails on a record that AWS wrote, refuses what AWS allowed, or makes an
// event. Records of failed calls are the caller's to leave out.
//
// Records bear whole seconds, and those of one second come in any order. What makes
// no sense as it comes within a second is taken in the order that does: see [Rank]
// and second.go.
package apply

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/ringfence/ringfence/internal/localaws/iam"
	"github.com/ringfence/ringfence/internal/trail"
)

// Result says what became of a record.
type Result struct {
	// Applied is false for a record that changes nothing that is modelled.
	Applied bool
	// Reason says why a known write could not be applied, such as parameters that
	// CloudTrail left out for their size. It is empty for events of unknown name, and for those
	// about the account's own credentials.
	Reason string
	// Assumed says what had to be put in place or taken away first, one short phrase
	// each: "role app", "policy arn:…/boundary (document unknown)".
	Assumed []string
}

// Writes lists the calls that [Log.Apply] knows, in no order.
func Writes() []string { return slices.Collect(maps.Keys(writes)) }

// Log is a log on its way into an account. It is for one goroutine.
type Log struct {
	account *iam.Account
	second
	presupposed presupposed
}

// To begins a log.
func To(account *iam.Account) *Log { return &Log{account: account, presupposed: presupposed{}} }

// Apply applies the next record, which is of a call on IAM that succeeded. Ids, ARNs and paths are those that the record gives.
// It returns an error only for parameters that are not JSON.
func (l *Log) Apply(r trail.Raw) (Result, error) {
	write, known := writes[r.Name]
	if !known {
		return Result{}, nil
	}
	request, err := object(r.Request)
	if err != nil {
		return Result{}, fmt.Errorf("%s: requestParameters: %w", r.Name, err)
	}
	response, err := object(r.Response)
	if err != nil {
		return Result{}, fmt.Errorf("%s: responseElements: %w", r.Name, err)
	}
	l.begin(r.Time)
	change := &change{second: &l.second, presupposed: l.presupposed, request: request, response: response}
	err = l.account.Edit(func(tx *iam.Tx) error {
		if !r.Time.IsZero() {
			tx.Time = r.Time.UTC()
		}
		change.Tx = tx
		change.Applied = true
		write(change)
		return nil
	})
	return change.Result, err
}

// object reads a JSON object. Null, nothing, and any other JSON value give an empty one.
func object(raw json.RawMessage) (fields, error) {
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, nil
	}
	var value any
	if err := json.Unmarshal(raw, &value); err != nil {
		return nil, err
	}
	o, _ := value.(map[string]any)
	return o, nil
}

// change is one record on its way into an account.
type change struct {
	*iam.Tx
	Result
	*second
	presupposed
	request, response fields
}

// skip leaves the record unapplied, for a reason.
func (c *change) skip(format string, args ...any) {
	c.Applied, c.Reason = false, fmt.Sprintf(format, args...)
}

func (c *change) assume(format string, args ...any) {
	c.Assumed = append(c.Assumed, fmt.Sprintf(format, args...))
}

// name gives a required parameter; without it the record cannot be applied.
func (c *change) name(parameter string) (string, bool) {
	s := c.request.text(parameter)
	if s == "" {
		c.skip("requestParameters has no %s", parameter)
	}
	return s, s != ""
}
