// Package finding is the one record that leaves Ringfence: published to SNS and
// EventBridge, printed by the command line, stored by its subscribers. Its field names
// are a contract; finding.schema.json in this folder is its JSON Schema.
package finding

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
)

// SchemaVersion is the version of the record's form: the minor number grows with every
// new field or drift, the major one with every change of an old field.
const SchemaVersion = "2.3"

// DetailType is the EventBridge detail-type of a finding, and Source its source.
const (
	DetailType = "Ringfence Finding"
	Source     = "ringfence"
)

// Finding is one principal, or one boundary policy, found outside what is required of
// it, and what was done about it.
type Finding struct {
	SchemaVersion string `json:"schemaVersion"`
	// ID is the same for a target, a drift and its opening, whatever becomes of it.
	ID string `json:"id"`
	// Revision grows with each change of what the finding says. Each is published once.
	Revision int    `json:"revision"`
	Status   Status `json:"status"`
	// Resolution says how a resolved finding came to its end; empty while it is open.
	Resolution Resolution `json:"resolution"`
	// Time is that of the revision.
	Time      time.Time `json:"time"`
	Account   string    `json:"account"`
	Partition string    `json:"partition"`
	// AccountName is what the configuration calls the account, and Owner who answers for the
	// rule, or else for the account; empty where it does not say.
	AccountName string `json:"accountName"`
	Owner       string `json:"owner"`

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
	// Exposure is for how long the target was outside, as far as records and reads show.
	Exposure Exposure `json:"exposure"`
	// GivesUp is what the principal can do after the repair and could not before: by its
	// own policies where they allow any such request, else where the policy of a
	// resource does. Where this repair gives nothing up, it is what an earlier one of the
	// finding did, when something else was in force.
	GivesUp *Witness `json:"givesUp"`
	// Undenied is a request that the required boundary, or the approved document, denies
	// explicitly and the one in force does not: the policy of a resource can have granted it.
	// It is nil where there is none, or nothing was compared.
	Undenied *Witness `json:"undenied"`

	// Affects are the ARNs of the principals that a boundary policy caps, where the
	// finding is about one, or what a sweep that was held would have had changed, and Diff is what changed in it, a line a statement.
	Affects Strings `json:"affects"`
	Diff    Strings `json:"diff"`
	// Contested tells of somebody who keeps undoing the repair; nil where nobody does.
	Contested *Contested `json:"contested"`

	Mode    string  `json:"mode"`
	Action  Action  `json:"action"`
	Outcome Outcome `json:"outcome"`
	// Title is one line for people: what happened to what, and how it stands. It is clean text of at
	// most 250 characters, so that tickets and pages can have it as it is.
	Title string `json:"title"`
	// Reason is one sentence for people: why this is drift, and how it ended.
	Reason string `json:"reason"`
	// Repair is the aws command that remediates, for people: empty where the finding is not open,
	// where the repair was made, and where none is planned.
	Repair string `json:"repair"`
	// Undo is an aws command that reverses the repair, empty where nothing was done. After an
	// escape it lets the principal out again.
	Undo string `json:"undo"`
	// Attack are the techniques of MITRE ATT&CK that the finding is a sign of.
	Attack Techniques `json:"attack"`
	Links  Links      `json:"links"`

	// OpenedBy is the call after which the target was outside; nil where no record shows it.
	OpenedBy *Call `json:"openedBy"`
	// Cause is why Ringfence looked: event, second-look, walk, required or sweep.
	Cause string `json:"cause"`
	// Actor and Event are what brought the drift to light, which need not be what opened
	// it. The event has no id where no record did.
	Actor Actor `json:"actor"`
	Event Event `json:"event"`
	// Evidence are the records of what happened to the boundary, in the order of their time.
	Evidence Calls `json:"evidence"`
	// Attempts are the writes that were made, or begun, in their order.
	Attempts Attempts `json:"attempts"`
}

// Status says whether a finding still stands.
type Status string

// The states of a finding.
const (
	Open     Status = "open"
	Resolved Status = "resolved"
)

// Resolution says how a finding was resolved.
type Resolution string

// The resolutions.
const (
	Unresolved Resolution = ""
	// Repaired is a target that Ringfence put right.
	Repaired Resolution = "repaired"
	// MaybeRepaired is one whose repair was begun, and that was inside afterwards.
	MaybeRepaired Resolution = "unconfirmed"
	// FoundInside is one that somebody else put right.
	FoundInside Resolution = "found-inside"
	// WasBack is one that was outside and inside again before anybody looked.
	WasBack Resolution = "was-back"
	// Gone is one that does not exist any more.
	Gone Resolution = "deleted"
)

