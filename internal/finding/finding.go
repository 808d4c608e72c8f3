// Package finding is the finding: the one record that Ringfence publishes to SNS and EventBridge,
// that the command line prints and that subscribers store. Its field names are a contract.
// finding.schema.json in this folder is its JSON Schema.
package finding

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
)

// SchemaVersion is the version of the schema. A new field or drift increases the minor number, a
// change of an existing field the major number.
const SchemaVersion = "2.3"

// DetailType is the EventBridge detail-type of a finding, and Source its source.
const (
	DetailType = "Ringfence Finding"
	Source     = "ringfence"
)

// Finding is one principal or boundary policy that is not as required, and what was done about it.
type Finding struct {
	SchemaVersion string `json:"schemaVersion"`
	// ID is the same for every revision. It depends on the target, the drift and the opening.
	ID string `json:"id"`
	// Revision increases with each change of the finding. Each revision is published once.
	Revision int    `json:"revision"`
	Status   Status `json:"status"`
	// Resolution says how the finding was resolved; empty while it is open.
	Resolution Resolution `json:"resolution"`
	// Time is the time of the revision.
	Time      time.Time `json:"time"`
	Account   string    `json:"account"`
	Partition string    `json:"partition"`
	// AccountName is the name of the account in the configuration or, if it has none, in AWS Organizations, where an
	// administrator of the account can change it. Owner is the owner of the rule or, if it has none, of the account. They
	// are empty if they are not known.
	AccountName string `json:"accountName"`
	Owner       string `json:"owner"`
	// AccountUnit is the path of the names of the account's organizational units, such as Workloads/Production; empty in
	// the root, without an organization, and if it is not known.
	AccountUnit string `json:"accountUnit"`

	// Principal is nil for a finding about a boundary policy or the control itself.
	Principal *Principal `json:"principal"`

	// Rule is the rule of the configuration that applied.
	Rule     string   `json:"rule"`
	Drift    Drift    `json:"drift"`
	Severity Severity `json:"severity"`
	// Required and Attached are ARNs of managed policies. Attached is empty if there is no boundary.
	Required string `json:"required"`
	Attached string `json:"attached"`

	// Relation is how the attached boundary, or the live document of the boundary policy, compares
	// with the required one: equal, narrower, narrower-or-equal, wider, incomparable or unproven. It is
	// empty if nothing was compared.
	Relation string `json:"relation"`
	// Denials is the same for what they deny explicitly: equal, fewer, more, more-or-equal,
	// incomparable or unproven. It is empty if nothing was compared.
	Denials string `json:"denials"`
	// Escape reports whether the principal's identity policies allow something that its required
	// boundary does not.
	Escape  bool     `json:"escape"`
	Witness *Witness `json:"witness"`
	// Services are the service prefixes, such as iam and s3, for which the principal's identity
	// policies allow more than its required boundary.
	Services Strings `json:"services"`
	// Exposure is how long the target was outside, as far as records and reads show it.
	Exposure Exposure `json:"exposure"`
	// GivesUp is a request that the principal can make after the repair and could not make before.
	// Its identity policies allow it if they allow any such request; otherwise a resource policy may.
	// If the last repair granted nothing, it is a request that an earlier repair of the finding
	// granted, when another document was in effect.
	GivesUp *Witness `json:"givesUp"`
	// Undenied is a request that the required boundary or the approved document denies explicitly and
	// the one in effect does not: a resource policy may have granted it. It is nil if there is no such
	// request or nothing was compared.
	Undenied *Witness `json:"undenied"`
	// AlsoDenied is the opposite: a request that only the one in effect denies explicitly. It is nil if
	// none is known.
	AlsoDenied *Witness `json:"alsoDenied"`

	// Affects are the ARNs of the principals that carry the boundary policy of the finding, or of what
	// a held sweep would have changed. Diff is what changed in the policy, one line per statement.
	Affects Strings `json:"affects"`
	Diff    Strings `json:"diff"`
	// Contested describes actors that keep undoing the repair; nil if no actor does.
	Contested *Contested `json:"contested"`

	Mode    string  `json:"mode"`
	Action  Action  `json:"action"`
	Outcome Outcome `json:"outcome"`
	// Title is one line for people: what happened to which target, and the current state. It has no
	// control characters and at most 250 characters, so tickets and pages can show it unchanged.
	Title string `json:"title"`
	// Reason is one sentence for people: why this is drift, and how it ended.
	Reason string `json:"reason"`
	// Repair is the AWS CLI command that remediates. It is empty if the finding is not open, if the
	// repair was made and if no repair is planned.
	Repair string `json:"repair"`
	// Undo is the AWS CLI command that reverses the repair; empty if nothing was done. After an escape
	// it allows the escape again.
	Undo string `json:"undo"`
	// Attack are the techniques of MITRE ATT&CK that the finding may indicate.
	Attack Techniques `json:"attack"`
	Links  Links      `json:"links"`

	// OpenedBy is the call after which the target was outside; nil if no record shows it.
	OpenedBy *Call `json:"openedBy"`
	// Cause is why Ringfence looked at the target: event, second-look, walk, required or sweep.
	Cause string `json:"cause"`
	// Actor and Event are from the call that led to the finding. Another call may have opened it.
	// The event has no id if no record led to the finding.
	Actor Actor `json:"actor"`
	Event Event `json:"event"`
	// Evidence are the records of what happened to the boundary, by time.
	Evidence Calls `json:"evidence"`
	// Attempts are the writes that were made or begun, in order.
	Attempts Attempts `json:"attempts"`
}

