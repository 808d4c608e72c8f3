package apply_test

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/localaws/apply"
	"github.com/ringfence/ringfence/internal/localaws/iam"
	"github.com/ringfence/ringfence/internal/trail"
	"github.com/ringfence/ringfence/internal/trail/trailtest"
)

const (
	account  = "123456789012"
	boundary = "arn:aws:iam::123456789012:policy/team/boundary"
	admin    = "arn:aws:iam::aws:policy/AdministratorAccess"
)

var when = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// step is a record, and the expected result of applying it.
type step struct {
	event, request, response string
	assumed                  string // joined with "; "
	reason                   string
	sameSecond               bool // as the step before
}

func newAccount() *iam.Account {
	clock := localaws.NewClock(when.Add(time.Hour))
	return localaws.New(localaws.Options{Now: clock.Now, Seed: 1}).IAM(account)
}

// record returns the record of an IAM call.
func record(name, request, response string, at time.Time) trail.Raw {
	return trail.Raw{
		Record:  trail.Record{Source: "iam.amazonaws.com", Name: name, Time: at},
		Request: json.RawMessage(request), Response: json.RawMessage(response),
	}
}

func run(t *testing.T, a *iam.Account, steps []step) {
	t.Helper()
	log := apply.To(a)
	for i, s := range steps {
		at := when.Add(time.Duration(i) * time.Second)
		if s.sameSecond {
			at = when.Add(time.Duration(i-1) * time.Second)
		}
		got, err := log.Apply(record(s.event, s.request, s.response, at))
		if err != nil || strings.Join(got.Assumed, "; ") != s.assumed || got.Reason != s.reason || got.Applied == (s.reason != "") {
			t.Errorf("%s %s: %+v, %v, want assumed %q, reason %q", s.event, s.request, got, err, s.assumed, s.reason)
		}
	}
}

// view reads an account.
func view(a *iam.Account, f func(*iam.Tx)) {
	_ = a.View(iam.Lag{}, func(tx *iam.Tx) error {
		f(tx)
		return nil
	})
}

func TestRoleThroughItsLife(t *testing.T) {
	a := newAccount()
	run(t, a, []step{
		{
			event: "CreateRole", assumed: "policy " + boundary + " (document unknown)",
			request: `{"roleName":"app","path":"/dev/","assumeRolePolicyDocument":"{\"Statement\":[]}","description":"d","maxSessionDuration":7200,
				"permissionsBoundary":"` + boundary + `","tags":[{"key":"Team","value":"a"}]}`,
			response: `{"role":{"roleId":"AROA1","arn":"arn:aws:iam::123456789012:role/dev/app","path":"/dev/","roleName":"app","createDate":"Mar 1, 2026 1:00:00 AM"}}`,
		},
		{event: "PutRolePolicy", request: `{"roleName":"app","policyName":"p","policyDocument":"%7B%22Statement%22%3A%5B%5D%7D"}`, response: `null`},
		{event: "AttachRolePolicy", request: `{"roleName":"APP","policyArn":"` + admin + `"}`},
		{event: "TagRole", request: `{"roleName":"app","tags":[{"key":"team","value":"b"},{"key":"x","value":"y"}]}`},
		{event: "UntagRole", request: `{"roleName":"app","tagKeys":["X"]}`},
		{event: "UpdateRole", request: `{"roleName":"app","description":"e"}`},
		{event: "UpdateAssumeRolePolicy", request: `{"roleName":"app","policyDocument":"{\"Statement\":{}}"}`},
	})
	view(a, func(tx *iam.Tx) {
		r := tx.Role("app")
		if r.ID != "AROA1" || r.ARN != "arn:aws:iam::123456789012:role/dev/app" || !r.Created.Equal(when) || r.Boundary != boundary ||
			r.Inline["p"] != `{"Statement":[]}` || !slices.Equal(r.Attached, []string{admin}) || r.Description != "e" ||
			r.Trust != `{"Statement":{}}` || r.MaxSessionDuration != 7200 || !slices.Equal(r.Tags, []iam.Tag{{Key: "team", Value: "b"}}) {
			t.Errorf("%+v", r)
		}
	})
	run(t, a, []step{
		{event: "DeleteRolePermissionsBoundary", request: `{"roleName":"app"}`},
		{event: "DeleteRolePolicy", request: `{"roleName":"app","policyName":"p"}`},
		{event: "DetachRolePolicy", request: `{"roleName":"app","policyArn":"` + admin + `"}`},
	})
	view(a, func(tx *iam.Tx) {
		if r := tx.Role("app"); r.Boundary != "" || len(r.Inline) != 0 || len(r.Attached) != 0 {
			t.Errorf("%+v", r)
		}
	})
	run(t, a, []step{
		{event: "PutRolePermissionsBoundary", request: `{"roleName":"app","permissionsBoundary":"arn:aws:iam::aws:policy/AWSDenyAll"}`},
		{ // a repeated record changes nothing
			event: "CreateRole", request: `{"roleName":"app"}`, response: `{"role":{"roleId":"AROA1","roleName":"app"}}`,
		},
	})
	view(a, func(tx *iam.Tx) {
		if r := tx.Role("app"); r.Boundary != "arn:aws:iam::aws:policy/AWSDenyAll" || r.Path != "/dev/" {
			t.Errorf("%+v", r)
		}
	})
	run(t, a, []step{
		{
			event: "CreateRole", request: `{"roleName":"App"}`, response: `{"role":{"roleId":"AROA2","roleName":"App"}}`,
			assumed: "role App had been deleted before",
		},
		{event: "DeleteRole", request: `{"roleName":"app"}`},
		{event: "DeleteRole", request: `{"roleName":"app"}`, assumed: "role app existed"},
	})
	view(a, func(tx *iam.Tx) {
		if tx.Role("app") != nil {
			t.Error("the role still exists")
		}
	})
}

