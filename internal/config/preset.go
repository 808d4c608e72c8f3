package config

import (
	"slices"

	"github.com/ringfence/ringfence/internal/principal"
)

// Preset is a built-in rule with boundary: none: for the roles that an AWS service or tool creates and
// that stop working under a boundary.
type Preset struct {
	// Name is the value of preset in the file, and the name of the rule.
	Name string
	// What says which service or tool the roles belong to.
	What  string
	Match Match
	// Page is the page of AWS's documentation that has the names.
	Page string
}

var roles = []principal.Kind{principal.Role}

// presets match tightly, since any actor that can create roles can use one of these names: names are
// literal where AWS's are, an account id in a name is that of the account, and each name has its path.
var presets = []Preset{
	{
		Name: "control-tower",
		What: "AWS Control Tower governs accounts through roles of this name",
		Match: Match{
			Kinds: roles, Paths: []Glob{"/", "/service-role/"},
			Names: []Glob{
				"AWSControlTowerExecution", "AWSControlTowerAdmin", "AWSControlTowerStackSetRole", "AWSControlTowerCloudTrailRole",
				"AWSControlTowerConfigAggregatorRoleForOrganizations",
				"aws-controltower-AdministratorExecutionRole", "aws-controltower-ReadOnlyExecutionRole",
				"aws-controltower-AuditAdministratorRole", "aws-controltower-AuditReadOnlyRole",
				"aws-controltower-ConfigRecorderRole", "aws-controltower-CloudWatchLogsRole", "aws-controltower-ForwardSnsNotificationRole",
			},
		},
		Page: "https://docs.aws.amazon.com/controltower/latest/userguide/account-factory-considerations.html",
	},
	{
		Name: "stacksets",
		What: "CloudFormation StackSets deploys through roles of this name",
		Match: Match{
			Kinds: roles, Paths: []Glob{"/"},
			Names: []Glob{
				"stacksets-exec-????????????????????????????????", // 32 hexadecimal digits
				"AWSCloudFormationStackSetExecutionRole", "AWSCloudFormationStackSetAdministrationRole",
			},
		},
		Page: "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs.html",
	},
	{
		Name: "cdk-bootstrap",
		What: "cdk bootstrap makes roles of this name, and cdk deploy works through them",
		Match: Match{
			Kinds: roles, Paths: []Glob{"/"},
			Names: []Glob{ // of the default qualifier
				"cdk-hnb659fds-cfn-exec-role-${account}-*", "cdk-hnb659fds-deploy-role-${account}-*",
				"cdk-hnb659fds-file-publishing-role-${account}-*", "cdk-hnb659fds-image-publishing-role-${account}-*",
				"cdk-hnb659fds-lookup-role-${account}-*",
			},
		},
		Page: "https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html",
	},
	{
		Name: "identity-center",
		What: "IAM Identity Center makes roles of this name from permission sets, which alone can give them a boundary",
		Match: Match{
			Kinds: roles, Paths: []Glob{"/aws-reserved/sso.amazonaws.com/*"}, Names: []Glob{"AWSReservedSSO_*"},
		},
		Page: "https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html",
	},
	{
		Name:  "organizations",
		What:  "AWS Organizations makes a role of this name for the administrators of the management account",
		Match: Match{Kinds: roles, Paths: []Glob{"/"}, Names: []Glob{"OrganizationAccountAccessRole"}},
		Page:  "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html",
	},
}

// PlatformOf returns the preset that matches a principal.
func PlatformOf(s principal.Snapshot) (Preset, bool) {
	i := slices.IndexFunc(presets, func(p Preset) bool { return p.Match.matches(&s) })
	if i < 0 {
		return Preset{}, false
	}
	return presets[i], true
}

// preset reads a rule that names a preset.
func (l *loader) preset(v value, f fields, mode Mode) (r Rule, ok bool) {
	for _, key := range f.keys {
		if key != "preset" && key != "owner" && key != "topic" {
			f.values[key].problem("has no meaning next to preset: if you need another rule, write one with boundary: %s", NoBoundary)
		}
	}
	owner, topic := f.line("owner"), f.topic()
	var names []string
	for _, p := range presets {
		names = append(names, p.Name)
	}
	name, ok := oneOf(v, "a preset", names)
	if !ok {
		return r, false
	}
	p := presets[slices.Index(names, name)]
	return Rule{
		Name: p.Name, Match: p.Match, Boundary: NoBoundary, Mode: mode, Owner: owner, Topic: topic, boundary: -1,
		OutOfScope: &OutOfScope{Owner: owner, Reason: p.What},
	}, true
}
