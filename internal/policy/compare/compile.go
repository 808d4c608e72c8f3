package compare

import (
	"encoding/binary"
	"slices"
	"strings"
	"sync"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/policy/lang"
)

// Compiled is a document made ready for comparison. It is immutable and safe for
// concurrent use.
type Compiled struct {
	document   *policy.Document
	policy     *eval.Policy
	vars       lang.Variables
	statements []statement
	// sets are the condition keys under operators with a set qualifier: they may have
	// several values.
	sets []string
	// id is the same for documents of which only the spelling differs.
	id string
	// fault says why the document cannot be compared, if so.
	fault string
	// undenied is what Undenied gives, made when it is first asked for.
	undenied func() *Compiled
}

// statement is a statement reduced to what decides: which actions, and what else it
// asks for.
type statement struct {
	deny      bool
	notAction bool
	actions   []string // globs in lower case, sorted
	body      body
}

// body is what a statement asks for besides the action: all of the literals. The
// literal on the resource comes first, if there is one.
type body struct {
	id       string
	literals []literal
}

// Compile makes a document ready for comparison. It does not fail: what it cannot read
// makes the comparisons unproven that hang on it.
func Compile(d *policy.Document) *Compiled {
	c := &Compiled{document: d, vars: lang.Variables{ColonFree: colonFree}, policy: eval.Compile(d), undenied: sync.OnceValue(func() *Compiled { return compileUndenied(d) })}
	for i := range d.Statements {
		s := &d.Statements[i]
		switch {
		case s.Principal != nil || !s.Resource.Present():
			c.fault = "has a statement with a Principal or without a Resource; only identity policies and boundaries can be compared"
		case longest(s) > lang.MaxLength:
			c.fault = "has a pattern that is longer than any policy may be"
		}
		if out, ok := c.statement(s); ok {
			c.statements = append(c.statements, out)
		}
	}
	c.merge()
	c.id = c.identity()
	return c
}

// longest is the length of the longest value of a statement.
func longest(s *policy.Statement) int {
	n := 0
	for _, v := range slices.Concat(s.Action.Values, s.Resource.Values) {
		n = max(n, len(v))
	}
	for i := range s.Conditions {
		for _, v := range s.Conditions[i].Values {
			n = max(n, len(v))
		}
	}
	return n
}

// statement reads one statement; false if no request can match it.
func (c *Compiled) statement(s *policy.Statement) (statement, bool) {
	out := statement{
		deny:      s.Effect == policy.Deny,
		notAction: s.Action.Not,
		actions:   make([]string, 0, len(s.Action.Values)),
		body:      body{literals: make([]literal, 0, 1+len(s.Conditions))},
	}
	for _, a := range s.Action.Values {
		out.actions = append(out.actions, normalAction(a))
	}
	slices.Sort(out.actions)
	out.actions = slices.Compact(out.actions)
	if slices.Contains(out.actions, "*") {
		if out.notAction {
			return out, false
		}
		out.actions = []string{"*"}
	}
	resource, universal := c.resource(s.Resource)
	if universal && s.Resource.Not {
		return out, false
	}
	if !universal {
		out.body.literals = append(out.body.literals, resource)
	}
	from := len(out.body.literals)
	for i := range s.Conditions {
		l, always := newLiteral(&s.Conditions[i], c.document.Version, &c.vars)
		if always {
			continue
		}
		out.body.literals = append(out.body.literals, l)
		if s.Conditions[i].Operator.Set != policy.NoSet {
			c.sets = append(c.sets, l.atom.on)
		}
	}
	slices.SortFunc(out.body.literals[from:], literal.compare)
	out.body.literals = slices.CompactFunc(out.body.literals, func(a, b literal) bool { return a.compare(b) == 0 })
	var id []byte
	for _, l := range out.body.literals {
		id = binary.AppendUvarint(id, uint64(len(l.atom.id)<<1|btoi(l.not)))
		id = append(id, l.atom.id...)
	}
	out.body.id = string(id)
	return out, true
}

func (l literal) compare(o literal) int {
	if l.not != o.not {
		return btoi(l.not) - btoi(o.not)
	}
	return strings.Compare(l.atom.id, o.atom.id)
}

// normalAction is the action glob in lower case. The stars of *:* and ** say no more
// than one.
func normalAction(s string) string {
	s = strings.ToLower(s)
	for strings.Contains(s, "**") {
		s = strings.ReplaceAll(s, "**", "*")
	}
	if s == "*:*" {
		return "*"
	}
	return s
}

// resource reads the Resource or NotResource element.
func (c *Compiled) resource(p policy.Patterns) (l literal, universal bool) {
	globs := make([]*lang.Glob, 0, len(p.Values))
	for _, s := range p.Values {
		g := lang.New(policy.ParseResource(s, c.document.Version).Tokens, false, &c.vars)
		if g.Universal() {
			return l, true
		}
		globs = append(globs, g)
	}
	return literal{newResource(globs, &c.vars), p.Not}, false
}

// merge makes one statement of those that differ in their actions alone.
func (c *Compiled) merge() {
	kept := c.statements[:0]
next:
	for _, s := range c.statements {
		for i := range kept {
			k := &kept[i]
			if k.deny == s.deny && !k.notAction && !s.notAction && k.body.id == s.body.id {
				k.actions = append(k.actions, s.actions...)
				slices.Sort(k.actions)
				k.actions = slices.Compact(k.actions)
				continue next
			}
		}
		kept = append(kept, s)
	}
	c.statements = kept
}

// identity is the sorted statements, each as text.
func (c *Compiled) identity() string {
	ids := make([]string, len(c.statements))
	for i := range c.statements {
		s := &c.statements[i]
		ids[i] = string([]byte{byte(btoi(s.deny)), byte(btoi(s.notAction))}) + strings.Join(s.actions, "\x00") + "\x00\x00" + s.body.id
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	var b []byte
	for _, id := range ids {
		b = binary.AppendUvarint(b, uint64(len(id)))
		b = append(b, id...)
	}
	return string(b)
}
