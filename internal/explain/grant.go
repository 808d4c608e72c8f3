package explain

import (
	"fmt"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// grant says where an Allow is missing, and how one could look.
func (c *Case) grant(l eval.Layer, at eval.Place, on string) string {
	s := c.allowing(l, on)
	harm := c.harm()
	if harm != "" {
		if !c.keeps() || naming(l) {
			return "No statement is offered for the " + layerWords[l] + ": " + harm + "; ask the owner of the boundary."
		}
		s.Conditions = []policy.Condition{c.within()}
	}
	if !c.helps(l, at, s, on) {
		return "No statement more would be enough in the " + layerWords[l] + ": ask its owner."
	}
	text := c.put(l, at) + ": " + s.String()
	if !naming(l) {
		present := together(c.whole(l, at))
		text += widens(c.what(l, at), added(present, s), present)
	}
	if harm != "" {
		text += " Without its condition, " + harm + "."
	}
	return text
}

// naming reports whether the policies of a layer name principals. Who is named takes no part in a comparison.
func naming(l eval.Layer) bool { return l == eval.ResourcePolicy || l == eval.EndpointPolicies }

// whole returns the policies that allow together at a place.
func (c *Case) whole(l eval.Layer, at eval.Place) []Source {
	if l == eval.PermissionsBoundaries {
		if s, ok := c.source(l, at); ok {
			return []Source{s}
		}
		return nil
	}
	return c.sources(l, at)
}

// what returns the name of what a statement at a place widens.
func (c *Case) what(l eval.Layer, at eval.Place) string {
	switch l {
	case eval.PermissionsBoundaries:
		return "the boundary"
	case eval.IdentityPolicies:
		return "what its identity policies allow"
	case eval.SessionPolicy:
		return "the session policy"
	}
	return fmt.Sprintf("what level %d allows", at.Level+1)
}

// put says where the statement goes.
func (c *Case) put(l eval.Layer, at eval.Place) string {
	switch l {
	case eval.PermissionsBoundaries:
		return fmt.Sprintf("If the principal is meant to do this, add to the permissions boundary %s", c.called(l, at))
	case eval.IdentityPolicies:
		return "Add to an identity policy of the principal"
	case eval.EndpointPolicies:
		return "Add to " + c.called(l, at)
	case eval.ResourcePolicy:
		if c.Resource == nil {
			return "Give the resource a policy with"
		}
		return "Add to " + c.Resource.Name
	case eval.SessionPolicy:
		return "Pass a session policy with"
	}
	return fmt.Sprintf("Attach a %s at level %d with", layerWords[l], at.Level+1)
}

// helps reports whether the layer allows the request once the statement is there.
func (c *Case) helps(l eval.Layer, at eval.Place, s policy.Statement, on string) bool {
	r := c.asks(on)
	if len(s.Conditions) > 0 {
		r = c.bound(on)
	}
	p := c.policies()
	more := eval.Compile(&policy.Document{Version: policy.Version2012, Statements: []policy.Statement{s}})
	switch l {
	case eval.PermissionsBoundaries:
		p.Boundaries[at.Policy] = eval.Compile(added(together(c.whole(l, at)), s))
	case eval.IdentityPolicies:
		p.Identity = append(p.Identity, more)
	case eval.SessionPolicy:
		p.Session = append(p.Session, more)
	case eval.ServiceControlPolicies:
		p.ServiceControl[at.Level] = append(p.ServiceControl[at.Level], more)
	case eval.ResourceControlPolicies:
		p.ResourceControl[at.Level] = append(p.ResourceControl[at.Level], more)
	case eval.EndpointPolicies:
		p.Endpoint[at.Policy] = eval.Compile(added(together([]Source{c.Endpoint[at.Policy]}), s))
	case eval.ResourcePolicy:
		p.Resource = more
	}
	d := eval.EvaluateBest(p, &r)
	return d.Layers[l].Reason != eval.NoAllow && d.Layers[l].Reason != eval.Denied
}

// allowing returns a statement that allows just this request, on a resource.
func (c *Case) allowing(l eval.Layer, on string) policy.Statement {
	s := policy.Statement{
		Effect:   policy.Allow,
		Action:   policy.Patterns{Values: []string{c.Request.Action}, Single: true},
		Resource: policy.Patterns{Values: []string{literal(on)}, Single: true},
	}
	if l == eval.EndpointPolicies {
		// AWS documents * as the only Principal that all kinds of endpoints know.
		s.Principal = &policy.Principals{Star: true}
	}
	if l == eval.ResourcePolicy {
		s.Principal = c.named()
		if strings.HasPrefix(strings.ToLower(c.Request.Action), "sts:") {
			s.Resource = policy.Patterns{}
		}
	}
	return s
}

// named returns a Principal element for the caller.
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
