package delegation

import (
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// state is an account: role/dev/app and user/dev/jane are inside, the others are not.
const state = `{
 "UserDetailList": [
  {"UserName":"jane","Path":"/dev/","UserId":"AIDA1","Arn":"arn:aws:iam::123456789012:user/dev/jane","GroupList":["devs"],"AttachedManagedPolicies":[],
   "PermissionsBoundary":{"PermissionsBoundaryArn":"arn:aws:iam::123456789012:policy/team-boundary"}},
  {"UserName":"root-like","Path":"/","UserId":"AIDA2","Arn":"arn:aws:iam::123456789012:user/root-like","GroupList":["admins"],"AttachedManagedPolicies":[]}],
 "GroupDetailList": [
  {"GroupName":"admins","Path":"/ops/","GroupId":"AGPA1","Arn":"arn:aws:iam::123456789012:group/ops/admins","GroupPolicyList":[],
   "AttachedManagedPolicies":[{"PolicyName":"ops","PolicyArn":"arn:aws:iam::123456789012:policy/ops"}]},
  {"GroupName":"devs","Path":"/","GroupId":"AGPA2","Arn":"arn:aws:iam::123456789012:group/devs","GroupPolicyList":[],"AttachedManagedPolicies":[]}],
 "RoleDetailList": [
  {"RoleName":"app","Path":"/dev/","RoleId":"AROA1","Arn":"arn:aws:iam::123456789012:role/dev/app","RolePolicyList":[],"AttachedManagedPolicies":[],
   "PermissionsBoundary":{"PermissionsBoundaryArn":"arn:aws:iam::123456789012:policy/team-boundary"},
   "AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}}},
  {"RoleName":"worker","Path":"/dev/","RoleId":"AROA2","Arn":"arn:aws:iam::123456789012:role/dev/worker","RolePolicyList":[],"AttachedManagedPolicies":[],
   "PermissionsBoundary":{"PermissionsBoundaryArn":"arn:aws:iam::123456789012:policy/wide"},
   "AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}}},
  {"RoleName":"break-glass","Path":"/","RoleId":"AROA3","Arn":"arn:aws:iam::123456789012:role/break-glass","RolePolicyList":[],"AttachedManagedPolicies":[],
   "AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/dev/jane"},"Action":"sts:AssumeRole"}}},
  {"RoleName":"AWSServiceRoleForX","Path":"/aws-service-role/x.amazonaws.com/","RoleId":"AROA4","Arn":"arn:aws:iam::123456789012:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX","RolePolicyList":[],"AttachedManagedPolicies":[],
   "AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"x.amazonaws.com"},"Action":"sts:AssumeRole"}}}],
 "Policies": [
  {"PolicyName":"ops","Path":"/","Arn":"arn:aws:iam::123456789012:policy/ops","DefaultVersionId":"v1","PolicyVersionList":[{"VersionId":"v1","IsDefaultVersion":true,"Document":{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}}]}]}`

func details(t *testing.T) *authdetails.Details {
	t.Helper()
	d, err := authdetails.Read(strings.NewReader(state))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// With what exists, a witness is about it; and what concerns nothing that exists stays open, and says so.
func TestAccount(t *testing.T) {
	for _, c := range []struct {
		name, document string
		within, own    []string
		// want are the findings: action, resource and today.
		want []string
	}{
		{"passing any role", on("iam:PassRole", "*", ""), nil, nil, []string{"iam:PassRole role/dev/worker exists"}},
		{"passing a role that no service can use", on("iam:PassRole", arnBase+"role/break-glass", ""), nil, nil, []string{"iam:PassRole role/break-glass none"}},
		{"below a path", on("iam:PassRole", arnBase+"role/app/*", ""), nil, nil, []string{"iam:PassRole role/app/x none"}},
		// It was said to be inside, and is not.
		{"what is not inside in spite of its path", on("iam:PassRole", arnBase+"role/dev/*", ""), []string{"role/dev/*"}, nil, []string{"iam:PassRole role/dev/worker exists"}},
		{"with the condition", on("iam:AttachRolePolicy", "*", `{"StringEquals":{"iam:PermissionsBoundary":"`+team+`"}}`), nil, nil, nil},
		{"with IfExists", on("iam:AttachRolePolicy", "*", `{"StringEqualsIfExists":{"iam:PermissionsBoundary":"`+team+`"}}`), nil, nil, []string{"iam:AttachRolePolicy role/break-glass exists"}},
		{"with the wrong boundary", on("iam:AttachRolePolicy", "*", `{"StringLike":{"iam:PermissionsBoundary":"`+arnBase+`policy/w*"}}`), nil, nil, []string{"iam:AttachRolePolicy role/dev/worker exists"}},
		{"with a boundary that nothing has", on("iam:AttachUserPolicy", "*", `{"StringLike":{"iam:PermissionsBoundary":"`+arnBase+`policy/w*"}}`), nil, nil, []string{"iam:AttachUserPolicy user/x none"}},
		{"removing", on("iam:DeleteRolePermissionsBoundary", arnBase+"role/dev/*", ""), nil, nil, []string{"iam:DeleteRolePermissionsBoundary role/dev/app exists"}},
		{"removing from what has none", on("iam:DeleteRolePermissionsBoundary", arnBase+"role/break-glass", ""), nil, nil, []string{"iam:DeleteRolePermissionsBoundary role/break-glass none"}},
		{"swapping", on("iam:PutUserPermissionsBoundary", "*", ""), nil, nil, []string{"iam:PutUserPermissionsBoundary user/dev/jane exists"}},
		// Which principal holds the policy decides whether a trust policy lets it in.
		{"assuming", on("sts:AssumeRole", "*", ""), nil, nil, []string{"sts:AssumeRole role/break-glass exists"}},
		{"assuming, by the one who may", on("sts:AssumeRole", "*", ""), nil, []string{"user/dev/jane"}, []string{"sts:AssumeRole role/break-glass exists"}},
		{"assuming, by another", on("sts:AssumeRole", "*", ""), nil, []string{"role/dev/app"}, []string{"sts:AssumeRole role/x none"}},
		{"keys", on("iam:CreateAccessKey", "*", ""), nil, nil, []string{"iam:CreateAccessKey user/root-like exists"}},
		{"groups", on("iam:PutGroupPolicy", "*", ""), nil, nil, []string{"iam:PutGroupPolicy group/ops/admins exists"}},
		{"a group without users outside", on("iam:PutGroupPolicy", arnBase+"group/devs", ""), nil, nil, []string{"iam:PutGroupPolicy group/devs none"}},
		{"adding to a group", on("iam:AddUserToGroup", arnBase+"group/devs", ""), []string{"group/*"}, nil, []string{"iam:AddUserToGroup group/devs exists"}},
		{"policies of users outside", on("iam:CreatePolicyVersion", arnBase+"policy/o*", ""), nil, nil, []string{"iam:CreatePolicyVersion policy/ops exists"}},
		// The boundary policy is not in the account, so that a holder can create it with any document.
		{"creating the boundary policy", on("iam:CreatePolicy", "*", ""), nil, nil, []string{"iam:CreatePolicy policy/team-boundary "}},
		{"the groups of a holder", on("iam:AttachGroupPolicy", arnBase+"group/*", ""), []string{"group/*"}, []string{"user/dev/jane"}, []string{"iam:AttachGroupPolicy group/devs exists", "iam:AttachGroupPolicy group/ops/admins exists"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := teamScope(t, c.within...)
			for _, o := range c.own {
				s.Own = append(s.Own, arnBase+o)
			}
			a, err := NewAccount(details(t), s)
			if err != nil {
				t.Fatal(err)
			}
			d := parse(t, c.document)
			var got []string
			for _, h := range Check(s, a, false, []*policy.Document{d}).Holes {
				for _, f := range h.Findings {
					got = append(got, f.Action+" "+strings.TrimPrefix(f.Witness.Resource, arnBase)+" "+string(f.Today))
					if !allowed([]*policy.Document{d}, f.Action, f.Witness.Resource, f.Witness.Context) {
						t.Errorf("%v is not allowed", f.Witness)
					}
				}
			}
			slices.Sort(got)
			// A name that is made up differs.
			for i := range got {
				for _, made := range []string{"example", "x"} {
					got[i] = strings.Replace(got[i], "/"+made+" none", "/x none", 1)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestAccountErrors(t *testing.T) {
	s, err := NewScope("999999999999", "arn:aws:iam::aws:policy/ReadOnlyAccess")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewAccount(details(t), &s); err == nil || !strings.Contains(err.Error(), "of account 123456789012") {
		t.Error(err)
	}
	s, err = NewScope("", "arn:aws:iam::aws:policy/ReadOnlyAccess")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewAccount(details(t), &s); err != nil || s.Account != account {
		t.Error(err, s.Account)
	}
	// A group that the details lack may have any policies.
	lacking, err := authdetails.Read(strings.NewReader(strings.Replace(state, `["admins"]`, `["others"]`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewAccount(lacking, teamScope(t)); err == nil || !strings.Contains(err.Error(), "group others") {
		t.Error(err)
	}
}

// Trust policies that may let a holder or a service in.
func TestTrusts(t *testing.T) {
	const lead = arnBase + "role/dev/lead"
	for principal, want := range map[string]string{
		`"*"`:                                 "true true",
		`{"AWS":"*"}`:                         "true false",
		`{"AWS":"123456789012"}`:              "true false",
		`{"AWS":"` + arnBase + `root"}`:       "true false",
		`{"AWS":"` + lead + `"}`:              "true false",
		`{"AWS":"` + arnBase + `role/other"}`: "false false",
		`{"AWS":"arn:aws:sts::123456789012:assumed-role/lead/s"}`:  "true false",
		`{"AWS":"arn:aws:sts::123456789012:assumed-role/other/s"}`: "false false",
		`{"AWS":"arn:aws:iam::999999999999:root"}`:                 "false false",
		`{"AWS":"AROA3XFRBF23XEXAMPLE"}`:                           "false false",
		`{"Service":"ec2.amazonaws.com"}`:                          "false true",
		`{"Federated":"accounts.google.com"}`:                      "false false",
	} {
		holders, services := trusts([]byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":`+principal+`,"Action":"sts:AssumeRole"}}`), account, []string{lead})
		if got := map[bool]string{true: "true", false: "false"}; got[holders]+" "+got[services] != want {
			t.Errorf("%s: %v %v, want %s", principal, holders, services, want)
		}
	}
	if h, s := trusts([]byte("{"), account, nil); !h || !s {
		t.Error("a trust policy that cannot be read lets nobody in")
	}
}

// An account of many principals does not reach the bound of the work.
func TestManyPrincipals(t *testing.T) {
	a := &Account{}
	for i := range 500 {
		a.all = append(a.all, one{arn: arnBase + "role/service-" + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + strings.Repeat("y", i/26), kind: "role", assumable: true, passable: true})
	}
	r := Check(teamScope(t, "role/dev/*"), a, false, []*policy.Document{parse(t, on("iam:PassRole sts:AssumeRole", arnBase+"role/app/*", ""))})
	for _, h := range r.Holes {
		for _, f := range h.Findings {
			if f.Today != NoneToday {
				t.Errorf("%s: %s", h.ID, f.Today)
			}
		}
		if h.Answer == compare.Unknown {
			t.Errorf("%s: %v", h.ID, h.Open)
		}
	}
	if got := answers(r); got != "assume pass" {
		t.Error(got)
	}
}
