// Package audit says who is outside the permissions boundary that it must carry, and what
// that allows; what boundaries take from those who carry them; and what nobody watches. The
// verdicts are those of the core: see package assess.
package audit

import (
	"time"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/finding"
)

// SchemaVersion is the version of the report's form.
const SchemaVersion = "1.0"

// Report is what an audit found. Its field names are a contract.
type Report struct {
	SchemaVersion string    `json:"schemaVersion"`
	Time          time.Time `json:"time"`
	// Partial are the reasons why the report does not cover everything; empty where it does.
	Partial    finding.Strings `json:"partial"`
	Accounts   []Account       `json:"accounts"`
	Summary    Summary         `json:"summary"`
	Coverage   []Coverage      `json:"coverage"`
	Principals []Principal     `json:"principals"`
	Boundaries []Boundary      `json:"boundaries"`
	Exemptions []Exemption     `json:"exemptions"`
	// Warnings are what may not be meant by the configuration, and what could not be read.
	Warnings finding.Strings `json:"warnings"`
}

// Account is one that was looked at.
type Account struct {
	Account   string `json:"account"`
	Partition string `json:"partition"`
	// Sources are the files that it came from, or "live".
	Sources    finding.Strings `json:"sources"`
	Principals int             `json:"principals"`
}

// State is how a principal stands.
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
	// Percent is how many of those that are inside, outside, unknown or uncovered are inside.
	Percent float64 `json:"percent"`
	// Severities counts those outside, and the boundary policies that are not as approved.
	Severities map[finding.Severity]int `json:"severities"`
	// BoundariesOff counts the boundary policies that are not as approved, and BoundariesUnknown
	// those that rules require and that could not be judged.
	BoundariesOff     int `json:"boundariesOff"`
	BoundariesUnknown int `json:"boundariesUnknown"`
	// Over counts those whose boundary takes something that their policies grant.
	Over int `json:"overNarrow"`
}

// Coverage is how many principals of a part of the whole are inside.
type Coverage struct {
	// By is rule, path, account or kind, and Key which of these.
	By      string  `json:"by"`
	Key     string  `json:"key"`
	Total   int     `json:"total"`
	Inside  int     `json:"inside"`
	Percent float64 `json:"percent"`
}

// Principal is a user or role, and what was found of it.
type Principal struct {
	ARN     string    `json:"arn"`
	Account string    `json:"account"`
	Kind    string    `json:"kind"`
	Path    string    `json:"path"`
	Name    string    `json:"name"`
	ID      string    `json:"id"`
	Created time.Time `json:"created,omitzero"`

	State State `json:"state"`
	// Rule, Mode and Required are what the configuration asks, and Attached what it carries.
	Rule     string `json:"rule"`
	Mode     string `json:"mode"`
	Required string `json:"required"`
	Attached string `json:"attached"`

	// What follows is of those outside: see package finding.
	Drift    finding.Drift    `json:"drift"`
	Severity finding.Severity `json:"severity"`
	Relation string           `json:"relation"`
	Escape   bool             `json:"escape"`
	Witness  *finding.Witness `json:"witness"`
	Services finding.Strings  `json:"services"`
	Undenied *finding.Witness `json:"undenied"`
	// GivesUp is what it could do after the repair and cannot now.
	GivesUp *finding.Witness `json:"givesUp"`
	// Since is since when it is outside, nil where nothing shows that.
	Since *time.Time `json:"since"`
	// Reason is one sentence for people, for every state.
	Reason string `json:"reason"`
	// Action is what enforcement would do, and Repair the aws command that does the same.
	Action finding.Action `json:"action"`
	Repair string         `json:"repair"`

	// Policies are the names of the identity policies.
	Policies finding.Strings `json:"policies"`
	// Cut is what the boundary that it carries takes from them, worst first.
	Cut []Cut `json:"cut"`
	// Unknown is why it is not known what the identity policies allow; empty where it is.
	Unknown string `json:"unknown,omitempty"`
	// CutUnknown is why it is not known what the boundary takes.
	CutUnknown string `json:"cutUnknown,omitempty"`
	// Reaches are the roles without a boundary that it may assume, in any account of the report,
	// and ReachesIf those that it may assume under conditions whose values are not known here.
	Reaches   finding.Strings `json:"reaches"`
	ReachesIf []Reach         `json:"reachesIf"`
	// ReachUnknown is why it is not known what it may assume; empty where it is.
	ReachUnknown string `json:"reachUnknown,omitempty"`
	// TrustUnknown is why it is not known who may assume it, of a role without a boundary.
	TrustUnknown string `json:"trustUnknown,omitempty"`

	// source is what it was read from, and class what it has in common with others.
	source *authdetails.Principal
	class  *class
}

// Cut is a service in which identity policies grant what the boundary does not let through.
type Cut struct {
	// Service is a prefix such as s3, * for all that nobody names.
	Service string `json:"service"`
	// Example is a request, nil where the one that is shown is in another service.
	Example *finding.Witness `json:"example"`
	// LastUsed is when the service was last used, nil where that is not known or never.
	LastUsed *time.Time `json:"lastUsed"`
}

// Boundary is a managed policy that a rule requires, or that somebody carries.
type Boundary struct {
	ARN     string `json:"arn"`
	Account string `json:"account"`
	// Name is that of the configuration; empty where it is none of its boundaries.
	Name string `json:"name"`
	// Rules are those that require it.
	Rules finding.Strings `json:"rules"`
	// Carriers counts who carries it, and Required who must.
	Carriers int `json:"carriers"`
	Required int `json:"required"`

	// State is approved, off, unapproved (there is no approved document), other (it is none of
	// the configuration's) or unknown.
	State    string           `json:"state"`
	Drift    finding.Drift    `json:"drift"`
	Severity finding.Severity `json:"severity"`
	// Relation and Denials compare the document in force with the approved one.
	Relation string           `json:"relation"`
	Denials  string           `json:"denials"`
	Witness  *finding.Witness `json:"witness"`
	Undenied *finding.Witness `json:"undenied"`
	Reason   string           `json:"reason"`
	Diff     finding.Strings  `json:"diff"`
	// Cuts are those who would lose something if the approved document were in force.
	Cuts finding.Strings `json:"cuts"`
	// Live and Approved are the documents, as JSON text.
	Live     string `json:"live"`
	Approved string `json:"approved"`
}

// Exemption is one of the configuration, and for how it stands.
type Exemption struct {
	Principal string    `json:"principal"`
	Account   string    `json:"account"`
	Owner     string    `json:"owner"`
	Reason    string    `json:"reason"`
	Expires   time.Time `json:"expires"`
	// State is used, nobody, another (the id is of somebody else), expiring (within 30 days), expired,
	// or unknown (it is for none of those who were read, and there are more).
	State string `json:"state"`
}

// Drifted reports whether anything is outside, or not as approved.
func (r *Report) Drifted() bool { return r.Summary.Outside > 0 || r.Summary.BoundariesOff > 0 }

// Incomplete reports whether something could not be judged, or was not read.
func (r *Report) Incomplete() bool {
	return len(r.Partial) > 0 || r.Summary.Unknown > 0 || r.Summary.BoundariesUnknown > 0
}