// Call is one recorded call and who made it.
type Call struct {
	Actor Actor `json:"actor"`
	Event Event `json:"event"`
}

// Calls is a list that is written as [] when it is empty.
type Calls []Call

// MarshalJSON implements [json.Marshaler].
func (c Calls) MarshalJSON() ([]byte, error) { return list([]Call(c)) }

// Attempt is one write, told by its intent and its outcome.
type Attempt struct {
	Action Action    `json:"action"`
	Begun  time.Time `json:"begun"`
	// Ended is nil where the process ended before IAM's answer was recorded.
	Ended   *time.Time `json:"ended"`
	Outcome Outcome    `json:"outcome"`
	Error   string     `json:"error"`
	// Unblock is the aws command that takes away what is in the way of the write, for people who
	// made sure that nothing needs it; mostly empty.
	Unblock string `json:"unblock"`
}

// Attempts is a list that is written as [] when it is empty.
type Attempts []Attempt

// MarshalJSON implements [json.Marshaler].
func (a Attempts) MarshalJSON() ([]byte, error) { return list([]Attempt(a)) }

func list[T any](items []T) ([]byte, error) {
	if items == nil {
		return []byte("[]"), nil
	}
	return json.Marshal(items)
}

// Technique is a technique of MITRE ATT&CK Enterprise.
type Technique struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	URL  string `json:"url"`
}

// Techniques is a list that is written as [] when it is empty.
type Techniques []Technique

// MarshalJSON implements [json.Marshaler].
func (t Techniques) MarshalJSON() ([]byte, error) { return list([]Technique(t)) }

// Links are addresses of web pages, each empty where there is none.
type Links struct {
	// Event is the event that opened the finding in CloudTrail's event history, and Principal the
	// user, role or boundary policy in the IAM console.
	Event     string `json:"event"`
	Principal string `json:"principal"`
	// Dashboard is the stack's.
	Dashboard string `json:"dashboard"`
	// Runbook is the page that says what to do.
	Runbook string `json:"runbook"`
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

// Exposure is a span of time, open at an end that is not known.
type Exposure struct {
	// From is when the call that opened it was made, nil where no record shows that.
	From *time.Time `json:"from"`
	// To is when the target was inside again: after the write of a repair, or when that was
	// seen. It is nil while the target is outside.
	To *time.Time `json:"to"`
	// Seconds is the length, nil where either end is not known.
	Seconds *float64 `json:"seconds"`
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
	return list([]string(s))
}

// Actor is the caller of a recorded call. All of it is text that
// others chose: escape it where it is shown.
type Actor struct {
	ARN string `json:"arn"`
	// Name is what else the record calls the caller, for those that have no ARN.
	Name      string `json:"name"`
	Type      string `json:"type"`
	SourceIP  string `json:"sourceIP"`
	UserAgent string `json:"userAgent"`
	// AccessKeyID is the access key that signed the call: what a responder revokes.
	AccessKeyID string `json:"accessKeyId"`
	// SessionIssuer is the ARN of the role or user that temporary credentials are from.
	SessionIssuer string `json:"sessionIssuer"`
	// MFA is true or false as CloudTrail writes it, and empty where the record does not say it.
	MFA string `json:"mfaAuthenticated"`
}

// Event is a CloudTrail event. Where there is none it is zero, and its time is written
// as null.
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
	// Withheld is a call whose record does not say what it changed, being too large.
	Withheld Drift = "withheld"
	// PolicyChanged is a required policy that was changed, where no document is approved
	// that it could be compared with.
	PolicyChanged Drift = "policy-changed"
	// ExemptChanged is a principal that needs no boundary, being exempt or out of scope, and
	// that was made, or whose trust or permissions were changed.
	ExemptChanged Drift = "exempt-changed"
	// SweepHeld is a sweep that wrote nothing, since it would have changed too many at once.
	SweepHeld Drift = "sweep-held"
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

// Outcome is how the action ended.
type Outcome string

// The outcomes.
const (
	Done Outcome = "done"
	// Planned is an action that the mode kept from being done.
	Planned Outcome = "planned"
	Failed  Outcome = "failed"
	// Unconfirmed is a repair that was begun and whose answer nobody recorded, since the
	// process ended. The target was found inside afterwards.
	Unconfirmed Outcome = "unconfirmed"
	// Deferred is a repair that is held back, since somebody keeps undoing it.
	Deferred  Outcome = "deferred"
	NoOutcome Outcome = "none"
)

// ID derives a finding's id from the target, the drift and what tells one opening of it
// from the next.
func ID(target string, drift Drift, opening string) string {
	h := sha256.New()
	for _, part := range []string{target, string(drift), opening} {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
