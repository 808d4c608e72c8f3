package plan_test

import (
	"testing"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/principal"
)

func TestRepairIsEveryCommandOrNone(t *testing.T) {
	role := principal.Ref{Partition: "aws", Account: "123456789012", Kind: principal.Role, Path: "/dev/", Name: "app"}
	const arn = "arn:aws:iam::123456789012:policy/limits/team"
	document := []byte("{\"Version\": \"2012-10-17\",\n\"Statement\": []}")
	attach := plan.Action{Kind: finding.Reattach, Principal: role, Boundary: arn}
	create := plan.Action{Kind: finding.CreatePolicy, Policy: arn}
	const attached = "aws iam put-role-permissions-boundary --role-name app --permissions-boundary " + arn
	const made = `aws iam create-policy --policy-name team --path /limits/ --policy-document '{"Version":"2012-10-17","Statement":[]}'`
	hostile := attach
	hostile.Principal.Name = "x'; rm -rf $HOME; '"
	quoted := attach
	quoted.Principal.Name = "-x=`id`'"
	for _, c := range []struct {
		name     string
		actions  []plan.Action
		document []byte
		want     string
	}{
		{"nothing", nil, document, ""},
		{"only an alert", []plan.Action{{Kind: finding.Alert}}, document, ""},
		{"one", []plan.Action{attach}, nil, attached},
		{"two", []plan.Action{create, attach}, document, made + " && " + attached},
		{"a half", []plan.Action{create, attach}, nil, ""},
		{"a version to go back to", []plan.Action{{Kind: finding.Restore, Policy: arn, SetDefault: "v2"}}, nil, "aws iam set-default-policy-version --policy-arn " + arn + " --version-id v2"},
		{
			"a version too many",
			[]plan.Action{{Kind: finding.Restore, Policy: arn, Prune: "v1"}},
			document,
			"aws iam delete-policy-version --policy-arn " + arn + " --version-id v1 && aws iam create-policy-version --policy-arn " + arn +
				` --policy-document '{"Version":"2012-10-17","Statement":[]}' --set-as-default`,
		},
		{"a name that IAM has none of", []plan.Action{hostile}, nil, ""},
		{
			"a name that a shell reads",
			[]plan.Action{quoted},
			nil,
			`aws iam put-role-permissions-boundary --role-name='-x=` + "`id`" + `'\''' --permissions-boundary ` + arn,
		},
	} {
		if got := (plan.Decision{Actions: c.actions}).Repair(c.document); got != c.want {
			t.Errorf("%s:\n%s, and not\n%s", c.name, got, c.want)
		}
	}
}
