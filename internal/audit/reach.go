package audit

import (
	"slices"
	"strings"
	"sync"

	"github.com/ringfence/ringfence/internal/account"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/principal"
)

// reach finds out who may assume a role that has no boundary: that role is the way around
// the boundary which the principal itself carries.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
func (o *one) reach(principals []Principal) {
	roles := o.open()
	if len(roles) == 0 {
		return
	}
	c := compiler{known: map[string]*eval.Policy{}}
	byARN := make(map[string]*account.Principal, len(o.details.Principals))
	for i := range o.details.Principals {
		byARN[o.details.Principals[i].ARN()] = &o.details.Principals[i]
	}
	trusted, everybody := map[string]bool{}, false
	for i := range roles {
		everybody = everybody || roles[i].everybody
		for _, name := range roles[i].names {
			trusted[name] = true
		}
	}
	each(len(principals), func(i int) {
		out := &principals[i]
		p := byARN[out.ARN]
		// Who is named by a trust policy of the own account needs no identity policy.
		if p.Boundary == "" || !out.assumes && !everybody && !trusted[out.ARN] {
			return
		}
		if policies := o.rights(p, &c); policies != nil {
			out.Reaches = append(out.Reaches, policies.reach(p, roles)...)
		}
	})
}

// assumes reports whether identity policies may let somebody assume a role.
func (o *one) assumes(identity []principal.IdentityPolicy) bool {
	return slices.ContainsFunc(identity, func(i principal.IdentityPolicy) bool {
		d, err := o.documents.Parse(i.Document)
		return err == nil && slices.ContainsFunc(d.Statements, func(s policy.Statement) bool {
			return s.Effect == policy.Allow && (s.Action.Not || slices.ContainsFunc(s.Action.Values, isAssume)) &&
				(s.Resource.Not || slices.ContainsFunc(s.Resource.Values, isRole))
		})
	})
}

// isAssume reports whether an action may be sts:AssumeRole.
func isAssume(action string) bool {
	service, name, _ := strings.Cut(action, ":")
	return strings.ContainsAny(service, "*?") || strings.EqualFold(service, "sts") && (strings.ContainsAny(name, "*?") || strings.EqualFold(name, "AssumeRole"))
}

// isRole reports whether a resource may be a role.
func isRole(resource string) bool {
	part := strings.SplitN(resource, ":", 6)
	if len(part) < 6 {
		return strings.ContainsAny(resource, "*?$")
	}
	return part[2] == "iam" || strings.ContainsAny(part[2], "*?$")
}

// open are the roles without a boundary that a principal of the account may be trusted by.
func (o *one) open() (roles []openRole) {
	for i := range o.details.Principals {
		p := &o.details.Principals[i]
		if p.Kind != principal.Role || p.Boundary != "" || p.Protection() == principal.ServiceLinked {
			continue
		}
		d, err := policy.Parse(p.Trust)
		if err != nil {
			continue
		}
		r := openRole{p: p, trust: eval.Compile(d)}
		for _, s := range d.Statements {
			r.add(s, p.Account)
		}
		if r.account || r.everybody || len(r.names) > 0 {
			roles = append(roles, r)
		}
	}
	return roles
}

// externalID is what a caller says of itself when it assumes a role.
const externalID = "sts:ExternalId"

// openRole is a role without a boundary, and those that its trust policy may mean.
type openRole struct {
	p     *account.Principal
	trust *eval.Policy
	// account is set where it names the account, which leaves it to identity policies, and
	// everybody where it names everybody, or all but some; names are ARNs.
	account, everybody bool
	names              []string
	// ids are the external IDs that it asks for. None of them is a secret: the caller says it.
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
	ids []string
}

func (r *openRole) add(s policy.Statement, accountID string) {
	if s.Effect != policy.Allow || s.Principal == nil {
		return
	}
	r.everybody = r.everybody || s.Principal.Not || s.Principal.Star
	for _, c := range s.Conditions {
		if strings.EqualFold(c.Key, externalID) {
			r.ids = append(r.ids, c.Values...)
		}
	}
	for _, block := range s.Principal.Blocks {
		if s.Principal.Not || block.Type != policy.PrincipalAWS {
			continue
		}
		for _, name := range block.Values {
			r.everybody = r.everybody || name == "*"
			r.account = r.account || name == accountID || strings.HasSuffix(name, "::"+accountID+":root")
			r.names = append(r.names, name)
		}
	}
}

// named reports whether the trust policy may mean a principal.
func (r *openRole) named(p *account.Principal) bool {
	return r.account || r.everybody || slices.Contains(r.names, p.ARN())
}

// compiler makes documents ready, each once.
type compiler struct {
	mu    sync.Mutex
	known map[string]*eval.Policy
}

// compile is nil for a document that cannot be read.
func (c *compiler) compile(text []byte) *eval.Policy {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, ok := c.known[string(text)]
	if !ok {
		if d, err := policy.Parse(text); err == nil {
			p = eval.Compile(d)
		}
		c.known[string(text)] = p
	}
	return p
}

// rights are a principal's policies, as far as they bear on what it may become.
type rights eval.Policies

// rights are nil where nothing speaks of assuming a role, or something cannot be read.
func (o *one) rights(p *account.Principal, c *compiler) *rights {
	identity, err := o.details.IdentityPolicies(p)
	if err != nil {
		return nil
	}
	r := &rights{Identity: make([]*eval.Policy, 0, len(identity))}
	for _, i := range identity {
		compiled := c.compile(i.Document)
		if compiled == nil {
			return nil
		}
		r.Identity = append(r.Identity, compiled)
	}
	text, err := o.details.Document(p.Boundary)
	if err != nil {
		return nil
	}
	boundary := c.compile(text)
	if boundary == nil {
		return nil
	}
	r.Boundaries = []*eval.Policy{boundary}
	return r
}

// reach are the roles that a principal may assume.
func (r *rights) reach(p *account.Principal, roles []openRole) (arns []string) {
	caller, err := eval.ParsePrincipal(p.ARN())
	if err != nil {
		return nil
	}
	caller.Identity, caller.PathKnown, caller.UserID = p.ARN(), true, p.ID
	keys := map[string][]string{}
	for key, value := range p.Tags {
		keys["aws:PrincipalTag/"+key] = []string{value}
	}
	plain := eval.NewContext(keys)
	request := eval.Request{Principal: caller, Action: "sts:AssumeRole"}
	policies := eval.Policies(*r)
	for i := range roles {
		role := &roles[i]
		if role.p == p || !role.named(p) {
			continue
		}
		request.Resource, policies.Resource, request.Context = role.p.ARN(), role.trust, plain
		allowed := eval.Evaluate(&policies, &request).Outcome == eval.Allow
		for n := 0; n < len(role.ids) && !allowed; n++ {
			keys[externalID] = role.ids[n : n+1]
			request.Context = eval.NewContext(keys)
			allowed = eval.Evaluate(&policies, &request).Outcome == eval.Allow
		}
		if allowed {
			arns = append(arns, role.p.ARN())
		}
	}
	return arns
}
