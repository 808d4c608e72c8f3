package terraform_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/iac"
	"github.com/ringfence/ringfence/internal/iac/terraform"
)

// planOf returns a plan with resource changes, and more fields.
func planOf(changes string, more ...string) string {
	return `{"format_version": "1.2", "resource_changes": [` + changes + `]` + strings.Join(append([]string{""}, more...), ", ") + `}`
}

// change returns a change of a resource.
func change(address, actions, before, after, unknown string) string {
	kind := address[strings.LastIndex(address, "aws"):]
	kind, _, _ = strings.Cut(kind, ".")
	return fmt.Sprintf(`{"address": %q, "mode": "managed", "type": %q, "change": {"actions": %s, "before": %s, "after": %s, "after_unknown": %s}}`, address, kind, actions, before, after, unknown)
}

func read(t *testing.T, text string) *iac.Plan {
	t.Helper()
	p, err := terraform.Read("plan.json", []byte(text))
	if err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	return p
}

// show returns a value in words.
func show(v iac.Value) string {
	switch _, ok := v.Value(); {
	case v.IsAbsent():
		return "absent"
	case !ok:
		return v.Fill("*")
	}
	return v.Fill("")
}

func TestBoundary(t *testing.T) {
	for _, c := range []struct{ after, unknown, want string }{
		{`{"name": "a"}`, `{}`, "absent"},
		{`{"name": "a", "permissions_boundary": null}`, `{}`, "absent"},
		{`{"name": "a", "permissions_boundary": ""}`, `{"permissions_boundary": false}`, "absent"},
		{`{"name": "a", "permissions_boundary": "arn:x"}`, `{}`, "arn:x"},
		{`{"name": "a"}`, `{"permissions_boundary": true}`, "*"},
		{`{"name": "a", "permissions_boundary": null}`, `{"permissions_boundary": true}`, "*"},
		{`{"name": "a", "permissions_boundary": 7}`, `{}`, "*"},
		{`null`, `true`, "*"},
		{`{"name": "a"}`, `"odd"`, "*"},
	} {
		p := read(t, planOf(change("aws_iam_role.a", `["create"]`, "null", c.after, c.unknown))).Principals[0]
		if got := show(p.Boundary); got != c.want {
			t.Errorf("after %s, unknown %s: %s, want %s", c.after, c.unknown, got, c.want)
		}
		if _, known := p.Boundary.Value(); !known && p.Boundary.Why == "" {
			t.Errorf("after %s, unknown %s: no reason", c.after, c.unknown)
		}
	}
}

func TestChanges(t *testing.T) {
	before := `{"name": "a", "path": "/app/", "unique_id": "AROAA", "arn": "arn:aws-cn:iam::123456789012:role/app/a", "permissions_boundary": "arn:old", "tags": {"team": "x"}}`
	for actions, want := range map[string]iac.Change{
		`["create"]`: iac.Create, `["update"]`: iac.Update, `["delete"]`: iac.Delete, `["no-op"]`: iac.Keep,
		`["delete", "create"]`: iac.Replace, `["create", "delete"]`: iac.Replace,
	} {
		b := before
		if want == iac.Create {
			b = "null"
		}
		after := `{"name": "a", "path": "/app/"}`
		if want == iac.Delete {
			after = "null"
		}
		plan := read(t, planOf(change("module.m[0].aws_iam_role.a", actions, b, after, `{}`)))
		if len(plan.Principals) != 1 || plan.Principals[0].Change != want || len(plan.Partial) > 0 {
			t.Fatalf("%s: %+v", actions, plan)
		}
		p := plan.Principals[0]
		if (p.Before != nil) != (want != iac.Create) || p.Address != "module.m[0].aws_iam_role.a" {
			t.Errorf("%s: %+v", actions, p)
		}
		if id := map[bool]string{true: "AROAA", false: ""}[want != iac.Create && want != iac.Replace]; p.ID != id {
			t.Errorf("%s: id %s", actions, p.ID)
		}
		if p.Before != nil && (p.Before.Boundary != "arn:old" || p.Before.Tags["team"] != "x" || show(p.Account) != "123456789012" || show(p.Partition) != "aws-cn") {
			t.Errorf("%s: %+v", actions, p.Before)
		}
	}
	if p := read(t, planOf(change("aws_iam_role.a", `["forget"]`, before, "null", `{}`))); len(p.Principals)+len(p.Partial) > 0 {
		t.Errorf("a forgotten resource: %+v", p)
	}
	if p := read(t, planOf(change("aws_iam_role.a", `["renovate"]`, before, "null", `{}`))); len(p.Partial) != 1 {
		t.Errorf("unknown actions: %+v", p)
	}
	if p := read(t, planOf(`{"address": "data.aws_iam_role.a", "mode": "data", "type": "aws_iam_role", "change": {"actions": ["read"], "after": {}}}`)); len(p.Principals) != 0 {
		t.Errorf("a data source: %+v", p)
	}
	if p := read(t, planOf(`{"address": "aws_iam_role.a", "deposed": "1", "mode": "managed", "type": "aws_iam_role", "change": {"actions": ["delete"], "before": {}, "after": null}}`)); len(p.Principals) != 0 {
		t.Errorf("a deposed one: %+v", p)
	}
}

