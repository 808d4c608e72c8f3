package templatetest_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/principal"
)

const infra = "../../infra"

// compiled returns a compiled document of infra/, without its principals.
func compiled(t *testing.T, path string) *eval.Policy {
	t.Helper()
	return compiledAs(t, path, policy.IdentityPolicy)
}

func compiledAs(t *testing.T, path string, kind policy.Kind) *eval.Policy {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(infra, path))
	if err != nil {
		t.Fatal(err)
	}
	d, err := policy.Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if err := d.Validate(kind); err != nil {
		t.Errorf("%s: %v", path, err)
	}
	return eval.Compile(d)
}

// everything is the administrator's policy: the result then shows what a boundary or an SCP
// leaves.
func everything(t *testing.T) *eval.Policy {
	t.Helper()
	return document(t, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`)
}

// trusts is a resource policy that leaves the decision to the account's own policies.
func trusts(t *testing.T) *eval.Policy {
	t.Helper()
	return document(t, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"`+account+`"},"Action":"*","Resource":"*"}}`)
}

func document(t *testing.T, text string) *eval.Policy {
	t.Helper()
	d, err := policy.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return eval.Compile(d)
}

// claim is one thing that a document allows a principal to do, or does not.
type claim struct {
	what    string
	action  string
	on      string
	context map[string][]string
	allowed bool
}

func (c claim) hold(t *testing.T, p *eval.Policies, who string) {
	t.Helper()
	if strings.HasPrefix(c.action, "sts:") || strings.HasPrefix(c.action, "kms:") {
		// Here the policies of roles and keys leave the decision to the account.
		trusting := *p
		trusting.Resource = trusts(t)
		p = &trusting
	}
	c.decide(t, p, who)
}

// decide evaluates the claim with the policies unchanged.
func (c claim) decide(t *testing.T, p *eval.Policies, who string) {
	t.Helper()
	caller, err := eval.ParsePrincipal(who)
	if err != nil {
		t.Fatal(err)
	}
	d := eval.Evaluate(p, &eval.Request{
		Principal: caller, Action: c.action, Resource: c.on, ResourceAccount: account, Context: eval.NewContext(c.context),
	})
	if d.Uncertain || (d.Outcome == eval.Allow) != c.allowed {
		t.Errorf("%s (%s): %s by %s, uncertain %v", c.what, c.action, d.Outcome, d.DecidedBy, d.Uncertain)
	}
}

const (
	iamARN    = "arn:aws:iam::" + account + ":"
	workload  = iamARN + "policy/service-workload-boundary"
	ledgerARN = "arn:aws:dynamodb:us-east-1:" + account + ":table/" + name + "-ledger"
)

func boundedBy(arn string) map[string][]string {
	return map[string][]string{"iam:PermissionsBoundary": {arn}}
}

// inAccount are the accounts of a principal and of a resource.
func inAccount(resource string) map[string][]string {
	return map[string][]string{"aws:PrincipalAccount": {account}, "aws:ResourceAccount": {resource}}
}

