package policy

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/wildcard"
)

// Kind is what a document is used as. IAM's rules differ between them.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#access_policy-types
type Kind uint8

// The kinds of document.
const (
	// IdentityPolicy is a policy of a principal, a permissions boundary, a session
	// policy or a service control policy: no statement names principals.
	IdentityPolicy Kind = iota
	// ResourcePolicy is the policy of a resource other than a role: every statement
	// names principals.
	ResourcePolicy
	// TrustPolicy is the policy of a role that says who may assume it: every statement
	// names principals, and none a resource.
	TrustPolicy
)

var kindNames = [...]string{IdentityPolicy: "an identity policy", ResourcePolicy: "a resource policy", TrustPolicy: "a trust policy"}

// Validate checks what IAM checks beyond the grammar. All problems are reported
// together, in the order of the text, each an [*Error] with its place: Principal and Resource elements that are
// missing or must not be there, malformed actions, ARNs, principals, condition keys
// and values, operators that do not exist, and Sids that are malformed or repeated.
//
// Use it on documents that somebody is about to put into force. Documents read from
// AWS are in force already, whatever is wrong with them: do not refuse them over this.
func (d *Document) Validate(k Kind) error {
	v := validator{kind: k, version: d.Version, sids: map[string]Pos{}}
	for i := range d.Statements {
		v.statement(&d.Statements[i])
	}
	slices.SortStableFunc(v.problems, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Column, b.Pos.Column))
	})
	list := make([]error, len(v.problems))
	for i, problem := range v.problems {
		list[i] = problem
	}
	return errors.Join(list...)
}

type validator struct {
	kind     Kind
	version  Version
	sids     map[string]Pos
	problems []*Error
}

func (v *validator) problem(at Pos, format string, args ...any) {
	v.problems = append(v.problems, &Error{at, fmt.Sprintf(format, args...)})
}

func (v *validator) statement(s *Statement) {
	v.sid(s)
	switch {
	case v.kind == IdentityPolicy && s.Principal != nil:
		v.problem(s.Principal.Pos, "%s must not name principals: remove %s", kindNames[v.kind], not("Principal", s.Principal.Not))
	case v.kind != IdentityPolicy && s.Principal == nil:
		v.problem(s.Pos, "the statement has no Principal; in %s every statement needs one", kindNames[v.kind])
	}
	if s.Principal != nil && v.kind != IdentityPolicy {
		v.principals(s.Principal)
	}
	for _, action := range s.Action.Values {
		if !validAction(action) {
			v.problem(s.Action.Pos, "action %s is malformed; it must be \"*\" or service:Name, wildcards in the name only", quote(action))
		}
	}
	switch {
	case v.kind == TrustPolicy && s.Resource.Present():
		v.problem(s.Resource.Pos, "a trust policy must not name resources: remove %s", not("Resource", s.Resource.Not))
	case v.kind != TrustPolicy && !s.Resource.Present():
		v.problem(s.Pos, "the statement has no Resource and no NotResource")
	}
	for _, resource := range s.Resource.Values {
		if reason := v.resource(resource); reason != "" {
			v.problem(s.Resource.Pos, "resource %s is malformed: %s", quote(resource), reason)
		}
	}
	for i := range s.Conditions {
		v.condition(&s.Conditions[i])
	}
}

// sid checks the statement's identifier. Only IAM's own policies limit it to letters
// and digits.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
func (v *validator) sid(s *Statement) {
	if s.Sid == "" {
		return
	}
	if v.kind != ResourcePolicy && !made(s.Sid, letters+digits) {
		v.problem(s.Pos, "Sid %s may have only the letters A-Z and a-z and digits", quote(s.Sid))
	}
	if first, ok := v.sids[s.Sid]; ok {
		v.problem(s.Pos, "Sid %s is also that of the statement in line %d; it must be unique in its document", quote(s.Sid), first.Line)
		return
	}
	v.sids[s.Sid] = s.Pos
}

const (
	lowers  = "abcdefghijklmnopqrstuvwxyz"
	letters = lowers + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits  = "0123456789"
)

// made reports whether s is made of the given characters alone.
func made(s, of string) bool {
	for i := 0; i < len(s); i++ {
		if strings.IndexByte(of, s[i]) < 0 {
			return false
		}
	}
	return true
}

// validAction: the service is named in full, and only its actions by wildcard.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
func validAction(s string) bool {
	if s == "*" {
		return true
	}
	service, name, ok := strings.Cut(s, ":")
	return ok && service != "" && name != "" && made(service, letters+digits+"-") && made(name, letters+digits+"-_*?")
}

