// Package apply brings an IAM account to the state after recorded CloudTrail writes. A log rarely
// begins with the creation of the account: if a record refers to something that the state lacks
// (the role to which a policy is attached, the policy itself), it is created and reported as
// assumed.
//
// Nothing here fails on a record that AWS wrote, refuses what AWS allowed, or makes an event. The
// caller must leave out records of failed calls.
//
// The times in records are whole seconds, and the records of one second come in any order. If the
// order makes no sense, the one that makes sense is used: see [Rank] and second.go.
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

// Result is the result of applying a record.
type Result struct {
	// Applied is false if the record changes nothing in the model.
	Applied bool
	// Reason says why a known write could not be applied, for example because CloudTrail omitted
	// large parameters. It is empty for unknown events and for those about the account's own
	// credentials.
	Reason string
	// Assumed says what had to be created or removed first, one short phrase each: "role app",
	// "policy arn:…/boundary (document unknown)".
	Assumed []string
}

// Writes lists the calls that [Log.Apply] knows, in no order.
func Writes() []string { return slices.Collect(maps.Keys(writes)) }

// Log applies a log to an account. Use it in one goroutine.
type Log struct {
	account *iam.Account
	second
	presupposed presupposed
}

// To starts a log.
func To(account *iam.Account) *Log { return &Log{account: account, presupposed: presupposed{}} }

// Apply applies the next record, which must be of a successful IAM call. Ids, ARNs and paths are
// taken from the record. It returns an error only if the parameters are not JSON.
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

// object reads a JSON object. For null, nothing, or another JSON value it returns an empty one.
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

// change is one record being applied to an account.
type change struct {
	*iam.Tx
	Result
	*second
	presupposed
	request, response fields
}

// skip leaves the record unapplied and sets the reason.
func (c *change) skip(format string, args ...any) {
	c.Applied, c.Reason = false, fmt.Sprintf(format, args...)
}

func (c *change) assume(format string, args ...any) {
	c.Assumed = append(c.Assumed, fmt.Sprintf(format, args...))
}

// name returns a required parameter. Without it the record cannot be applied.
func (c *change) name(parameter string) (string, bool) {
	s := c.request.text(parameter)
	if s == "" {
		c.skip("requestParameters has no %s", parameter)
	}
	return s, s != ""
}
