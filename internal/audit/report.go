// Package audit reports which principals are outside their required permissions boundary and
// what that allows, what boundaries take away, and which principals no rule covers. The verdicts
// are those of the deployed functions: see package assess.
package audit

import (
	"cmp"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/impact"
)

// SchemaVersion is the version of the JSON report.
const SchemaVersion = "1.0"

// Report is the result of an audit. Its JSON field names are a contract.
type Report struct {
	SchemaVersion string    `json:"schemaVersion"`
	Time          time.Time `json:"time"`
	// Partial are the reasons why the report is incomplete.
	Partial    finding.Strings `json:"partial"`
	Accounts   []Account       `json:"accounts"`
	Summary    Summary         `json:"summary"`
	Coverage   []Coverage      `json:"coverage"`
	Principals []Principal     `json:"principals"`
	Boundaries []Boundary      `json:"boundaries"`
	Exemptions []Exemption     `json:"exemptions"`
	// Warnings are likely mistakes in the configuration, and what could not be read.
	Warnings finding.Strings `json:"warnings"`
}

// Account is an account that was audited.
type Account struct {
	Account   string `json:"account"`
	Partition string `json:"partition"`
	// Name is what the configuration calls it or, if it does not, AWS Organizations; Unit is the path of its
	// organizational units. They are empty if they are not known.
	Name string `json:"name,omitempty"`
	Unit string `json:"unit,omitempty"`
	// Sources are the files that it was read from, or "live".
	Sources    finding.Strings `json:"sources"`
	Principals int             `json:"principals"`
}

// Units returns the organizational units of the accounts, by account. Those in the root of an organization have the
// unit "(root)". It is empty if no organizational unit is known.
func (r *Report) Units() map[string]string {
	units := map[string]string{}
	for _, a := range r.Accounts {
		if a.Unit != "" {
			units[a.Account] = a.Unit
		}
	}
	if len(units) == 0 {
		return units
	}
	for _, a := range r.Accounts {
		units[a.Account] = cmp.Or(a.Unit, "(root)")
	}
	return units
}

// State is how a principal compares with the configuration.
type State = assess.State

// The states: see [assess.State].
const (
	Inside        = assess.Inside
	Outside       = assess.Outside
	Unknown       = assess.Unknown
	Uncovered     = assess.Uncovered
	Exempt        = assess.Exempt
	OutOfScope    = assess.OutOfScope
	ServiceLinked = assess.ServiceLinked
)

// Summary counts principals.
type Summary struct {
	Principals    int `json:"principals"`
	Inside        int `json:"inside"`
	Outside       int `json:"outside"`
	Unknown       int `json:"unknown"`
	Uncovered     int `json:"uncovered"`
	Exempt        int `json:"exempt"`
	OutOfScope    int `json:"outOfScope"`
	ServiceLinked int `json:"serviceLinked"`
	// Percent is the share inside, of those that are inside, outside, unknown or uncovered.
	Percent float64 `json:"percent"`
	// Severities counts the principals outside and the boundary policies that are not as approved.
	Severities map[finding.Severity]int `json:"severities"`
	// BoundariesOff counts the boundary policies that are not as approved. BoundariesUnknown
	// counts those that rules require and that could not be assessed.
	BoundariesOff     int `json:"boundariesOff"`
	BoundariesUnknown int `json:"boundariesUnknown"`
	// OverNarrow counts the principals whose boundary does not allow what their policies grant.
	OverNarrow int `json:"overNarrow"`
	// Recorded counts recorded calls, nil if there are none.
	Recorded *Recorded `json:"recorded,omitempty"`
}

// Recorded counts the recorded calls of principals that must carry a boundary.
type Recorded struct {
	// Calls counts the calls that succeeded. The required boundary would have denied Denied of them; of NotKnown that is
	// not known.
	Calls    int `json:"calls"`
	Denied   int `json:"denied"`
	NotKnown int `json:"notKnown"`
	// Principals counts the principals with denied calls.
	Principals int `json:"principals"`
}

// Coverage is how many principals of an account, rule, path, kind or organizational unit are inside.
type Coverage struct {
	// By is rule, path, account, kind or unit (the organizational unit). Key is its name or, of an account, its
	// id; then Name is its name, empty if that is not known.
	By      string  `json:"by"`
	Key     string  `json:"key"`
	Name    string  `json:"name,omitempty"`
	Total   int     `json:"total"`
	Inside  int     `json:"inside"`
	Percent float64 `json:"percent"`
}

// Label is what people call it: of an account, the id and the name.
func (c *Coverage) Label() string { return strings.TrimSuffix(c.Key+" "+c.Name, " ") }

