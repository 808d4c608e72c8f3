package acceptance

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/localaws"
)

// statement is one statement of a policy, in a form that is easy to change.
type statement struct {
	Effect      string
	Action      []string       `json:",omitempty"`
	NotAction   []string       `json:",omitempty"`
	Resource    []string       `json:",omitempty"`
	NotResource []string       `json:",omitempty"`
	Condition   map[string]any `json:",omitempty"`
}

type document []statement

func (d document) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": []statement(d)})
}

func (d document) String() string {
	text, err := json.Marshal(d)
	if err != nil {
		panic(err) // strings and lists of them always encode
	}
	return string(text)
}

func allow(actions ...string) statement {
	return statement{Effect: "Allow", Action: actions, Resource: []string{"*"}}
}

func deny(actions ...string) statement {
	return statement{Effect: "Deny", Action: actions, Resource: []string{"*"}}
}

func (s statement) on(resources ...string) statement {
	s.Resource = resources
	return s
}

func (s statement) where(operator, key string, values ...string) statement {
	s.Condition = map[string]any{operator: map[string]any{key: values}}
	return s
}

// The statements that teams write, for identity policies and boundaries.
var written = []statement{
	allow("s3:GetObject", "s3:PutObject", "s3:ListBucket").on("arn:aws:s3:::orders-*", "arn:aws:s3:::orders-*/*"),
	allow("s3:*").on("arn:aws:s3:::home/${aws:username}/*"),
	allow("s3:*"),
	allow("s3:Get*", "s3:List*"),
	allow("dynamodb:*").where("StringEquals", "aws:ResourceTag/team", "${aws:PrincipalTag/team}"),
	allow("dynamodb:GetItem", "dynamodb:PutItem").on("arn:aws:dynamodb:*:*:table/orders"),
	allow("sqs:*", "sns:Publish"),
	allow("ec2:*").where("StringEquals", "aws:RequestedRegion", "eu-west-1"),
	allow("ec2:Describe*", "cloudwatch:*", "logs:*"),
	allow("lambda:InvokeFunction", "lambda:UpdateFunctionCode").on("arn:aws:lambda:eu-west-1:123456789012:function:orders-*"),
	allow("kms:Decrypt", "kms:GenerateDataKey").where("StringLike", "kms:ViaService", "s3.*.amazonaws.com"),
	allow("iam:PassRole").on("arn:aws:iam::123456789012:role/dev/*").where("StringEquals", "iam:PassedToService", "lambda.amazonaws.com"),
	allow("iam:CreateRole", "iam:PutRolePolicy").where("StringEquals", "iam:PermissionsBoundary", arnOf("policy", "team")),
	allow("iam:Get*", "iam:List*", "sts:AssumeRole"),
	allow("iam:*"),
	allow("*"),
	{Effect: "Allow", NotAction: []string{"iam:*", "organizations:*"}, Resource: []string{"*"}},
	{Effect: "Allow", Action: []string{"s3:*"}, NotResource: []string{"arn:aws:s3:::audit", "arn:aws:s3:::audit/*"}},
	deny("s3:PutBucketPolicy", "s3:DeleteBucket"),
	deny("*").where("StringNotEquals", "aws:RequestedRegion", "eu-west-1", "us-east-1"),
	deny("iam:*", "sts:AssumeRole").where("BoolIfExists", "aws:MultiFactorAuthPresent", "false"),
	deny("s3:*").on("arn:aws:s3:::audit", "arn:aws:s3:::audit/*"),
	deny("*").where("NotIpAddress", "aws:SourceIp", "10.0.0.0/8"),
	{Effect: "Deny", NotAction: []string{"s3:*", "dynamodb:*", "sqs:*"}, Resource: []string{"*"}},
}

// unreadable are statements whose meaning is unknown.
var unreadable = []statement{
	allow("s3:*").where("StringResembles", "aws:username", "a"),
	deny("dynamodb:*").where("NumericLessThan", "s3:max-keys", "many"),
}

// generator makes the accounts of a seed.
type generator struct{ *rand.Rand }

func pick[T any](g generator, list ...T) T { return list[g.IntN(len(list))] }

// one is true one time in n.
func (g generator) one(n int) bool { return g.IntN(n) == 0 }

// document returns a document that a team may have written.
func (g generator) document() document {
	var d document
	for range 1 + g.IntN(4) {
		d = append(d, g.statement())
	}
	return d
}

func (g generator) statement() statement {
	if g.one(25) {
		return pick(g, unreadable...)
	}
	return pick(g, written...)
}

// boundary returns a document that allows something.
func (g generator) boundary() document {
	d := document{pick(g, written[:18]...)}
	for range g.IntN(4) {
		d = append(d, pick(g, written...))
	}
	return d
}