// leftAlone are the claims that every boundary makes about Ringfence and boundaries: a principal
// with the boundary can neither switch the control off nor remove a boundary.
var leftAlone = []claim{
	{"deleting a role's boundary", "iam:DeleteRolePermissionsBoundary", iamARN + "role/team/app", boundedBy(team), false},
	{"deleting a user's boundary", "iam:DeleteUserPermissionsBoundary", iamARN + "user/jane", boundedBy(team), false},
	{"lifting a quarantine", "iam:PutRolePermissionsBoundary", iamARN + "role/team/app", boundedBy(team), false},
	{"swapping a boundary", "iam:PutRolePermissionsBoundary", iamARN + "role/team/app", boundedBy("arn:aws:iam::aws:policy/AdministratorAccess"), false},
	{"editing the team's boundary", "iam:CreatePolicyVersion", team, nil, false},
	{"editing the workloads' boundary", "iam:SetDefaultPolicyVersion", workload, nil, false},
	{"deleting a boundary policy", "iam:DeletePolicy", workload, nil, false},
	{"making a user", "iam:CreateUser", iamARN + "user/x", nil, false},
	{"making an access key", "iam:CreateAccessKey", iamARN + "user/jane", nil, false},
	{"leaving the organization", "organizations:LeaveOrganization", "*", nil, false},
	{"editing Ringfence's role", "iam:PutRolePolicy", iamARN + "role/ringfence/x", boundedBy(team), false},
	{"trusting itself with Ringfence's role", "iam:UpdateAssumeRolePolicy", iamARN + "role/ringfence/x", nil, false},
	{"taking Ringfence's role", "sts:AssumeRole", iamARN + "role/ringfence/x", nil, false},
	{"passing Ringfence's role", "iam:PassRole", iamARN + "role/ringfence/x", nil, false},
	{"passing an administrator's role", "iam:PassRole", iamARN + "role/admin", nil, false},
	{"trusting itself with an administrator's role", "iam:UpdateAssumeRolePolicy", iamARN + "role/admin", nil, false},
	{"making a role without a boundary", "iam:CreateRole", iamARN + "role/team/x", nil, false},
	{"making a role with a wide boundary", "iam:CreateRole", iamARN + "role/team/x", boundedBy("arn:aws:iam::aws:policy/AdministratorAccess"), false},
	{"making a role with a boundary of a path that reads like it", "iam:CreateRole", iamARN + "role/team/x", boundedBy(iamARN + "policy/x:policy/team-boundary"), false},
	{"making a workload with a boundary of such a path", "iam:CreateRole", iamARN + "role/workload/x", boundedBy(iamARN + "policy/x:policy/service-workload-boundary"), false},
	{"attaching to a role without a boundary", "iam:AttachRolePolicy", iamARN + "role/team/x", nil, false},
	{"switching Ringfence's rule off", "events:DisableRule", "arn:aws:events:us-east-1:" + account + ":rule/ringfence-changes", nil, false},
	{"changing Ringfence's code", "lambda:UpdateFunctionCode", "arn:aws:lambda:us-east-1:" + account + ":function:ringfence-enforce", nil, false},
	{"throttling Ringfence", "lambda:PutFunctionConcurrency", "arn:aws:lambda:us-east-1:" + account + ":function:ringfence-enforce", nil, false},
	{"emptying Ringfence's queue", "sqs:PurgeQueue", "arn:aws:sqs:us-east-1:" + account + ":ringfence-events", nil, false},
	{"taking Ringfence's events", "sqs:ReceiveMessage", "arn:aws:sqs:us-east-1:" + account + ":ringfence-events", nil, false},
	{"making Ringfence forget a finding", "dynamodb:DeleteItem", ledgerARN, nil, false},
	{"telling Ringfence of a repair that was not", "dynamodb:PutItem", ledgerARN, nil, false},
	{"reading what Ringfence found", "dynamodb:GetItem", ledgerARN, nil, false},
	{"deleting Ringfence's ledger", "dynamodb:DeleteTable", ledgerARN, nil, false},
	{"deleting Ringfence's topic", "sns:DeleteTopic", "arn:aws:sns:us-east-1:" + account + ":ringfence-findings", nil, false},
}

