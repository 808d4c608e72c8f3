package sim

import (
	"fmt"
	"strings"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/localaws/iam"
)

// setting is the configuration of one story, in the form of the checks.
type setting struct {
	rules []rule
	cfg   *config.Config
}

// rule is one rule. One of path, prefix and tag selects its principals.
type rule struct {
	name, path, prefix, tag         string
	boundary                        string // the name of the policy
	mode, accept, onDrift, onEither string
}

// exempt is a role with an exemption that ends long after the story.
const exempt = "break-glass"

// newSetting draws a configuration.
func newSetting(seed uint64) setting {
	d := roll(seed, "setting")
	var s setting
	s.rules = append(s.rules, drawRule(d, "first", "team"))
	if d.chance(600) {
		s.rules = append(s.rules, drawRule(d, "second", "dev"))
	}
	var err error
	s.cfg, err = config.Load("ringfence.yaml", []byte(s.yaml()), func(path string) ([]byte, error) {
		return []byte(documents[strings.TrimSuffix(path, ".json")]), nil
	})
	if err != nil {
		panic(fmt.Sprintf("%v\n%s", err, s.yaml()))
	}
	return s
}

func drawRule(d *dice, name, boundary string) rule {
	r := rule{name: name, boundary: boundary, mode: "enforce"}
	if d.chance(80) {
		r.mode = one(d, "alert", "observe")
	}
	r.accept = one(d, "exact", "equal", "narrower", "narrower")
	r.onDrift = one(d, "reattach", "reattach", "reattach", "reattach", "quarantine", "alert")
	if r.onDrift == "reattach" {
		r.onEither = one(d, "reattach", "reattach", "quarantine", "alert")
	}
	switch d.n(4) {
	case 0, 1:
		r.path = "/" + boundary + "/"
	case 2:
		r.prefix = boundary + "-"
	case 3:
		r.tag = boundary
	}
	return r
}

// yaml returns the configuration as users write it.
func (s setting) yaml() string {
	var b strings.Builder
	b.WriteString("version: 1\nmode: enforce\nboundaries:\n")
	for _, r := range s.rules {
		fmt.Fprintf(&b, "  %s: {arn: \"arn:${partition}:iam::${account}:policy/%s\", document: %s.json}\n", r.boundary, r.boundary, r.boundary)
	}
	b.WriteString("rules:\n")
	for i, r := range s.rules {
		fmt.Fprintf(&b, "  - {name: %s, boundary: %s, mode: %s, accept: %s, onDrift: %s", r.name, r.boundary, r.mode, r.accept, r.onDrift)
		if i == 0 {
			b.WriteString(", topic: \"arn:aws:sns:us-east-1:111122223333:owner\"")
		}
		if r.onEither != "" {
			fmt.Fprintf(&b, ", onIncomparable: %s", r.onEither)
		}
		switch {
		case r.path != "":
			fmt.Fprintf(&b, ", match: {paths: [\"%s*\"]}}\n", r.path)
		case r.prefix != "":
			fmt.Fprintf(&b, ", match: {names: [\"%s*\"]}}\n", r.prefix)
		default:
			fmt.Fprintf(&b, ", match: {tags: {group: %s}}}\n", r.tag)
		}
	}
	fmt.Fprintf(&b, "exemptions:\n  - {principal: \"arn:aws:iam::%s:role/team/%s\", owner: security, reason: incidents, expires: 2099-01-01}\n", accountID, exempt)
	return b.String()
}

// ruleFor returns the rule for a user or role, or nil.
func (s setting) ruleFor(e *iam.Entity) *rule {
	for i := range s.rules {
		r := &s.rules[i]
		switch {
		case r.path != "" && strings.HasPrefix(e.Path, r.path),
			r.prefix != "" && strings.HasPrefix(e.Name, r.prefix),
			r.tag != "" && tagged(e, r.tag):
			return r
		}
	}
	return nil
}

func tagged(e *iam.Entity, value string) bool {
	for _, t := range e.Tags {
		if t.Key == "group" {
			return t.Value == value
		}
	}
	return false
}

// describe returns the rule in words for the story.
func (r rule) describe() string {
	who := "tagged group=" + r.tag
	if r.path != "" {
		who = "below " + r.path
	} else if r.prefix != "" {
		who = "called " + r.prefix + "*"
	}
	return fmt.Sprintf("rule %s: users and roles %s need %s (mode %s, accept %s, onDrift %s, onIncomparable %s)",
		r.name, who, r.boundary, r.mode, r.accept, r.onDrift, r.onEither)
}
