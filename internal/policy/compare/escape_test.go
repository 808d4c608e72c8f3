package compare

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

func allow(actions ...string) string {
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["%s"],"Resource":"*"}]}`, strings.Join(actions, `","`))
}

func deny(actions ...string) string { return strings.Replace(allow(actions...), "Allow", "Deny", 1) }

func TestEscapes(t *testing.T) {
	for name, c := range map[string]struct {
		identity  []string
		boundary  string
		preferred []string
		action    string // of the witness
		services  []string
		open      bool
	}{
		"administrator under a boundary for S3": {
			identity: []string{allow("*")}, boundary: allow("s3:*"),
			preferred: []string{"iam:CreateUser"}, action: "iam:CreateUser", services: []string{"*"},
		},
		"administrator without IAM": {
			identity: []string{allow("*"), deny("iam:*")}, boundary: allow("s3:*"),
			preferred: []string{"iam:CreateUser"}, services: []string{"*"},
		},
		"each policy within, and so all": {
			identity: []string{allow("s3:Get*"), allow("sqs:SendMessage")}, boundary: allow("s3:*", "sqs:*"),
		},
		"one policy denies what another allows too much": {
			identity: []string{allow("s3:*", "iam:PassRole"), deny("iam:PassRole")}, boundary: allow("s3:*"),
			preferred: []string{"iam:PassRole"},
		},
		"an Allow in one policy and the condition in another": {
			identity: []string{
				allow("s3:*"),
				`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":"eu-west-1"}}}]}`,
			},
			boundary: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:RequestedRegion":["eu-west-1","eu-west-2"]}}}]}`,
		},
		"the services, and only those": {
			identity: []string{allow("s3:*", "ec2:*", "iam:Get*"), allow("lambda:*")}, boundary: allow("ec2:*", "iam:*", "lambda:Get*"),
			preferred: []string{"iam:CreateUser", "lambda:CreateFunction"}, action: "lambda:CreateFunction", services: []string{"lambda", "s3"},
		},
		"nothing attached": {boundary: allow("s3:*")},
		"what cannot be read": {
			identity: []string{`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringResembles":{"a":"b"}}}]}`},
			boundary: allow("ec2:*"), open: true,
		},
		"a policy with principals": {
			identity: []string{`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}]}`},
			boundary: allow("ec2:*"), open: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			var identity []*Compiled
			for _, text := range c.identity {
				identity = append(identity, compile(t, []byte(text)))
			}
			x := escapes(identity, compile(t, []byte(c.boundary)), c.preferred)
			if x.Complete == c.open || x.Complete == (x.Reason != "") {
				t.Errorf("complete %v: %s", x.Complete, x.Reason)
			}
			if !slices.Equal(x.Services, c.services) || (x.Witness != nil) != (len(c.services) > 0) {
				t.Errorf("services %v, want %v; %v", x.Services, c.services, x.Witness)
			}
			if x.Preferred != (c.action != "") || x.Preferred && x.Witness.Action != c.action {
				t.Errorf("%v (preferred: %v), want %s", x.Witness, x.Preferred, c.action)
			}
		})
	}
}

