// Package finding is the one record that leaves Ringfence: published to SNS and
// EventBridge, printed by the command line, stored by whoever subscribes. Its field
// names are a contract; finding.schema.json in this folder is its JSON Schema.
package finding

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
)

// SchemaVersion is the version of the record's form: the minor number grows with every
// new field, the major one with every change of an old field.
const SchemaVersion = "1.1"

// DetailType is the EventBridge detail-type of a finding, and Source its source.
const (
	DetailType = "Ringfence Finding"
	Source     = "ringfence"
)

// Finding is one principal, or one boundary policy, found outside what is required of
// it, and what was done about it.
type Finding struct {
	SchemaVersion string    `json:"schemaVersion"`
	ID            string    `json:"id"`
	Time          time.Time `json:"time"`
	Account       string    `json:"account"`
	Partition     string    `json:"partition"`

	// Principal is nil for a finding about a boundary policy or the control itself.
	Principal *Principal `json:"principal"`

	// Rule is the rule of the configuration that applied.
	Rule     string   `json:"rule"`
	Drift    Drift    `json:"drift"`
	Severity Severity `json:"severity"`
	// Required and Attached are ARNs of managed policies; Attached is empty where
	// there is no boundary.
	Required string `json:"required"`
	Attached string `json:"attached"`

	// Relation is that of the attached boundary, or of the boundary policy's live
	// document, to the required one: equal, narrower, wider, incomparable, unproven,
	// or empty where nothing was compared.
	Relation string `json:"relation"`
	// Escape is whether the principal's identity policies allow something that its
	// required boundary does not.
	Escape  bool     `json:"escape"`
	Witness *Witness `json:"witness"`
	// Services are the service prefixes, such as iam and s3, in which the principal's
	// identity policies reach beyond its required boundary.
	Services Strings `json:"services"`
	// Exposure is the time for which the principal was outside, nil where it still is.
	Exposure *Exposure `json:"exposure"`
	// GivesUp is what the principal can do after the repair and could not before: by its
	// own policies where they allow any such request, else where the policy of a
	// resource does.
	GivesUp *Witness `json:"givesUp"`

	// Affects are the ARNs of the principals that a boundary policy caps, where the
	// finding is about one, and Diff is what changed in it, a line a statement.
	Affects Strings `json:"affects"`
	Diff    Strings `json:"diff"`
	// Contested tells of somebody who keeps undoing the repair; nil where nobody does.
	Contested *Contested `json:"contested"`

	Mode    string  `json:"mode"`
	Action  Action  `json:"action"`
	Outcome Outcome `json:"outcome"`
	// Reason is one sentence for people: why this is drift, and what came of it.
	Reason string `json:"reason"`
	// Undo is an aws command that reverts the action, empty where nothing was done.
	Undo string `json:"undo"`

	Actor Actor `json:"actor"`
	Event Event `json:"event"`
}

// Principal names a user or role.
type Principal struct {
	ARN  string `json:"arn"`
	Kind string `json:"kind"`
	ID   string `json:"id"`
}

// Witness is one concrete request.
type Witness struct {
	Action   string              `json:"action"`
	Resource string              `json:"resource"`
	Context  map[string][]string `json:"context"`
}

// Exposure is a span of time: from the event that opened it to the repair.
type Exposure struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// Seconds is its length.
	Seconds float64 `json:"seconds"`
}

// Contested counts repairs of one principal within a span that ends with the finding.
type Contested struct {
	// Repairs is how often the boundary was put back, this time included.
	Repairs int       `json:"repairs"`
	Since   time.Time `json:"since"`
	// Actors are the ARNs, or names, of those who took it away.
	Actors Strings `json:"actors"`
}

// Strings is a list that is written as [] when it is empty.
type Strings []string

// MarshalJSON implements [json.Marshaler].
func (s Strings) MarshalJSON() ([]byte, error) {
	if s == nil {
		return []byte("[]"), nil
	}
	return json.Marshal([]string(s))
}

// Actor is who made the call that brought the drift to light. All of it is text that
// others chose: escape it where it is shown.
type Actor struct {
	ARN       string `json:"arn"`
	Type      string `json:"type"`
	SourceIP  string `json:"sourceIP"`
	UserAgent string `json:"userAgent"`
}

// Event is the CloudTrail event that brought the drift to light.
type Event struct {
	ID     string    `json:"id"`
	Name   string    `json:"name"`
	Time   time.Time `json:"time"`
	Region string    `json:"region"`
}

// Drift is the way in which something is outside what is required.
type Drift string

// The kinds of drift. None is the verdict on a principal that is as it must be, and
// is only ever printed by replay --all.
const (
	None             Drift = "none"
	Missing          Drift = "missing"
	Replaced         Drift = "replaced"
	Widened          Drift = "widened"
	Altered          Drift = "altered"
	AbsentPolicy     Drift = "absent-policy"
	Protected        Drift = "protected"
	ExemptionExpired Drift = "exemption-expired"
	ControlTampered  Drift = "control-tampered"
	// Moved is a principal that a change of its name, path or tags took out of a rule.
	Moved Drift = "moved"
)

// Severity is how bad a finding is.
type Severity string

// The severities, from the worst.
const (
	Critical Severity = "critical"
	High     Severity = "high"
	Medium   Severity = "medium"
	Low      Severity = "low"
	Info     Severity = "info"
)

// Action is what is done about a finding.
type Action string

// The actions.
const (
	NoAction     Action = "none"
	Alert        Action = "alert"
	Reattach     Action = "reattach"
	Quarantine   Action = "quarantine"
	Restore      Action = "restore"
	CreatePolicy Action = "create-policy"
)

// Writes reports whether the action changes something in IAM.
func (a Action) Writes() bool {
	switch a {
	case Reattach, Quarantine, Restore, CreatePolicy:
		return true
	}
	return false
}

// Outcome is what came of the action.
type Outcome string

// The outcomes. Planned is an action that the mode kept from being done.
const (
	Done      Outcome = "done"
	Planned   Outcome = "planned"
	Failed    Outcome = "failed"
	NoOutcome Outcome = "none"
)

// ID derives a finding's id from what was found, so that an event that is delivered
// twice, or a message that is tried again, yields the same id.
func ID(eventID, subjectARN string, drift Drift) string {
	h := sha256.New()
	for _, part := range []string{eventID, subjectARN, string(drift)} {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