// Each boundary document does what infra/README.md says.
func TestBoundaryDocuments(t *testing.T) {
	for document, claims := range map[string][]claim{
		"team.json": {
			{"running instances", "ec2:RunInstances", "arn:aws:ec2:us-east-1:" + account + ":instance/*", nil, true},
			{"writing objects", "s3:PutObject", "arn:aws:s3:::bucket/key", nil, true},
			{"deploying a function", "lambda:CreateFunction", "arn:aws:lambda:us-east-1:" + account + ":function:app", nil, true},
			{"reading IAM", "iam:GetRole", iamARN + "role/admin", nil, true},
			{"making a bound role", "iam:CreateRole", iamARN + "role/team/app", boundedBy(team), true},
			{"attaching to a bound role", "iam:AttachRolePolicy", iamARN + "role/team/app", boundedBy(team), true},
			{"passing a role of the team", "iam:PassRole", iamARN + "role/team/app", nil, true},
			{"making a policy", "iam:CreatePolicy", iamARN + "policy/team/app", nil, true},
			{"taking a role of the team", "sts:AssumeRole", iamARN + "role/team/app", inAccount(account), true},
			{"taking another role of the account", "sts:AssumeRole", iamARN + "role/cdk-deploy", inAccount(account), false},
			{"taking a role whose path reads like the team's", "sts:AssumeRole", iamARN + "role/x:role/team/app", inAccount(account), false},
			{"taking a role of another account", "sts:AssumeRole", "arn:aws:iam::210987654321:role/deploy", inAccount("210987654321"), true},
			{"taking the root user of another account", "sts:AssumeRoot", "arn:aws:iam::210987654321:root", inAccount("210987654321"), false},
			{"making a bound role elsewhere", "iam:CreateRole", iamARN + "role/app", boundedBy(team), false},
			{"editing another's policy", "iam:CreatePolicyVersion", iamARN + "policy/app", nil, false},
			{"a service's own role", "iam:CreateServiceLinkedRole", iamARN + "role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS", nil, true},
			{"attaching to a service's own role", "iam:AttachRolePolicy", iamARN + "role/aws-service-role/x", boundedBy(team), false},
			{"closing the account", "account:CloseAccount", "*", nil, false},
			{"a permission set", "sso:CreatePermissionSet", "*", nil, false},
		},
		"read-only.json": {
			{"seeing instances", "ec2:DescribeInstances", "*", nil, true},
			{"seeing IAM", "iam:GetAccountAuthorizationDetails", "*", nil, true},
			{"seeing how a bucket is set up", "s3:GetBucketPolicy", "arn:aws:s3:::bucket", nil, true},
			{"reading an object", "s3:GetObject", "arn:aws:s3:::bucket/key", nil, false},
			{"reading a table", "dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:" + account + ":table/t", nil, false},
			{"reading a secret", "secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-east-1:" + account + ":secret:x", nil, false},
			{"reading a parameter", "ssm:GetParameter", "arn:aws:ssm:us-east-1:" + account + ":parameter/x", nil, false},
			{"reading a function's code", "lambda:GetFunction", "arn:aws:lambda:us-east-1:" + account + ":function:f", nil, false},
			{"reading logs", "logs:GetLogEvents", "arn:aws:logs:us-east-1:" + account + ":log-group:g:log-stream:s", nil, false},
			{"stopping an instance", "ec2:StopInstances", "arn:aws:ec2:us-east-1:" + account + ":instance/i", nil, false},
			{"decrypting", "kms:Decrypt", "arn:aws:kms:us-east-1:" + account + ":key/k", nil, false},
			{"taking another role", "sts:AssumeRole", iamARN + "role/x", nil, false},
			{"changing a role", "iam:PutRolePolicy", iamARN + "role/x", boundedBy(team), false},
		},
		"service-workload.json": {
			{"reading an object", "s3:GetObject", "arn:aws:s3:::bucket/key", nil, true},
			{"writing a table", "dynamodb:PutItem", "arn:aws:dynamodb:us-east-1:" + account + ":table/t", nil, true},
			{"reading its secret", "secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-east-1:" + account + ":secret:x", nil, true},
			{"taking a workload's role", "sts:AssumeRole", iamARN + "role/workload/reader", nil, true},
			{"taking another role", "sts:AssumeRole", iamARN + "role/admin", nil, false},
			{"taking a role whose path reads like that of workloads", "sts:AssumeRole", iamARN + "role/x:role/workload/app", nil, false},
			{"reading IAM", "iam:GetRole", iamARN + "role/x", nil, false},
			{"making even a bound role", "iam:CreateRole", iamARN + "role/workload/x", boundedBy(workload), false},
			{"opening a bucket", "s3:PutBucketPolicy", "arn:aws:s3:::bucket", nil, false},
			{"publishing an object", "s3:PutObjectAcl", "arn:aws:s3:::bucket/key", nil, false},
			{"replacing a function's code", "lambda:UpdateFunctionCode", "arn:aws:lambda:us-east-1:" + account + ":function:f", nil, false},
			{"running an instance", "ec2:RunInstances", "*", nil, false},
			{"feeding Ringfence", "sqs:SendMessage", "arn:aws:sqs:us-east-1:" + account + ":ringfence-events", nil, false},
			{"publishing as Ringfence", "sns:Publish", "arn:aws:sns:us-east-1:" + account + ":ringfence-findings", nil, false},
		},
		"ci.json": {
			{"deploying a stack", "cloudformation:CreateStack", "arn:aws:cloudformation:us-east-1:" + account + ":stack/app/*", nil, true},
			{"deploying a function", "lambda:UpdateFunctionCode", "arn:aws:lambda:us-east-1:" + account + ":function:app", nil, true},
			{"making a bound role", "iam:CreateRole", iamARN + "role/workload/app", boundedBy(workload), true},
			{"a policy for a bound role", "iam:PutRolePolicy", iamARN + "role/workload/app", boundedBy(workload), true},
			{"passing a workload's role", "iam:PassRole", iamARN + "role/workload/app", nil, true},
			{"making a role with the team's boundary", "iam:CreateRole", iamARN + "role/workload/app", boundedBy(team), false},
			{"making a bound role elsewhere", "iam:CreateRole", iamARN + "role/app", boundedBy(workload), false},
			{"passing another role", "iam:PassRole", iamARN + "role/team/app", nil, false},
			{"taking another role", "sts:AssumeRole", iamARN + "role/admin", nil, false},
			{"deleting Ringfence's stack", "cloudformation:DeleteStack", "arn:aws:cloudformation:us-east-1:" + account + ":stack/ringfence/1", nil, false},
			{"deleting another key", "kms:ScheduleKeyDeletion", "arn:aws:kms:us-east-1:" + account + ":key/k", map[string][]string{"kms:ResourceAliases": {"alias/app"}}, true},
		},
	} {
		t.Run(document, func(t *testing.T) {
			p := &eval.Policies{Identity: []*eval.Policy{everything(t)}, Boundaries: []*eval.Policy{compiled(t, "boundaries/"+document)}}
			for _, c := range append(claims, leftAlone...) {
				c.hold(t, p, iamARN+"role/team/someone")
			}
		})
	}
}

