package constraint

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/policy/lang"
)

// unlinked reports that no request is like the candidate because keys that say the same would have to
// differ. Each key by itself could be as it is asked to be.
func (c *Candidate) unlinked() bool {
	return c.noPrincipal() || c.noTags() || c.noTime()
}

// noPrincipal reports that no kind of principal has the keys: its type, its ARN, and whether it has a user
// name.
func (c *Candidate) noPrincipal() bool {
	asked := 0
	for _, key := range []string{principalARN, principalType, username} {
		if len(c.terms(key)) > 0 {
			asked++
		}
	}
	if asked < 2 || c.space.unsigned {
		return false
	}
	free := &lang.Bindings{Variables: &c.space.vars}
	return !slices.ContainsFunc(kinds, func(k principalKind) bool {
		list := c.terms(principalType)
		if len(list) > 0 && !c.variable(list) && !c.satisfies(list, values{k.is}, free) {
			return false
		}
		switch list = c.terms(username); {
		case len(list) == 0:
		case k.named:
			if _, result := c.space.solvePresent(c.space.byKey[username], list, nil); result == lang.Empty {
				return false
			}
		case !c.canBeMissing(list):
			return false
		}
		if list = c.terms(principalARN); len(list) == 0 {
			return true
		}
		return c.space.can(c.space.byKey[principalARN], list, k.arn)
	})
}

// noTags reports that a tag of the request cannot be among its tag keys.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-tagkeys
func (c *Candidate) noTags() bool {
	among := c.terms(tagKeys)
	if len(among) == 0 {
		return false
	}
	for key, f := range c.space.byKey {
		tag, ok := strings.CutPrefix(key, requestTag)
		if list := c.assumed[f]; !ok || len(list) == 0 || c.canBeMissing(list) {
			continue
		}
		if !c.space.can(c.space.byKey[tagKeys], among, lang.Text(tag, true)) {
			return true
		}
	}
	return false
}

// noTime reports that no instant is both times. It looks only at operators that say the same of a time in
// whole seconds, as aws:EpochTime may be, and of the time itself.
func (c *Candidate) noTime() bool {
	current, epoch := c.terms(currentTime), c.terms(epochTime)
	if len(current) == 0 || len(epoch) == 0 {
		return false
	}
	var dates []time.Time
	for _, t := range slices.Concat(current, epoch) {
		a := &c.space.atoms[t.atom()]
		if a.kind == null && t.not() {
			continue // both are always there
		}
		if a.complement || a.kind != date && (a.kind != number || a.on != epochTime) {
			return false
		}
		for _, d := range a.instants() {
			if a.on == epochTime && (d.order != less && d.order != greater|same || d.value.Nanosecond() != 0) {
				return false
			}
			dates = append(dates, d.value)
		}
	}
	holds := func(list []term, at time.Time) bool {
		return !slices.ContainsFunc(list, func(t term) bool {
			a := &c.space.atoms[t.atom()]
			return a.kind != null && slices.ContainsFunc(a.instants(), func(d bound[time.Time]) bool { return d.order.allows(at.Compare(d.value)) }) == t.not()
		})
	}
	for _, s := range datePoints(dates) {
		at, err := time.Parse(time.RFC3339Nano, s)
		if err != nil || holds(current, at) && holds(epoch, at) {
			return false
		}
	}
	return len(dates) > 0
}

// instants are the dates of an atom, of numbers the seconds since 1970.
func (a *atom) instants() []bound[time.Time] {
	if a.kind != number {
		return a.dates
	}
	var out []bound[time.Time]
	for _, n := range a.numbers {
		whole, part := math.Modf(n.value)
		out = append(out, bound[time.Time]{n.order, time.Unix(int64(whole), int64(part*1e9)).UTC()})
	}
	return out
}

// terms are what is asked of a key.
func (c *Candidate) terms(key string) []term {
	if f, ok := c.space.byKey[key]; ok {
		return c.assumed[f]
	}
	return nil
}

// canBeMissing reports whether a request may do without a key.
func (c *Candidate) canBeMissing(list []term) bool {
	return !slices.ContainsFunc(list, func(t term) bool {
		a := &c.space.atoms[t.atom()]
		return a.kind != opaque && a.missing == t.not()
	})
}

// variable reports whether terms have variables, or what is not known otherwise.
func (c *Candidate) variable(list []term) bool {
	return slices.ContainsFunc(list, func(t term) bool {
		a := &c.space.atoms[t.atom()]
		return len(a.refers) > 0 || c.space.dimensions[a.dimension].leavesOpen(a.atom)
	})
}

// can reports whether a key that is there may satisfy the terms where some value must also match a glob.
func (s *Space) can(f int32, list []term, g *lang.Glob) bool {
	n := int32(len(s.atoms))
	s.atoms = append(s.atoms, spaceAtom{&atom{kind: text, globs: []*lang.Glob{g}}, f})
	defer func() { s.atoms = s.atoms[:n] }()
	_, result := s.solvePresent(f, append(slices.Clip(list), term(n<<1)), nil)
	return result != lang.Empty
}
