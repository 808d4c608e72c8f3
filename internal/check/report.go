// Package check reports which users and roles a plan or template would leave outside their required
// permissions boundary. The verdicts are those of the deployed functions: see package assess. What
// is known only after the deployment is unknown, and an unknown principal is not inside.
package check

import (
	"time"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/iac"
)

// SchemaVersion is the version of the JSON report.
const SchemaVersion = "1.0"

// Report is the result of a check. Its JSON field names are a contract.
type Report struct {
	SchemaVersion string    `json:"schemaVersion"`
	Time          time.Time `json:"time"`
	// Partial are the reasons why the report is incomplete.
	Partial finding.Strings `json:"partial"`
	Files   []File          `json:"files"`
	Summary Summary         `json:"summary"`
	// Principals are the users and roles that would be created or changed.
	Principals []Principal `json:"principals"`
	// Policies are the managed policies that would be created, changed or deleted, and that a rule
	// requires as a boundary.
	Policies []Policy `json:"policies"`
	// Assumed is what the verdicts presuppose.
	Assumed  finding.Strings `json:"assumed"`
	Warnings finding.Strings `json:"warnings"`
}

// File is a file that was checked.
type File struct {
	Path   string `json:"path"`
	Format string `json:"format"`
	// Account is the account it would be deployed to, empty if that is not known.
	Account    string `json:"account"`
	Principals int    `json:"principals"`
}

// Summary counts principals and policies by state.
type Summary struct {
	Principals    int `json:"principals"`
	Inside        int `json:"inside"`
	Outside       int `json:"outside"`
	Unknown       int `json:"unknown"`
	Uncovered     int `json:"uncovered"`
	Exempt        int `json:"exempt"`
	OutOfScope    int `json:"outOfScope"`
	ServiceLinked int `json:"serviceLinked"`
	// PoliciesOff counts the boundary policies that would not be as approved. PoliciesUnknown
	// counts those that could not be assessed.
	PoliciesOff     int `json:"policiesOff"`
	PoliciesUnknown int `json:"policiesUnknown"`
	// Severities counts the principals outside and the policies that would not be as approved.
	Severities map[finding.Severity]int `json:"severities"`
}

// Place says where a resource is declared.
type Place struct {
	File string `json:"file"`
	// Line begins with 1. It is 0 if the format has no lines.
	Line int `json:"line"`
	// Address is its Terraform address, its logical id, or the path of its construct.
	Address string     `json:"address"`
	Change  iac.Change `json:"change"`
}

// Principal is a user or role, with the verdict on it.
type Principal struct {
	Place
	// ARN has * for what is not known. Account is empty if it is not known.
	ARN     string       `json:"arn"`
	Account string       `json:"account"`
	Kind    string       `json:"kind"`
	State   assess.State `json:"state"`
	// Rule, Mode and Required are what the configuration requires. Attached is the boundary that it
	// would carry, and AttachedUnknown says why that is not known. Without a known account, ARNs have
	// ${account}.
	Rule            string `json:"rule"`
	Mode            string `json:"mode"`
	Required        string `json:"required"`
	Attached        string `json:"attached"`
	AttachedUnknown string `json:"attachedUnknown,omitempty"`

	// The following is set if it is outside: see package finding.
	Drift    finding.Drift    `json:"drift"`
	Severity finding.Severity `json:"severity"`
	Relation string           `json:"relation"`
	Witness  *finding.Witness `json:"witness"`
	Undenied *finding.Witness `json:"undenied"`

	// Reason is one sentence, in every state. Fix says what to change in the code.
	Reason string          `json:"reason"`
	Fix    string          `json:"fix"`
	Notes  finding.Strings `json:"notes"`
}

// Policy is a managed policy that a rule requires as a boundary, with the verdict on it.
type Policy struct {
	Place
	ARN     string `json:"arn"`
	Account string `json:"account"`
	// State is approved, off, unapproved (the configuration has no approved document) or unknown.
	State    string           `json:"state"`
	Drift    finding.Drift    `json:"drift"`
	Severity finding.Severity `json:"severity"`
	Relation string           `json:"relation"`
	Witness  *finding.Witness `json:"witness"`
	Reason   string           `json:"reason"`
}

// The states of a policy.
const (
	approved   = "approved"
	off        = "off"
	unapproved = "unapproved"
	unknown    = "unknown"
)

// Drifted reports whether a principal would be outside, or a boundary policy not as approved.
func (r *Report) Drifted() bool { return r.Summary.Outside > 0 || r.Summary.PoliciesOff > 0 }

// Incomplete reports whether something could not be read or assessed.
func (r *Report) Incomplete() bool {
	return len(r.Partial) > 0 || r.Summary.Unknown > 0 || r.Summary.PoliciesUnknown > 0
}
