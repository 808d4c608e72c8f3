package explain

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/catalog"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

const (
	developer = "arn:aws:iam::123456789012:role/team/dev"
	teamARN   = "arn:aws:iam::123456789012:policy/team-boundary"
)

// developers is an account with a role that has a boundary, or none, and these policies.
func developers(t *testing.T, identity, boundary string) *authdetails.Details {
	t.Helper()
	const version = `"DefaultVersionId": "v1", "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": `
	carries := ""
	if boundary != "" {
		carries = `, "PermissionsBoundary": {"PermissionsBoundaryArn": "` + teamARN + `"}`
	}
	d, err := authdetails.Read(strings.NewReader(`{"RoleDetailList": [
	{"RoleName": "dev", "RoleId": "AROADEV", "Path": "/team/", "Arn": "` + developer + `", "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": ` + identity + `}]` + carries + `},
	{"RoleName": "same", "RoleId": "AROASAME", "Arn": "arn:aws:iam::123456789012:role/same", "PermissionsBoundary": {"PermissionsBoundaryArn": "` + teamARN + `"},
	 "AssumeRolePolicyDocument": {"Statement": {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}}},
	{"RoleName": "admin", "RoleId": "AROAADMIN", "Arn": "arn:aws:iam::123456789012:role/admin",
	 "AssumeRolePolicyDocument": {"Statement": {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}}}],
	"Policies": [{"Arn": "` + teamARN + `", ` + version + or(boundary, all) + `}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

const (
	all  = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`
	none = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:List*","Resource":"*"}}`
)

func team(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../infra/boundaries/team.json")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func advised(t *testing.T, d *authdetails.Details, q Question) []string {
	t.Helper()
	c, err := FromAccount(d, q)
	if err != nil {
		t.Fatal(err)
	}
	a := c.Explain()
	if (a.Decision == "Allow") != (len(a.Advice) == 0) {
		t.Errorf("%s: %s with the advice %q", q.Action, a.Decision, a.Advice)
	}
	return a.Advice
}

// offered are the statements that advice offers, by the layer's words.
func offered(t *testing.T, advice []string) (list []*policy.Document) {
	t.Helper()
	for _, line := range advice {
		at := strings.IndexByte(line, '{')
		if at < 0 || !strings.Contains(line[:at], "dd to") && !strings.Contains(line[:at], "with: ") {
			continue
		}
		var statement json.RawMessage
		if err := json.NewDecoder(strings.NewReader(line[at:])).Decode(&statement); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		doc, err := policy.Parse([]byte(`{"Version":"2012-10-17","Statement":[` + string(statement) + `]}`))
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		list = append(list, doc)
	}
	return list
}

// No advice, for any action that says who there is or what limits them, lets in what has
// another boundary or none: whatever the principal's own boundary, and in every layer.
func TestAdviceNeverLetsOut(t *testing.T) {
	boundaries := map[string]string{"team": team(t), "narrow": none, "all": all, "none": ""}
	statements := 0
	for name, boundary := range boundaries {
		d := developers(t, none, boundary)
		for _, service := range identityServices {
			for _, action := range append(catalog.Actions(service), catalog.Action{Service: service, Name: "NotYetKnown"}) {
				if service == "iam" && (action.Level == catalog.List || action.Level == catalog.Read) {
					continue
				}
				for _, resource := range []string{"", "arn:aws:iam::123456789012:role/x", "arn:aws:iam::123456789012:user/x", "arn:aws:iam::123456789012:policy/x"} {
					q := Question{Principal: developer, Action: action.String(), Resource: resource}
					for _, doc := range offered(t, advised(t, d, q)) {
						statements++
						p := eval.Compile(doc)
						for _, with := range []string{"", "arn:aws:iam::aws:policy/AdministratorAccess"} {
							var context eval.Context
							if with != "" {
								context.Add(boundaryKey, with)
							}
							if a := p.Alone(action.String(), or(resource, "*"), &context); a.Outcome != eval.ImplicitDeny || a.Uncertain {
								t.Errorf("%s boundary, %s on %q: offers %s", name, action, resource, doc)
							}
						}
						if strings.HasSuffix(action.Name, "PermissionsBoundary") {
							t.Errorf("%s boundary, %s: a boundary is lifted by %s", name, action, doc)
						}
					}
				}
			}
		}
	}
	if statements == 0 {
		t.Error("nothing was offered at all")
	}
}

func TestAdviceInsideTheBoundary(t *testing.T) {
	const (
		roleX   = "arn:aws:iam::123456789012:role/x"
		within  = `"Condition":{"StringEquals":{"iam:PermissionsBoundary":"` + teamARN + `"}}`
		refused = "; ask the owner of the boundary."
		takes   = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["s3:*","sts:*"],"Resource":"*"}}`
	)
	for name, c := range map[string]struct {
		identity, boundary string
		q                  Question
		want               []string
	}{
		"a user: the boundary has nothing of the kind": {all, team(t), Question{Action: "iam:CreateUser"}, []string{
			`If the principal is meant to do this, add to the permissions boundary ` + teamARN + `: {"Effect":"Allow","Action":"iam:CreateUser","Resource":"*",` + within + "}\n  That widens the boundary: it then also allows iam:CreateUser",
		}},
		"a role: the boundary has it elsewhere": {all, team(t), Question{Action: "iam:CreateRole", Resource: roleX}, []string{
			"Make it under /team/, with the boundary: statement 3 (MakeRolesThatAreBoundToo) of " + teamARN + " allows iam:CreateRole on arn:aws:iam::123456789012:role/team/x where iam:PermissionsBoundary is " + teamARN + ".",
		}},
		"a role without a name": {all, team(t), Question{Action: "iam:CreateRole"}, []string{"allows iam:CreateRole on arn:aws:iam::123456789012:role/team/NAME where"}},
		"a role under the right path": {all, team(t), Question{Action: "iam:CreateRole", Resource: "arn:aws:iam::123456789012:role/team/x"}, []string{
			"Make it with the boundary: statement 3",
		}},
		"identity policies lack it too": {none, team(t), Question{Action: "iam:CreateRole", Resource: roleX}, []string{
			`Add to an identity policy of the principal: {"Effect":"Allow","Action":"iam:CreateRole","Resource":"arn:aws:iam::123456789012:role/team/x",` + within + "}\n  That widens what its identity policies allow: it then also allows iam:CreateRole on arn:aws:iam::123456789012:role/team/x",
			"Make it under /team/, with the boundary",
		}},
		"a policy elsewhere": {all, team(t), Question{Action: "iam:CreatePolicy", Resource: "arn:aws:iam::123456789012:policy/app"}, []string{
			"Make it under /team/: statement 4 (KeepThemAndTheirPolicies) of " + teamARN + " allows iam:CreatePolicy on arn:aws:iam::123456789012:policy/team/app.",
		}},
		"to pass a role": {all, team(t), Question{Action: "iam:PassRole", Resource: roleX}, []string{"Do it under /team/: statement 4"}},
		"to pass a role, which nothing allows": {all, none, Question{Action: "iam:PassRole", Resource: roleX}, []string{
			"No statement is offered for the permissions boundary: this lets it out" + refused,
		}},
		"an access key":    {all, team(t), Question{Action: "iam:CreateAccessKey", Resource: "arn:aws:iam::123456789012:user/x"}, []string{": this lets it out" + refused}},
		"an organization":  {all, team(t), Question{Action: "organizations:LeaveOrganization"}, []string{": this lets it out" + refused}},
		"to read the same": {all, none, Question{Action: "organizations:DescribeOrganization"}, []string{": this may let it out" + refused}},
		"to read IAM":      {all, none, Question{Action: "iam:GetRole", Resource: roleX}, []string{`add to the permissions boundary ` + teamARN + `: {"Effect":"Allow","Action":"iam:GetRole","Resource":"` + roleX + `"}`}},
		"to take the boundary off": {all, team(t), Question{Action: "iam:DeleteRolePermissionsBoundary", Resource: developer}, []string{
			"Statement 7 (NoBoundaryIsRemoved) of " + teamARN + " denies it, and no Allow can undo that: ask the owner of the boundary. Without that statement, this lets it out.",
		}},
		"a boundary that bounds nothing": {none, all, Question{Action: "iam:CreateRole", Resource: roleX}, []string{
			"No statement is offered for the identity policy: this lets it out" + refused,
		}},
		"no boundary":             {none, "", Question{Action: "iam:CreateRole", Resource: roleX}, []string{"No statement is offered for the identity policy: this lets it out" + refused}},
		"a boundary that is told": {none, "", Question{Action: "iam:CreateRole", Resource: roleX, Required: teamARN}, []string{`Add to an identity policy of the principal: {"Effect":"Allow","Action":"iam:CreateRole","Resource":"` + roleX + `",` + within}},
		"a role that is not bound": {none, takes, Question{Action: "sts:AssumeRole", Resource: "arn:aws:iam::123456789012:role/admin"}, []string{
			"No statement is offered for the identity policy: this lets it out, since the role does not carry the same boundary" + refused,
		}},
		"a role that is bound": {none, takes, Question{Action: "sts:AssumeRole", Resource: "arn:aws:iam::123456789012:role/same"}, []string{`Add to an identity policy of the principal: {"Effect":"Allow","Action":"sts:AssumeRole"`}},
		"a role that the boundary denies to take": {all, team(t), Question{Action: "sts:AssumeRole", Resource: "arn:aws:iam::123456789012:role/admin"}, []string{
			"(NoOtherRoleHereIsTaken) of " + teamARN + " denies it",
		}},
		"the trail": {all, none, Question{Action: "cloudtrail:StopLogging", Resource: "arn:aws:cloudtrail:us-east-1:123456789012:trail/t"}, []string{
			"No statement is offered for the permissions boundary: this switches off what watches it" + refused,
		}},
		"the control": {all, none, Question{Action: "lambda:UpdateFunctionCode", Resource: "arn:aws:lambda:us-east-1:123456789012:function:ringfence-enforce"}, []string{
			": this switches off what watches it" + refused,
		}},
		"anything else": {all, none, Question{Action: "s3:GetObject", Resource: "arn:aws:s3:::data/x"}, []string{
			`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::data/x"}` + "\n  That widens the boundary: it then also allows s3:GetObject on arn:aws:s3:::data/x.",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			c.q.Principal = developer
			contain(t, "advice", advised(t, developers(t, c.identity, c.boundary), c.q), c.want)
		})
	}
}

// Who follows an advice is allowed what was asked for.
func TestAdviceHelps(t *testing.T) {
	for _, q := range []Question{
		{Action: "s3:GetObject", Resource: "arn:aws:s3:::data/x*y?${z}"}, {Action: "s3:GetObject"}, {Action: "iam:CreateUser", Resource: "arn:aws:iam::123456789012:user/x"},
	} {
		q.Principal = developer
		c, err := FromAccount(developers(t, none, `{"Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs:*:*:${literal}"}}`), q)
		if err != nil {
			t.Fatal(err)
		}
		docs := offered(t, c.Explain().Advice)
		if len(docs) != 2 {
			t.Fatalf("%+v: %d statements", q, len(docs))
		}
		c.Identity = append(c.Identity, Source{"new", eval.Compile(docs[0])})
		c.Boundaries = []Source{{"new", eval.Compile(docs[1])}}
		c.Request.Context.Add(boundaryKey, teamARN)
		if a := c.Explain(); a.Decision != "Allow" {
			t.Errorf("%+v: %s", q, a.Cause)
		}
	}
}
