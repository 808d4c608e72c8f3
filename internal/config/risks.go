package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/principal"
)

// Risks returns what may be intended but lets an actor choose what applies to it: by a name, a tag, or a
// header of a request.
func (f *Config) Risks() (all []string) {
	for _, b := range f.boundaries {
		if b.undocumented() {
			all = append(all, fmt.Sprintf("boundary %q has no document, so a change of its policy is reported, but cannot be judged or reversed", b.name))
		}
		if b.document != nil && listsDenials(b.document.policy) {
			all = append(all, fmt.Sprintf("boundary %q allows everything that it does not deny by name, including whatever AWS adds", b.name))
		}
	}
	all = append(all, f.risksOfRules()...)
	for _, e := range f.exemptions {
		if e.ID == "" {
			all = append(all, fmt.Sprintf("the exemption of %s is by name, so it is for any principal with that name: "+
				"give its id (ringfence validate --state FILE --pin)", e.Principal))
		}
	}
	return all
}

// listsDenials reports whether a document allows everything that it does not deny. Package lint has the
// other checks of documents.
func listsDenials(d *policy.Document) bool {
	return slices.ContainsFunc(d.Statements, func(s policy.Statement) bool { return s.Effect == policy.Deny }) &&
		slices.ContainsFunc(d.Statements, func(s policy.Statement) bool {
			return s.Effect == policy.Allow && everything(s.Action) && everything(s.Resource) && len(s.Conditions) == 0
		})
}

func everything(p policy.Patterns) bool {
	return !p.Not && slices.ContainsFunc(p.Values, func(v string) bool { return v == "*" || v == "*:*" })
}

func (f *Config) risksOfRules() (all []string) {
	for _, r := range f.rules {
		if len(r.Match.Tags) == 0 {
			continue
		}
		var keys []string
		for _, t := range r.Match.Tags {
			keys = append(keys, t.Key)
		}
		all = append(all, fmt.Sprintf("rule %q depends on tags (%s): an actor that may tag a principal chooses whether it applies; "+
			"guard the keys with the SCP in infra/scp", r.Name, strings.Join(keys, ", ")))
	}
	if uncaught := f.uncaught(); len(uncaught) > 0 {
		all = append(all, fmt.Sprintf(`no rule is for every %s: a principal that no rule matches needs no boundary%s; end with a rule for names: ["*"]`,
			strings.Join(uncaught, " and "), f.otherCase()))
	}
	return all
}

// uncaught returns the kinds of principal that the rules do not cover completely.
func (f *Config) uncaught() (kinds []string) {
	for _, kind := range []principal.Kind{principal.User, principal.Role} {
		if !slices.ContainsFunc(f.rules, func(r Rule) bool { return r.Match.every(kind) }) {
			kinds = append(kinds, string(kind))
		}
	}
	return kinds
}

// otherCase returns an example of a path that differs only in case from one that a rule matches.
func (f *Config) otherCase() string {
	for _, r := range f.rules {
		for _, g := range r.Match.Paths {
			path := strings.TrimRight(string(g), "*?")
			other := strings.ToUpper(path[:min(2, len(path))]) + path[min(2, len(path)):]
			if other != path {
				return fmt.Sprintf(", such as one in %s, which is not %s", other, path)
			}
		}
	}
	return ""
}
