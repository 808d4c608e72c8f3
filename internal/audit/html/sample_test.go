package html

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/audit"
	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/impact"
)

// day is the date of the sample.
var day = time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)

// The sample's accounts, the largest first, with the share of principals that each has.
var sampleAccounts = []struct {
	id    string
	share float64
}{{"111122223333", 0.46}, {"222233334444", 0.27}, {"333344445555", 0.19}, {"444455556666", 0.08}}

const sampleConfig = `version: 1
mode: enforce
boundaries:
  team-boundary: {arn: "arn:${partition}:iam::${account}:policy/team-boundary", document: team.json}
  workload-boundary: {arn: "arn:${partition}:iam::${account}:policy/workload-boundary", document: workload.json}
  data-boundary: {arn: "arn:${partition}:iam::${account}:policy/data-boundary", document: data.json}
rules:
  - {name: service-roles, match: {kinds: [role], paths: ["/aws-service-role/*"]}, boundary: team-boundary}
  - {name: vendor-scanner, match: {kinds: [role], paths: ["/vendor/*"]}, boundary: none, owner: platform@example.com, reason: the vendor's role breaks under a boundary}
  - {name: workloads, match: {kinds: [role], paths: ["/workload/*"]}, boundary: workload-boundary}
  - {name: data-jobs, match: {kinds: [role], paths: ["/data/*"]}, boundary: data-boundary, mode: alert}
  - {name: pipelines, match: {kinds: [role], paths: ["/ci/*"]}, boundary: team-boundary}
  - {name: people, match: {kinds: [user]}, boundary: team-boundary}
exemptions:
  - {principal: "arn:aws:iam::111122223333:role/ci/break-glass", owner: security@example.com, reason: incident response, expires: 2027-06-30}
  - {principal: "arn:aws:iam::111122223333:role/ci/migration", owner: platform@example.com, reason: moves the old database, expires: 2026-12-10}
  - {principal: "arn:aws:iam::222233334444:role/ci/pilot", owner: ml@example.com, reason: pilot of the training cluster, expires: 2026-10-01}
  - {principal: "arn:aws:iam::333344445555:role/ci/left-behind", owner: platform@example.com, reason: the old build server, expires: 2027-01-31}
  - {principal: "arn:aws:iam::222233334444:role/ci/agent", id: AROAANOTHEREXAMPLE, owner: platform@example.com, reason: build agent, expires: 2027-03-31}
`

const (
	teamDocument = `{"Version":"2012-10-17","Statement":[
{"Sid":"AllButIdentity","Effect":"Allow","NotAction":["account:*","iam:*","organizations:*","sso:*"],"Resource":"*"},
{"Sid":"SeeIdentity","Effect":"Allow","Action":["iam:Get*","iam:List*"],"Resource":"*"},
{"Sid":"NoBoundaryIsRemoved","Effect":"Deny","Action":["iam:DeleteRolePermissionsBoundary","iam:DeleteUserPermissionsBoundary"],"Resource":"*"}]}`
	workloadDocument = `{"Version":"2012-10-17","Statement":[
{"Sid":"Work","Effect":"Allow","Action":["dynamodb:*","events:PutEvents","kms:Decrypt","lambda:InvokeFunction","logs:*","s3:GetObject","s3:ListBucket","s3:PutObject","sns:Publish","sqs:*","xray:Put*"],"Resource":"*"},
{"Sid":"NoIdentity","Effect":"Deny","Action":["iam:*","organizations:*"],"Resource":"*"}]}`
	dataDocument = `{"Version":"2012-10-17","Statement":[
{"Sid":"Lake","Effect":"Allow","Action":["athena:*","glue:*","s3:GetObject","s3:ListBucket","s3:PutObject"],"Resource":"*","Condition":{"StringEquals":{"aws:RequestedRegion":["eu-central-1","eu-west-1"]}}},
{"Sid":"NoIdentity","Effect":"Deny","Action":["iam:*","organizations:*"],"Resource":"*"}]}`
	widenedDocument = `{"Version":"2012-10-17","Statement":[
{"Sid":"Lake","Effect":"Allow","Action":["athena:*","glue:*","s3:*","iam:PassRole"],"Resource":"*"},
{"Sid":"NoIdentity","Effect":"Deny","Action":["organizations:*"],"Resource":"*"}]}`
	adminDocument = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
	powerDocument = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"}]}`
)

type object = map[string]any