func TestWhatTheLogPresupposes(t *testing.T) {
	a := newAccount()
	custom := "arn:aws:iam::123456789012:policy/x/custom"
	run(t, a, []step{
		{event: "AttachUserPolicy", request: `{"userName":"u","policyArn":"` + custom + `"}`, assumed: "user u; policy " + custom + " (document unknown)"},
		{event: "AttachGroupPolicy", request: `{"groupName":"g","policyArn":"arn:aws:iam::aws:policy/job-function/Rare"}`, assumed: "group g; policy arn:aws:iam::aws:policy/job-function/Rare (document unknown)"},
		{event: "AddUserToGroup", request: `{"userName":"v","groupName":"g"}`, assumed: "user v"},
		{event: "RemoveUserFromGroup", request: `{"userName":"u","groupName":"h"}`, assumed: "group h"},
		{event: "PutUserPermissionsBoundary", request: `{"userName":"w","permissionsBoundary":"` + boundary + `"}`, assumed: "user w; policy " + boundary + " (document unknown)"},
		{event: "DeleteUserPermissionsBoundary", request: `{"userName":"x"}`, assumed: "user x"},
		{event: "SetDefaultPolicyVersion", request: `{"policyArn":"` + custom + `","versionId":"v3"}`, assumed: "version v3 of " + custom + " (document unknown)"},
		{event: "DeletePolicy", request: `{"policyArn":"` + custom + `"}`, assumed: "policy " + custom + " had been detached from user u"},
		{event: "DeleteUserPolicy", request: `{"userName":"y","policyName":"p"}`, assumed: "user y"},
		{event: "UpdateUser", request: `{"userName":"old","newUserName":"new","newPath":"/out/"}`, assumed: "user old"},
	})
	view(a, func(tx *iam.Tx) {
		if u := tx.User("new"); u == nil || u.Path != "/out/" || u.ARN != "arn:aws:iam::123456789012:user/out/new" || tx.User("old") != nil {
			t.Errorf("%+v", u)
		}
		if u := tx.User("u"); len(u.Attached) != 0 {
			t.Errorf("%+v", u)
		}
		if u := tx.User("v"); !slices.Equal(u.Groups, []string{"g"}) {
			t.Errorf("%+v", u)
		}
	})
}