func TestImportedAndMoved(t *testing.T) {
	one := `{"address": "aws_iam_user.a", "previous_address": "aws_iam_user.b", "mode": "managed", "type": "aws_iam_user",
		"change": {"actions": ["update"], "before": {"name": "a"}, "after": {"name": "a"}, "after_unknown": {}, "importing": {"id": "a"}}}`
	if notes := strings.Join(read(t, planOf(one)).Principals[0].Notes, "; "); notes != "it is imported; it moved from aws_iam_user.b" {
		t.Error(notes)
	}
}

func TestIncompletePlans(t *testing.T) {
	deferred := `"deferred_changes": [{"reason": "provider_config_unknown", "resource_change": {"address": "aws_iam_role.d", "type": "aws_iam_role", "change": {"actions": ["create"]}}},
		{"reason": "x", "resource_change": {"address": "aws_s3_bucket.d", "type": "aws_s3_bucket", "change": {"actions": ["create"]}}}]`
	for more, want := range map[string]string{
		`"errored": true, "complete": false`:       "the plan has an error",
		`"complete": false`:                        "another plan must follow",
		deferred + `, "complete": false`:           "aws_iam_role.d is deferred",
		`"complete": true, "errored": false`:       "",
		`"deferred_changes": [], "errored": false`: "",
		`"planned_values": {"root_module": {"child_modules": [{"resources": [{"address": "module.m.aws_iam_user.cut", "mode": "managed", "type": "aws_iam_user"}]}]}}`:                                               "does not have module.m.aws_iam_user.cut",
		`"planned_values": {"root_module": {"resources": [{"address": "data.aws_iam_user.x", "mode": "data", "type": "aws_iam_user"}, {"address": "aws_s3_bucket.b", "mode": "managed", "type": "aws_s3_bucket"}]}}`: "",
	} {
		p := read(t, planOf("", more))
		switch got := strings.Join(p.Partial, "; "); {
		case want == "" && got != "", !strings.Contains(got, want), len(p.Partial) > 1:
			t.Errorf("%s: %s", more, got)
		}
	}
}

