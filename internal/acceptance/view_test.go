package acceptance

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/principal"
)

// view is an account at one moment, to evaluate what each principal can do in it.
type view struct {
	*authdetails.Details
	t        testing.TB
	compiled map[string]*eval.Policy
}

func (w *world) view() *view {
	return &view{Details: w.details(), t: w.t, compiled: map[string]*eval.Policy{}}
}

// policy compiles a document once. An unreadable document allows nothing here: AWS stores none.
func (v *view) policy(text []byte) *eval.Policy {
	p, ok := v.compiled[string(text)]
	if !ok {
		d, err := policy.Parse(text)
		if err != nil {
			d = &policy.Document{}
		}
		p = eval.Compile(d)
		v.compiled[string(text)] = p
	}
	return p
}

// subject is a principal with everything that decides what it can do.
type subject struct {
	*authdetails.Principal
	policies eval.Policies
	caller   eval.Principal
	// texts are the documents that apply to it, the boundary's last.
	texts [][]byte
}

func (v *view) subjects() map[string]*subject {
	all := map[string]*subject{}
	for i := range v.Principals {
		p := &v.Principals[i]
		s := &subject{Principal: p}
		list, err := v.IdentityPolicies(p)
		if err != nil {
			v.t.Fatal(err)
		}
		for _, one := range list {
			s.texts = append(s.texts, one.Document)
			s.policies.Identity = append(s.policies.Identity, v.policy(one.Document))
		}
		if p.Boundary != "" {
			text, err := v.Document(p.Boundary)
			if err != nil {
				v.t.Fatal(err)
			}
			s.texts = append(s.texts, text)
			s.policies.Boundaries = append(s.policies.Boundaries, v.policy(text))
		}
		s.caller = caller(v.t, p)
		all[p.ARN()] = s
	}
	return all
}

// caller returns a principal as a caller: a role through a session.
func caller(t testing.TB, p *authdetails.Principal) eval.Principal {
	arn := p.ARN()
	if p.Kind == principal.Role {
		arn = "arn:" + p.Partition + ":sts::" + p.Account + ":assumed-role/" + p.Name + "/session"
	}
	c, err := eval.ParsePrincipal(arn)
	if err != nil {
		t.Fatal(err)
	}
	c.Identity, c.PathKnown, c.UserID = p.ARN(), true, p.ID
	if p.Kind == principal.Role {
		c.UserID += ":session"
	}
	return c
}

// attached returns the principal and its groups as targets of attached policies.
func (s *subject) attached() []string {
	names := []string{string(s.Kind) + " " + s.Name}
	for _, g := range s.Groups {
		names = append(names, "group "+g)
	}
	return names
}

// same reports whether everything that decides is unchanged.
func (s *subject) same(o *subject) bool {
	if len(s.texts) != len(o.texts) || (s.Boundary == "") != (o.Boundary == "") {
		return false
	}
	for i := range s.texts {
		if !bytes.Equal(s.texts[i], o.texts[i]) {
			return false
		}
	}
	return true
}

// request is a request, and what the resource policy says about the caller.
type request struct {
	finding.Witness
	grant grant
}

// grant is the caller that a resource policy allows everything.
type grant string

const (
	nobody     grant = "nobody"
	theAccount grant = "the account"
	// theIdentity is the user or the role, theCaller the user or the role's session: a boundary
	// without an Allow limits the first kind for roles, and never the second.
	theIdentity grant = "the role or user"
	theCaller   grant = "the caller itself"
)

func (r request) String() string {
	return fmt.Sprintf("%s on %s with %v, where the resource's policy allows %s", r.Action, r.Resource, r.Context, r.grant)
}

// can reports whether the principal can make the request.
func (s *subject) can(v *view, r request) bool {
	q := eval.Request{Principal: s.caller, Action: r.Action, Resource: r.Resource, Context: eval.NewContext(r.Context)}
	for key, value := range s.Tags {
		if key = "aws:PrincipalTag/" + key; len(q.Context.Lookup(key)) == 0 {
			q.Context.Add(key, value)
		}
	}
	policies := s.policies
	if r.grant != nobody {
		caller := strings.TrimSuffix(arnOf("root", ""), "/")
		switch r.grant {
		case theIdentity:
			caller = s.ARN()
		case theCaller:
			caller = s.caller.ARN
		}
		policies.Resource = v.policy(fmt.Appendf(nil, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":%q},"Action":"*","Resource":"*"}]}`, caller))
	}
	return eval.Evaluate(&policies, &q).Outcome == eval.Allow
}
