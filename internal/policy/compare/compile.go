package compare

import (
	"slices"
	"strings"
	"sync"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/constraint"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// Compiled is a document made ready for comparison. It is immutable and safe for concurrent use.
type Compiled struct {
	document   *policy.Document
	policy     *eval.Policy
	statements []statement
	shared     *constraint.Document // what the bodies of the statements share
	// id is the same for documents of which only the spelling differs.
	id string
	// kind says whether the statements name principals.
	kind policy.Kind
	// problem says why the document cannot be compared, if so.
	problem string
	// undenied is what Undenied gives, made when it is first asked for.
	undenied func() *Compiled
	// alone is each statement as a document of its own, and separate the document with no statements
	// merged, both made when they are first asked for.
	alone    func() []*eval.Policy
	separate func() *Compiled
	// positive is the document with Principal in the place of NotPrincipal, likewise.
	positive func() *eval.Policy
}

// statement is a statement reduced to what decides: which actions, and what else it asks for.
type statement struct {
	deny      bool
	notAction bool
	actions   []string // globs in lower case, sorted
	body      constraint.Body
	at        int // its number in the document
	// principals is the same for the same Principal element, "" if there is none.
	principals string
}

// Compile makes a document ready for comparison. It does not fail: comparisons that depend on what it
// cannot read are unproven.
func Compile(d *policy.Document) *Compiled { return CompileNamed(d, policy.IdentityPolicy) }

// CompileNamed makes a document ready for comparison that names principals: a trust policy, or the policy
// of a resource. For [policy.IdentityPolicy] it is [Compile]. Documents of one kind are compared, with the
// principal as part of the request: who may do what with which resource. Whether a document allows a
// request to the principal itself, to the role of its session or to its account makes a difference too,
// because only the first needs no identity policy. Of trust policies, what matters is who may assume the
// role: other actions make no difference, nor do principals who cannot call them.
//
// Principal elements are read as package eval reads them. Where AWS does not document which principals
// NotPrincipal spares, answers are unknown.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
func CompileNamed(d *policy.Document, k policy.Kind) *Compiled {
	c := read(d, k)
	c.merge()
	c.id = c.identity()
	return c
}

// read is Compile without what puts statements together.
func read(d *policy.Document, k policy.Kind) *Compiled {
	c := &Compiled{
		document: d,
		kind:     k,
		policy:   eval.Compile(d),
		shared:   constraint.NewDocument(d.Version),
		undenied: sync.OnceValue(func() *Compiled { return compileUndenied(d, k) }),
		alone:    sync.OnceValue(func() []*eval.Policy { return compileAlone(d) }),
		positive: sync.OnceValue(func() *eval.Policy { return compilePositive(d) }),
		separate: sync.OnceValue(func() *Compiled { return read(d, k) }),
	}
	for i := range d.Statements {
		s := &d.Statements[i]
		if problem := problemOf(s, k); problem != "" {
			c.problem = problem
		}
		if out, ok := c.statement(s); ok {
			out.at = i
			c.statements = append(c.statements, out)
		}
	}
	return c
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
	if c.kind != policy.IdentityPolicy {
		out.principals = principalsID(s.Principal)
	}
	if c.kind == policy.TrustPolicy {
		if out.actions, out.notAction = trustedActions(out.actions, out.notAction), false; len(out.actions) == 0 {
			return out, false
		}
		anywhere := *s
		anywhere.Resource = everything
		s = &anywhere
	}
	body, possible := c.shared.Read(s)
	out.body = body
	return out, possible
}

// everything is the Action or Resource element for all there is.
var everything = policy.Patterns{Values: []string{"*"}}

// compileUndenied makes what [Compiled.Undenied] gives.
func compileUndenied(d *policy.Document, k policy.Kind) *Compiled {
	all := policy.Statement{Effect: policy.Allow, Action: everything, Resource: everything}
	if k != policy.IdentityPolicy {
		all.Principal = &policy.Principals{Star: true}
	}
	if k == policy.TrustPolicy {
		all.Resource = policy.Patterns{}
	}
	out := &policy.Document{Version: d.Version, Statements: []policy.Statement{all}}
	for _, s := range d.Statements {
		if s.Effect == policy.Deny {
			out.Statements = append(out.Statements, s)
		}
	}
	return CompileNamed(out, k)
}
