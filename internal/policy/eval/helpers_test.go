package eval

import (
	"strings"
	"testing"
)

// The people and things of the tests.
const (
	account  = "111122223333"
	other2   = "444455556666"
	user     = "arn:aws:iam::111122223333:user/dev/jane"
	role     = "arn:aws:iam::111122223333:role/app"
	session  = "arn:aws:sts::111122223333:assumed-role/app/s1"
	fed      = "arn:aws:sts::111122223333:federated-user/bob"
	fedUser  = "arn:aws:iam::111122223333:user/bob"
	rootUser = "arn:aws:iam::111122223333:root"
	object   = "arn:aws:s3:::bucket/key"
	queue    = "arn:aws:sqs:eu-west-1:111122223333:q"
	key      = "arn:aws:kms:eu-west-1:111122223333:key/1"
)

// statements makes a document of the current version from its statements.
func statements(list ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(list, ",") + `]}`
}

// allow and deny make statements; more is put behind the usual elements.
func allow(action, resource string, more ...string) string {
	return effect("Allow", action, resource, more)
}

func deny(action, resource string, more ...string) string {
	return effect("Deny", action, resource, more)
}

func effect(effect, action, resource string, more []string) string {
	s := `{"Effect":"` + effect + `","Action":"` + action + `"`
	if resource != "" {
		s += `,"Resource":"` + resource + `"`
	}
	for _, m := range more {
		s += "," + m
	}
	return s + "}"
}

func to(arn string) string { return `"Principal":{"AWS":"` + arn + `"}` }

func when(operator, key string, values ...string) string {
	return `"Condition":{"` + operator + `":{"` + key + `":["` + strings.Join(values, `","`) + `"]}}`
}

// scene is a request and its policies, as text.
type scene struct {
	principal, action, resource, account string
	identity, boundary, session          []string
	policy                               string
	endpoint                             []string
	scps, rcps                           [][]string
	context                              map[string][]string
	edit                                 func(*Request)
}

func (s scene) evaluate(t *testing.T) Decision {
	t.Helper()
	p, err := ParsePrincipal(s.principal)
	if err != nil {
		t.Fatal(err)
	}
	r := &Request{Principal: p, Action: s.action, Resource: s.resource, ResourceAccount: s.account, Context: NewContext(s.context)}
	if s.edit != nil {
		s.edit(r)
	}
	compile := func(list []string) (out []*Policy) {
		if list != nil {
			out = []*Policy{}
		}
		for _, text := range list {
			out = append(out, parse(t, text))
		}
		return out
	}
	policies := &Policies{Identity: compile(s.identity), Boundaries: compile(s.boundary), Session: compile(s.session), Endpoint: compile(s.endpoint)}
	if s.policy != "" {
		policies.Resource = parse(t, s.policy)
	}
	for _, level := range s.scps {
		policies.ServiceControl = append(policies.ServiceControl, compile(level))
	}
	for _, level := range s.rcps {
		policies.ResourceControl = append(policies.ResourceControl, compile(level))
	}
	return Evaluate(policies, r)
}

func (s scene) want(t *testing.T, outcome Outcome, by Layer) {
	t.Helper()
	d := s.evaluate(t)
	if d.Outcome != outcome || d.DecidedBy != by {
		t.Errorf("%v by %v, want %v by %v\n%+v", d.Outcome, d.DecidedBy, outcome, by, d.Layers)
	}
	if d.Outcome != ImplicitDeny && d.DecidedBy != IdentityPolicies && d.Place.Statement < 0 {
		t.Errorf("%v by %v names no statement: %+v", d.Outcome, d.DecidedBy, d.Place)
	}
}
