package compare

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// A trust policy that no longer asks for MFA.
func ExampleCompileNamed() {
	read := func(condition string) *Compiled {
		d, err := policy.Parse([]byte(`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
			"Principal": {"AWS": "arn:aws:iam::111111111111:root"}` + condition + `}}`))
		if err != nil {
			fmt.Println(err)
		}
		return CompileNamed(d, policy.TrustPolicy)
	}
	after, before := read(""), read(`, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}`)
	r := Compare(after, before)
	fmt.Println(r.Relation, r.ANotB.Action, "by", r.ANotB.Caller.ARN)

	// Output: wider sts:AssumeRole by arn:aws:iam::111111111111:role/example
}

func named(t testing.TB, k policy.Kind, statements string) *Compiled {
	t.Helper()
	d, err := policy.Parse([]byte(`{"Version":"2012-10-17","Statement":[` + statements + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	return CompileNamed(d, k)
}

// trusts is a statement of a trust policy.
func trusts(principal, condition string) string {
	s := `{"Effect":"Allow","Action":"sts:AssumeRole","Principal":` + principal
	if condition != "" {
		s += `,"Condition":{` + condition + `}`
	}
	return s + "}"
}

func deniesTrust(principal, condition string) string {
	return `{"Effect":"Deny",` + trusts(principal, condition)[len(`{"Effect":"Allow",`):]
}

const (
	withMFA  = `"Bool":{"aws:MultiFactorAuthPresent":"true"}`
	account1 = `{"AWS":"111111111111"}`
	root1    = `{"AWS":"arn:aws:iam::111111111111:root"}`
	jane     = `{"AWS":"arn:aws:iam::111111111111:user/jane"}`
	app      = `{"AWS":"arn:aws:iam::111111111111:role/team/app"}`
	lambda   = `{"Service":"lambda.amazonaws.com"}`
)

// TestTrustPolicies are cases whose relation was derived by hand.
func TestTrustPolicies(t *testing.T) {
	for name, c := range map[string]struct {
		a, b string
		want Relation
		// who makes the request that shows it.
		who string
	}{
		"an account and its root":       {trusts(account1, ""), trusts(root1, ""), Equal, ""},
		"another order":                 {trusts(`{"AWS":["111111111111","222222222222"]}`, ""), trusts(`{"AWS":["arn:aws:iam::222222222222:root","111111111111"]}`, ""), Equal, ""},
		"a list and a string":           {trusts(`{"AWS":["111111111111"]}`, ""), trusts(account1, ""), Equal, ""},
		"two statements":                {trusts(account1, "") + "," + trusts(lambda, ""), trusts(`{"AWS":"111111111111","Service":"lambda.amazonaws.com"}`, ""), Equal, ""},
		"MFA is no longer asked for":    {trusts(account1, ""), trusts(account1, withMFA), Wider, "arn:aws:iam::111111111111:role/example"},
		"a Deny is gone":                {trusts(account1, ""), trusts(account1, "") + "," + deniesTrust(jane, ""), Wider, "arn:aws:iam::111111111111:user/jane"},
		"another account":               {trusts(account1, ""), trusts(`{"AWS":"222222222222"}`, ""), Incomparable, "arn:aws:iam::111111111111:role/example"},
		"one more service":              {trusts(`{"Service":["lambda.amazonaws.com","ec2.amazonaws.com"]}`, ""), trusts(lambda, ""), Wider, "ec2.amazonaws.com"},
		"the user, not the account":     {trusts(jane, ""), trusts(account1, ""), Incomparable, "arn:aws:iam::111111111111:user/jane"},
		"the user and the account":      {trusts(`{"AWS":["111111111111","arn:aws:iam::111111111111:user/jane"]}`, ""), trusts(account1, ""), Wider, "arn:aws:iam::111111111111:user/jane"},
		"everybody":                     {trusts(`"*"`, ""), trusts(`{"AWS":"*"}`, ""), Equal, ""},
		"everybody and an account":      {trusts(`"*"`, ""), trusts(account1, ""), Wider, ""},
		"everybody of an account":       {trusts(`"*"`, `"StringEquals":{"aws:PrincipalAccount":"111111111111"}`), trusts(account1, ""), Wider, "arn:aws:iam::111111111111:role/example"},
		"a role by its ARN":             {trusts(`"*"`, `"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111111111111:role/team/*"}`), trusts(`"*"`, `"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111111111111:role/*"}`), Narrower, ""},
		"another role":                  {trusts(`"*"`, `"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111111111111:role/other"}`), trusts(app, ""), Incomparable, "arn:aws:iam::111111111111:role/other"},
		"a web identity":                {byWeb(trusts(google, "")), byWeb(trusts(google, `"StringEquals":{"accounts.google.com:aud":"x"}`)), Wider, "accounts.google.com"},
		"nobody signs in to AssumeRole": {trusts(jane, "") + "," + trusts(google, ""), trusts(jane, ""), Equal, ""},
		"each type by its call":         {withActions(trusts(`{"AWS":"111111111111","Federated":"accounts.google.com"}`, ""), `["sts:AssumeRole","sts:AssumeRoleWithWebIdentity"]`), trusts(account1, "") + "," + byWeb(trusts(google, "")), Equal, ""},
		"all actions that matter":       {withActions(trusts(account1, ""), `"*"`), withActions(trusts(account1, ""), `["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity","sts:SetContext"]`), Equal, ""},
		"session tags":                  {withActions(trusts(account1, ""), `["sts:AssumeRole","sts:TagSession"]`), trusts(account1, ""), Wider, "arn:aws:iam::111111111111:role/example"},
		"nobody who can assume a role":  {trusts(jane, "") + "," + trusts(account1, `"ArnLike":{"aws:PrincipalArn":["arn:aws:iam::111111111111:root","arn:aws:sts::111111111111:federated-user/*"]}`), trusts(jane, ""), Equal, ""},
		"the name of another user":      {trusts(jane, `"StringEquals":{"aws:username":"bob"}`) + "," + trusts(app, ""), trusts(app, ""), Equal, ""},
		"the name of the user":          {trusts(jane, `"StringEquals":{"aws:username":"jane"}`), trusts(jane, ""), Equal, ""},
		"a type that it is not":         {trusts(jane, `"StringEquals":{"aws:PrincipalType":"AssumedRole"}`) + "," + trusts(app, ""), trusts(app, ""), Equal, ""},
		"ARNs of another account":       {trusts(account1, `"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::222222222222:role/*"}`) + "," + trusts(jane, ""), trusts(jane, ""), Equal, ""},
		"a session and its role":        {trusts(`{"AWS":"arn:aws:sts::111111111111:assumed-role/app/s"}`, ""), trusts(app, ""), Incomparable, "arn:aws:sts::111111111111:assumed-role/app/s"},
		"a unique id":                   {trusts(`{"AWS":"AROAEXAMPLEEXAMPLE123"}`, ""), trusts(`{"AWS":"AROAEXAMPLEEXAMPLE123"}`, withMFA), Wider, ""},
		"a source account of a service": {trusts(lambda, ""), trusts(lambda, `"StringEquals":{"aws:SourceAccount":"111111111111"}`), Wider, "lambda.amazonaws.com"},
		"deny all but a user":           {trusts(account1, "") + `,` + notPrincipal(deniesTrust(`{"AWS":["arn:aws:iam::111111111111:user/jane","111111111111"]}`, "")), trusts(account1, ""), Narrower, ""},
		"what everybody may call":       {trusts(account1, "") + `,{"Effect":"Allow","Principal":"*","Action":"sts:GetCallerIdentity"}`, trusts(account1, ""), Equal, ""},
		"a boundary matters":            {trusts(jane, ""), trusts(jane, "") + "," + notPrincipal(deniesTrust(`{"AWS":["111111111111","arn:aws:iam::111111111111:user/jane"]}`, "")), Wider, "arn:aws:iam::111111111111:user/jane"},
		"a role is spared, or is it":    {trusts(app, ""), trusts(app, "") + "," + notPrincipal(deniesTrust(`{"AWS":["111111111111","arn:aws:iam::111111111111:role/team/app"]}`, withMFA)), Wider, "arn:aws:iam::111111111111:role/team/app"},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := named(t, policy.TrustPolicy, c.a), named(t, policy.TrustPolicy, c.b)
			r := Compare(a, b)
			who := ""
			if r.ANotB != nil {
				who = r.ANotB.Caller.ARN
			}
			if r.Relation != c.want || c.who != "" && who != c.who {
				t.Errorf("%s by %q, want %s by %q: %s %v %v", r.Relation, who, c.want, c.who, r.Reason, r.ANotB, r.BNotA)
			}
		})
	}
}

