package config

import (
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/principal"
)

// Config is a valid configuration. It never changes, so any number of goroutines may use it. Make it
// with [Load] or [Single].
type Config struct {
	rules      []Rule
	boundaries []boundary
	exemptions []exemption
	accounts   map[string]Account
	warnings   []string
	// facts are what is known of accounts, by their id: see [Config.Knowing].
	facts map[string]principal.Account
}

// Rule is one rule of the configuration, with its defaults filled in.
type Rule struct {
	Name  string
	Match Match
	// Boundary is the name of the required boundary.
	Boundary       string
	Mode           Mode
	Accept         Accept
	OnDrift        OnDrift
	OnIncomparable OnDrift
	// Owner is the contact for the rule; empty if the file names none.
	Owner string
	// Topic is the ARN of the owner's SNS topic; empty if the file names none.
	Topic string
	// OutOfScope is set if the rule requires no boundary. Accept and the reactions are then empty.
	OutOfScope *OutOfScope

	boundary int // index in Config.boundaries; negative if the rule requires none
}

// boundary is one boundary of the configuration, for every account.
type boundary struct {
	name     string
	arn      template
	managed  bool // by AWS: no other actor can change it
	approved bool // a document is given
	document *approved
}

// requires is what a rule that matches a principal requires of it.
func (f *Config) requires(rule int, s *principal.Snapshot, now time.Time) Requirement {
	q := f.requirementOf(rule, s.Partition, s.Account)
	q.Exempt, q.Lapsed, q.Namesake = f.exemption(s, now)
	return q
}

// Requirement returns what the configuration requires of a principal at one moment. If no rule matches,
// it returns the zero Requirement. The path of the snapshot must be known, as it is for everything that
// was read from IAM. So must what the rules depend on of its account: see [Config.Known].
func (f *Config) Requirement(s principal.Snapshot, now time.Time) Requirement {
	for i := range f.rules {
		if f.matches(&f.rules[i].Match, &s) {
			return f.requires(i, &s, now)
		}
	}
	return Requirement{}
}

// requirementOf returns what one rule requires of the principals of an account.
func (f *Config) requirementOf(rule int, partition, account string) Requirement {
	r := &f.rules[rule]
	if r.OutOfScope != nil {
		return Requirement{Rule: r.Name, Mode: r.Mode, OutOfScope: r.OutOfScope}
	}
	return Requirement{
		Rule: r.Name, Mode: r.Mode, Accept: r.Accept,
		OnDrift: r.OnDrift, OnIncomparable: r.OnIncomparable,
		Boundary: f.in(r.boundary, partition, account),
	}
}

// BoundaryFor returns the approved boundary that a managed policy is. It returns false for every other
// policy, and for a boundary that no rule requires in the policy's account: such a policy only has the
// same name. The ARN may be from a record, in a caller's spelling.
func (f *Config) BoundaryFor(policyARN string) (Boundary, bool) {
	p, err := principal.ParsePolicy(policyARN)
	if err != nil {
		return Boundary{}, false
	}
	for i := range f.boundaries {
		b := &f.boundaries[i]
		if b.managed == (p.Account == principal.AWSManaged) && b.arn.names(policyARN, p) && f.required(i, p.Account) {
			return f.in(i, p.Partition, p.Account), true
		}
	}
	return Boundary{}, false
}

// Boundaries returns the boundaries that rules require in an account, in the order of the configuration.
func (f *Config) Boundaries(partition, account string) []Boundary {
	var out []Boundary
	for i := range f.boundaries {
		if f.required(i, account) {
			out = append(out, f.in(i, partition, account))
		}
	}
	return out
}

// Attachable returns the ARNs of all policies that the configuration may attach as a boundary in an
// account. Ringfence's own role must be allowed to attach them. They include the quarantine policy if a
// rule uses it.
func (f *Config) Attachable(partition, account string) []string {
	var arns []string
	for _, b := range f.Boundaries(partition, account) {
		arns = append(arns, b.ARN)
	}
	quarantines := slices.ContainsFunc(f.rules, func(r Rule) bool {
		return f.reaches(&r, account) && (r.OnDrift == Quarantine || r.OnIncomparable == Quarantine)
	})
	if denyAll := principal.DenyAll(partition).ARN(); quarantines && !slices.Contains(arns, denyAll) {
		arns = append(arns, denyAll)
	}
	return arns
}

// required reports whether a rule for the account requires a boundary. AWS managed policies belong to no
// account, so any rule counts.
func (f *Config) required(boundary int, account string) bool {
	for i := range f.rules {
		if f.rules[i].boundary == boundary && f.reaches(&f.rules[i], account) {
			return true
		}
	}
	return false
}

// reaches reports whether a rule may be for principals of an account. If the units of the account are not known, it may:
// a boundary policy that needs no guard is better guarded than one that needs it is not.
func (f *Config) reaches(r *Rule, account string) bool {
	return account == principal.AWSManaged || matchAny(r.Match.Accounts, account) && f.inAccount(&r.Match, account) != never
}

// in returns a boundary for one account.
func (f *Config) in(i int, partition, account string) Boundary {
	b := &f.boundaries[i]
	out := Boundary{Name: b.name, ARN: b.arn.expand(partition, account)}
	out.Document, out.Policy = b.document.of(partition, account)
	for j := range f.rules {
		if r := &f.rules[j]; r.boundary == i && f.reaches(r, account) {
			out.Mode = bolder(out.Mode, r.Mode)
		}
	}
	return out
}

// Rules returns the rules in the order in which they are tried.
func (f *Config) Rules() []Rule { return slices.Clone(f.rules) }

// Rule returns a rule by its name.
func (f *Config) Rule(name string) (Rule, bool) {
	for _, r := range f.rules {
		if r.Name == name {
			return r, true
		}
	}
	return Rule{}, false
}

// Warnings returns likely mistakes that are valid, such as a rule that never applies because an earlier
// one matches first.
func (f *Config) Warnings() []string { return slices.Clone(f.warnings) }

// Limit returns the same configuration in which no rule goes further than mode. One setting outside the
// file limits all rules this way.
func (f *Config) Limit(mode Mode) *Config {
	limited := *f
	limited.rules = slices.Clone(f.rules)
	for i := range limited.rules {
		if r := &limited.rules[i]; bolder(r.Mode, mode) == r.Mode {
			r.Mode = mode
		}
	}
	return &limited
}
