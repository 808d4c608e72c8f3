package explain

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	"github.com/ringfence/ringfence/internal/apicall"
	"github.com/ringfence/ringfence/internal/trail"
)

// record is a CloudTrail record of a call that may have been denied.
type record struct{ *trail.EventRecord }

func readRecord(raw json.RawMessage) (record, error) {
	r, err := trail.Read(raw)
	switch {
	case err != nil:
		return record{}, fmt.Errorf("reading a CloudTrail record: %w", err)
	case r.Event == nil:
		return record{}, fmt.Errorf("the event is a %q, and has no CloudTrail record", r.Name)
	}
	return record{r.Event}, nil
}

// denials are the codes with which services deny: AccessDenied, AccessDeniedException,
// Client.UnauthorizedOperation, AuthorizationError, NotAuthorized.
var denials = regexp.MustCompile(`(?i)access_?denied|unauthorized|notauthorized|authorizationerror|forbidden`)

func (r record) denied() bool { return denials.MatchString(r.ErrorCode) }

// denial returns the denial in the record: from its message if that has the request, otherwise from the call.
func (r record) denial() (Denied, error) {
	d, err := readMessage(string(r.ErrorMessage))
	if err != nil && encoded.MatchString(string(r.ErrorMessage)) && r.UserIdentity.ARN == "" {
		return d, err
	}
	q := &d.Question
	if q.Principal == "" {
		q.Principal = r.UserIdentity.ARN
	}
	if r.UserIdentity.Type == "Root" {
		q.Principal = r.UserIdentity.AccountID
	}
	if q.Action == "" {
		q.Action = apicall.Guess(r.EventSource, r.EventName)
	}
	var on []struct{ ARN trail.Text }
	if q.Resource == "" && json.Unmarshal(r.Resources, &on) == nil && len(on) > 0 {
		q.Resource = string(on[0].ARN)
	}
	if q.Principal == "" || q.Action == "" {
		return d, errors.New("the CloudTrail record does not say who asked for what: give --principal and --action")
	}
	call := apicall.FromEvent(r.EventRecord)
	q.Context = call.Context(q.Action)
	return d, nil
}