func TestRenames(t *testing.T) {
	a := newAccount()
	run(t, a, []step{
		{event: "CreateUser", request: `{"userName":"a"}`, response: `{"user":{"userId":"AIDA1","userName":"a","arn":"arn:aws:iam::123456789012:user/a"}}`},
		{event: "CreateUser", request: `{"userName":"b"}`, response: `{"user":{"userId":"AIDA2","userName":"b"}}`},
		{event: "UpdateUser", request: `{"userName":"a","newUserName":"A"}`},
		{event: "UpdateUser", request: `{"userName":"a","newUserName":"b"}`, assumed: "user b had been deleted before"},
		{event: "CreateGroup", request: `{"groupName":"g"}`, response: `{"group":{"groupId":"AGPA1"}}`},
		{event: "AddUserToGroup", request: `{"groupName":"g","userName":"b"}`},
		{event: "UpdateGroup", request: `{"groupName":"g","newGroupName":"h"}`},
	})
	view(a, func(tx *iam.Tx) {
		if u := tx.User("b"); u == nil || u.ID != "AIDA1" || !slices.Equal(u.Groups, []string{"h"}) || tx.User("a") != nil || tx.Group("g") != nil {
			t.Errorf("%+v", u)
		}
	})
}

func TestPolicyVersions(t *testing.T) {
	a := newAccount()
	version := func(id, isDefault string) step {
		return step{
			event: "CreatePolicyVersion", request: `{"policyArn":"` + boundary + `","policyDocument":"{\"v\":\"` + id + `\"}","setAsDefault":` + isDefault + `}`,
			response: `{"policyVersion":{"versionId":"` + id + `","isDefaultVersion":` + isDefault + `,"createDate":"x"}}`,
		}
	}
	steps := []step{
		{
			event: "CreatePolicy", request: `{"policyName":"boundary","path":"/team/","policyDocument":"{\"v\":\"v1\"}","description":"d"}`,
			response: `{"policy":{"policyId":"ANPA1","arn":"` + boundary + `","defaultVersionId":"v1","path":"/team/"}}`,
		},
		version("v2", "true"), version("v3", "false"), version("v4", "false"), version("v5", "false"), version("v6", "false"), version("v6", "false"),
		{event: "SetDefaultPolicyVersion", request: `{"policyArn":"` + boundary + `","versionId":"v6"}`},
		{event: "DeletePolicyVersion", request: `{"policyArn":"` + boundary + `","versionId":"v2"}`},
	}
	steps[5].assumed = "version v1 of " + boundary + " had been deleted before"
	run(t, a, steps)
	view(a, func(tx *iam.Tx) {
		p := tx.Policy(boundary)
		if p.ID != "ANPA1" || p.Default != "v6" || len(p.Versions) != 4 || p.Version("v6").Document != `{"v":"v6"}` || p.Version("v1") != nil {
			t.Errorf("%+v", p)
		}
	})
	run(t, a, []step{
		{event: "DeletePolicyVersion", request: `{"policyArn":"` + boundary + `","versionId":"v6"}`, assumed: "another version of " + boundary + " than v6 was default (document unknown)"},
		{event: "TagPolicy", request: `{"policyArn":"` + boundary + `","tags":[{"key":"a","value":"b"}]}`},
		{event: "DeletePolicy", request: `{"policyArn":"` + boundary + `"}`},
		{event: "DeletePolicy", request: `{"policyArn":"` + boundary + `"}`, assumed: "policy " + boundary + " existed"},
	})
}

func TestServicesOwnRoles(t *testing.T) {
	a := newAccount()
	run(t, a, []step{
		{
			event: "CreateServiceLinkedRole", request: `{"aWSServiceName":"autoscaling.amazonaws.com"}`,
			response: `{"role":{"roleId":"AROA1","roleName":"AWSServiceRoleForAutoScaling","path":"/aws-service-role/autoscaling.amazonaws.com/",
				"arn":"arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling","assumeRolePolicyDocument":"%7B%7D"}}`,
		},
		{
			event: "CreateRole", request: `{"roleName":"AWSReservedSSO_Admin_0123456789abcdef","path":"/aws-reserved/sso.amazonaws.com/"}`,
			response: `{"role":{"roleId":"AROA2","roleName":"AWSReservedSSO_Admin_0123456789abcdef","path":"/aws-reserved/sso.amazonaws.com/"}}`,
		},
		{event: "AttachRolePolicy", request: `{"roleName":"AWSReservedSSO_Admin_0123456789abcdef","policyArn":"` + admin + `"}`},
	})
	view(a, func(tx *iam.Tx) {
		if r := tx.Role("AWSServiceRoleForAutoScaling"); r == nil || r.Path != "/aws-service-role/autoscaling.amazonaws.com/" || r.Trust != "{}" {
			t.Errorf("%+v", r)
		}
		if r := tx.Role("AWSReservedSSO_Admin_0123456789abcdef"); !slices.Equal(r.Attached, []string{admin}) {
			t.Errorf("%+v", r)
		}
	})
}

