package explain

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/catalog"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// boundaryKey is the condition key that keeps a change of identities inside a boundary: the boundary of the user
// or role that is changed or created.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
const boundaryKey = "iam:PermissionsBoundary"

// identityServices manage identities and their limits. An Allow for one of their actions may let a principal
// create, change or become an identity that its boundary does not limit.
var identityServices = []string{"account", "iam", "identitystore", "organizations", "sso", "sso-directory", "sso-oauth"}

// harm returns what an Allow for a request would also do, in words; "" if it only allows the request. Reads of IAM
// are harmless; reads of IAM Identity Center can return credentials.
func (c *Case) harm() string {
	action := strings.ToLower(c.Request.Action)
	service, name, _ := strings.Cut(action, ":")
	known, ok := catalog.Lookup(action)
	reads := ok && (known.Level == catalog.List || known.Level == catalog.Read)
	switch {
	case slices.Contains(identityServices, service) && !reads:
		return "this lets it out"
	case slices.Contains(identityServices, service) && service != "iam":
		return "this may let it out"
	case service == "sts" && strings.HasPrefix(name, "assume") && c.Required != "" && c.TargetBoundary != c.Required:
		return "this lets it out, since the role does not carry the same boundary"
	case !reads && (service == "cloudtrail" || strings.Contains(lastField(c.Request.Resource), "ringfence")):
		return "this switches off what watches it"
	}
	return ""
}

// lastField is the part of an ARN that names the resource in its account.
func lastField(arn string) string {
	fields := strings.SplitN(arn, ":", 6)
	return fields[len(fields)-1]
}

// keeps reports whether a condition on the boundary keeps what the action changes inside the caller's boundary. It
// does not if the action changes boundaries: setting the caller's boundary on another principal may widen that
// principal, or lift a quarantine.
func (c *Case) keeps() bool {
	a, ok := catalog.Lookup(c.Request.Action)
	return ok && c.Required != "" && a.HasKey(boundaryKey) && !strings.HasSuffix(a.Name, "PermissionsBoundary") && !c.unbounded()
}

// unbounded reports whether the required boundary is known to allow everything: it limits nothing.
func (c *Case) unbounded() bool {
	for _, s := range c.Boundaries {
		if s.Name == c.Required && compare.Compare(compare.Compile(everything), s.compiled()).Relation.AllowsNoMore() {
			return true
		}
	}
	return false
}

var everything = &policy.Document{Version: policy.Version2012, Statements: []policy.Statement{{
	Effect: policy.Allow, Action: policy.Patterns{Values: []string{"*"}}, Resource: policy.Patterns{Values: []string{"*"}},
}}}

// within returns the condition that what is changed or created has the caller's boundary.
func (c *Case) within() policy.Condition {
	return policy.Condition{
		Operator: policy.ParseOperator("StringEquals"), Key: boundaryKey, Values: []string{c.Required}, Single: true,
	}
}

// bound returns the request for a principal that has the caller's boundary.
func (c *Case) bound(resource string) eval.Request {
	r := c.asks(resource)
	r.Context = r.Context.With(boundaryKey, c.Required)
	return r
}

func (c *Case) asks(resource string) eval.Request {
	r := c.Request
	r.Resource = resource
	return r
}

// elsewhere says how the boundary already allows the same: on another resource, under another path, or with the
// boundary. It is empty if it does not.
func (c *Case) elsewhere(s Source) (arn, text string) {
	if c.Required == "" {
		return "", ""
	}
	for _, m := range s.Policy.Misses(&c.Request, eval.PermissionsBoundaries) {
		for _, pattern := range s.statement(m.Statement).Resource.Values {
			arn, path := c.under(pattern)
			if arn == "" {
				continue
			}
			p := &eval.Policies{Identity: []*eval.Policy{eval.Compile(everything)}, Boundaries: []*eval.Policy{s.Policy}}
			for _, r := range []eval.Request{c.asks(arn), c.bound(arn)} {
				if d := eval.Evaluate(p, &r); d.Outcome == eval.Allow && !d.Uncertain {
					return arn, c.instead(name(s, d.Layers[eval.PermissionsBoundaries].Place.Statement), &r, path)
				}
			}
		}
	}
	return "", ""
}

// instead says how a request that the boundary allows differs from the one in question.
func (c *Case) instead(by *Statement, r *eval.Request, path string) string {
	text, where := "Do it", ""
	if _, action, _ := strings.Cut(r.Action, ":"); strings.HasPrefix(action, "Create") {
		text = "Make it"
	}
	if r.Resource != c.Request.Resource {
		text += " under " + path
	}
	if len(r.Context.Lookup(boundaryKey)) > 0 {
		text, where = strings.TrimSuffix(text+", with the boundary", ","), " where "+boundaryKey+" is "+c.Required
	}
	return strings.Replace(text, "it, with", "it with", 1) + ": " + by.String() + " allows " + r.Action + " on " + r.Resource + where + "."
}

// under returns the resource in question under the path of a pattern. It returns "" if the pattern is for another
// kind of resource.
func (c *Case) under(pattern string) (arn, path string) {
	fields := strings.SplitN(pattern, ":", 6)
	if len(fields) != 6 || fields[2] != "iam" {
		return "", ""
	}
	kind, rest, ok := strings.Cut(fields[5], "/")
	if !ok || strings.ContainsAny(kind, "*?$") {
		return "", ""
	}
	asked := strings.SplitN(c.Request.Resource, ":", 6)
	if len(asked) != 6 {
		who := strings.SplitN(c.Request.Principal.ARN, ":", 6)
		if len(who) != 6 {
			return "", ""
		}
		asked = []string{"arn", who[1], "iam", "", who[4], kind + "/NAME"}
	}
	if !strings.HasPrefix(asked[5], kind+"/") {
		return "", ""
	}
	if at := strings.IndexAny(rest, "*?$"); at >= 0 {
		rest = rest[:at]
	} else {
		rest += "/" // a whole name: nothing is below it
	}
	path = "/" + rest[:strings.LastIndexByte(rest, '/')+1]
	asked[5] = kind + path + asked[5][strings.LastIndexByte(asked[5], '/')+1:]
	return strings.Join(asked, ":"), path
}
