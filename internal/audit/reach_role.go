package audit

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/principal"
)

// externalID is a value that the caller passes when it assumes a role.
const externalID = "sts:ExternalId"

// openRole is a role without a boundary.
type openRole struct {
	arn string
	// trust is its trust policy, as read for users and for roles.
	trust [kinds]*reading
	// tags are the role's tags, as condition keys.
	tags keys
	// ids are the external IDs in its trust policy. They are not secrets: the caller passes them.
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
	ids []string
	// personal is set if its conditions depend on who the caller is.
	personal bool
	// sessions are the session names that it trusts, by the key that [sessions] returns.
	sessions map[string][]string
}

// role returns a role with its trust policy.
func (g *assumable) role(p *authdetails.Principal, d *policy.Document) *openRole {
	r := &openRole{arn: p.ARN(), tags: keys{}, sessions: map[string][]string{}}
	for k := range r.trust {
		r.trust[k] = g.readings.read(kind(k), p.Trust, d)
		r.personal = r.personal || r.trust[k].personal
	}
	for key, value := range p.Tags {
		// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
		r.tags["aws:ResourceTag/"+key], r.tags["iam:ResourceTag/"+key] = []string{value}, []string{value}
	}
	for _, s := range d.Statements {
		for _, c := range s.Conditions {
			if strings.EqualFold(c.Key, externalID) {
				r.ids = append(r.ids, c.Values...)
			}
		}
	}
	return r
}

// index records which principals the trust policy of a role may mean. A role that trusts no
// principal of the audited accounts is never found.
func (g *assumable) index(r *openRole, d *policy.Document) {
	partition, _, _ := strings.Cut(strings.TrimPrefix(r.arn, "arn:"), ":")
	open := func(h scope) {
		if !slices.Contains(g.open[h], r) {
			g.open[h] = append(g.open[h], r)
		}
	}
	for _, s := range d.Statements {
		if s.Principal == nil {
			continue
		}
		if s.Effect == policy.Allow && (s.Principal.Not || s.Principal.Star) {
			open(scope{partition, ""})
		}
		for _, block := range s.Principal.Blocks {
			if block.Type != policy.PrincipalAWS {
				continue
			}
			for _, name := range block.Values {
				named, _ := eval.ParsePrincipal(name)
				switch {
				case name == "*":
					named.Account = "" // every account
					fallthrough
				case named.Type == eval.Root:
					if s.Effect == policy.Allow && !s.Principal.Not {
						open(scope{partition, named.Account})
					}
				default:
					g.name(r, partition, name, named)
				}
			}
		}
	}
}

// name records that a role names a principal, perhaps in a Deny.
func (g *assumable) name(r *openRole, partition, name string, named eval.Principal) {
	if named.Type == eval.Session {
		name = sessions(partition, named.Account, named.Name)
		_, session, _ := strings.Cut(strings.TrimPrefix(named.ARN, name), "/")
		r.sessions[name] = append(r.sessions[name], session)
	}
	if !slices.Contains(g.named[name], r) {
		g.named[name] = append(g.named[name], r)
	}
}

// names returns the keys under which roles name a principal.
func names(p *authdetails.Principal) []string {
	list := []string{p.ARN(), p.ID}
	if p.Kind == principal.Role {
		list = append(list, sessions(p.Partition, p.Account, p.Name))
	}
	return list
}

// sessions returns the key for all sessions of a role. Session ARNs do not have the role's path.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
func sessions(partition, account, role string) string {
	return "arn:" + partition + ":sts::" + account + ":assumed-role/" + role
}
