package explain

import (
	"fmt"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/catalog"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// layerWords are the layers in words.
var layerWords = map[eval.Layer]string{
	eval.ResourceControlPolicies: "resource control policy",
	eval.ServiceControlPolicies:  "service control policy",
	eval.EndpointPolicies:        "VPC endpoint policy",
	eval.ResourcePolicy:          "resource policy",
	eval.IdentityPolicies:        "identity policy",
	eval.PermissionsBoundaries:   "permissions boundary",
	eval.SessionPolicy:           "session policy",
}

// String names the statement for messages; people count from 1.
func (s *Statement) String() string {
	if s.Sid != "" {
		return fmt.Sprintf("statement %d (%s) of %s", s.Index+1, s.Sid, s.Policy)
	}
	return fmt.Sprintf("statement %d of %s", s.Index+1, s.Policy)
}

// reason is what a layer said, in words.
func (c *Case) reason(l eval.Layer, a eval.LayerAnswer) string {
	text := a.Reason.String()
	if a.Reason == eval.AlwaysAllowed {
		return text
	}
	if s := c.statement(l, a.Place); s != nil && !a.Uncertain {
		text = s.String() + " " + text
	} else if s != nil {
		text = s.String() + " " + c.hangs(l, a.Place)
	} else if source, ok := c.source(l, a.Place); ok {
		text = source.Name + " " + text
	} else if a.Reason == eval.NotGiven && l != eval.PermissionsBoundaries {
		text = "none given"
	} else if l == eval.IdentityPolicies && (a.Reason == eval.NoAllow || a.Reason == eval.NotNeeded) {
		text = fmt.Sprintf("none of %d allows it", len(c.Identity))
		if a.Reason == eval.NotNeeded {
			text += ", and none has to"
		}
	}
	if a.Place.Level >= 0 && a.Reason != eval.Allowed {
		text = fmt.Sprintf("level %d: %s", a.Place.Level+1, text)
	}
	return text
}

// hangs says on what a statement hangs, the answer of which is uncertain.
func (c *Case) hangs(l eval.Layer, at eval.Place) string {
	if s, ok := c.source(l, at); ok {
		if keys := s.Policy.Open(&c.Request, at.Statement); len(keys) > 0 {
			return "hangs on " + strings.Join(keys, " and ") + ", whose value is not known"
		}
	}
	return "hangs on something that cannot be read, or that AWS does not document"
}

// asked returns the request in words.
func (c *Case) asked() string {
	if c.Request.Resource == "*" {
		return c.Request.Action
	}
	return c.Request.Action + " on " + c.Request.Resource
}

// cause returns the reason for the decision in a sentence.
func (c *Case) cause(d *eval.Decision) string {
	l, at := d.DecidedBy, d.Layers[d.DecidedBy].Place
	s := c.statement(l, at)
	switch {
	case d.Layers[l].Reason == eval.AlwaysAllowed:
		return c.Request.Action + " needs no permission, and no policy can deny it."
	case d.Outcome == eval.Allow && s == nil:
		return "The root user may do everything in its own account."
	case d.Outcome == eval.Allow:
		return upper(fmt.Sprintf("%s allows it (%s).", s, layerWords[l]))
	case d.Outcome == eval.ExplicitDeny && d.Uncertain:
		return upper(fmt.Sprintf("%s (%s) may deny it: it %s, and is taken to apply.", s, layerWords[l], c.hangs(l, at)))
	case d.Outcome == eval.ExplicitDeny:
		return upper(fmt.Sprintf("%s (%s) denies it, whatever else allows it.", s, layerWords[l]))
	case l == eval.PermissionsBoundaries:
		return c.narrow(d, at)
	}
	return c.silent(d, l, at)
}

// narrow names the boundary as the cause, and what it takes away.
func (c *Case) narrow(d *eval.Decision, at eval.Place) string {
	text := fmt.Sprintf("The permissions boundary %s does not allow %s", c.called(eval.PermissionsBoundaries, at), c.asked())
	if s := c.statement(eval.IdentityPolicies, d.Layers[eval.IdentityPolicies].Place); s != nil && d.Layers[eval.IdentityPolicies].Reason == eval.Allowed {
		return fmt.Sprintf("%s; %s would.", text, s)
	}
	return text + "."
}

// called returns the name of the policy at a place.
func (c *Case) called(l eval.Layer, at eval.Place) string {
	s, _ := c.source(l, at)
	return s.Name
}

// silent says that a layer lacks an Allow.
func (c *Case) silent(d *eval.Decision, l eval.Layer, at eval.Place) string {
	switch l {
	case eval.IdentityPolicies:
		text := "No identity policy of the principal allows " + c.asked()
		if d.Layers[eval.PermissionsBoundaries].Reason == eval.NoAllow {
			text += ", and its permissions boundary would not either"
		}
		return text + "."
	case eval.ResourcePolicy:
		switch {
		case d.CrossAccount:
			return "The resource belongs to another account, and its policy does not allow the principal " + c.asked() + "."
		case c.Resource == nil:
			return "The resource's own policy has to allow it, and there is none."
		}
		return "The resource's own policy has to allow it, and " + c.Resource.Name + " does not."
	case eval.ServiceControlPolicies, eval.ResourceControlPolicies:
		return fmt.Sprintf("No %s at level %d allows %s.", layerWords[l], at.Level+1, c.asked())
	case eval.SessionPolicy:
		if c.Session == nil {
			return "A federated user's session has no permissions unless a session policy is passed."
		}
	}
	return fmt.Sprintf("The %s does not allow %s.", layerWords[l], c.asked())
}

// misses says what keeps the statements that name the action from allowing it.
func (c *Case) misses(l eval.Layer, at eval.Place) []string {
	var list []string
	for _, s := range c.sources(l, at) {
		for _, m := range s.Policy.Misses(&c.Request, l) {
			list = append(list, c.miss(s, m))
		}
	}
	return list
}

func (c *Case) miss(s Source, m eval.Miss) string {
	of, statement := name(s, m.Statement), s.statement(m.Statement)
	switch m.Part {
	case eval.PrincipalPart:
		return fmt.Sprintf("%s has the action, but does not name the principal", of)
	case eval.ResourcePart:
		if !statement.Resource.Present() {
			return fmt.Sprintf("%s has the action, but no Resource", of)
		}
		element := "Resource"
		if statement.Resource.Not {
			element = "NotResource"
		}
		return fmt.Sprintf("%s has the action, but not the resource: its %s is %s", of, element, list(statement.Resource.Values))
	case eval.UnreadablePart:
		if keys := s.Policy.Open(&c.Request, m.Statement); len(keys) > 0 {
			return fmt.Sprintf("%s hangs on %s, whose value is not known: %s", of, strings.Join(keys, " and "), c.condition(&statement.Conditions[m.Condition]))
		}
		return fmt.Sprintf("%s hangs on a condition that cannot be read, or whose answer AWS does not document: %s", of, c.condition(&statement.Conditions[m.Condition]))
	}
	return fmt.Sprintf("%s has the action, but its condition does not hold: %s", of, c.condition(&statement.Conditions[m.Condition]))
}

// condition returns a condition with the values of the request.
func (c *Case) condition(k *policy.Condition) string {
	has := "the request does not have the key"
	if c.Request.Partial && catalog.ValuesOf(k.Key).Presence == catalog.Always {
		has = "its value is not given"
	}
	if v := c.Request.Values(k.Key); len(v) > 0 {
		has = "the request has " + list(v)
	}
	if fault := k.Operator.Fault(); fault != "" {
		has += "; " + fault
	}
	return fmt.Sprintf("%s %s %s (%s)", k.Operator.Name, k.Key, list(k.Values), has)
}

// list puts values into words, the first few of them.
func list(values []string) string {
	const most = 3
	more := ""
	if n := len(values) - most; n > 0 {
		values, more = values[:most], fmt.Sprintf(" and %d more", n)
	}
	return strings.Join(values, ", ") + more
}

// upper makes the first letter of a sentence a capital, unless it begins with a name.
func upper(s string) string {
	if strings.HasPrefix(s, "statement ") {
		return "S" + s[1:]
	}
	return s
}