// TestReasonsAreTheSameEveryTime: of several services that stay open, the reason is that of the first.
func TestReasonsAreTheSameEveryTime(t *testing.T) {
	statement := func(service, key string) string {
		return `{"Effect":"Allow","Action":"` + service + `:*","Resource":"*","Condition":{"NewOperator":{"` + key + `":"v"}}}`
	}
	identity := compile(t, []byte(`{"Version":"2012-10-17","Statement":[`+statement("sqs", "aws:sqs")+`,`+statement("s3", "aws:s3")+`,`+statement("kms", "aws:kms")+`]}`))
	nothing := compile(t, []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}`))
	for range 20 {
		if x := escapes([]*Compiled{identity}, nothing, nil); x.Complete || x.Reason != unreadable+"NewOperator on aws:kms (AWS has no operator of that name)" {
			t.Fatalf("%+v", x)
		}
	}
}

// TestRandomEscapes checks the analysis by brute force, as TestRandomPairs does.
func TestRandomEscapes(t *testing.T) {
	complete, through, witnessed, regained := 0, 0, 0, 0
	const n = 600
	for seed := range uint64(n) {
		g := newGenerator(rand.New(rand.NewPCG(seed, 9)))
		var identity []*Compiled
		var policies []*eval.Policy
		texts := []string{}
		for range 1 + g.IntN(3) {
			texts = append(texts, g.document())
			c := compile(t, []byte(texts[len(texts)-1]))
			identity, policies = append(identity, c), append(policies, eval.Compile(c.document))
		}
		texts = append(texts, g.document())
		boundary := compile(t, []byte(texts[len(texts)-1]))
		ceiling := eval.Compile(boundary.document)
		var attached *Compiled // in two of three cases
		if seed%3 > 0 {
			texts = append(texts, g.document())
			if seed%3 > 1 {
				texts[len(texts)-1] = g.edit(texts[len(texts)-2])
			}
			attached = compile(t, []byte(texts[len(texts)-1]))
		}
		exchange := NewExchange(identity, attached, boundary)
		x := exchange.Escapes([]string{"iam:AB"})
		escapes := func(action, resource string, c *eval.Context) bool {
			if attached != nil && attached.policy.Alone(action, resource, c).Outcome != eval.Allow {
				return false
			}
			allowed := false
			for _, p := range policies {
				switch p.Alone(action, resource, c).Outcome {
				case eval.ExplicitDeny:
					return false
				case eval.Allow:
					allowed = true
				}
			}
			return allowed && ceiling.Alone(action, resource, c).Outcome != eval.Allow
		}
		if w := x.Witness; w != nil {
			c := eval.NewContext(w.Context)
			if !escapes(w.Action, w.Resource, &c) {
				t.Fatalf("seed %d: %v is no witness\n%s", seed, w, strings.Join(texts, "\n"))
			}
		}
		if w := exchange.Regains(); w != nil {
			regained++
			c := eval.NewContext(w.Context)
			identityAllows := false
			for _, p := range policies {
				one := p.Alone(w.Action, w.Resource, &c).Outcome
				identityAllows = identityAllows || one == eval.Allow
				if one == eval.ExplicitDeny {
					t.Fatalf("seed %d: %v is denied\n%s", seed, w, strings.Join(texts, "\n"))
				}
			}
			if !identityAllows || ceiling.Alone(w.Action, w.Resource, &c).Outcome != eval.Allow || attached.policy.Alone(w.Action, w.Resource, &c).Outcome == eval.Allow {
				t.Fatalf("seed %d: %v is not regained\n%s", seed, w, strings.Join(texts, "\n"))
			}
		}
		if !x.Complete {
			continue
		}
		complete++
		named := map[string]bool{}
		all := slices.Concat(identity, []*Compiled{boundary})
		if attached != nil {
			all = append(all, attached)
			through++
			if x.Witness != nil {
				witnessed++
			}
		}
		for _, c := range all {
			for _, s := range c.statements {
				for _, a := range s.actions {
					service, _ := serviceOf(a)
					named[service] = true
				}
			}
		}
		for _, context := range g.contexts() {
			c := eval.NewContext(context)
			for _, action := range g.actions {
				service, _, _ := strings.Cut(strings.ToLower(action), ":")
				if !named[service] {
					service = "*"
				}
				if slices.Contains(x.Services, service) {
					continue
				}
				for _, resource := range g.resources {
					if escapes(action, resource, &c) {
						t.Fatalf("seed %d: missed %s on %s with %v; services %v\n%s", seed, action, resource, context, x.Services, strings.Join(texts, "\n"))
					}
				}
			}
		}
	}
	if complete < n*9/10 {
		t.Errorf("only %d of %d are complete", complete, n)
	}
	if regained < through/5 || regained > through*9/10 {
		t.Errorf("%d of %d regain something: the generator is no good", regained, through)
	}
	if witnessed < through/5 || witnessed > through*9/10 {
		t.Errorf("%d of %d escape through what was attached: the generator is no good", witnessed, through)
	}
}

// BenchmarkEscapes is principals with ten policies each.
func BenchmarkEscapes(b *testing.B) {
	all := boundaries(b)
	names := slices.DeleteFunc(sortedKeys(all), func(s string) bool { return strings.HasPrefix(s, "large") })
	identities := make([][]*Compiled, len(names))
	ceilings := make([]*Compiled, len(names))
	for i, name := range names {
		for j := range 10 {
			identities[i] = append(identities[i], Compile(all[names[(i+1+j)%len(names)]]))
		}
		ceilings[i] = Compile(all[name])
	}
	raising := []string{"iam:CreateUser", "iam:PutRolePolicy", "iam:CreatePolicyVersion", "lambda:UpdateFunctionCode"}
	distribution(b, len(names), func(i int) { escapes(identities[i], ceilings[i], raising) })
}

func TestEscapesOfRealisticPolicies(t *testing.T) {
	all := boundaries(t)
	for name, boundary := range all {
		var identity []*Compiled
		for other, d := range all {
			if other != name && len(identity) < 10 {
				identity = append(identity, Compile(d))
			}
		}
		if x := escapes(identity, Compile(boundary), nil); !x.Complete {
			t.Errorf("%s: %s", name, x.Reason)
		}
		if x := escapes([]*Compiled{Compile(boundary)}, Compile(boundary), nil); !x.Complete || x.Witness != nil {
			t.Errorf("%s escapes itself: %v %s", name, x.Witness, x.Reason)
		}
		if x := escapes([]*Compiled{Compile(boundary)}, Compile(&policy.Document{}), nil); x.Witness == nil {
			t.Errorf("%s allows nothing beyond nothing", name)
		}
	}
}