// edited returns a changed document: reworded, narrowed, widened, or both.
func (g generator) edited(d document) document {
	out := slices.Clone(d)
	for range 1 + g.IntN(2) {
		i := g.IntN(len(out))
		s := out[i]
		switch g.IntN(9) {
		case 0: // reworded
			s.Action = slices.Clone(s.Action)
			for j := range s.Action {
				s.Action[j] = strings.ToUpper(s.Action[j][:1]) + s.Action[j][1:]
			}
			out[i] = s
			slices.Reverse(out)
		case 1: // reworded
			if len(s.Action) > 1 {
				half := s
				s.Action, half.Action = s.Action[:1], s.Action[1:]
				out[i] = s
				out = append(out, half)
			}
		case 2, 3:
			out = append(out, pick(g, written...))
		case 4:
			if len(out) > 1 {
				out = slices.Delete(out, i, i+1)
			}
		case 5:
			out[i].Condition = nil
		case 6:
			if s.Condition == nil {
				out[i] = s.where("StringEquals", "aws:RequestedRegion", "eu-west-1")
			}
		case 7:
			out[i].Resource, out[i].NotResource = []string{"*"}, nil
		case 8:
			out = append(out, g.statement())
		}
	}
	return out
}

// The AWS managed policies that people attach and use as boundaries.
var managed = []string{
	"AWSDenyAll", "AdministratorAccess", "PowerUserAccess", "ReadOnlyAccess", "SecurityAudit", "IAMFullAccess",
	"AmazonS3FullAccess", "AmazonEC2FullAccess",
}

func (g generator) managed() string { return "arn:aws:iam::aws:policy/" + pick(g, managed...) }

// sample is a random account and its configuration.
type sample struct {
	state  []byte
	config files
	names  map[string][]string // of users, roles, groups, policies
}

// The boundaries that configurations name, and other policies.
var (
	required = []string{"team", "dev"}
	others   = []string{"wide", "narrow", "mixed"}
)

