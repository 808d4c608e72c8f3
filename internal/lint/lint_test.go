package lint

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
)

const (
	own   = "arn:aws:iam::123456789012:policy/team-boundary"
	other = "arn:aws:iam::123456789012:policy/service-workload-boundary"
)

func linted(t *testing.T, text string) []string {
	t.Helper()
	d, err := policy.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return Boundary{ARN: own, Document: d, Boundaries: []string{own, other}}.Lint()
}

func TestLint(t *testing.T) {
	statement := func(rest string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` + rest + `}]}`
	}
	const made = "policy/made-up"
	for text, want := range map[string][]string{
		statement(`"Action":"s3:*","Resource":"*"`): nil,
		// Names.
		statement(`"Action":["s3:GetObjct","s3:GetObjct"],"Resource":"*"`): {"has the action s3:GetObjct, which is not among those that are known today; is it s3:GetObject?"},
		statement(`"Action":["s4:Get*","s3:Gett*","s*:Gett*"],"Resource":"*"`): {
			"has the action s4:Get*, of a service that is not among those that are known today; is it s3?", "has the action s3:Gett*, which matches none of those that are known today",
		},
		statement(`"Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipleTag/team":"x"}}`): {
			"has the condition key aws:PrincipleTag/team, which is not among those that are known today; is it aws:PrincipalTag/team?",
		},
		statement(`"Action":"s3:*","Resource":["arn:aws:s3:::a/${aws:username}/${*}${?}${$}/${aws:PrincipalAccount, 'none'}","arn:aws:s3:::${acount}"]`): {"has the variable ${acount}, which neither IAM nor Ringfence has"},
		// Extent: by meaning, not by spelling.
		statement(`"Action":"*","Resource":"*"`): {"allows everything: it is no limit to anybody"},
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":"iam:*","Resource":"*"},{"Effect":"Allow","Action":"iam:*","Resource":"*"}]}`: {"allows everything"},
		`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}`:                                                            {"allows nothing: who carries it can do nothing at all, which is an outage"},
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Deny","NotAction":"sqs:*","Resource":"*"}]}`:   {"allows nothing"},
		// Ways out: for a part of the resources, under a condition, with another boundary.
		statement(`"Action":"iam:Delete*","Resource":"arn:aws:iam::*:role/dev/*"`):                                                     {"lets its holder take boundaries off: it allows iam:DeleteRolePermissionsBoundary on arn:aws:iam::123456789012:role/dev/"},
		statement(`"Action":"iam:CreatePolicyVersion","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`):      {"lets its holder edit the boundary itself: it allows iam:CreatePolicyVersion on " + own},
		statement(`"Action":"iam:CreatePolicyVersion","Resource":"` + strings.Replace(own, "team-boundary", "team/*", 1) + `"`):        nil,
		statement(`"Action":"iam:CreateRole","Resource":"*"`):                                                                          {"lets its holder make users and roles without a boundary: it allows iam:CreateRole on "},
		statement(`"Action":"iam:CreateRole","Resource":"*","Condition":{"StringEquals":{"iam:PermissionsBoundary":"` + other + `"}}`): nil,
		statement(`"Action":"iam:CreateRole","Resource":"*","Condition":{"StringEquals":{"iam:PermissionsBoundary":"arn:aws:iam::123456789012:` + made + `"}}`): {
			"make users and roles without a boundary: it allows iam:CreateRole on arn:aws:iam::123456789012:role/example, with the boundary arn:aws:iam::123456789012:" + made,
		},
		statement(`"Action":"iam:Put*","Resource":"arn:aws:iam::*:user/*","Condition":{"StringEqualsIfExists":{"iam:PermissionsBoundary":"` + own + `"}}`): {
			"put other boundaries on: it allows iam:PutUserPermissionsBoundary", "change users and roles without a boundary: it allows iam:PutUserPolicy",
		},
		statement(`"Action":"events:Dis*","Resource":"*"`):         {"lets its holder switch off the control: it allows events:DisableRule on arn:aws:events:us-east-1:123456789012:rule/ringfence-"},
		statement(`"Action":"cloudtrail:*","Resource":"*"`):        {"stop the trail that feeds the control: it allows cloudtrail:StopLogging"},
		statement(`"Action":"organizations:*","Resource":"*"`):     {"leave the organization: it allows organizations:LeaveOrganization on *"},
		statement(`"Action":"iam:CreateAccessKey","Resource":"*"`): {"become another user: it allows iam:CreateAccessKey"},
		// What the caller can choose.
		statement(`"Action":"s3:*","Resource":"arn:aws:s3:::x/${aws:PrincipalTag/team}/*","Condition":{"StringLike":{"AWS:UserAgent":"*ci*"},"StringEquals":{"aws:RequestTag/a":"b","aws:SourceIdentity":"jane","aws:RequestedRegion":"eu-west-1"}}`): {
			"depends on AWS:UserAgent, which the principals that it limits may be able to choose: the caller writes it", "depends on aws:RequestTag/a", "depends on aws:SourceIdentity",
			"depends on aws:PrincipalTag/team, which the principals that it limits may be able to choose: it comes from those who may tag the principal, and with the tags of a session",
		},
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/x":"y"}}},{"Effect":"Allow","Action":"iam:Tag*","Resource":"arn:aws:iam::*:role/dev/*"}]}`: {
			"; the boundary itself allows iam:TagRole on arn:aws:iam::123456789012:role/dev/",
		},
	} {
		got := linted(t, text)
		if len(got) != len(want) {
			t.Errorf("%s:\n%q, want\n%q", text, got, want)
			continue
		}
		for i := range got {
			if !strings.Contains(got[i], want[i]) {
				t.Errorf("%s:\n%q, want\n%q", text, got[i], want[i])
			}
		}
	}
}

// The boundaries to start from have nothing of the kind.
func TestShippedBoundaries(t *testing.T) {
	files, err := filepath.Glob("../../infra/boundaries/*.json")
	if err != nil || len(files) < 4 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got := linted(t, string(text)); len(got) > 0 {
			t.Errorf("%s: %q", file, got)
		}
	}
}