// Status says whether a finding is open.
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
	// Repaired is a target that Ringfence repaired.
	Repaired Resolution = "repaired"
	// MaybeRepaired is a target whose repair was begun, and that was inside afterwards.
	MaybeRepaired Resolution = "unconfirmed"
	// FoundInside is a target that another actor repaired.
	FoundInside Resolution = "found-inside"
	// WasBack is a target that was outside, and inside again before Ringfence looked.
	WasBack Resolution = "was-back"
	// Gone is a target that no longer exists.
	Gone Resolution = "deleted"
	// AccountClosed is a target in an account that is closed, suspended, or not in the organization any more.
	AccountClosed Resolution = "account-closed"
)

// Absent reports whether the target is no longer there.
func (r Resolution) Absent() bool { return r == Gone || r == AccountClosed }

// Call is one recorded call and its caller.
type Call struct {
	Actor Actor `json:"actor"`
	Event Event `json:"event"`
}

// Calls is a list that is encoded as [] if it is empty.
type Calls []Call

// MarshalJSON implements [json.Marshaler].
func (c Calls) MarshalJSON() ([]byte, error) { return list([]Call(c)) }

// Attempt is one write: its intent and its outcome.
type Attempt struct {
	Action Action    `json:"action"`
	Begun  time.Time `json:"begun"`
	// Ended is nil if the process ended before IAM's response was recorded.
	Ended   *time.Time `json:"ended"`
	Outcome Outcome    `json:"outcome"`
	Error   string     `json:"error"`
	// Unblock is the AWS CLI command that removes what prevents the write. Run it only if nothing
	// needs what it removes. It is usually empty.
	Unblock string `json:"unblock"`
}

// Attempts is a list that is encoded as [] if it is empty.
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

// Techniques is a list that is encoded as [] if it is empty.
type Techniques []Technique

// MarshalJSON implements [json.Marshaler].
func (t Techniques) MarshalJSON() ([]byte, error) { return list([]Technique(t)) }

// Links are URLs of web pages. Each is empty if there is no such page.
type Links struct {
	// Event is the event that opened the finding, in CloudTrail's event history. Principal is the
	// user, role or boundary policy in the IAM console.
	Event     string `json:"event"`
	Principal string `json:"principal"`
	// Dashboard is the dashboard of the stack.
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

// Exposure is a period of time. An end that is not known is nil.
type Exposure struct {
	// From is when the call that opened the finding was made; nil if no record shows it.
	From *time.Time `json:"from"`
	// To is when the target was inside again: after the write of a repair, or when Ringfence saw it.
	// It is nil while the target is outside.
	To *time.Time `json:"to"`
	// Seconds is the length; nil if either end is not known.
	Seconds *float64 `json:"seconds"`
}

// Contested counts the repairs of one principal within a period that ends with the finding.
type Contested struct {
	// Repairs is how often the boundary was restored, including this time.
	Repairs int       `json:"repairs"`
	Since   time.Time `json:"since"`
	// Actors are the ARNs or names of the actors that removed it.
	Actors Strings `json:"actors"`
}

// Strings is a list that is encoded as [] if it is empty.
type Strings []string

// MarshalJSON implements [json.Marshaler].
func (s Strings) MarshalJSON() ([]byte, error) {
	return list([]string(s))
}

// Actor is the caller of a recorded call. Callers choose this text, so escape it when you show it.
type Actor struct {
	ARN string `json:"arn"`
	// Name identifies callers that have no ARN.
	Name      string `json:"name"`
	Type      string `json:"type"`
	SourceIP  string `json:"sourceIP"`
	UserAgent string `json:"userAgent"`
	// AccessKeyID is the access key that signed the call: the one that a responder revokes.
	AccessKeyID string `json:"accessKeyId"`
	// SessionIssuer is the ARN of the role or user that issued temporary credentials.
	SessionIssuer string `json:"sessionIssuer"`
	// MFA is true or false as CloudTrail writes it; empty if the record does not have it.
	MFA string `json:"mfaAuthenticated"`
}

// Event is a CloudTrail event. It is zero if there is none; its time is then encoded as null.
type Event struct {
	ID     string    `json:"id"`
	Name   string    `json:"name"`
	Time   time.Time `json:"time"`
	Region string    `json:"region"`
}

// Drift is how a target differs from what is required.
type Drift string

// The kinds of drift. None is the verdict on a principal without drift. Only replay --all prints it.
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
	// Moved is a principal that no longer matches a rule, because of a change of its name, path or tags.
	Moved Drift = "moved"
	// Withheld is a call whose record does not say what it changed, because it would be too large.
	Withheld Drift = "withheld"
	// PolicyChanged is a required policy that was changed and has no approved document to compare it
	// with.
	PolicyChanged Drift = "policy-changed"
	// ExemptChanged is a principal that needs no boundary, because it is exempt or out of scope, and
	// that was created or whose trust or permissions were changed.
	ExemptChanged Drift = "exempt-changed"
	// SweepHeld is a sweep that wrote nothing, because it would have changed too many targets at once.
	SweepHeld Drift = "sweep-held"
	// Unreachable is an account of the organization that Ringfence cannot enter.
	Unreachable Drift = "unreachable"
)

// Severity is how severe a finding is.
type Severity string

// The severities, the worst first.
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
	// Planned is an action that the mode does not allow.
	Planned Outcome = "planned"
	Failed  Outcome = "failed"
	// Unconfirmed is a repair that was begun and whose response was not recorded, because the process
	// ended. The target was found inside afterwards.
	Unconfirmed Outcome = "unconfirmed"
	// Deferred is a repair that is held back, because an actor keeps undoing it.
	Deferred  Outcome = "deferred"
	NoOutcome Outcome = "none"
)

// ID derives the id of a finding from the target, the drift and what identifies the opening.
func ID(target string, drift Drift, opening string) string {
	h := sha256.New()
	for _, part := range []string{target, string(drift), opening} {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