// sample returns a report on about n principals of several accounts, in all states. It is
// deterministic, and the result of a real audit.
func sample(t testing.TB, n int) *audit.Report {
	t.Helper()
	samplesLock.Lock()
	defer samplesLock.Unlock()
	if r := samples[n]; r != nil {
		return r
	}
	f, err := config.Load("ringfence.yaml", []byte(sampleConfig), func(path string) ([]byte, error) {
		return []byte(map[string]string{"team.json": teamDocument, "workload.json": workloadDocument, "data.json": dataDocument}[path]), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	a := audit.Auditor{Config: f, Now: day, Usage: audit.Usage{}, Calls: map[string]*impact.Use{}}
	var inputs []audit.Input
	for i, s := range sampleAccounts {
		g := generator{account: s.id, last: i == len(sampleAccounts)-1, random: rand.New(rand.NewPCG(1, uint64(i))), usage: a.Usage, calls: a.Calls}
		text, err := json.Marshal(g.details(max(int(float64(n)*s.share), 30)))
		if err != nil {
			t.Fatal(err)
		}
		d, err := authdetails.Read(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		inputs = append(inputs, audit.Input{Details: d, Sources: []string{s.id + ".json"}})
	}
	r := a.Run(context.Background(), inputs)
	unknown(r, 3)
	r.Warnings = append(r.Warnings, "rule people: a tag takes a user out of it, and developers may set tags")
	samples[n] = r
	return r
}

var (
	samplesLock sync.Mutex
	samples     = map[int]*audit.Report{}
)

// unknown turns some principals from inside into unknown, as a failed read does.
func unknown(r *audit.Report, n int) {
	for i := range r.Principals {
		if p := &r.Principals[i]; n > 0 && p.State == audit.Inside {
			p.State, p.Reason = audit.Unknown, "it could not be assessed: reading its policies: AccessDenied"
			r.Summary.Inside, r.Summary.Unknown = r.Summary.Inside-1, r.Summary.Unknown+1
			n--
		}
	}
}

// generator makes the details of an account.
type generator struct {
	account string
	last    bool
	random  *rand.Rand
	usage   audit.Usage
	calls   map[string]*impact.Use
	roles   []object
	users   []object
}

func (g *generator) arn(rest string) string { return "arn:aws:iam::" + g.account + ":" + rest }

func (g *generator) pick(from ...string) string { return from[g.random.IntN(len(from))] }

func (g *generator) details(n int) object {
	g.role("/aws-service-role/support.amazonaws.com/", "AWSServiceRoleForSupport", "", "AWSSupportServiceRolePolicy")
	for _, name := range map[string][]string{"111122223333": {"break-glass", "migration"}, "222233334444": {"pilot", "agent"}}[g.account] {
		g.role("/ci/", name, "", "AdministratorAccess")
	}
	for i := len(g.roles); i < n; i++ {
		g.one(i)
	}
	data := dataDocument
	if g.last {
		data = widenedDocument
	}
	policies := []object{
		g.policy(g.arn("policy/team-boundary"), teamDocument), g.policy(g.arn("policy/workload-boundary"), workloadDocument),
		g.policy(g.arn("policy/data-boundary"), data), g.policy("arn:aws:iam::aws:policy/AdministratorAccess", adminDocument),
		g.policy("arn:aws:iam::aws:policy/PowerUserAccess", powerDocument),
		g.policy("arn:aws:iam::aws:policy/AmazonS3FullAccess", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*","s3-object-lambda:*"],"Resource":"*"}]}`),
		g.policy("arn:aws:iam::aws:policy/AWSSupportServiceRolePolicy", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"support:*","Resource":"*"}]}`),
		g.policy("arn:aws:iam::aws:policy/ReadOnlyAccess", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ec2:Describe*","s3:Get*","s3:List*"],"Resource":"*"}]}`),
	}
	return object{"UserDetailList": g.users, "GroupDetailList": []object{}, "RoleDetailList": g.roles, "Policies": policies}
}

// one generates a user or role. About 6 in 100 are outside.
func (g *generator) one(i int) {
	team := g.pick("checkout", "orders", "search", "payments", "catalogue", "identity", "shipping", "returns", "pricing", "mobile")
	bad := g.random.IntN(100)
	boundary := func(required string) string {
		switch {
		case bad < 3:
			return ""
		case bad < 5:
			return "arn:aws:iam::aws:policy/" + g.pick("PowerUserAccess", "AdministratorAccess", "AmazonS3FullAccess", "ReadOnlyAccess")
		}
		return g.arn("policy/" + required)
	}
	switch kind := g.random.IntN(100); {
	case kind < 58:
		name := fmt.Sprintf("%s-%s-%d", team, g.pick("api", "worker", "events", "cron", "thumbnails", "mailer"), i)
		g.role("/workload/", name, boundary("workload-boundary"), "AmazonS3FullAccess",
			"dynamodb:*", "logs:PutLogEvents", g.pick("sqs:*", "sns:*", "kms:*", "secretsmanager:GetSecretValue", "xray:*"))
		g.use("role/workload/"+name, "s3", "kms", "secretsmanager", "sns")
	case kind < 70:
		g.role("/data/", fmt.Sprintf("%s-%s-%d", team, g.pick("etl", "export", "report"), i), boundary("data-boundary"), "AmazonS3FullAccess", "glue:*", "athena:*")
	case kind < 84:
		g.role("/ci/", fmt.Sprintf("deploy-%s-%d", team, i), boundary("team-boundary"), g.pick("AdministratorAccess", "PowerUserAccess", "PowerUserAccess"))
	case kind < 97:
		name := fmt.Sprintf("%s.%s%d", g.pick("anna", "ben", "carla", "dmitri", "eve", "farid", "grace", "hana", "ivo", "jun"), g.pick("fischer", "okafor", "silva", "novak", "haddad"), i)
		g.user("/", name, boundary("team-boundary"), g.pick("PowerUserAccess", "ReadOnlyAccess"))
		g.use("user/"+name, "iam", "ec2")
	case kind < 98:
		g.role("/vendor/", fmt.Sprintf("scanner-%d", i), "", "ReadOnlyAccess")
	case kind < 99 || bad < 50:
		g.role("/legacy/", fmt.Sprintf("%s-batch-%d", team, i), "", g.pick("AmazonS3FullAccess", "PowerUserAccess"))
	default:
		g.role("/workload/", fmt.Sprintf("%s-api-%d", team, i), g.arn("policy/workload-boundary"), "ReadOnlyAccess")
	}
}

func (g *generator) role(path, name, boundary, managed string, actions ...string) {
	who := any(object{"Service": "lambda.amazonaws.com"})
	if path == "/legacy/" {
		who = object{"AWS": g.arn("root")}
	}
	e := g.entity("Role", "AROA", path, name, boundary, managed, actions)
	e["AssumeRolePolicyDocument"] = object{"Version": "2012-10-17", "Statement": []object{{"Effect": "Allow", "Principal": who, "Action": "sts:AssumeRole"}}}
	g.roles = append(g.roles, e)
}

func (g *generator) user(path, name, boundary, managed string) {
	g.users = append(g.users, g.entity("User", "AIDA", path, name, boundary, managed, nil))
}

func (g *generator) entity(kind, prefix, path, name, boundary, managed string, actions []string) object {
	e := object{
		"Path": path, kind + "Name": name, kind + "Id": fmt.Sprintf("%s%d%sEXAMPLE", prefix, len(g.roles)+len(g.users), g.account[:4]),
		"Arn":                     g.arn(map[string]string{"Role": "role", "User": "user"}[kind] + path + name),
		"CreateDate":              day.Add(-time.Duration(g.random.IntN(900*24)) * time.Hour).Format(time.RFC3339),
		"AttachedManagedPolicies": []object{{"PolicyName": managed, "PolicyArn": "arn:aws:iam::aws:policy/" + managed}},
	}
	if boundary != "" {
		e["PermissionsBoundary"] = object{"PermissionsBoundaryArn": boundary}
	}
	if len(actions) > 0 {
		e[kind+"PolicyList"] = []object{{"PolicyName": "own", "PolicyDocument": object{
			"Version": "2012-10-17", "Statement": []object{{"Effect": "Allow", "Action": actions, "Resource": "*"}},
		}}}
	}
	return e
}

func (g *generator) policy(arn, document string) object {
	return object{"PolicyName": "p", "Arn": arn, "DefaultVersionId": "v1", "PolicyVersionList": []object{
		{"Document": json.RawMessage(document), "VersionId": "v1", "IsDefaultVersion": true, "CreateDate": day.Format(time.RFC3339)},
	}}
}

// call records calls that the required boundary would have denied, for some principals.
func (g *generator) call(rest string, services []string) {
	r := rand.New(rand.NewPCG(uint64(len(g.calls)), uint64(len(rest)))) // leaves the other samples as they are
	use := &impact.Use{Calls: 100 + r.IntN(900)}
	for _, service := range services {
		if r.IntN(12) > 0 {
			continue
		}
		at := day.Add(-time.Duration(r.IntN(60*24)) * time.Hour).Format(time.RFC3339)
		use.Denials = append(use.Denials, impact.Group{Principal: g.arn(rest), Action: service + ":Describe", Count: 1 + r.IntN(40), First: at, Last: at, Effect: "implicit deny"})
	}
	g.calls[g.arn(rest)] = use
}

// use records that services were used recently.
func (g *generator) use(rest string, services ...string) {
	used := map[string]time.Time{}
	for _, s := range services {
		if g.random.IntN(3) == 0 {
			used[s] = day.Add(-time.Duration(g.random.IntN(60*24)) * time.Hour).Truncate(time.Hour)
		}
	}
	g.usage[g.arn(rest)] = used
	g.call(rest, services)
}