func TestTemplatesInPlans(t *testing.T) {
	for actions, want := range map[string]int{`["create"]`: 1, `["update"]`: 1, `["no-op"]`: 0, `["delete"]`: 0} {
		if p := read(t, planOf(change("aws_cloudformation_stack.s", actions, "null", `{}`, `{}`))); len(p.Partial) != want {
			t.Errorf("%s: %s", actions, p.Partial)
		}
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct{ after, unknown, want string }{
		{`{"name": "a"}`, `{"name_prefix": true}`, "a"},
		{`{"name_prefix": "app-"}`, `{"name": true}`, "app-*"},
		{`{"name_prefix": "app-"}`, `{}`, "app-*"},
		{`{}`, `{"name": true, "name_prefix": true}`, "*"},
		{`{}`, `{}`, "*"},
	} {
		p := read(t, planOf(change("aws_iam_role.a", `["create"]`, "null", c.after, c.unknown))).Principals[0]
		if got := show(p.Name); got != c.want || got != "a" && p.Name.Why == "" {
			t.Errorf("after %s, unknown %s: %s, want %s", c.after, c.unknown, got, c.want)
		}
		if show(p.Path) != "/" {
			t.Errorf("the path is %s", show(p.Path))
		}
	}
}

// configured returns the configuration of resources, with a provider.
func configured(provider string, resources string) string {
	return `"configuration": {"provider_config": {"aws": {"name": "aws", "expressions": {` + provider + `}}}, "root_module": {"resources": [` + resources + `]}}`
}

func TestTags(t *testing.T) {
	role := `{"address": "aws_iam_role.a", "provider_config_key": "aws", "expressions": {}}`
	for _, c := range []struct {
		after, unknown, config string
		want                   map[string]string
		more                   bool
	}{
		{`{"tags": {"a": "1"}, "tags_all": {"a": "1", "b": "2"}}`, `{}`, "", map[string]string{"a": "1", "b": "2"}, false},
		{`{"tags": {"a": "1"}}`, `{}`, "", map[string]string{"a": "1"}, false},
		{`{"tags": {}, "tags_all": {}}`, `{"tags_all": {"a": true}}`, "", map[string]string{"a": "*"}, false},
		{`{}`, `{"tags": true, "tags_all": true}`, "", nil, true},
		{`{"tags": null}`, `{"tags_all": true}`, "", nil, true},
		{`{"tags": null}`, `{"tags_all": true}`, configured(``, role), map[string]string{}, false},
		{`{"tags": null}`, `{"tags_all": true}`, configured(`"default_tags": [{}]`, role), nil, true},
		{`{"tags_all": {"a": null}}`, `{}`, "", map[string]string{"a": ""}, false},
		{`{"tags_all": 7}`, `{}`, "", nil, true},
	} {
		var more []string
		if c.config != "" {
			more = append(more, c.config)
		}
		p := read(t, planOf(change("aws_iam_role.a", `["create"]`, "null", c.after, c.unknown), more...)).Principals[0]
		got := map[string]string{}
		for k, v := range p.Tags {
			got[k] = show(v)
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) && len(got)+len(c.want) > 0 || (p.TagsUnknown != "") != c.more {
			t.Errorf("after %s, unknown %s, %s: %v %q", c.after, c.unknown, c.config, got, p.TagsUnknown)
		}
	}
}

func TestAccounts(t *testing.T) {
	role := change("aws_iam_role.a", `["create"]`, "null", `{"name": "a"}`, `{}`)
	existing := change("aws_iam_role.b", `["no-op"]`, `{"arn": "arn:aws:iam::111111111111:role/b"}`, `{"name": "b"}`, `{}`)
	identity := `"prior_state": {"values": {"root_module": {"child_modules": [{"resources": [
		{"address": "data.aws_caller_identity.x", "type": "aws_caller_identity", "values": {"account_id": "111111111111", "arn": "arn:aws-us-gov:sts::111111111111:assumed-role/x/y"}}]}]}}}`
	both := `{"address": "aws_iam_role.a", "provider_config_key": "aws"}, {"address": "aws_iam_role.b", "provider_config_key": "aws"}`
	two := `"configuration": {"provider_config": {
		"aws": {"name": "aws", "expressions": {"allowed_account_ids": {"constant_value": ["111111111111"]}}},
		"aws.other": {"name": "aws", "expressions": {"assume_role": [{"role_arn": {"constant_value": "arn:aws-cn:iam::222222222222:role/deploy"}}]}}},
		"root_module": {"resources": [{"address": "aws_iam_role.a", "provider_config_key": "aws.other"}]}}`
	for _, c := range []struct{ what, plan, account, partition string }{
		{"nothing", planOf(role), "absent", "absent"},
		{"a data source", planOf(role, identity), "111111111111", "aws-us-gov"},
		{"another resource", planOf(role+","+existing, configured("", both)), "111111111111", "aws"},
		{"the provider", planOf(role, two), "222222222222", "aws-cn"},
		{"a contradiction", planOf(role+","+existing, configured(`"allowed_account_ids": {"constant_value": ["222222222222"]}`, both)), "*", "absent"},
		{"another provider", planOf(existing+","+role, `"configuration": {"provider_config": {"aws": {"name": "aws"}, "aws.x": {"name": "aws"}},
			"root_module": {"resources": [{"address": "aws_iam_role.a", "provider_config_key": "aws.x"}, {"address": "aws_iam_role.b", "provider_config_key": "aws"}]}}`), "absent", "absent"},
	} {
		for _, p := range read(t, c.plan).Principals {
			if p.Address == "aws_iam_role.a" && (show(p.Account) != c.account || show(p.Partition) != c.partition && c.account != "*") {
				t.Errorf("%s: %s %s", c.what, show(p.Account), show(p.Partition))
			}
		}
	}
}

func TestIdentityPolicies(t *testing.T) {
	document := `"{\"Version\": \"2012-10-17\", \"Statement\": []}"`
	role := func(name, after, unknown string) string {
		return change("aws_iam_role."+name, `["create"]`, "null", `{"name": "`+name+`"`+after+`}`, unknown)
	}
	own := role("a", "", `{"inline_policy": true, "managed_policy_arns": true}`)
	config := func(expressions string, more ...string) string {
		return configured("", strings.Join(append([]string{
			`{"address": "aws_iam_role.a", "provider_config_key": "aws", "expressions": {` + expressions + `}}`, `{"address": "aws_iam_role.b", "provider_config_key": "aws"}`,
		}, more...), ", "))
	}
	policy := func(after, unknown string) string {
		return change("aws_iam_role_policy.p", `["create"]`, "null", after, unknown)
	}
	refers := func(to string) string {
		return `{"address": "aws_iam_role_policy.p", "expressions": {"role": {"references": ["` + to + `.id", "` + to + `"]}}}`
	}
	for _, c := range []struct {
		what, plan string
		policies   int
		unknown    string
	}{
		{"none", planOf(own, config("")), 0, ""},
		{"no configuration", planOf(own), 0, "inline_policy is known only after apply"},
		{"unknown blocks", planOf(own, config(`"managed_policy_arns": {"references": ["local.x"]}`)), 0, "it depends on local.x"},
		{"blocks", planOf(role("a", `, "inline_policy": [{"name": "x", "policy": `+document+`}, {"name": "", "policy": ""}], "managed_policy_arns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]`, `{}`), config("")), 2, ""},
		{"a policy", planOf(own+","+policy(`{"role": "A", "name": "x", "policy": `+document+`}`, `{}`), config("")), 1, ""},
		{"a policy of another", planOf(own+","+policy(`{"role": "b", "policy": `+document+`}`, `{}`), config("")), 0, ""},
		{"a policy by reference to another", planOf(own+","+policy(`{}`, `{"role": true}`), config("", refers("aws_iam_role.b"))), 0, ""},
		{"a policy by reference to it", planOf(own+","+policy(`{}`, `{"role": true}`), config("", refers("aws_iam_role.a"))), 0, "aws_iam_role_policy.p is for a role"},
		{"a policy by reference to something else", planOf(own+","+policy(`{}`, `{"role": true}`), config("", refers("module.x.role"))), 0, "aws_iam_role_policy.p is for a role"},
		{"an unknown policy", planOf(own+","+policy(`{"role": "a"}`, `{"policy": true}`), config("")), 0, "aws_iam_role_policy.p is known only after apply"},
		{"a deleted policy", planOf(own+","+change("aws_iam_role_policy.p", `["delete"]`, `{"role": "a"}`, "null", `{}`), config("")), 0, ""},
		{"an attachment", planOf(own+","+change("aws_iam_role_policy_attachment.p", `["create"]`, "null", `{"role": "a", "policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}`, `{}`), config("")), 1, ""},
		{"an attachment to several", planOf(own+","+change("aws_iam_policy_attachment.p", `["create"]`, "null", `{"roles": ["b", "a"], "policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}`, `{}`), config("")), 1, ""},
		{"an attachment to several, in another case", planOf(own+","+change("aws_iam_policy_attachment.p", `["create"]`, "null", `{"roles": ["A"], "policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}`, `{}`), config("")), 1, ""},
		{"a named policy of an unknown name", planOf(change("aws_iam_role.a", `["create"]`, "null", `{}`, `{"name": true}`)+","+policy(`{"role": "b", "policy": `+document+`}`, `{}`), config("")), 0, "aws_iam_role_policy.p may be for it"},
		{"an attachment to unknown ones", planOf(own+","+change("aws_iam_policy_attachment.p", `["create"]`, "null", `{}`, `{"roles": true}`), config("")), 0, "aws_iam_policy_attachment.p attaches a policy"},
	} {
		p := read(t, c.plan).Principals[0]
		if len(p.Identity) != c.policies || !strings.Contains(p.IdentityUnknown, c.unknown) || c.unknown == "" && p.IdentityUnknown != "" {
			t.Errorf("%s: %d policies, %q", c.what, len(p.Identity), p.IdentityUnknown)
		}
	}
	user := planOf(change("aws_iam_user.u", `["create"]`, "null", `{"name": "u"}`, `{}`) + "," + change("aws_iam_user_group_membership.m", `["create"]`, "null", `{"user": "u"}`, `{}`))
	if p := read(t, user).Principals[0]; !strings.Contains(p.IdentityUnknown, "group") {
		t.Errorf("a user in a group: %q", p.IdentityUnknown)
	}
}

func TestPolicies(t *testing.T) {
	plan := read(t, planOf(strings.Join([]string{
		change("aws_iam_policy.new", `["create"]`, "null", `{"name": "p", "path": "/x/", "policy": "{}"}`, `{}`),
		change("aws_iam_policy.unknown", `["update"]`, `{"arn": "arn:aws:iam::123456789012:policy/p"}`, `{"name": "p"}`, `{"policy": true}`),
		change("aws_iam_policy.gone", `["delete"]`, `{"name": "old", "path": "/y/", "arn": "arn:aws:iam::123456789012:policy/y/old"}`, "null", `{}`),
		change("awscc_iam_managed_policy.cc", `["create"]`, "null", `{"managed_policy_name": "cc", "policy_document": "{}"}`, `{}`),
		change("awscc_iam_managed_policy.dropped", `["delete"]`, `{"managed_policy_name": "cc2", "path": "/z/"}`, "null", `{}`),
	}, ",")))
	var got []string
	for _, p := range plan.Policies {
		got = append(got, fmt.Sprintf("%s %s%s %s", p.Change, show(p.Path), show(p.Name), show(p.Document)))
	}
	want := "create /x/p {}, update /p *, delete /y/old absent, create /cc {}, delete /z/cc2 absent"
	if strings.Join(got, ", ") != want {
		t.Errorf("%s", strings.Join(got, ", "))
	}
}

func TestCloudControl(t *testing.T) {
	plan := read(t, planOf(change("awscc_iam_role.a", `["create"]`, "null", `{"role_name": "a", "permissions_boundary": "arn:x"}`, `{}`)+","+
		change("awscc_iam_user.u", `["create"]`, "null", `{}`, `{"user_name": true, "permissions_boundary": true}`)))
	role, user := plan.Principals[0], plan.Principals[1]
	if show(role.Name) != "a" || show(role.Boundary) != "arn:x" || role.TagsUnknown == "" || role.IdentityUnknown == "" {
		t.Errorf("%+v", role)
	}
	if show(user.Name) != "*" || show(user.Boundary) != "*" || user.Kind != "user" {
		t.Errorf("%+v", user)
	}
}

func TestBadInput(t *testing.T) {
	for text, want := range map[string]string{
		`{"@level": "info", "@message": "Terraform 1.11"}` + "\n{}":                   "log of terraform plan -json",
		`{"version": 4, "serial": 1, "terraform_version": "1.11"}`:                    "state file",
		`{"format_version": "1.0", "values": {"root_module": {}}}`:                    "not of a plan",
		`{"format_version": "9.0"}`:                                                   "format_version 9.0",
		`{"terraform_version": "1.0"}`:                                                "no format_version",
		`{"format_version": "1.0", "resource_changes": [{"change": {"actions": 7}}]}`: "not the JSON of a Terraform plan",
		`{"format_version": "1.0"`:                                                    "not the JSON of a Terraform plan",
	} {
		if _, err := terraform.Read("f", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if !terraform.Is([]byte(`{"@level": "info"}`+"\n{}")) || terraform.Is([]byte(`{"Resources": {}}`)) || terraform.Is([]byte("a: b")) {
		t.Error("Is")
	}
}

// An unknown value never reads as known or absent, whatever the plan.
func FuzzRead(f *testing.F) {
	f.Add(planOf(change("aws_iam_role.a", `["create"]`, "null", `{"name": "a"}`, `{"permissions_boundary": true}`), configured("", `{"address": "aws_iam_role.a"}`)))
	f.Add(planOf(change(`module.m["a"].aws_iam_user.a[0]`, `["delete", "create"]`, `{"tags": {}}`, `{"tags_all": {}}`, `{"tags_all": {"x": true}}`), `"prior_state": {}`))
	f.Add(planOf(change("aws_iam_role.a", `["create"]`, "null", `{"name": "a"}`, `true`)))
	f.Fuzz(func(t *testing.T, text string) {
		p, err := terraform.Read("f", []byte(text))
		if err != nil {
			return
		}
		var raw struct {
			Changes []struct {
				Address string `json:"address"`
				Change  struct {
					Actions []string        `json:"actions"`
					Unknown json.RawMessage `json:"after_unknown"`
				} `json:"change"`
			} `json:"resource_changes"`
		}
		if json.Unmarshal([]byte(text), &raw) != nil || len(raw.Changes) != 1 || len(p.Principals) != 1 {
			return
		}
		var unknown struct {
			Boundary any `json:"permissions_boundary"`
		}
		open := string(raw.Changes[0].Change.Unknown) == "true"
		open = open || json.Unmarshal(raw.Changes[0].Change.Unknown, &unknown) == nil && unknown.Boundary == true
		if _, known := p.Principals[0].Boundary.Value(); open && known && p.Principals[0].Change != iac.Delete {
			t.Errorf("an unknown boundary is known: %s", text)
		}
	})
}
