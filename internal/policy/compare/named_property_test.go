package compare

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// principalPool are the values of Principal elements, by type.
var principalPool = map[string][]string{
	"AWS": {
		"*", "111111111111", "arn:aws:iam::111111111111:root", "222222222222", "arn:aws:iam::111111111111:user/jane", "arn:aws:iam::111111111111:user/x/bob",
		"arn:aws:iam::111111111111:role/team/app", "arn:aws:iam::222222222222:role/ops", "arn:aws:sts::111111111111:assumed-role/app/s", "arn:aws:sts::222222222222:assumed-role/ops/s",
		"arn:aws:sts::111111111111:federated-user/fred", "AROAEXAMPLEEXAMPLE123", "AIDAEXAMPLEEXAMPLE123",
	},
	"Service":   {"lambda.amazonaws.com", "ec2.amazonaws.com"},
	"Federated": {"accounts.google.com", "arn:aws:iam::111111111111:saml-provider/idp"},
}

// randomNamed makes statements that name principals.
type randomNamed struct {
	*rand.Rand
	kind policy.Kind
}

func (g *randomNamed) pick(list ...string) string { return list[g.IntN(len(list))] }

func (g *randomNamed) statement(first bool) string {
	effect := "Allow"
	if !first && g.IntN(2) == 0 {
		effect = "Deny"
	}
	element, principal := "Principal", `"*"`
	if g.IntN(6) > 0 {
		kind := g.pick("AWS", "AWS", "AWS", "Service", "Federated")
		var values []string
		for range 1 + g.IntN(3) {
			values = append(values, fmt.Sprintf("%q", g.pick(principalPool[kind]...)))
		}
		principal = fmt.Sprintf(`{%q:[%s]}`, kind, strings.Join(values, ","))
		if g.IntN(6) == 0 {
			element = "NotPrincipal"
		}
	}
	s := fmt.Sprintf(`{"Effect":%q,%q:%s,"Action":%q`, effect, element, principal, g.pick("sts:*", "*", "sts:AssumeRole", "sts:TagSession", "sts:Assume*", "sts:AssumeRoleWith*", "sts:AssumeRoleWithSAML"))
	if g.kind == policy.ResourcePolicy {
		s += `,"Resource":` + g.pick(`"*"`, `"*"`, `"arn:aws:iam::111111111111:role/a"`, `"arn:aws:iam::111111111111:role/${aws:username}"`)
	}
	if g.IntN(3) == 0 {
		s += `,"Condition":{` + g.pick(
			`"Bool":{"aws:MultiFactorAuthPresent":"true"}`, `"BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}`,
			`"StringEquals":{"aws:PrincipalAccount":"111111111111"}`, `"StringNotEquals":{"aws:PrincipalAccount":["111111111111","333333333333"]}`,
			`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111111111111:role/*"}`, `"ArnNotEquals":{"aws:PrincipalArn":"arn:aws:iam::111111111111:user/jane"}`,
			`"StringEquals":{"aws:username":"jane"}`, `"Null":{"aws:username":"true"}`, `"StringNotEquals":{"aws:PrincipalType":"User"}`,
			`"Bool":{"aws:PrincipalIsAWSService":"false"}`, `"StringLike":{"aws:userid":"AROAEXAMPLEEXAMPLE123:*"}`, `"StringEquals":{"aws:PrincipalServiceName":"ec2.amazonaws.com"}`,
		) + "}"
	}
	return s + "}"
}

func (g *randomNamed) statements() []string {
	var out []string
	for i := range 1 + g.IntN(3) {
		out = append(out, g.statement(i == 0))
	}
	return out
}

// everyone are principals to ask about: named ones, and others like them.
func everyone() (out []eval.Principal) {
	for _, text := range []string{
		"*", "arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:root", "arn:aws:iam::333333333333:root", "arn:aws:iam::555555555555:root",
		"arn:aws:iam::111111111111:user/jane", "arn:aws:iam::111111111111:user/x/bob", "arn:aws:iam::111111111111:user/zoe", "arn:aws:iam::222222222222:user/jane", "arn:aws:iam::555555555555:user/jane",
		"arn:aws:iam::111111111111:role/team/app", "arn:aws:iam::111111111111:role/zap", "arn:aws:iam::222222222222:role/ops", "arn:aws:iam::222222222222:role/zap", "arn:aws:iam::555555555555:role/ops",
		"arn:aws:sts::111111111111:assumed-role/app/s", "arn:aws:sts::111111111111:assumed-role/app/t", "arn:aws:sts::222222222222:assumed-role/ops/s",
		"arn:aws:sts::111111111111:federated-user/fred", "arn:aws:sts::111111111111:federated-user/jane",
		"lambda.amazonaws.com", "ec2.amazonaws.com", "s3.amazonaws.com", "accounts.google.com", "arn:aws:iam::111111111111:saml-provider/idp", "www.amazon.com",
	} {
		p, err := eval.ParsePrincipal(text)
		if err != nil {
			panic(err)
		}
		switch {
		case text == "arn:aws:sts::111111111111:assumed-role/app/s" || text == "arn:aws:sts::111111111111:assumed-role/app/t":
			p.Identity, p.PathKnown = "arn:aws:iam::111111111111:role/team/app", true
		case p.Type == eval.Session:
			p.PathKnown = true
		}
		ids := []string{p.UserID}
		switch p.Type {
		case eval.User:
			ids = []string{"AIDAOTHER", "AIDAEXAMPLEEXAMPLE123"}
		case eval.Role, eval.Session:
			ids = []string{"AROAOTHER:s", "AROAEXAMPLEEXAMPLE123:s"}
		}
		for _, id := range ids {
			p.UserID = id
			out = append(out, p)
		}
	}
	return out
}

