package config

import (
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/principal"
)

// exemption is an exemption with its parsed principal.
type exemption struct {
	Exemption
	principal template
}

// exemption returns the exemption of a principal that is in effect at a moment; otherwise the one that
// lapsed last; otherwise one for another principal with the same name.
func (f *Config) exemption(s *principal.Snapshot, now time.Time) (holds, lapsed, namesake *Exemption) {
	if len(f.exemptions) == 0 {
		return nil, nil, nil
	}
	arn := s.ARN()
	for i := range f.exemptions {
		e := &f.exemptions[i]
		switch {
		case !e.principal.is(arn, s.Partition, s.Account):
		case e.ID != "" && e.ID != s.ID:
			namesake = &e.Exemption
		case now.Before(e.Expires):
			return &e.Exemption, nil, nil
		case lapsed == nil || e.Expires.After(lapsed.Expires):
			lapsed = &e.Exemption
		}
	}
	if lapsed != nil {
		namesake = nil
	}
	return nil, lapsed, namesake
}

// Exemptions returns all exemptions, including lapsed ones.
func (f *Config) Exemptions() []Exemption {
	out := make([]Exemption, len(f.exemptions))
	for i, e := range f.exemptions {
		out[i] = e.Exemption
	}
	return out
}

// In returns the ARN of the exempt principal in an account.
func (e Exemption) In(partition, account string) string {
	return strings.NewReplacer(partitionVar, partition, accountVar, account).Replace(e.Principal)
}

// Many reports whether the exemption is for a principal of the name in every account.
func (e Exemption) Many() bool { return strings.Contains(e.Principal, accountVar) }

func (l *loader) exemptions(v value) {
	first := map[string]int{}
	for _, item := range v.items() {
		e, ok := exempt(item)
		if !ok {
			continue
		}
		if n, dup := first[e.Principal]; dup {
			item.problem("line %d already has an exemption for %s", n, e.Principal)
			continue
		}
		first[e.Principal] = item.node.Line
		l.cfg.exemptions = append(l.cfg.exemptions, e)
	}
}

func exempt(v value) (e exemption, ok bool) {
	f, ok := v.mapping("principal", "id", "owner", "reason", "expires")
	if !ok {
		return e, false
	}
	e.Owner = f.line("owner")
	e.Reason = f.line("reason")
	if v, ok := f.need("expires"); ok {
		e.Expires = date(v)
	}
	p, ok := f.need("principal")
	if !ok {
		return e, false
	}
	if e.Principal, ok = p.text(); !ok {
		return e, false
	}
	var err error
	if e.principal, err = parsePrincipalARN(e.Principal); err != nil {
		p.problem("%v", err)
	}
	if v, set := f.get("id"); set && err == nil {
		e.ID = e.id(v, p)
	}
	return e, err == nil
}

var uniqueIDs = lazy(`^(AIDA|AROA)[A-Z0-9]{12,124}$`)

// id reads the unique id of an exempt principal.
func (e exemption) id(v, arn value) string {
	s, ok := v.text()
	switch {
	case !ok:
	case !uniqueIDs().MatchString(s):
		v.problem("%q is not the unique id of a role (AROA…) or user (AIDA…), as aws iam get-role prints it", s)
	case strings.HasPrefix(s, "AROA") != strings.Contains(e.Principal, ":role/"):
		v.problem("%q is not the unique id of %s: ids of roles begin with AROA, ids of users with AIDA", s, e.Principal)
	case e.Many():
		arn.problem("an id is for one principal, but %s means one in every account", accountVar)
	}
	return s
}

// date reads an expiry day. The exemption ends when that day begins, in UTC.
func date(v value) time.Time {
	if v.node.ShortTag() != "!!timestamp" && v.node.ShortTag() != "!!str" {
		v.wrong("a date, as 2027-01-31")
		return time.Time{}
	}
	t, err := time.Parse(time.DateOnly, v.node.Value)
	if err != nil {
		v.problem("%q is not a date (as 2027-01-31)", v.node.Value)
	}
	return t
}
