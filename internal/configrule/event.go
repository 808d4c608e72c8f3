package configrule

import (
	"cmp"
	"encoding/json"
	"time"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/principal"
)

// Event is what AWS Config sends to the function of a custom rule.
// https://docs.aws.amazon.com/config/latest/developerguide/evaluate-config_develop-rules_example-events.html
type Event struct {
	// Token is returned to AWS Config with the results. It is not interpreted.
	Token   string
	Account string
	// At is when AWS Config noticed the change, or began a periodic run. It orders results.
	At time.Time
	// Resource is what changed; nil for a periodic run.
	Resource *Resource
}

// Resource is a resource as AWS Config identifies it.
type Resource struct {
	// Type is a type such as AWS::IAM::Role, and ID the unique id (AROA…, AIDA…).
	Type, ID string
	// Ref is the user or role; only kind, account and name are certain. It is zero for other
	// resources.
	Ref principal.Ref
	// MovedOut is why the rule does not apply to the resource; otherwise empty.
	MovedOut string
}

// The types of resources that can carry a boundary.
const (
	roleType = "AWS::IAM::Role"
	userType = "AWS::IAM::User"
)

var kinds = map[string]principal.Kind{roleType: principal.Role, userType: principal.User}

// The kinds of events.
const (
	changed   = "ConfigurationItemChangeNotification"
	oversized = "OversizedConfigurationItemChangeNotification"
	scheduled = "ScheduledNotification"
)

// item is the part of a configuration item that is also in its summary. The rest is not used:
// IAM is asked, as for every other decision.
type item struct {
	CapturedAt time.Time `json:"configurationItemCaptureTime"`
	Status     string    `json:"configurationItemStatus"`
	Type       string    `json:"resourceType"`
	ID         string    `json:"resourceId"`
	Name       string    `json:"resourceName"`
	ARN        string    `json:"ARN"`
	Account    string    `json:"awsAccountId"`
}

// Parse decodes an event. Its errors are [errclass.BadInput].
func Parse(input []byte) (Event, error) {
	var outer struct {
		InvokingEvent  string `json:"invokingEvent"`
		ResultToken    string `json:"resultToken"`
		EventLeftScope bool   `json:"eventLeftScope"`
		AccountID      string `json:"accountId"`
	}
	if err := json.Unmarshal(input, &outer); err != nil {
		return Event{}, errclass.New(errclass.BadInput, "not an event of AWS Config: %w", err)
	}
	var inner struct {
		MessageType string    `json:"messageType"`
		Item        *item     `json:"configurationItem"`
		Summary     *item     `json:"configurationItemSummary"`
		CreatedAt   time.Time `json:"notificationCreationTime"`
		Account     string    `json:"awsAccountId"`
	}
	if err := json.Unmarshal([]byte(outer.InvokingEvent), &inner); err != nil {
		return Event{}, errclass.New(errclass.BadInput, "invokingEvent: %w", err)
	}
	e := Event{Token: outer.ResultToken, Account: cmp.Or(outer.AccountID, inner.Account), At: inner.CreatedAt}
	var about *item
	switch inner.MessageType {
	case changed:
		about = inner.Item
	case oversized:
		about = inner.Summary
	case scheduled:
		return e, e.check()
	default:
		return Event{}, errclass.New(errclass.BadInput, "messageType: %.80q is not one that this rule uses", inner.MessageType)
	}
	if about == nil {
		return Event{}, errclass.New(errclass.BadInput, "a %s without its configuration item", inner.MessageType)
	}
	e.At, e.Account = about.CapturedAt, cmp.Or(about.Account, e.Account)
	resource, err := about.resource(e.Account, outer.EventLeftScope)
	if err != nil {
		return Event{}, err
	}
	e.Resource = &resource
	return e, e.check()
}

// check refuses events that cannot be answered.
func (e Event) check() error {
	switch {
	case e.Token == "":
		return errclass.New(errclass.BadInput, "resultToken is missing: no result can be returned")
	case !principal.IsAccount(e.Account):
		return errclass.New(errclass.BadInput, "accountId: %.20q is not an account id", e.Account)
	case e.At.IsZero():
		return errclass.New(errclass.BadInput, "the time of the event is missing")
	}
	return nil
}

// resource returns the resource of an item.
// https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigurationItem.html
func (i item) resource(account string, leftScope bool) (Resource, error) {
	if i.Type == "" || i.ID == "" {
		return Resource{}, errclass.New(errclass.BadInput, "resourceType or resourceId is missing")
	}
	r := Resource{Type: i.Type, ID: i.ID}
	kind, ours := kinds[i.Type]
	switch {
	case !ours:
		r.MovedOut = "only users and roles can carry a permissions boundary"
	case i.Status == "ResourceDeleted", i.Status == "ResourceDeletedNotRecorded":
		r.MovedOut = "it was deleted"
	case leftScope:
		r.MovedOut = "it left the scope of this rule"
	}
	if r.MovedOut != "" {
		return r, nil
	}
	// A summary may have no name.
	if ref, err := principal.Parse(i.ARN); i.Name == "" && err == nil && ref.Kind == kind {
		i.Name = ref.Name
	}
	if i.Name == "" {
		return Resource{}, errclass.New(errclass.BadInput, "neither resourceName nor ARN names the %s %s", kind, i.ID)
	}
	r.Ref = principal.Ref{Account: account, Kind: kind, Name: i.Name}
	return r, nil
}