const google = `{"Federated":"accounts.google.com"}`

func withActions(statement, actions string) string {
	return strings.Replace(statement, `"sts:AssumeRole"`, actions, 1)
}

func byWeb(statement string) string { return withActions(statement, `"sts:AssumeRoleWithWebIdentity"`) }

// TestResourcePolicies are cases of resources' policies.
func TestResourcePolicies(t *testing.T) {
	get := func(principal, condition string) string {
		return strings.Replace(withActions(trusts(principal, condition), `"s3:GetObject"`), `"Principal"`, `"Resource":"arn:aws:s3:::b/*","Principal"`, 1)
	}
	const origin = `{"AWS":"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"}`
	for name, c := range map[string]struct {
		a, b string
		want Relation
		who  string // makes the request that shows it
	}{
		"public":                       {get(`"*"`, ""), get(account1, ""), Wider, ""},
		"an origin access identity":    {get(origin, ""), get(origin, ""), Equal, ""},
		"one more":                     {get(account1, "") + "," + get(origin, ""), get(account1, ""), Wider, "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"},
		"it is one of everybody":       {get(origin, ""), get(`"*"`, ""), Narrower, ""},
		"and of no account":            {get(origin, ""), get(`"*"`, `"StringEquals":{"aws:PrincipalAccount":"111111111111"}`), Incomparable, ""},
		"services are no providers":    {get(google, `"Bool":{"aws:PrincipalIsAWSService":"true"}`) + "," + get(account1, ""), get(account1, ""), Equal, ""},
		"any service, by what it says": {get(`"*"`, `"Bool":{"aws:PrincipalIsAWSService":"true"}`), get(`{"Service":"*"}`, ""), Equal, ""},
		"a service without its source": {get(lambda, ""), get(lambda, `"StringEquals":{"aws:SourceAccount":"111111111111"}`), Wider, "lambda.amazonaws.com"},
		"the folder of a user":         {get(jane, "") + "," + get(account1, ""), get(account1, ""), Wider, "arn:aws:iam::111111111111:user/jane"},
	} {
		t.Run(name, func(t *testing.T) {
			r := Compare(named(t, policy.ResourcePolicy, c.a), named(t, policy.ResourcePolicy, c.b))
			who := ""
			if r.ANotB != nil {
				who = r.ANotB.Caller.ARN
			}
			if r.Relation != c.want || c.who != "" && who != c.who {
				t.Errorf("%s by %q, want %s by %q: %s %v %v", r.Relation, who, c.want, c.who, r.Reason, r.ANotB, r.BNotA)
			}
		})
	}
}

