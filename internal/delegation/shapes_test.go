package delegation

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

const (
	account = "123456789012"
	arnBase = "arn:aws:iam::" + account + ":"
	team    = arnBase + "policy/team-boundary"
	other   = arnBase + "policy/other"
)

func parse(t testing.TB, text string) *policy.Document {
	t.Helper()
	d, err := policy.Parse([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return d
}

// teamScope is the scope of most tests: one boundary, and patterns of what is inside.
func teamScope(t testing.TB, within ...string) *Scope {
	t.Helper()
	s, err := NewScope("", team)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range within {
		p, err := s.Pattern(w)
		if err != nil {
			t.Fatal(err)
		}
		s.Within = append(s.Within, p)
	}
	return &s
}

// answers are the holes that are not closed: by their ids, with ? where it is not known.
func answers(r Report) string {
	var list []string
	for _, h := range r.Holes {
		switch h.Answer {
		case compare.Refuted:
			list = append(list, h.ID)
		case compare.Unknown:
			list = append(list, h.ID+"?")
		}
	}
	return strings.Join(list, " ")
}

// on is a policy with one statement.
func on(actions, resource, condition string) string {
	list := `"` + strings.Join(strings.Fields(actions), `","`) + `"`
	if condition != "" {
		condition = `,"Condition":` + condition
	}
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[` + list + `],"Resource":"` + resource + `"` + condition + `}]}`
}

// The forms in which delegation policies are published, and variations of them that look alike.
func TestShapes(t *testing.T) {
	const (
		makes   = "iam:CreateRole iam:AttachRolePolicy iam:PutRolePolicy"
		puts    = "iam:CreateUser iam:PutUserPermissionsBoundary iam:PutUserPolicy"
		removes = "iam:DeleteRolePermissionsBoundary"
		dev     = arnBase + "role/dev/*"
		is      = `{"StringEquals":{"iam:PermissionsBoundary":"` + team + `"}}`
	)
	condition := func(operator, value string) string {
		return `{"` + operator + `":{"iam:PermissionsBoundary":"` + value + `"}}`
	}
	for _, c := range []struct {
		name, document, within, want string
	}{
		{"with the condition", on(makes+" "+puts, "*", is), "", ""},
		{"without it", on(makes, "*", ""), "", "create template change"},
		{"only on CreateRole", strings.Replace(on("iam:CreateRole", "*", is), `}]}`, `},{"Effect":"Allow","Action":["iam:AttachRolePolicy","iam:DetachRolePolicy"],"Resource":"*"}]}`, 1), "", "change"},
		{"only on CreateRole, on a path", strings.Replace(on("iam:CreateRole", dev, is), `}]}`, `},{"Effect":"Allow","Action":"iam:AttachRolePolicy","Resource":"`+dev+`"}]}`, 1), "role/dev/*", ""},
		{"on a path, without the condition", on(makes, dev, ""), "role/dev/*", "create template"},
		{"users", on(puts, "*", ""), "", "create put change"},
		{"StringLike, no wildcard", on(makes, "*", condition("StringLike", team)), "", ""},
		{"StringLike, a wildcard at the end", on(makes, "*", condition("StringLike", team+"*")), "", "create template change"},
		{"StringLike, a wildcard for the name", on(makes, "*", condition("StringLike", arnBase+"policy/*")), "", "create template change"},
		// arn:aws:iam::123456789012:policy/x:policy/team-boundary is a policy of the path /x:policy/.
		{"StringLike, a wildcard for the account", on(makes, "*", condition("StringLike", "arn:aws:iam::*:policy/team-boundary")), "", "create template change"},
		{"ArnLike, a wildcard for the account", on(makes, "*", condition("ArnLike", "arn:aws:iam::*:policy/team-boundary")), "", ""},
		{"StringEquals, a wildcard that is none", on(makes, "*", condition("StringEquals", arnBase+"policy/*")), "", ""},
		{"ArnEquals", on(makes, "*", condition("ArnEquals", team)), "", ""},
		{"IfExists", on(makes+" "+puts, "*", condition("StringEqualsIfExists", team)), "", "create template change"},
		{"IfExists, where the key always exists", on("iam:PutUserPermissionsBoundary", "*", condition("StringEqualsIfExists", team)), "", ""},
		{"ForAllValues", on(makes, "*", condition("ForAllValues:StringEquals", team)), "", "create template change"},
		{"ForAnyValue", on(makes, "*", condition("ForAnyValue:StringEquals", team)), "", ""},
		{"IgnoreCase", on("iam:CreateRole", "*", condition("StringEqualsIgnoreCase", team)), "", "create template"},
		{"a negated operator", on(makes, "*", condition("StringNotEquals", arnBase+"policy/none")), "", "create template change"},
		{"Null, so that some boundary is there", on("iam:CreateUser", "*", `{"Null":{"iam:PermissionsBoundary":"false"}}`), "", "create"},
		{"another boundary beside it", on(makes, "*", `{"StringEquals":{"iam:PermissionsBoundary":["`+team+`","`+other+`"]}}`), "", "create template change"},
		{"quarantine beside it", on(makes+" iam:PutRolePermissionsBoundary", "*", `{"StringEquals":{"iam:PermissionsBoundary":["`+team+`","arn:aws:iam::aws:policy/AWSDenyAll"]}}`), "", ""},
		{"the condition on a key of another action", on("iam:PassRole", "*", is), "", ""},
		{"tags of a request that has none", on("iam:PassRole", "*", `{"StringEquals":{"aws:RequestTag/team":"x"}}`), "", ""},
		{"tags of a request that may have some", on("iam:CreateRole iam:TagRole", "*", `{"StringEquals":{"aws:RequestTag/team":"x"},"ForAnyValue:StringEquals":{"aws:TagKeys":"team"}}`), "", "create template"},
		{"a Deny of other tags, which spares what can have none", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:CreateRole","iam:PassRole"],"Resource":"*"},
			{"Effect":"Deny","Action":"iam:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:RequestTag/team":"x"},"Null":{"aws:RequestTag/team":"false"}}}]}`, "", "create template pass"},
		{"tags of the resource", on("iam:PassRole", "*", `{"StringEquals":{"aws:ResourceTag/team":"x","iam:ResourceTag/team":"x"}}`), "", "pass"},
		{"attaching some policies", on("iam:AttachRolePolicy", "*", `{"ArnNotEquals":{"iam:PolicyARN":"arn:aws:iam::aws:policy/AdministratorAccess"}}`), "", "change"},
		{"removing with the condition", on(removes, "*", is), "", "delete"},
		{"removing another boundary", on(removes, "*", `{"StringNotEquals":{"iam:PermissionsBoundary":"`+team+`"}}`), "", "delete"},
		{"NotAction", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":["iam:*","sso:*","sts:*"],"Resource":"*"}]}`, "", ""},
		{"NotAction that forgets services", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}]}`, "", "assume permission-sets"},
		{"NotResource", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:PassRole","NotResource":"` + arnBase + `role/admin"}]}`, "", "pass"},
		{"a Deny that closes it", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:CreateRole","iam:AttachRolePolicy"],"Resource":"*"},
			{"Effect":"Deny","Action":"iam:*","Resource":"*","Condition":{"StringNotEquals":{"iam:PermissionsBoundary":"` + team + `"}}}]}`, "", ""},
		{"a Deny that does not, where the key is missing", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:CreateRole","iam:AttachRolePolicy"],"Resource":"*"},
			{"Effect":"Deny","Action":"iam:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"iam:PermissionsBoundary":"` + team + `"},"Null":{"iam:PermissionsBoundary":"false"}}}]}`, "", "create template change"},
		{"a Deny on the boundary policy", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*Policy*","Resource":"` + arnBase + `policy/*"},
			{"Effect":"Deny","Action":["iam:CreatePolicyVersion","iam:DeletePolicy","iam:DeletePolicyVersion","iam:SetDefaultPolicyVersion"],"Resource":"` + team + `"}]}`, "policy/*", ""},
		{"a Deny that forgets old versions", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:CreatePolicyVersion","iam:SetDefaultPolicyVersion"],"Resource":"*"},
			{"Effect":"Deny","Action":"iam:CreatePolicyVersion","Resource":"` + team + `"}]}`, "policy/*", "boundary"},
		{"a Deny in another case of letters", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:SetDefaultPolicyVersion","Resource":"*"},
			{"Effect":"Deny","Action":"IAM:setdefaultpolicyversion","Resource":"` + arnBase + `policy/Team-Boundary"}]}`, "policy/*", "boundary"},
		{"policies below a path", on("iam:CreatePolicy iam:CreatePolicyVersion", arnBase+"policy/dev/*", ""), "policy/dev/*", ""},
		{"policies below a path that is for more", on("iam:CreatePolicyVersion", arnBase+"policy/dev/*", ""), "policy/dev/apps/*", "policies"},
		{"PassRole below a path", on("iam:PassRole sts:AssumeRole iam:UpdateAssumeRolePolicy", dev, ""), "role/dev/*", ""},
		{"PassRole to one service", on("iam:PassRole", "*", `{"StringEquals":{"iam:PassedToService":"lambda.amazonaws.com"}}`), "role/dev/*", "pass"},
		{"trust policies, with the condition", on("iam:UpdateAssumeRolePolicy", "*", is), "", ""},
		{"groups", on("iam:AddUserToGroup", arnBase+"group/dev/*", ""), "group/dev/*", "groups"},
		{"policies of groups", on("iam:PutGroupPolicy iam:AttachGroupPolicy", arnBase+"group/dev/*", ""), "group/dev/*", ""},
		{"one's own keys", on("iam:CreateAccessKey iam:UpdateLoginProfile", arnBase+"user/${aws:username}", ""), "", ""},
		{"all keys", on("iam:CreateAccessKey", arnBase+"user/*", ""), "", "credentials"},
		{"renaming", on("iam:UpdateUser", arnBase+"user/dev/*", ""), "user/dev/*", "move"},
		{"descriptions", on("iam:UpdateRole iam:UpdateRoleDescription iam:TagRole iam:DeleteRole", "*", ""), "", ""},
		{"roles of services", on("iam:CreateServiceLinkedRole iam:PassRole", arnBase+"role/aws-service-role/*", ""), "", ""},
		{"permission sets", on("sso:*", "*", ""), "", "permission-sets"},
		{"permission sets, denied", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sso:PutInlinePolicyToPermissionSet","Resource":"arn:aws:sso:::instance/*"},
			{"Effect":"Deny","Action":"sso:*","Resource":"arn:aws:sso:::instance/*"}]}`, "", ""},
		{"identity providers", on("iam:UpdateSAMLProvider", "*", ""), "", "federation"},
		{"role manager", on("iam:PutAccountProperties", "*", ""), "", "template"},
		{"a condition that cannot be read", on("iam:PassRole", "*", `{"StringResembles":{"iam:PassedToService":"x"}}`), "", "pass?"},
		{"a wildcard for the account of roles", on("iam:PassRole", "arn:aws:iam::*:role/dev/*", ""), "role/dev/*", "pass?"},
		{"everything", on("*", "*", ""), "", "create template put delete boundary change policies groups credentials trust assume pass move federation permission-sets"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var within []string
			if c.within != "" {
				within = append(within, c.within)
			}
			d := parse(t, c.document)
			s := teamScope(t, within...)
			r := Check(s, nil, false, []*policy.Document{d})
			if got := answers(r); got != c.want {
				t.Errorf("open: %s, want: %s", got, c.want)
			}
			confirm(t, s, r, d)
		})
	}
}

// The example that an article gives has the condition where articles have it, and leaves the rest open.
func TestPublishedExample(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "delegation-example.json"))
	if err != nil {
		t.Skipf("no published example: %v", err)
	}
	r := Check(teamScope(t), nil, false, []*policy.Document{parse(t, string(text))})
	if got := answers(r); got != "boundary policies pass" {
		t.Errorf("open: %s", got)
	}
	for id, want := range map[string]string{"boundary": "iam:CreatePolicyVersion on " + team, "pass": "iam:PassRole on " + arnBase + "role/"} {
		h := r.Holes[slices.IndexFunc(r.Holes, func(h Hole) bool { return h.ID == id })]
		if f := h.Findings[0]; !strings.HasPrefix(f.Action+" on "+f.Witness.Resource, want) || f.By != (Place{0, 1}) {
			t.Errorf("%s: %s on %s by %v", id, f.Action, f.Witness.Resource, f.By)
		}
	}
}

// The shape of AWS's own example: one policy for an administrator of users, who has a boundary of another name.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate
func TestDelegatedAdministrator(t *testing.T) {
	document := parse(t, `{"Version":"2012-10-17","Statement":[
		{"Sid":"Bounded","Effect":"Allow","Action":["iam:CreateUser","iam:PutUserPolicy","iam:DeleteUserPolicy","iam:AttachUserPolicy","iam:DetachUserPolicy","iam:PutUserPermissionsBoundary"],
		 "Resource":"*","Condition":{"StringEquals":{"iam:PermissionsBoundary":"`+team+`"}}},
		{"Sid":"Other","Effect":"Allow","Action":["iam:Get*","iam:List*","iam:CreatePolicy","iam:CreatePolicyVersion","iam:DeletePolicy","iam:SetDefaultPolicyVersion","iam:CreateLoginProfile","iam:DeleteUser"],
		 "NotResource":"`+arnBase+`user/admin"},
		{"Sid":"Policies","Effect":"Deny","Action":["iam:CreatePolicyVersion","iam:DeletePolicy","iam:DeletePolicyVersion","iam:SetDefaultPolicyVersion"],
		 "Resource":["`+team+`","`+arnBase+`policy/lead-boundary"]},
		{"Sid":"Removal","Effect":"Deny","Action":"iam:DeleteUserPermissionsBoundary","Resource":"*"}]}`)
	if got := answers(Check(teamScope(t), nil, false, []*policy.Document{document})); got != "policies credentials" {
		t.Errorf("open: %s", got)
	}
	// With all users but the administrator inside, nothing but policies of others is open.
	if got := answers(Check(teamScope(t, "user/dev/*", "policy/*"), nil, false, []*policy.Document{document})); got != "credentials" {
		t.Errorf("open: %s", got)
	}
}

// Several policies, the boundary of the holder and SCPs are in force together.
func TestLayers(t *testing.T) {
	admin, s := parse(t, on("*", "*", "")), teamScope(t)
	deny := parse(t, strings.Replace(on("iam:* sts:Assume* sso:*", "*", ""), "Allow", "Deny", 1))
	storage := parse(t, on("s3:*", "*", ""))
	for name, layers := range map[string][][]*policy.Document{
		"another policy denies": {{admin, deny}},
		"the boundary":          {{admin}, {storage}},
		"an SCP":                {{admin}, {admin}, {admin, deny}},
	} {
		if got := answers(Check(s, nil, false, layers...)); got != "" {
			t.Errorf("%s: open: %s", name, got)
		}
	}
	// Leaving the organization ends what an SCP denies.
	if got := answers(Check(s, nil, true, []*policy.Document{admin}, []*policy.Document{admin, deny})); got != "organization" {
		t.Errorf("open: %s", got)
	}
}

// The holder's own principal and policies are dangerous to change even where the boundary is right, and below a path
// that is inside.
func TestOwn(t *testing.T) {
	d := parse(t, on("iam:AttachRolePolicy iam:CreatePolicyVersion", "*", `{"StringEqualsIfExists":{"iam:PermissionsBoundary":"`+team+`"}}`))
	s := teamScope(t, "policy/*", "role/*")
	if got := answers(Check(s, nil, false, []*policy.Document{d})); got != "boundary" {
		t.Errorf("open: %s", got)
	}
	s.Own = []string{arnBase + "role/dev/lead", arnBase + "policy/dev/lead"}
	r := Check(s, nil, false, []*policy.Document{d})
	if got := answers(r); got != "boundary policies" {
		t.Errorf("open: %s", got)
	}
	confirm(t, s, r, d)
}

// What is excepted is not inside, in spite of its path.
func TestExcept(t *testing.T) {
	for _, c := range [][3]string{
		{"iam:PassRole iam:UpdateAssumeRolePolicy sts:AssumeRole iam:AttachRolePolicy", "role/dev/vendor-*", "change trust assume pass"},
		{"iam:CreateAccessKey", "user/dev/vendor-*", "credentials"},
		{"iam:CreatePolicyVersion", "policy/dev/vendor-*", "policies"},
		{"iam:PutGroupPolicy", "group/dev/vendor-*", "groups"},
	} {
		kind, _, _ := strings.Cut(c[1], "/")
		d, s := parse(t, on(c[0], arnBase+kind+"/dev/*", "")), teamScope(t, kind+"/dev/*")
		if got := answers(Check(s, nil, false, []*policy.Document{d})); got != "" {
			t.Errorf("%s: open: %s", c[0], got)
		}
		s.Except = []string{arnBase + c[1]}
		r := Check(s, nil, false, []*policy.Document{d})
		if got := answers(r); got != c[2] {
			t.Errorf("%s, with an exception: open: %s", c[0], got)
		}
		confirm(t, s, r, d)
	}
}

// A boundary that is an AWS managed policy cannot be edited, and needs no account.
func TestManagedBoundary(t *testing.T) {
	const managed = "arn:aws:iam::aws:policy/ReadOnlyAccess"
	s, err := NewScope("", managed)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range [][2]string{
		{on("iam:CreateRole", "*", `{"StringEquals":{"iam:PermissionsBoundary":"`+managed+`"}}`), ""},
		{on("iam:CreateRole", "*", ""), "create template"},
		{on("iam:CreatePolicyVersion", managed, ""), ""},
	} {
		if got := answers(Check(&s, nil, false, []*policy.Document{parse(t, c[0])})); got != c[1] {
			t.Errorf("%s: open: %s", c[0], got)
		}
	}
}

// A condition that also allows an AWS managed policy of the same name rests on there being none.
func TestNamesake(t *testing.T) {
	d := parse(t, on("iam:CreateUser", "*", `{"ArnLike":{"iam:PermissionsBoundary":"arn:aws:iam::*:policy/team-boundary"}}`))
	r := Check(teamScope(t), nil, false, []*policy.Document{d})
	if answers(r) != "" || !slices.Equal(r.Assumed, []string{"AWS has no managed policy arn:aws:iam::aws:policy/team-boundary"}) {
		t.Errorf("%s, %q", answers(r), r.Assumed)
	}
}

func TestScope(t *testing.T) {
	for _, c := range []struct{ account, boundary, second, want string }{
		{"", "policy/x", "", "policy/x"},
		{"", team, "arn:aws:iam::999999999999:policy/x", "must be a policy of account 123456789012"},
		{"999999999999", team, "", "must be a policy of account 999999999999"},
		{"", team, "arn:aws-cn:iam::123456789012:policy/x", "in partition aws"},
		{"", team, arnBase + "role/x", "role/x"},
	} {
		list := []string{c.boundary}
		if c.second != "" {
			list = append(list, c.second)
		}
		if _, err := NewScope(c.account, list...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v", c, err)
		}
	}
	if _, err := NewScope(""); err == nil {
		t.Error("no boundary is accepted")
	}
	s := teamScope(t)
	for text, want := range map[string]string{
		"role/dev/*": arnBase + "role/dev/*", arnBase + "user/x": arnBase + "user/x", "policy/*": arnBase + "policy/*",
		"role/": "", "": "", "dev/*": "", "arn:aws:iam::999999999999:role/x": "", "arn:aws:s3:::x": "", "arn:aws:iam": "",
		"instance-profile/x": "", "user/${aws:username}": "",
	} {
		if got, err := s.Pattern(text); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}

func FuzzPattern(f *testing.F) {
	for _, text := range []string{"role/dev/*", arnBase + "user/x", "arn:::::", "policy/${x}", "arn:aws:iam::123456789012:role"} {
		f.Add(text)
	}
	s, err := NewScope("", team)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := s.Pattern(text)
		if err != nil {
			return
		}
		if again, err := s.Pattern(p); err != nil || again != p || !strings.HasPrefix(p, arnBase) {
			t.Errorf("%q: %q, then %q, %v", text, p, again, err)
		}
	})
}

// Who carries one of the sample boundaries cannot get a principal outside it, whatever their policies allow. What pipelines make carries the boundary of
// workloads, which allows less.
func TestSampleBoundaries(t *testing.T) {
	for name, c := range map[string]struct{ boundaries, paths []string }{
		"team":             {[]string{"team"}, []string{"team"}},
		"service-workload": {[]string{"service-workload"}, []string{"workload"}},
		"read-only":        {[]string{"read-only"}, []string{"audit"}},
		"ci":               {[]string{"ci", "service-workload"}, []string{"ci", "workload"}},
	} {
		text, err := os.ReadFile(filepath.Join("../../infra/boundaries", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var arns []string
		for _, b := range c.boundaries {
			arns = append(arns, arnBase+"policy/"+b+"-boundary")
		}
		s, err := NewScope("", arns...)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range c.paths {
			s.Within = append(s.Within, arnBase+"role/"+path+"/*", arnBase+"policy/"+path+"/*")
		}
		r := Check(&s, nil, false, []*policy.Document{parse(t, string(text))})
		if got := answers(r); got != "" || len(r.Assumed) > 0 {
			t.Errorf("%s: %s %s", name, got, r.failed())
		}
		s.Within = nil
		if got := answers(Check(&s, nil, false, []*policy.Document{parse(t, string(text))})); (got == "") != (name == "read-only") {
			t.Errorf("%s, and nothing is within: %s", name, got)
		}
	}
}

// The accounts of the principal and of the resource are known, and condition keys say them.
func TestAccountKeys(t *testing.T) {
	const everyRole = `{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}`
	deny := func(condition string) string {
		return `{"Version": "2012-10-17", "Statement": [` + everyRole + `, {"Effect": "Deny", "Action": "sts:AssumeRole", "NotResource": "` + arnBase + `role/team/*", "Condition": ` + condition + `}]}`
	}
	for condition, want := range map[string]string{
		`{"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}`:                                         "",
		`{"StringEquals": {"aws:ResourceAccount": "` + account + `"}}`:                                                 "",
		`{"StringEquals": {"aws:PrincipalAccount": "` + account + `"}}`:                                                "",
		`{"Null": {"aws:ResourceAccount": "false", "aws:PrincipalAccount": "false"}}`:                                  "",
		`{"StringNotEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}`:                                      "assume",
		`{"StringEquals": {"aws:ResourceAccount": "210987654321"}}`:                                                    "assume",
		`{"StringEquals": {"aws:PrincipalAccount": "210987654321"}}`:                                                   "assume",
		`{"Null": {"aws:PrincipalAccount": "true"}}`:                                                                   "assume",
		`{"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}", "aws:PrincipalOrgID": "o-aaaaaaaaaaaa"}}`: "assume",
	} {
		if got := answers(Check(teamScope(t, "role/team/*"), nil, false, []*policy.Document{parse(t, deny(condition))})); got != want {
			t.Errorf("%s: %q, want %q", condition, got, want)
		}
	}
}
