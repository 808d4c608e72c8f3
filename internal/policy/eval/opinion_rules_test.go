package eval

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/wildcard"
)

// opinionRule is a point on which iam-simulate reads policies otherwise, and the page of AWS that decides it,
// or that leaves it open. It explains a difference only if this package gives their answer once the policies
// are rewritten as they read them.
type opinionRule struct {
	name, page string
	// rewrite changes a statement of a layer to what they take it for; false takes it out.
	rewrite func(c *opinionCase, l Layer, s *policy.Statement) bool
}

const guide = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"

var opinionRules = []opinionRule{
	{
		"a resource with a variable without a value matches nothing, so that NotResource covers everything else",
		guide + "reference_policies_variables.html#policy-vars-no-value",
		func(c *opinionCase, _ Layer, s *policy.Statement) bool {
			return !s.Resource.Not || !slices.ContainsFunc(s.Resource.Values, c.valueless)
		},
	},
	{
		"a negated operator matches where its variable has no value",
		guide + "reference_policies_variables.html#policy-vars-no-value",
		func(c *opinionCase, _ Layer, s *policy.Statement) bool {
			return !slices.ContainsFunc(s.Conditions, func(k policy.Condition) bool {
				_, negated := k.Operator.Base.Positive()
				return negated && slices.ContainsFunc(k.Values, c.valueless)
			})
		},
	},
	{
		"a Principal of everybody names each user and session, so that boundary and session policy do not limit it; AWS's page says so of users and sessions by name, and nothing of *",
		guide + "access_policies_boundaries.html#access_policies_boundaries-eval-logic",
		func(_ *opinionCase, l Layer, s *policy.Statement) bool {
			return l != ResourcePolicy || s.Effect == policy.Deny || !everybody(s.Principal)
		},
	},
	{
		"a value that is no number is neither less nor greater, a date included",
		guide + "reference_policies_elements_condition_operators.html#Conditions_Numeric",
		func(c *opinionCase, _ Layer, s *policy.Statement) bool {
			return c.withoutConditions(s, func(k *policy.Condition) bool {
				base := k.Operator.Base.String()
				_, reads := policy.ParseNumber(strings.Join(c.asked.Values(k.Key), ","))
				return strings.HasPrefix(base, "Numeric") && !reads
			})
		},
	},
	{
		"a date in a policy can be seconds since 1970",
		guide + "reference_policies_elements_condition_operators.html#Conditions_Date",
		func(c *opinionCase, _ Layer, s *policy.Statement) bool {
			return c.withoutConditions(s, func(k *policy.Condition) bool {
				return strings.HasPrefix(k.Operator.Base.String(), "Date") && slices.ContainsFunc(append(slices.Clone(k.Values), c.asked.Values(k.Key)...), isSeconds)
			})
		},
	},
	{
		"the network 0.0.0.0/0 has every IPv4 address",
		guide + "reference_policies_elements_condition_operators.html#Conditions_IPAddress",
		func(_ *opinionCase, _ Layer, s *policy.Statement) bool {
			return !slices.ContainsFunc(s.Conditions, func(k policy.Condition) bool {
				return k.Operator.Base == policy.IPAddress && slices.Contains(k.Values, "0.0.0.0/0")
			})
		},
	},
	{
		"an ARN of fewer than six parts is completed with *",
		guide + "reference_policies_elements_resource.html",
		func(_ *opinionCase, _ Layer, s *policy.Statement) bool {
			return !slices.ContainsFunc(s.Resource.Values, func(v string) bool { return v != "*" && strings.Count(v, ":") < 5 })
		},
	},
}

func everybody(p *policy.Principals) bool {
	if p == nil || p.Not {
		return false
	}
	return p.Star || slices.ContainsFunc(p.Blocks, func(b policy.PrincipalBlock) bool {
		return b.Type == policy.PrincipalAWS && slices.Contains(b.Values, "*")
	})
}

func isSeconds(v string) bool { return isNumber(v) && len(v) != 4 }

func isNumber(v string) bool {
	return v != "" && strings.IndexFunc(v, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// valueless reports whether a value has a variable for which the request has no value.
func (c *opinionCase) valueless(value string) bool {
	for _, token := range policy.ParsePattern(value, policy.Version2012).Tokens {
		if token.Kind == wildcard.Variable && !token.HasDefault && len(c.asked.Values(token.Text)) == 0 {
			return true
		}
	}
	return false
}

// withoutConditions takes conditions out of a statement that they read as true.
func (c *opinionCase) withoutConditions(s *policy.Statement, out func(*policy.Condition) bool) bool {
	s.Conditions = slices.DeleteFunc(slices.Clone(s.Conditions), func(k policy.Condition) bool { return out(&k) })
	return true
}

// reread is the answer of this package to policies as rules have them.
func (c *opinionCase) reread(rules ...opinionRule) Decision {
	one := func(l Layer, p *Policy) *Policy {
		if p == nil {
			return nil
		}
		d := *p.Document
		d.Statements = nil
	statements:
		for _, s := range p.Document.Statements {
			for _, r := range rules {
				if !r.rewrite(c, l, &s) {
					continue statements
				}
			}
			d.Statements = append(d.Statements, s)
		}
		return Compile(&d)
	}
	list := func(l Layer, in []*Policy) (out []*Policy) {
		for _, p := range in {
			out = append(out, one(l, p))
		}
		return out
	}
	p := &Policies{
		Identity: list(IdentityPolicies, c.policies.Identity), Boundaries: list(PermissionsBoundaries, c.policies.Boundaries),
		Session: list(SessionPolicy, c.policies.Session), Endpoint: list(EndpointPolicies, c.policies.Endpoint), Resource: one(ResourcePolicy, c.policies.Resource),
	}
	for _, level := range c.policies.ServiceControl {
		p.ServiceControl = append(p.ServiceControl, list(ServiceControlPolicies, level))
	}
	return Evaluate(p, &c.asked)
}