func notPrincipal(statement string) string {
	return strings.Replace(statement, `"Principal"`, `"NotPrincipal"`, 1)
}

// TestWhatIsNotDocumentedIsUnknown: whether a Deny spares a role that NotPrincipal names, but of which the
// session is not known, is documented nowhere.
func TestWhatIsNotDocumentedIsUnknown(t *testing.T) {
	spared := notPrincipal(deniesTrust(`{"AWS":["111111111111","arn:aws:iam::111111111111:role/team/app"]}`, ""))
	a := named(t, policy.TrustPolicy, trusts(app, "")+","+notPrincipal(deniesTrust(app, "")))
	b := named(t, policy.TrustPolicy, trusts(app, "")+","+spared)
	if r := Compare(a, b); r.AWithinB != Unknown || !strings.HasSuffix(r.Reason, unclearPrincipals) {
		t.Errorf("%+v", r)
	}
	// What both say is no difference, however it is read.
	a = named(t, policy.TrustPolicy, trusts(app, withMFA)+","+spared)
	if r := Compare(a, b); r.AWithinB != Proven {
		t.Errorf("%+v", r)
	}
	// Kinds are not mixed, and what IAM would not accept is not compared.
	for name, c := range map[string]*Compiled{
		"identity":   compile(t, []byte(allow("sts:*"))),
		"resource":   named(t, policy.ResourcePolicy, `{"Effect":"Allow","Principal":"*","Action":"sts:*","Resource":"*"}`),
		"wildcard":   named(t, policy.TrustPolicy, trusts(`{"AWS":"arn:aws:iam::111111111111:role/*"}`, "")),
		"canonical":  named(t, policy.TrustPolicy, trusts(`{"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}`, "")),
		"no ARN":     named(t, policy.TrustPolicy, trusts(`{"AWS":"jane"}`, "")),
		"a resource": named(t, policy.TrustPolicy, `{"Effect":"Allow","Principal":"*","Action":"sts:*","Resource":"*"}`),
		"nobody":     named(t, policy.TrustPolicy, `{"Effect":"Allow","Action":"sts:*"}`),
	} {
		if r := Compare(b, c); r.Relation != Unproven || r.Reason == "" || r.AWithinB != Unknown {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// TestManyPrincipalsAreBounded: unique ids and users multiply.
func TestManyPrincipalsAreBounded(t *testing.T) {
	list := func(n int) string {
		var names []string
		for i := range n {
			names = append(names, fmt.Sprintf(`"arn:aws:iam::111111111111:user/u%d","AIDAEXAMPLEEXAMPLE%03d"`, i, i))
		}
		return trusts(`{"AWS":[`+strings.Join(names, ",")+`]}`, "")
	}
	few, more := named(t, policy.TrustPolicy, list(20)), named(t, policy.TrustPolicy, list(21))
	if r := Compare(few, more); r.Relation != Narrower {
		t.Errorf("%+v", r)
	}
	if r := Compare(few, named(t, policy.TrustPolicy, list(200))); r.Relation != Unproven || r.Reason != "they name too many principals" {
		t.Errorf("%+v", r)
	}
}

// TestDenialsToPrincipals: a Deny of a resource's policy wins over identity policies.
func TestDenialsToPrincipals(t *testing.T) {
	a := named(t, policy.TrustPolicy, trusts(account1, ""))
	b := named(t, policy.TrustPolicy, trusts(lambda, "")+","+deniesTrust(jane, ""))
	r := CompareDenials(a, b)
	if w := r.ADeniesAll.Witness; r.Denials != DeniesFewer || w == nil || w.Caller.ARN != "arn:aws:iam::111111111111:user/jane" {
		t.Errorf("%+v", r)
	}
}

// TestWhoIsAllowedLess: a statement that allows a request to the account or the role of a principal is named,
// and is no reason to call the request the same.
func TestWhoIsAllowedLess(t *testing.T) {
	const session = `{"AWS":"arn:aws:sts::111111111111:assumed-role/app/s"}`
	for name, c := range map[string]struct {
		a, b         string
		grant, other eval.Grant
		nearer       string
	}{
		"to the account":    {app, account1, eval.ToIdentity, eval.ToAccount, "[{0 0 1}]"},
		"to a user":         {jane, account1, eval.Direct, eval.ToAccount, "[{0 0 1}]"},
		"to the role":       {session, app, eval.Direct, eval.ToIdentity, "[{0 0 1}]"},
		"to another one":    {jane, app, eval.Direct, eval.NoGrant, "[]"},
		"not to be allowed": {lambda, account1, eval.Direct, eval.NoGrant, "[]"},
	} {
		a := named(t, policy.TrustPolicy, trusts(c.a, ""))
		b := named(t, policy.TrustPolicy, trusts(google, "")+","+trusts(c.b, ""))
		r := Differences(Side{"A", []Layer{{a}}}, Side{"B", []Layer{{b}}})
		if w := Compare(a, b).ANotB; w == nil || w.Caller.Grant != c.grant || w.Caller.Other != c.other {
			t.Errorf("%s: %v", name, w)
		}
		if len(r.OnlyA.Differences) != 1 || fmt.Sprint(r.OnlyA.Differences[0].Nearer) != c.nearer {
			t.Errorf("%s: %+v", name, r.OnlyA)
		}
	}
	// A Deny of the other side is why, and not how far its Allow reaches.
	a, b := named(t, policy.TrustPolicy, trusts(jane, "")), named(t, policy.TrustPolicy, trusts(account1, "")+","+deniesTrust(jane, ""))
	if w := Compare(a, b).ANotB; w == nil || w.Caller.Other != eval.NoGrant {
		t.Errorf("%v", w)
	}
}

// TestEachPrincipalIsListed: of principals that a statement names, each is a difference. Those that it does
// not name itself are one.
func TestEachPrincipalIsListed(t *testing.T) {
	a := named(t, policy.TrustPolicy, trusts(`{"AWS":["111111111111","arn:aws:iam::222222222222:role/ops"],"Service":"ec2.amazonaws.com"}`, ""))
	b := named(t, policy.TrustPolicy, trusts(lambda, "")+","+trusts(app, ""))
	var got []string
	r := Differences(Side{"A", []Layer{{a}}}, Side{"B", []Layer{{b}}})
	for _, d := range r.OnlyA.Differences {
		got = append(got, d.Witness.Caller.ARN)
	}
	slices.Sort(got)
	want := []string{"arn:aws:iam::111111111111:role/example", "arn:aws:iam::222222222222:role/ops", "ec2.amazonaws.com"}
	if !slices.Equal(got, want) || len(r.OnlyA.Open) > 0 {
		t.Errorf("%q, want %q: %v", got, want, r.OnlyA.Open)
	}
}