// account returns an account with principals, boundaries and boundary policies in every possible
// state.
func (g generator) account() sample {
	s := sample{config: files{}, names: map[string][]string{}}
	approved := map[string]document{}
	live := map[string]bool{}
	var policies []map[string]any
	for _, name := range required {
		approved[name] = g.boundary()
		s.config[name+".json"] = approved[name].String()
		s.names["policy"] = append(s.names["policy"], name)
		if live[name] = !g.one(6); live[name] {
			policies = append(policies, g.policy(name, g.versions(approved[name])))
		}
	}
	for _, name := range others {
		live[name] = true
		policies = append(policies, g.policy(name, []string{g.edited(approved[pick(g, required...)]).String()}))
	}
	carried := []string{""}
	for _, name := range slices.Concat(required, others) {
		if live[name] {
			carried = append(carried, arnOf("policy", name), arnOf("policy", name))
		}
	}
	carried = append(carried, g.managed())
	attached := carried[1:]

	groups := []map[string]any{}
	for i := range 2 {
		name := fmt.Sprint("group", i)
		s.names["group"] = append(s.names["group"], name)
		groups = append(groups, g.entity("Group", "/", name, attached, ""))
	}
	users, roles := []map[string]any{}, []map[string]any{}
	for i := range 2 + g.IntN(2) {
		name := fmt.Sprint("user", i)
		s.names["user"] = append(s.names["user"], name)
		u := g.entity("User", pick(g, "/", "/dev/"), name, attached, pick(g, carried...))
		u["GroupList"] = pick(g, []string{}, []string{"group0"}, []string{"group0", "group1"})
		users = append(users, u)
	}
	for i := range 2 + g.IntN(3) {
		name := fmt.Sprint("role", i)
		s.names["role"] = append(s.names["role"], name)
		r := g.entity("Role", pick(g, "/", "/dev/", "/service-role/"), name, attached, pick(g, carried...))
		r["AssumeRolePolicyDocument"] = json.RawMessage(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`)
		roles = append(roles, r)
	}
	s.state, _ = json.Marshal(map[string]any{"UserDetailList": users, "GroupDetailList": groups, "RoleDetailList": roles, "Policies": policies})
	s.config["ringfence.yaml"] = g.configuration()
	return s
}

// versions returns the versions of a boundary policy, the default last. It may be as approved or
// not.
func (g generator) versions(approved document) []string {
	var list []string
	for range g.IntN(5) {
		list = append(list, pick(g, approved, g.edited(approved), g.document()).String())
	}
	return append(list, pick(g, approved.String(), approved.String(), g.edited(approved).String(), g.edited(approved).String(),
		g.document().String(), `{"Version":"2012-10-17","Statement":[{"Effect":"Maybe"}]}`))
}

func (g generator) policy(name string, versions []string) map[string]any {
	list := []map[string]any{}
	for i, text := range versions {
		list = slices.Insert(list, 0, map[string]any{
			"VersionId": fmt.Sprint("v", i+1), "IsDefaultVersion": i == len(versions)-1,
			"CreateDate": "2026-01-01T00:00:00Z", "Document": text,
		})
	}
	return map[string]any{
		"PolicyName": name, "PolicyId": "ANPA" + strings.ToUpper(name) + "EXAMPLE", "Arn": arnOf("policy", name), "Path": "/",
		"DefaultVersionId": fmt.Sprint("v", len(versions)), "PolicyVersionList": list,
	}
}

// entity returns a user, role or group with its policies.
func (g generator) entity(kind, path, name string, attached []string, boundary string) map[string]any {
	inline := []map[string]any{}
	for i := range g.IntN(3) {
		inline = append(inline, map[string]any{"PolicyName": fmt.Sprint("inline", i), "PolicyDocument": g.document().String()})
	}
	managed := []map[string]string{}
	for _, arn := range []string{pick(g, attached...), g.managed()} {
		if g.one(3) && !slices.ContainsFunc(managed, func(m map[string]string) bool { return m["PolicyArn"] == arn }) {
			managed = append(managed, map[string]string{"PolicyName": arn[strings.LastIndexByte(arn, '/')+1:], "PolicyArn": arn})
		}
	}
	e := map[string]any{
		kind + "Name": name, kind + "Id": "A" + strings.ToUpper(name) + "EXAMPLE", "Path": path, "CreateDate": "2026-01-01T00:00:00Z",
		"Arn":               "arn:aws:iam::" + localaws.DefaultAccount + ":" + strings.ToLower(kind) + path + name,
		kind + "PolicyList": inline, "AttachedManagedPolicies": managed,
	}
	if kind != "Group" {
		e["Tags"] = pick(g, []map[string]string{}, []map[string]string{{"Key": "team", "Value": pick(g, "blue", "red")}})
	}
	if boundary != "" {
		e["PermissionsBoundary"] = map[string]string{"PermissionsBoundaryArn": boundary, "PermissionsBoundaryType": "Policy"}
	}
	return e
}

// configuration has a rule for some principals and a rule for all, with random settings.
func (g generator) configuration() string {
	var b strings.Builder
	mode := pick(g, "enforce", "enforce", "enforce", "enforce", "alert")
	fmt.Fprintf(&b, "version: 1\nmode: %s\nboundaries:\n", mode)
	for _, name := range required {
		fmt.Fprintf(&b, "  %s:\n    arn: arn:${partition}:iam::${account}:policy/%s\n", name, name)
		if undocumented := g.one(5); !undocumented || mode == "enforce" {
			fmt.Fprintf(&b, "    document: %s.json\n", name)
		}
	}
	b.WriteString("rules:\n")
	for _, r := range []struct{ name, match, boundary string }{
		{"some", pick(g, `paths: ["/dev/*"]`, `tags: {team: blue}`, `kinds: [user]`, `names: ["*0"]`), "dev"},
		{"all", `names: ["*"]`, "team"},
	} {
		onDrift := pick(g, "reattach", "reattach", "reattach", "quarantine", "alert")
		fmt.Fprintf(&b, "  - name: %s\n    match: {%s}\n    boundary: %s\n    accept: %s\n    onDrift: %s\n",
			r.name, r.match, r.boundary, pick(g, "exact", "equal", "narrower"), onDrift)
		if onDrift == "reattach" {
			fmt.Fprintf(&b, "    onIncomparable: %s\n", pick(g, "reattach", "reattach", "quarantine", "alert"))
		}
	}
	if g.one(3) {
		fmt.Fprintf(&b, "exemptions:\n  - {principal: %q, owner: a@example.com, reason: a reason, expires: %s}\n",
			arnOf("role", "role0"), pick(g, "2027-01-01", "2026-01-01"))
	}
	return b.String()
}

// events returns hints about every principal in random order. They need not have happened, because
// Ringfence judges the state that it finds.
func (g generator) events(s sample) [][]byte {
	var list [][]byte
	add := func(name string, parameters map[string]any) {
		list = append(list, event(fmt.Sprint("event-", len(list)), name, parameters))
	}
	for _, name := range s.names["user"] {
		add(pick(g, "CreateUser", "PutUserPermissionsBoundary", "AttachUserPolicy"), map[string]any{"userName": name})
	}
	for _, name := range s.names["role"] {
		add(pick(g, "CreateRole", "DeleteRolePermissionsBoundary", "PutRolePolicy"), map[string]any{"roleName": name})
	}
	add("PutGroupPolicy", map[string]any{"groupName": pick(g, s.names["group"]...)})
	for _, name := range s.names["policy"] {
		add(pick(g, "CreatePolicyVersion", "SetDefaultPolicyVersion", "DeletePolicy"), map[string]any{"policyArn": arnOf("policy", name), "versionId": "v1"})
	}
	g.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list[:2+g.IntN(len(list)-1)]
}
