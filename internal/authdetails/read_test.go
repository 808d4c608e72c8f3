package authdetails

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/principal"
)

const getAll = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`

// cli is shortened output of the AWS CLI.
const cli = `{
  "UserDetailList": [
    {"Path": "/dev/", "UserName": "jane", "UserId": "AIDAJANE", "Arn": "arn:aws:iam::111122223333:user/dev/jane",
     "CreateDate": "2024-05-06T07:08:09+00:00",
     "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": ` + getAll + `}],
     "GroupList": ["team"],
     "AttachedManagedPolicies": [{"PolicyName": "ReadOnlyAccess", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}],
     "PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/boundary"},
     "Tags": [{"Key": "team", "Value": "orders"}]}
  ],
  "GroupDetailList": [
    {"Path": "/", "GroupName": "team", "GroupId": "AGPATEAM", "Arn": "arn:aws:iam::111122223333:group/team", "CreateDate": 1714979289.5,
     "GroupPolicyList": [{"PolicyName": "shared", "PolicyDocument": ` + getAll + `}],
     "AttachedManagedPolicies": [{"PolicyName": "boundary", "PolicyArn": "arn:aws:iam::111122223333:policy/boundary"}]}
  ],
  "RoleDetailList": [
    {"Path": "/", "RoleName": "app", "RoleId": "AROAAPP", "Arn": "arn:aws:iam::111122223333:role/app", "CreateDate": 1714979289.5,
     "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []},
     "InstanceProfileList": [], "RolePolicyList": [], "AttachedManagedPolicies": [], "RoleLastUsed": {}}
  ],
  "Policies": [
    {"PolicyName": "boundary", "PolicyId": "ANPA1", "Arn": "arn:aws:iam::111122223333:policy/boundary", "Path": "/", "DefaultVersionId": "v9",
     "PolicyVersionList": [
       {"Document": {"a": 10}, "VersionId": "v10", "IsDefaultVersion": false, "CreateDate": "2024-05-06T07:08:09Z"},
       {"Document": {"a": 9}, "VersionId": "v9", "IsDefaultVersion": true, "CreateDate": "2024-05-06T07:08:09Z"}]},
    {"PolicyName": "ReadOnlyAccess", "Arn": "arn:aws:iam::aws:policy/ReadOnlyAccess", "DefaultVersionId": "v1",
     "PolicyVersionList": [{"Document": {"a": 1}, "VersionId": "v1", "IsDefaultVersion": true}]}
  ],
  "IsTruncated": false
}`

func read(t *testing.T, text string) *Details {
	t.Helper()
	d, err := Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestRead(t *testing.T) {
	d := read(t, cli)
	if d.Account != "111122223333" || d.Partition != "aws" || len(d.Principals) != 2 {
		t.Fatalf("%+v", d)
	}
	jane, ok := d.Principal("arn:aws:iam::111122223333:user/dev/jane")
	if !ok {
		t.Fatal("no jane")
	}
	if jane.ID != "AIDAJANE" || jane.Boundary != "arn:aws:iam::111122223333:policy/boundary" || jane.Tags["team"] != "orders" ||
		jane.Created != time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC) || jane.Path != "/dev/" {
		t.Errorf("%+v", jane)
	}
	list, err := d.IdentityPolicies(jane)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range list {
		got = append(got, string(p.Source)+" "+p.String()+" "+string(p.Document))
	}
	want := []string{
		"inline inline policy own " + getAll,
		`attached arn:aws:iam::aws:policy/ReadOnlyAccess {"a":1}`,
		"group-inline inline policy shared through group team " + getAll,
		`group-attached arn:aws:iam::111122223333:policy/boundary through group team {"a":9}`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("policies\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, arn := range []string{"arn:aws:iam::111122223333:role/app", "arn:aws:sts::111122223333:assumed-role/app/s1"} {
		app, ok := d.Principal(arn)
		if !ok || app.Name != "app" || app.Created.IsZero() || string(app.Trust) != `{"Version":"2012-10-17","Statement":[]}` {
			t.Errorf("%s: %+v", arn, app)
		}
	}
	for _, arn := range []string{"", "arn:aws:iam::111122223333:role/ap", "arn:aws:sts::444455556666:assumed-role/app/s1", "arn:aws:sts::111122223333:assumed-role/jane/s1"} {
		if p, ok := d.Principal(arn); ok {
			t.Errorf("%s: %+v", arn, p)
		}
	}
	boundary, ok := d.Policy(jane.Boundary)
	if !ok || boundary.DefaultVersion != "v9" || boundary.Versions[0].ID != "v9" || boundary.Versions[1].ID != "v10" {
		t.Errorf("%+v", boundary)
	}
}

// Ensure that documents may be percent-encoded strings, and that pages are combined.
func TestReadPages(t *testing.T) {
	encoded := strings.ReplaceAll(url.QueryEscape(getAll), "+", "%20")
	d := read(t, `{"RoleDetailList":[{"RoleName":"app","Arn":"arn:aws:iam::111122223333:role/app",
		"AssumeRolePolicyDocument":"`+encoded+`","AttachedManagedPolicies":[{"PolicyArn":"arn:aws:iam::111122223333:policy/p"}]}],"Marker":"x"}
		{"Policies":[{"Arn":"arn:aws:iam::111122223333:policy/p","PolicyVersionList":[{"Document":`+"\""+strings.ReplaceAll(getAll, `"`, `\"`)+"\""+`,"VersionId":"v1","IsDefaultVersion":true}]}]}`)
	app, ok := d.Principal("arn:aws:iam::111122223333:role/app")
	if !ok || string(app.Trust) != getAll {
		t.Fatalf("%+v", app)
	}
	list, err := d.IdentityPolicies(app)
	if err != nil || len(list) != 1 || string(list[0].Document) != getAll {
		t.Errorf("%v, %v", list, err)
	}
}

// Ensure that something that the details lack is an error, and not a policy without permissions.
func TestMissing(t *testing.T) {
	d := read(t, `{"UserDetailList":[
		{"UserName":"a","Arn":"arn:aws:iam::111122223333:user/a","AttachedManagedPolicies":[{"PolicyArn":"arn:aws:iam::aws:policy/ReadOnlyAccess"}]},
		{"UserName":"b","Arn":"arn:aws:iam::111122223333:user/b","GroupList":["team"]},
		{"UserName":"c","Arn":"arn:aws:iam::111122223333:user/c","AttachedManagedPolicies":[{"PolicyArn":"arn:aws:iam::111122223333:policy/p"}]}],
		"Policies":[{"Arn":"arn:aws:iam::111122223333:policy/p","DefaultVersionId":"v2","PolicyVersionList":[{"VersionId":"v1","Document":{}}]}]}`)
	for i, want := range []string{"arn:aws:iam::aws:policy/ReadOnlyAccess", "the group team", "default version of the managed policy"} {
		if list, err := d.IdentityPolicies(&d.Principals[i]); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v", d.Principals[i].ARN(), list, err)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for text, want := range map[string]string{
		``:                      "it is empty",
		` `:                     "it is empty",
		`x`:                     "page 1",
		`{}`:                    "none of UserDetailList",
		`null`:                  "none of UserDetailList",
		`[]`:                    "page 1",
		cli + ` {"Records":[]}`: "page 2",
		cli + ` {`:              "page 2",
		`{"UserDetailList":[]}`: "which account",
		`{"UserDetailList":[{"UserName":"x","Arn":"arn:aws:iam::111122223333:role/x"}]}`:                      "is listed as the user",
		`{"UserDetailList":[{"UserName":"y","Arn":"arn:aws:iam::111122223333:user/x"}]}`:                      `"y"`,
		`{"RoleDetailList":[{"RoleName":"x"}]}`:                                                               "not an ARN",
		`{"GroupDetailList":[{"GroupName":"x","Arn":"g"}]}`:                                                   `"g" is not the ARN`,
		cli + `{"RoleDetailList":[{"RoleName":"x","Arn":"arn:aws:iam::444455556666:role/x"}]}`:                "more than one account",
		`{"RoleDetailList":[{"RoleName":"x","AssumeRolePolicyDocument":"%7"}]}`:                               "percent-encoded",
		`{"RoleDetailList":[{"RoleName":"x","Arn":"x"}],"UserDetailList":[{"UserName":"y","Arn":"y"}]}`:       `"x"`,
		`{"UserDetailList":[{"UserName":"y","Arn":"y"}],"RoleDetailList":[{"RoleName":"x","Arn":"x"}],"c":1}`: `"y"`,
	} {
		if d, err := Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v, want an error with %s", text, d, err, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(cli)
	f.Add(`{"Policies":[{"Arn":"arn:aws:iam::111122223333:policy/p","PolicyVersionList":[{"Document":"%7B%7D"}]}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		d, err := Read(strings.NewReader(text))
		if err != nil {
			return
		}
		for i := range d.Principals {
			p := &d.Principals[i]
			if found, ok := d.Principal(p.ARN()); !ok || found.Kind != p.Kind {
				t.Errorf("%s is not found", p.ARN())
			}
			if list, err := d.IdentityPolicies(p); err == nil {
				for _, policy := range list {
					if policy.Source == principal.Attached && policy.Document == nil {
						t.Errorf("%v of %s has no document", policy, p.ARN())
					}
				}
			}
		}
	})
}

// What is attached is known without the documents, and not without the groups.
func TestAttached(t *testing.T) {
	const text = `{"UserDetailList":[{"UserName":"jane","Path":"/","UserId":"AIDA1","Arn":"arn:aws:iam::123456789012:user/jane","GroupList":["devs"],
		"AttachedManagedPolicies":[{"PolicyName":"a","PolicyArn":"arn:aws:iam::123456789012:policy/a"}],"UserPolicyList":[{"PolicyName":"own","PolicyDocument":{}}]}],
		"GroupDetailList":[{"GroupName":"devs","Path":"/x/","GroupId":"AGPA1","Arn":"arn:aws:iam::123456789012:group/x/devs","GroupPolicyList":[],
		"AttachedManagedPolicies":[{"PolicyName":"b","PolicyArn":"arn:aws:iam::aws:policy/b"}]}]}`
	d, err := Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	policies, groups, err := d.Attached(&d.Principals[0])
	if err != nil || !slices.Equal(policies, []string{"arn:aws:iam::123456789012:policy/a", "arn:aws:iam::aws:policy/b"}) || !slices.Equal(groups, []string{"arn:aws:iam::123456789012:group/x/devs"}) {
		t.Errorf("%v, %v, %v", policies, groups, err)
	}
	d, err = Read(strings.NewReader(strings.Replace(text, `"GroupName":"devs"`, `"GroupName":"ops"`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Attached(&d.Principals[0]); err == nil {
		t.Error("a group that is not in the details has no policies")
	}
}