// TestRandomNamed checks documents that name principals by brute force.
func TestRandomNamed(t *testing.T) {
	count := map[Relation]int{}
	pairs := *pairsFlag / 2
	for seed := range pairs {
		g := &randomNamed{rand.New(rand.NewPCG(uint64(seed), 31)), policy.TrustPolicy}
		if g.IntN(2) == 0 {
			g.kind = policy.ResourcePolicy
		}
		a := g.statements()
		b := g.statements()
		if g.IntN(2) == 0 {
			b = append([]string{}, a...)
			b[g.IntN(len(b))] = g.statement(true)
		}
		if seed%10 == 0 {
			checkNamedList(t, named(t, g.kind, strings.Join(a, ",")), named(t, g.kind, strings.Join(b, ",")))
		}
		if count[checkNamed(t, g.kind, strings.Join(a, ","), strings.Join(b, ","))]++; t.Failed() {
			t.Fatal("seed", seed)
		}
	}
	t.Log(count)
	for _, r := range []Relation{Equal, Narrower, Wider, Incomparable} {
		if count[r] < pairs/50 {
			t.Errorf("only %d are %s", count[r], r)
		}
	}
	if count[Unproven]*5 > pairs {
		t.Errorf("%d are unproven", count[Unproven])
	}
}

// mayAssume are the types of principals who can ask a trust policy for an action.
func mayAssume(action string) []eval.PrincipalType {
	signed := []eval.PrincipalType{eval.User, eval.Role, eval.Session, eval.Service}
	switch action {
	case "sts:AssumeRole", "sts:SetContext":
		return signed
	case "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity":
		return []eval.PrincipalType{eval.External}
	case "sts:TagSession", "sts:SetSourceIdentity":
		return append(signed, eval.External)
	}
	return nil
}

func checkNamed(t *testing.T, k policy.Kind, texts ...string) Relation {
	a, b := named(t, k, texts[0]), named(t, k, texts[1])
	r := Compare(a, b)
	fail := func(format string, args ...any) {
		t.Errorf("%s\nA %s\nB %s\n%s %v %v %s", fmt.Sprintf(format, args...), texts[0], texts[1], r.Relation, r.ANotB, r.BNotA, r.Reason)
	}
	allows := func(c *Compiled, w *Witness) bool {
		context := eval.NewContext(w.Context)
		return says(c.policy, w, &context).Outcome == eval.Allow
	}
	if w := r.ANotB; w != nil && (!allows(a, w) || allows(b, w)) {
		fail("no witness: %v by %+v", w, w.Caller)
	}
	if w := r.BNotA; w != nil && (!allows(b, w) || allows(a, w)) {
		fail("no witness the other way round: %v by %+v", w, w.Caller)
	}
	for _, w := range []*Witness{r.ANotB, r.BNotA} {
		if w != nil && k == policy.TrustPolicy && !slices.Contains(mayAssume(w.Action), w.Caller.Type) {
			fail("%v is no call of %+v", w, w.Caller)
		}
	}
	if r.AWithinB != Proven && r.BWithinA != Proven {
		return r.Relation
	}
	for _, p := range everyone() {
		signed := p.Type == eval.User || p.Type == eval.Role || p.Type == eval.Session || p.Type == eval.Federated
		for _, context := range []map[string][]string{{}, {"aws:MultiFactorAuthPresent": {"true"}}, {"aws:MultiFactorAuthPresent": {"false"}}} {
			if p.Type == eval.Role { // package eval does not derive it, and no request is without it
				context = maps.Clone(context)
				context["aws:userid"] = []string{p.UserID}
			}
			for _, bounded := range []bool{false, true} {
				for _, grant := range []eval.Grant{eval.ToAccount, eval.ToIdentity, eval.Direct} {
					for _, action := range []string{"sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:TagSession", "sts:GetFederationToken"} {
						if k == policy.TrustPolicy && !slices.Contains(mayAssume(action), p.Type) {
							continue
						}
						for _, resource := range []string{"arn:aws:iam::111111111111:role/a", "arn:aws:iam::111111111111:role/jane"} {
							w := &Witness{Action: action, Resource: resource, Context: context, Caller: &Caller{Principal: p, Bounded: bounded && signed, Grant: grant}}
							inA, inB := allows(a, w), allows(b, w)
							if inA && !inB && r.AWithinB == Proven || inB && !inA && r.BWithinA == Proven {
								fail("wrong for %v by %+v: A %v, B %v", w, w.Caller, inA, inB)
								return r.Relation
							}
						}
					}
				}
			}
		}
	}
	return r.Relation
}

// checkNamedList: a list says what the comparison says, each difference is one, and statements are named.
func checkNamedList(t *testing.T, a, b *Compiled) {
	t.Helper()
	sides := [2]Side{{"A", []Layer{{a}}}, {"B", []Layer{{b}}}}
	one, all := Compare(a, b), Differences(sides[0], sides[1])
	if one.AWithinB != Unknown && one.AWithinB != all.AWithinB || one.BWithinA != Unknown && one.BWithinA != all.BWithinA {
		t.Errorf("%+v, listed %+v", one, all.Result)
	}
	for i, f := range []Found{all.OnlyA, all.OnlyB} {
		for _, d := range f.Differences {
			context := eval.NewContext(d.Witness.Context)
			can, _ := sides[i].Layers[0].allows(d.Witness, &context)
			cannot, _ := sides[1-i].Layers[0].allows(d.Witness, &context)
			if !can || cannot || len(d.GrantedBy) == 0 || len(d.DeniedBy)+len(d.Silent) == 0 {
				t.Errorf("%+v of %+v", d, sides)
			}
		}
	}
}
