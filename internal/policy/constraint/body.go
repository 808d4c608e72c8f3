package constraint

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/lang"
)

// Document is what the bodies of one document share.
type Document struct {
	version policy.Version
	vars    lang.Variables
	// sets are the condition keys under operators with a set qualifier: they may have several values.
	sets []string
}

// NewDocument is for the statements of a document of a version.
func NewDocument(v policy.Version) *Document {
	return &Document{version: v, vars: lang.Variables{ColonFree: colonFree}}
}

// Body is what a statement asks for besides the action: all of the literals. The one on the resource
// comes first, if there is one.
type Body struct {
	// ID is the same for bodies that ask the same.
	ID       string
	literals []literal
}

// Read reads Resource and Condition of a statement; possible is false if no request satisfies them.
func (d *Document) Read(s *policy.Statement) (b Body, possible bool) {
	b.literals = make([]literal, 0, 1+len(s.Conditions))
	resource, universal := d.resource(s.Resource)
	switch {
	case universal && s.Resource.Not:
		return Body{}, false
	case !universal:
		b.literals = append(b.literals, resource)
	}
	from := len(b.literals)
	for i := range s.Conditions {
		l, always := newLiteral(&s.Conditions[i], d.version, &d.vars)
		if always {
			continue
		}
		b.literals = append(b.literals, l)
		if s.Conditions[i].Operator.Set != policy.NoSet {
			d.sets = append(d.sets, l.atom.on)
		}
	}
	slices.SortFunc(b.literals[from:], literal.compare)
	b.literals = slices.CompactFunc(b.literals, func(a, b literal) bool { return a.compare(b) == 0 })
	var id []byte
	for _, l := range b.literals {
		id = binary.AppendUvarint(id, uint64(len(l.atom.id)<<1|btoi(l.not)))
		id = append(id, l.atom.id...)
	}
	b.ID = string(id)
	return b, true
}

func (l literal) compare(o literal) int {
	if l.not != o.not {
		return btoi(l.not) - btoi(o.not)
	}
	return strings.Compare(l.atom.id, o.atom.id)
}

// resource reads the Resource or NotResource element.
func (d *Document) resource(p policy.Patterns) (l literal, universal bool) {
	globs := make([]*lang.Glob, 0, len(p.Values))
	for _, s := range p.Values {
		g := lang.New(policy.ParseResource(s, d.version).Tokens, false, &d.vars)
		if g.Universal() {
			return l, true
		}
		globs = append(globs, g)
	}
	return literal{newResource(globs, &d.vars), p.Not}, false
}
