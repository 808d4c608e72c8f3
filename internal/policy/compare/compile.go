package compare

import (
	"slices"
	"strings"
	"sync"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/constraint"
	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/policy/lang"
)

// Compiled is a document made ready for comparison. It is immutable and safe for concurrent use.
type Compiled struct {
	document   *policy.Document
	policy     *eval.Policy
	statements []statement
	shared     *constraint.Document // what the bodies of the statements share
	// id is the same for documents of which only the spelling differs.
	id string
	// problem says why the document cannot be compared, if so.
	problem string
	// undenied is what Undenied gives, made when it is first asked for.
	undenied func() *Compiled
	// alone is each statement as a document of its own, and separate the document with no statements
	// merged, both made when they are first asked for.
	alone    func() []*eval.Policy
	separate func() *Compiled
}

// statement is a statement reduced to what decides: which actions, and what else it asks for.
type statement struct {
	deny      bool
	notAction bool
	actions   []string // globs in lower case, sorted
	body      constraint.Body
}

// Compile makes a document ready for comparison. It does not fail: comparisons that depend on what it
// cannot read are unproven.
func Compile(d *policy.Document) *Compiled {
	c := read(d)
	c.merge()
	c.id = c.identity()
	return c
}

// read is Compile without what puts statements together.
func read(d *policy.Document) *Compiled {
	c := &Compiled{
		document: d,
		policy:   eval.Compile(d),
		shared:   constraint.NewDocument(d.Version),
		undenied: sync.OnceValue(func() *Compiled { return compileUndenied(d) }),
		alone:    sync.OnceValue(func() []*eval.Policy { return compileAlone(d) }),
		separate: sync.OnceValue(func() *Compiled { return read(d) }),
	}
	for i := range d.Statements {
		s := &d.Statements[i]
		switch {
		case s.Principal != nil || !s.Resource.Present():
			c.problem = "has a statement with a Principal or without a Resource; only identity policies and boundaries can be compared"
		case longest(s) > lang.MaxLength:
			c.problem = "has a pattern that is longer than any policy may be"
		}
		if out, ok := c.statement(s); ok {
			c.statements = append(c.statements, out)
		}
	}
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

// actionLetters are those of action names in lower case, and the wildcards. What has others, such as a
// space, is no action.
const actionLetters = "abcdefghijklmnopqrstuvwxyz0123456789-_.:*?"

// statement reads one statement; false if no request can match it.
func (c *Compiled) statement(s *policy.Statement) (statement, bool) {
	out := statement{
		deny:      s.Effect == policy.Deny,
		notAction: s.Action.Not,
		actions:   make([]string, 0, len(s.Action.Values)),
	}
	for _, a := range s.Action.Values {
		if a = normalAction(a); strings.Trim(a, actionLetters) == "" {
			out.actions = append(out.actions, a)
		}
	}
	slices.Sort(out.actions)
	out.actions = slices.Compact(out.actions)
	if len(out.actions) == 0 && !out.notAction {
		return out, false
	}
	if slices.Contains(out.actions, "*") {
		if out.notAction {
			return out, false
		}
		out.actions = []string{"*"}
	}
	body, possible := c.shared.Read(s)
	out.body = body
	return out, possible
}

// compileUndenied makes what [Compiled.Undenied] gives.
func compileUndenied(d *policy.Document) *Compiled {
	all := policy.Patterns{Values: []string{"*"}}
	out := &policy.Document{Version: d.Version, Statements: []policy.Statement{{Effect: policy.Allow, Action: all, Resource: all}}}
	for _, s := range d.Statements {
		if s.Effect == policy.Deny {
			out.Statements = append(out.Statements, s)
		}
	}
	return Compile(out)
}

// compileAlone makes each statement a document of its own.
func compileAlone(d *policy.Document) []*eval.Policy {
	out := make([]*eval.Policy, len(d.Statements))
	for i := range d.Statements {
		out[i] = eval.Compile(&policy.Document{Version: d.Version, Statements: d.Statements[i : i+1]})
	}
	return out
}