func TestWhatCannotBeApplied(t *testing.T) {
	run(t, newAccount(), []step{
		{event: "CreateRole", request: `null`, reason: "neither requestParameters nor responseElements has the role's name"},
		{event: "PutRolePolicy", request: `{"omitted":true}`, reason: "requestParameters has no policyName"},
		{event: "UpdateAssumeRolePolicy", request: `{"policyDocument":"{}"}`, reason: "requestParameters has no roleName"},
		{event: "AttachRolePolicy", request: `{"roleName":"r","policyArn":5}`, reason: "requestParameters has no policyArn"},
		{event: "CreatePolicyVersion", request: `{"policyArn":"x"}`, reason: `policyArn "x" is not the ARN of a managed policy`},
	})
	for _, name := range []string{"PutPolicy", "CreateVirtualMFADevice", "CreateAccessKey", ""} {
		if got, err := apply.To(newAccount()).Apply(record(name, "", "", time.Time{})); err != nil || got.Applied || got.Reason != "" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	if _, err := apply.To(newAccount()).Apply(record("CreateRole", "{", "", time.Time{})); err == nil {
		t.Error("no error for parameters that are not JSON")
	}
}

// corpus returns the recorded successful IAM writes.
func corpus(tb testing.TB) []trail.Raw {
	tb.Helper()
	var all []trail.Raw
	for _, record := range trailtest.Recorded(tb, "cloudtrail-files") {
		r, err := trail.Read(record.Text)
		if err == nil && r.Source == "iam.amazonaws.com" && !r.Failed() && !bool(r.Event.ReadOnly) && slices.Contains(apply.Writes(), r.Name) {
			all = append(all, r)
		}
	}
	if len(all) == 0 {
		tb.Fatal("no recorded IAM writes")
	}
	slices.SortStableFunc(all, func(a, b trail.Raw) int {
		return cmp.Or(a.Time.Compare(b.Time), apply.Rank(a.Name)-apply.Rank(b.Name))
	})
	return all
}

func TestRecordedWrites(t *testing.T) {
	a := localaws.New(localaws.Options{Seed: 1}).IAM("123837392027")
	log := apply.To(a)
	var assumed []string
	for _, r := range corpus(t) {
		got, err := log.Apply(r)
		if err != nil || !got.Applied {
			t.Errorf("%s %s: %+v, %v", r.Name, r.Request, got, err)
		}
		assumed = append(assumed, got.Assumed...)
	}
	if len(assumed) > 0 {
		t.Errorf("these records create everything that they use, but these were assumed: %q", assumed)
	}
	view(a, func(tx *iam.Tx) {
		if found := tx.UsedBy("arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"); len(found) > 0 {
			t.Errorf("everything was deleted, but these exist: %+v", found)
		}
	})
}

func TestOneSecondInAnyOrder(t *testing.T) {
	a := newAccount()
	run(t, a, []step{
		{event: "PutRolePolicy", request: `{"roleName":"a","policyName":"p","policyDocument":"{}"}`, assumed: "role a"},
		{event: "CreateRole", request: `{"roleName":"a"}`, response: `{"role":{"roleId":"AROA1"}}`, sameSecond: true},
	})
	view(a, func(tx *iam.Tx) {
		if r := tx.Role("a"); r.ID != "AROA1" || r.Inline["p"] != "{}" {
			t.Errorf("%+v", r)
		}
	})
	run(t, a, []step{
		{event: "DeleteRole", request: `{"roleName":"a"}`},
		{event: "DeleteRolePolicy", request: `{"roleName":"a","policyName":"p"}`, sameSecond: true},
	})
	view(a, func(tx *iam.Tx) {
		if tx.Role("a") != nil {
			t.Error("the role exists again")
		}
	})
	custom := "arn:aws:iam::123456789012:policy/custom"
	createPolicy := func(id string) step {
		return step{event: "CreatePolicy", request: `{"policyName":"custom","policyDocument":"{}"}`, response: `{"policy":{"policyId":"` + id + `"}}`}
	}
	again := createPolicy("ANPA2")
	again.assumed = "policy " + custom + " had been deleted before"
	run(t, a, []step{
		createPolicy("ANPA1"),
		again,
		{event: "DeletePolicy", request: `{"policyArn":"` + custom + `"}`, sameSecond: true}, // of ANPA1
	})
	view(a, func(tx *iam.Tx) {
		if p := tx.Policy(custom); p == nil || p.ID != "ANPA2" {
			t.Errorf("%+v", p)
		}
	})
}

func FuzzApply(f *testing.F) {
	f.Add("CreateRole", `{"roleName":"r","tags":[{"key":"a","value":"b"}],"permissionsBoundary":"`+boundary+`"}`, `{"role":{"roleName":"r"}}`)
	f.Add("UpdateUser", `{"userName":"u","newUserName":"v"}`, `null`)
	f.Add("CreatePolicyVersion", `{"policyArn":"`+boundary+`","policyDocument":"{}","setAsDefault":true}`, `{"policyVersion":{"versionId":"v9"}}`)
	f.Add("DeletePolicy", `{"policyArn":"`+admin+`"}`, `{}`)
	f.Fuzz(func(_ *testing.T, event, request, response string) {
		a := newAccount()
		log := apply.To(a)
		for range 2 {
			_, _ = log.Apply(record(event, request, response, time.Time{}))
		}
		a.Describe()
	})
}

// Ensure that principals are marked until the log shows their boundary, and that a role of which
// only the name is known counts as the role of the service with that name.
func TestWhatIsPresupposed(t *testing.T) {
	a := newAccount()
	log := apply.To(a)
	at := when
	for _, s := range []struct{ event, request, known, unknown string }{
		{"TagRole", `{"roleName":"App"}`, "role/x", "role/app"},
		{"PutRolePermissionsBoundary", `{"roleName":"app","permissionsBoundary":"` + boundary + `"}`, "role/app", ""},
		{"TagUser", `{"userName":"u"}`, "role/u", "user/u"},
		{"UpdateUser", `{"userName":"u","newUserName":"v"}`, "user/u", "user/v"},
		{"DeleteUserPermissionsBoundary", `{"userName":"v"}`, "user/v", ""},
		{"TagUser", `{"userName":"w"}`, "", "user/w"},
		{"DeleteUser", `{"userName":"w"}`, "user/w", ""},
		{"TagRole", `{"roleName":"made"}`, "", "role/made"},
		{"CreateRole", `{"roleName":"made"}`, "role/made", ""},
		{"DeleteRolePermissionsBoundary", `{"roleName":"never"}`, "role/never", ""},
		{"AttachRolePolicy", `{"roleName":"AWSReservedSSO_Admin_0123456789abcdef","policyArn":"` + admin + `"}`, "", "role/AWSReservedSSO_Admin_0123456789abcdef"},
		{"TagRole", `{"roleName":"AWSServiceRoleForSupport"}`, "", "role/AWSServiceRoleForSupport"},
	} {
		at = at.Add(time.Second)
		if _, err := log.Apply(record(s.event, s.request, "", at)); err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]bool{s.known: false, s.unknown: true} {
			kind, name, found := strings.Cut(name, "/")
			if got, _ := log.Presupposed(iam.Kind(kind), name); found && got != want {
				t.Errorf("%s %s: %s %s presupposed: %v", s.event, s.request, kind, name, got)
			}
		}
	}
	view(a, func(tx *iam.Tx) {
		if r := tx.Role("AWSReservedSSO_Admin_0123456789abcdef"); r.Path != "/aws-reserved/sso.amazonaws.com/" || !strings.HasSuffix(r.ARN, "role/aws-reserved/sso.amazonaws.com/"+r.Name) {
			t.Errorf("%+v", r)
		}
		if r := tx.Role("AWSServiceRoleForSupport"); r.Path != "/aws-service-role/" {
			t.Errorf("%+v", r)
		}
	})
	for name, want := range map[string]bool{"app": true, "made": false, "never": true, "x": false} {
		if _, got := log.Presupposed(iam.KindRole, name); got != want {
			t.Errorf("the path of role %s is presupposed: %v", name, got)
		}
	}
	log.Presuppose(iam.KindRole, "app")
	view(a, func(tx *iam.Tx) {
		if b, _ := log.Presupposed(iam.KindRole, "app"); tx.Role("app").Boundary != "" || !b {
			t.Error("its boundary is still known")
		}
	})
}