// Principal is a user or role, with the results for it.
type Principal struct {
	ARN     string    `json:"arn"`
	Account string    `json:"account"`
	Kind    string    `json:"kind"`
	Path    string    `json:"path"`
	Name    string    `json:"name"`
	ID      string    `json:"id"`
	Created time.Time `json:"created,omitzero"`

	State State `json:"state"`
	// Rule, Mode and Required are what the configuration requires. Attached is what it carries.
	Rule     string `json:"rule"`
	Mode     string `json:"mode"`
	Required string `json:"required"`
	Attached string `json:"attached"`

	// The following is set if it is outside: see package finding.
	Drift    finding.Drift    `json:"drift"`
	Severity finding.Severity `json:"severity"`
	Relation string           `json:"relation"`
	Denials  string           `json:"denials"`
	Escape   bool             `json:"escape"`
	Witness  *finding.Witness `json:"witness"`
	Services finding.Strings  `json:"services"`
	// Undenied and AlsoDenied are what shows Denials.
	Undenied   *finding.Witness `json:"undenied"`
	AlsoDenied *finding.Witness `json:"alsoDenied"`
	// GivesUp is a request that the repair would allow and that is denied now.
	GivesUp *finding.Witness `json:"givesUp"`
	// Since is when it got outside, nil if not known.
	Since *time.Time `json:"since"`
	// Reason is one sentence, in every state.
	Reason string `json:"reason"`
	// Action is what enforcement would do. Repair is the AWS CLI command for the same.
	Action finding.Action `json:"action"`
	Repair string         `json:"repair"`

	// Policies are the names of the identity policies.
	Policies finding.Strings `json:"policies"`
	// Cut is what the boundary does not allow of its identity policies, worst first.
	Cut []Cut `json:"cut"`
	// Unknown is why it is not known what the identity policies allow.
	Unknown string `json:"unknown,omitempty"`
	// Calls are the recorded calls that succeeded, and those of them that the required boundary would have
	// denied. It is nil without recorded calls, and where no boundary with a document is required.
	Calls *impact.Use `json:"recorded,omitempty"`
	// CutUnknown is why Cut is not known.
	CutUnknown string `json:"cutUnknown,omitempty"`
	// Reaches are the roles without a boundary that it can assume, in any account of the report.
	// ReachesIf are those that it can assume under conditions whose values are not known here.
	Reaches   finding.Strings `json:"reaches"`
	ReachesIf []Reach         `json:"reachesIf"`
	// ReachUnknown is why it is not known which roles it can assume.
	ReachUnknown string `json:"reachUnknown,omitempty"`
	// TrustUnknown is why it is not known which principals can assume this role without a boundary.
	TrustUnknown string `json:"trustUnknown,omitempty"`

	// source is what it was read from. class is shared by principals with the same policies.
	source *authdetails.Principal
	class  *class
}

// Cut is a service in which identity policies grant requests that the boundary does not allow.
type Cut struct {
	// Service is a prefix such as s3, or * for all that no statement names.
	Service string `json:"service"`
	// Example is a request, or nil if the only example is in another service.
	Example *finding.Witness `json:"example"`
	// LastUsed is when the service was last used, nil if never or not known.
	LastUsed *time.Time `json:"lastUsed"`
}

// Boundary is a managed policy that a rule requires, or that a principal carries as boundary.
type Boundary struct {
	ARN     string `json:"arn"`
	Account string `json:"account"`
	// Name is its name in the configuration, empty if the configuration does not have it.
	Name string `json:"name"`
	// Rules are the rules that require it.
	Rules finding.Strings `json:"rules"`
	// Carriers counts the principals that carry it, and Required those that must.
	Carriers int `json:"carriers"`
	Required int `json:"required"`

	// State is approved, off, unapproved (there is no approved document), other (not in the
	// configuration) or unknown.
	State    string           `json:"state"`
	Drift    finding.Drift    `json:"drift"`
	Severity finding.Severity `json:"severity"`
	// Relation and Denials compare the document in force with the approved one: by what it allows, and by
	// what it denies explicitly (equal, fewer, more, more-or-equal, incomparable or unproven).
	Relation string           `json:"relation"`
	Denials  string           `json:"denials"`
	Witness  *finding.Witness `json:"witness"`
	// Undenied is a request that only the approved document denies explicitly, AlsoDenied one that only
	// the document in force does.
	Undenied   *finding.Witness `json:"undenied"`
	AlsoDenied *finding.Witness `json:"alsoDenied"`
	Reason     string           `json:"reason"`
	Diff       finding.Strings  `json:"diff"`
	// Cuts are the principals that would lose permissions if the approved document were in force.
	Cuts finding.Strings `json:"cuts"`
	// Live and Approved are the documents, as JSON text.
	Live     string `json:"live"`
	Approved string `json:"approved"`
}

// Exemption is an exemption of the configuration, compared with the accounts.
type Exemption struct {
	Principal string    `json:"principal"`
	Account   string    `json:"account"`
	Owner     string    `json:"owner"`
	Reason    string    `json:"reason"`
	Expires   time.Time `json:"expires"`
	// State is used, nobody (no such principal), another (another principal has the name now),
	// expiring (within 30 days), expired, or unknown (its account was not read completely).
	State string `json:"state"`
}

// Drifted reports whether a principal is outside, or a boundary policy not as approved.
func (r *Report) Drifted() bool { return r.Summary.Outside > 0 || r.Summary.BoundariesOff > 0 }

// Incomplete reports whether something was not read or could not be assessed.
func (r *Report) Incomplete() bool {
	return len(r.Partial) > 0 || r.Summary.Unknown > 0 || r.Summary.BoundariesUnknown > 0
}
