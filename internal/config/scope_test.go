package config

import (
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/principal"
)

// Ensure that presets put exactly the roles of platforms out of scope: not a role with a similar name,
// in another path, or with the id of another account in its name.
func TestPresets(t *testing.T) {
	f := load(t, "scope.yaml")
	const a = "arn:aws:iam::123456789012:"
	hex := strings.Repeat("0a", 16)
	for arn, want := range map[string]string{
		a + "role/AWSControlTowerExecution":                                         "control-tower",
		a + "role/service-role/AWSControlTowerAdmin":                                "control-tower",
		a + "role/aws-controltower-ForwardSnsNotificationRole":                      "control-tower",
		a + "role/stacksets-exec-" + hex:                                            "stacksets",
		a + "role/AWSCloudFormationStackSetExecutionRole":                           "stacksets",
		a + "role/OrganizationAccountAccessRole":                                    "organizations",
		a + "role/cdk-hnb659fds-cfn-exec-role-123456789012-eu-west-1":               "cdk-bootstrap",
		a + "role/cdk-hnb659fds-file-publishing-role-123456789012-us-gov-west-1":    "cdk-bootstrap",
		a + "role/cdk-ours-deploy-role-123456789012-eu-west-1":                      "our-pipelines",
		a + "role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_A_0123ab": "identity-center",

		a + "user/AWSControlTowerExecution":                           "everyone",
		a + "role/x/AWSControlTowerExecution":                         "everyone",
		a + "role/AWSControlTowerExecution2":                          "everyone",
		a + "role/awscontroltowerexecution":                           "everyone",
		a + "role/aws-controltower-Mine":                              "everyone",
		a + "role/stacksets-exec-mine":                                "everyone",
		a + "role/stacksets-exec-" + hex + "0":                        "everyone",
		a + "role/x/OrganizationAccountAccessRole":                    "everyone",
		a + "role/cdk-hnb659fds-cfn-exec-role-210987654321-eu-west-1": "everyone",
		a + "role/cdk-mine-cfn-exec-role-123456789012-eu-west-1":      "everyone",
		a + "role/AWSReservedSSO_A_0123ab":                            "everyone",
	} {
		q := f.Requirement(snapshot(t, arn, nil), now)
		if q.Rule != want || (q.OutOfScope == nil) != (want == "everyone") {
			t.Errorf("%s: rule %q, out of scope %+v, want %q", arn, q.Rule, q.OutOfScope, want)
		}
		if o := q.OutOfScope; o != nil && (o.Owner != "platform@example.com" || o.Reason == "" || q.Mode != Alert || q.Boundary.ARN != "") {
			t.Errorf("%s: %+v", arn, q)
		}
		_, platform := PlatformOf(snapshot(t, arn, nil))
		if platform != (want != "everyone" && want != "our-pipelines") {
			t.Errorf("%s: platform %v", arn, platform)
		}
	}
	var names []string
	for _, p := range presets {
		names = append(names, p.Name)
		if p.What == "" || !strings.HasPrefix(p.Page, "https://docs.aws.amazon.com/") {
			t.Errorf("%+v", p)
		}
		for _, g := range p.Match.Names {
			if err := nameGlob(g); err != nil {
				t.Errorf("%s: %v", p.Name, err)
			}
		}
		for _, g := range p.Match.Paths {
			if err := pathGlob(g); err != nil {
				t.Errorf("%s: %v", p.Name, err)
			}
		}
	}
	if want := "[" + `"` + strings.Join(names, `", "`) + `"]`; !strings.Contains(Schema(), `"preset": {"enum": `+want) {
		t.Errorf("the schema has other presets than %s", want)
	}
}

// Ensure that a rule without a boundary does not add a boundary that is guarded or attached.
func TestOutOfScopeIsNoBoundary(t *testing.T) {
	f := load(t, "scope.yaml")
	if got := f.Attachable("aws", "123456789012"); !slices.Equal(got, []string{"arn:aws:iam::123456789012:policy/team-boundary"}) {
		t.Errorf("attachable: %v", got)
	}
	if _, ok := f.BoundaryFor("arn:aws:iam::123456789012:policy/none"); ok {
		t.Error("none is taken for a boundary")
	}
}