// resource gives what is wrong with a value of Resource, "" if nothing is.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
func (v *validator) resource(s string) string {
	if s == "*" {
		return ""
	}
	field := strings.SplitN(skeleton(s, v.version), ":", 6)
	if field[0] != "arn" || len(field) == 1 {
		return `it must be "*" or an ARN (arn:partition:service:region:account:resource)`
	}
	if len(field) < 6 && v.kind != IdentityPolicy && !strings.HasSuffix(s, "*") {
		return fmt.Sprintf("an ARN has six fields (arn:partition:service:region:account:resource), this has %d", len(field))
	}
	names := [...]string{"", "partition", "service", "region", "account", "resource"}
	for i := 1; i < len(field); i++ {
		switch {
		case i == 5 && field[i] == "", i <= 2 && field[i] == "":
			return "the " + names[i] + " is empty"
		case i < 5 && !made(field[i], letters+digits+"-_*?"):
			return fmt.Sprintf("the %s %q has a character that it cannot have", names[i], field[i])
		}
	}
	return ""
}

// skeleton is a pattern with a letter in the place of each variable.
func skeleton(s string, version Version) string {
	if !version.Variables() || !strings.Contains(s, "${") {
		return s
	}
	var b strings.Builder
	for _, t := range ParsePattern(s, version).Tokens {
		switch t.Kind {
		case wildcard.Literal:
			b.WriteString(t.Text)
		case wildcard.AnyRun:
			b.WriteByte('*')
		case wildcard.AnyOne:
			b.WriteByte('?')
		case wildcard.Variable:
			b.WriteByte('v')
		}
	}
	return b.String()
}

// principals: a principal is named in full; the only wildcard is "*" alone.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
func (v *validator) principals(list *Principals) {
	for _, block := range list.Blocks {
		for _, s := range block.Values {
			if reason := faultOfPrincipal(block.Type, s); reason != "" {
				v.problem(block.Pos, "%s principal %s is malformed: %s", block.Type, quote(s), reason)
			}
		}
	}
}

func faultOfPrincipal(t PrincipalType, s string) string {
	switch {
	case s == "":
		return "it is empty"
	case s == "*" && t == PrincipalAWS:
		return ""
	case strings.ContainsAny(s, "*?"):
		return "a wildcard cannot stand for a part of it"
	case t != PrincipalAWS:
		return ""
	case strings.HasPrefix(s, "arn:"):
		if field := strings.SplitN(s, ":", 6); len(field) != 6 || field[1] == "" || field[2] == "" || field[5] == "" {
			return "an ARN has six fields (arn:partition:iam::account:user/name)"
		}
		return ""
	case principal.IsAccount(s), strings.HasPrefix(s, "A") && len(s) >= 16 && made(s, letters+digits):
		return ""
	}
	return "it must be \"*\", an account id or an ARN"
}

func (v *validator) condition(c *Condition) {
	if prefix, name, ok := strings.Cut(c.Key, ":"); !ok || prefix == "" || name == "" {
		v.problem(c.Pos, "condition key %s is malformed; it must be like aws:SourceIp", quote(c.Key))
	}
	if c.Operator.Base == Unknown {
		hint := ""
		if meant := c.Operator.Meant(); meant != "" {
			hint = "; is it " + quote(meant) + "?"
		}
		v.problem(c.Pos, "condition operator %s does not exist%s", quote(c.Operator.Name), hint)
		return
	}
	for _, s := range c.Values {
		if what := faultOfValue(c.Operator.Base, s, v.version); what != "" {
			v.problem(c.Pos, "value %s of %s under %s is no %s", quote(s), c.Key, c.Operator.Name, what)
		}
	}
}

// faultOfValue gives what a value should have been, "" if it is.
func faultOfValue(b Base, s string, version Version) string {
	var ok bool
	var what string
	switch b, _ = b.Positive(); b {
	case NumericEquals, NumericLessThan, NumericLessThanEquals, NumericGreaterThan, NumericGreaterThanEquals:
		what = "number (of at most 15 digits)"
		_, ok = ParseNumber(s)
	case DateEquals, DateLessThan, DateLessThanEquals, DateGreaterThan, DateGreaterThanEquals:
		what = "date (such as 2025-01-31T12:00:00Z, or seconds since 1970)"
		_, ok = ParseDate(s)
	case IPAddress:
		what = "address or network (such as 203.0.113.0/24)"
		_, ok = ParsePrefix(s)
	case BinaryEquals:
		what = "base64"
		_, ok = ParseBinary(s)
	case Null:
		what = "boolean"
		_, ok = ParseBool(s)
	case Bool:
		what = "boolean"
		_, ok = ParseBool(s)
		ok = ok || version.Variables() && ParseText(s, version).Variables()
	default:
		return ""
	}
	if ok {
		return ""
	}
	return what
}