// boundaryDocuments returns the paths of all boundary documents, relative to infra/.
func boundaryDocuments(t *testing.T) (paths []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(infra, "boundaries/*.json"))
	if err != nil || len(files) < 4 {
		t.Fatalf("%v: %v", files, err)
	}
	for _, f := range files {
		paths = append(paths, "boundaries/"+filepath.Base(f))
	}
	return paths
}

// IAM accepts policy documents of at most 6,144 characters without white space. Organizations
// accepts 10,240 for SCPs and 5,120 for RCPs, and counts white space.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
func TestDocumentsFit(t *testing.T) {
	for pattern, limit := range map[string]int{"boundaries/*.json": 6144, "scp/*.json": 10240, "rcp/*.json": 5120} {
		files, err := filepath.Glob(filepath.Join(infra, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("no files %s: %v", pattern, err)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			if n := len(strings.Join(strings.Fields(string(text)), "")); n > limit {
				t.Errorf("%s has %d characters, of %d", f, n, limit)
			}
		}
	}
}

// The sample configuration is valid, and applies to every principal.
func TestSampleConfiguration(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(infra, "ringfence.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := config.Load("ringfence.yaml", data, func(p string) ([]byte, error) {
		return os.ReadFile(filepath.Join(infra, p))
	})
	if err != nil {
		t.Fatal(err)
	}
	if w := slices.Concat(f.Warnings(), f.Risks()); len(w) > 0 {
		t.Errorf("warnings: %v", w)
	}
	if r := f.Reaches(f.Platforms(), time.Now()); len(r) > 0 {
		t.Errorf("roles of platforms that it puts a boundary on: %+v", r)
	}
	for arn, want := range map[string]string{
		iamARN + "role/workload/api": "workloads", iamARN + "role/ci/deploy": "pipelines", iamARN + "user/audit/jane": "auditors",
		iamARN + "user/workload/u": "everyone-else", iamARN + "role/x": "everyone-else",
	} {
		ref, err := principal.Parse(arn)
		if err != nil {
			t.Fatal(err)
		}
		r := f.Requirement(principal.Snapshot{Ref: ref}, time.Now())
		if r.Rule != want || r.Mode != config.Observe || r.Boundary.Policy == nil {
			t.Errorf("%s: rule %s, mode %s", arn, r.Rule, r.Mode)
		}
	}
}
