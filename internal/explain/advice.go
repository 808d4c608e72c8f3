package explain

import (
	"fmt"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// advice says what would have to change for the request to be allowed.
func (c *Case) advice(d *eval.Decision) []string {
	if d.Outcome == eval.Allow {
		return nil
	}
	var list []string
	for _, l := range eval.Layers() {
		a := d.Layers[l]
		switch a.Reason {
		case eval.Denied:
			list = append(list, c.undeny(l, a))
		case eval.NoAllow:
			list = append(list, c.grant(l, a.Place))
		}
	}
	return list
}

// undeny says what to do about a Deny.
func (c *Case) undeny(l eval.Layer, a eval.LayerAnswer) string {
	s, _ := c.source(l, a.Place)
	statement := s.statement(a.Place.Statement)
	text := fmt.Sprintf("Change or remove %s: no Allow can undo its Deny.", name(s, a.Place.Statement))
	if p := statement.Principal; p != nil && p.Not && len(c.Boundaries) > 0 {
		text += " NotPrincipal with Deny always denies a principal that has a permissions boundary;" +
			" a condition ArnNotEquals on aws:PrincipalArn does not."
	}
	if len(statement.Conditions) > 0 {
		var holds []string
		for i := range statement.Conditions {
			holds = append(holds, c.condition(&statement.Conditions[i]))
		}
		text += " It applies because of " + strings.Join(holds, " and ") + "."
	}
	return text
}

// grant says where an Allow is missing, and how one could look.
func (c *Case) grant(l eval.Layer, at eval.Place) string {
	statement := c.allowing(l)
	switch l {
	case eval.PermissionsBoundaries:
		return fmt.Sprintf("If the principal is meant to do this, add to the permissions boundary %s: %s", c.called(l, at), statement)
	case eval.IdentityPolicies:
		return "Add to an identity policy of the principal: " + statement
	case eval.ResourcePolicy:
		if c.Resource == nil {
			return "Give the resource a policy with: " + statement
		}
		return fmt.Sprintf("Add to %s: %s", c.Resource.Name, statement)
	case eval.SessionPolicy:
		return "Pass a session policy with: " + statement
	default:
		return fmt.Sprintf("Attach a %s at level %d with: %s", layerWords[l], at.Level+1, statement)
	}
}

// allowing is a statement that allows just this, as JSON.
func (c *Case) allowing(l eval.Layer) string {
	s := policy.Statement{
		Effect:   policy.Allow,
		Action:   policy.Patterns{Values: []string{c.Request.Action}, Single: true},
		Resource: policy.Patterns{Values: []string{literal(c.Request.Resource)}, Single: true},
	}
	if l == eval.ResourcePolicy {
		s.Principal = c.named()
		if strings.HasPrefix(strings.ToLower(c.Request.Action), "sts:") {
			s.Resource = policy.Patterns{}
		}
	}
	return s.String()
}

// named is a Principal element for the caller.
func (c *Case) named() *policy.Principals {
	p := &c.Request.Principal
	kind, value := policy.PrincipalAWS, p.ARN
	switch p.Type {
	case eval.Anonymous:
		return &policy.Principals{Star: true}
	case eval.Service:
		kind = policy.PrincipalService
	case eval.External:
		kind = policy.PrincipalFederated
	case eval.Session:
		value = p.Identity
	}
	return &policy.Principals{Blocks: []policy.PrincipalBlock{{Type: kind, Values: []string{value}, Single: true}}}
}

// literal is an ARN in which nothing is a wildcard or a variable.
func literal(arn string) string {
	if arn == "*" {
		return arn
	}
	return strings.NewReplacer("*", "${*}", "?", "${?}", "${", "${$}{").Replace(arn)
}