// Ensure that a move to a rule without a boundary leaves the rule, and that the way back is not an escape.
func TestLeftForARuleWithoutABoundary(t *testing.T) {
	const text = `
version: 1
mode: alert
boundaries: {team: {arn: "arn:${partition}:iam::${account}:policy/team"}}
rules:
  - {name: tools, match: {names: ["tool-*"]}, boundary: none, owner: o, reason: r}
  - {name: tagged, match: {tags: {platform: "yes"}}, boundary: none, owner: o, reason: r}
  - {name: everyone, match: {names: ["*"]}, boundary: team}
`
	f, err := Load("f", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	const arn = "arn:aws:iam::123456789012:"
	for name, c := range map[string]struct {
		arn      string
		tags     tag
		boundary string
		move     principal.Move
		want     string
	}{
		"renamed out of scope":                       {arn: "user/tool-x", move: principal.Move{Was: "jane"}, want: "everyone"},
		"renamed into scope":                         {arn: "user/jane", move: principal.Move{Was: "tool-x"}},
		"renamed within the rule without a boundary": {arn: "user/tool-x", move: principal.Move{Was: "tool-y"}},
		"tagged out of scope":                        {arn: "role/x", tags: tag{"platform": "yes"}, boundary: arn + "policy/team", move: principal.Move{Tags: []string{"platform"}}, want: "everyone"},
		"tagged out of scope, unbounded":             {arn: "role/x", tags: tag{"platform": "yes"}, move: principal.Move{Tags: []string{"platform"}}, want: "everyone?"},
		"another tag":                                {arn: "role/x", tags: tag{"platform": "yes"}, move: principal.Move{Tags: []string{"team"}}},
		"untagged into scope":                        {arn: "role/x", move: principal.Move{Tags: []string{"platform"}}},
	} {
		s := snapshot(t, arn+c.arn, c.tags)
		s.Boundary = c.boundary
		left, ok := f.MovedOut(s, c.move, now)
		got := left.Rule
		if ok && !left.Certain {
			got += "?"
		}
		if got != c.want {
			t.Errorf("%s: left %q, want %q", name, got, c.want)
		}
	}
}

func TestReaches(t *testing.T) {
	const text = `
version: 1
mode: alert
boundaries: {team: {arn: "arn:${partition}:iam::${account}:policy/team"}}
rules:
  - {preset: organizations, owner: o}
  - {name: here, match: {accounts: ["210987654321"], names: ["stacksets-*"]}, boundary: team}
  - {name: tower, match: {kinds: [role], names: ["AWSControlTower*", "cdk-*-lookup-*"]}, boundary: team}
exemptions:
  - {principal: "arn:aws:iam::${account}:role/AWSControlTowerExecution", owner: o, reason: r, expires: 2027-01-31}
  - {principal: "arn:aws:iam::${account}:role/service-role/AWSControlTowerExecution", owner: o, reason: r, expires: 2027-01-31}
`
	f, err := Load("f", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	show := func(principals []principal.Snapshot) (out []string) {
		for _, r := range f.Reaches(principals, now) {
			out = append(out, r.Rule+" "+r.Boundary+" "+r.Preset.Name+" "+strings.Join(r.Roles, " "))
		}
		slices.Sort(out)
		return out
	}
	want := []string{
		"here team stacksets stacksets-exec-????????????????????????????????",
		"tower team cdk-bootstrap cdk-hnb659fds-lookup-role-123456789012-* cdk-hnb659fds-lookup-role-210987654321-*",
		"tower team control-tower AWSControlTowerAdmin AWSControlTowerStackSetRole AWSControlTowerCloudTrailRole AWSControlTowerConfigAggregatorRoleForOrganizations",
	}
	if got := show(f.Platforms()); !slices.Equal(got, want) {
		t.Errorf("patterns:\n%s", strings.Join(got, "\n"))
	}
	there := []principal.Snapshot{
		snapshot(t, "arn:aws:iam::123456789012:role/service-role/AWSControlTowerAdmin", nil),
		snapshot(t, "arn:aws:iam::123456789012:role/AWSControlTowerMine", nil),
		snapshot(t, "arn:aws:iam::123456789012:role/OrganizationAccountAccessRole", nil),
	}
	if got := show(there); !slices.Equal(got, []string{"tower team control-tower AWSControlTowerAdmin"}) {
		t.Errorf("of existing roles: %v", got)
	}
}
