package trail

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/ringfence/ringfence/internal/errclass"
)

// Difficulties in recorded events, one test each.

// Ensure that a failed call is recognized by its error code before its parameters are read. They are null if
// access was denied.
func TestFailedCallsAreRecognised(t *testing.T) {
	for _, code := range []string{"AccessDenied", "NoSuchEntity", "NoSuchEntityException", "EntityAlreadyExists", "Client.Whatever"} {
		for _, request := range []any{nil, fields{"roleName": "app"}, fields{"roleName": 7}, "cut sho"} {
			for _, watched := range append(Watched(), Call{sqs, "PurgeQueue"}, Call{cloudFormation, "ExecuteChangeSet"}) {
				got := parse(t, bare(t, fields{"eventSource": watched.Source, "eventName": watched.Name, "errorCode": code, "requestParameters": request}))
				if !got.Failed() || got.ErrorCode != code || got.Subject != (Unwatched{}) {
					t.Errorf("%s refused with %s: %+v", watched.Name, code, got)
				}
			}
		}
	}
}

// Ensure that the request is used if the response is null, absent, omitted or truncated.
func TestResponseMayBeMissing(t *testing.T) {
	want := parse(t, bare(t, fields{"responseElements": nil})).Subject
	for _, response := range []string{
		`null`, `{}`, `{"role":null}`, `{"omitted":true,"originalSize":104444,"reason":"too large"}`, `"{\"role\":{\"ro"`, `{"role":{"roleName":5}}`,
	} {
		data := fmt.Appendf(bare(t, nil)[:len(bare(t, nil))-1], `,"responseElements":%s}`, response)
		if got := parse(t, data).Subject; !reflect.DeepEqual(got, want) {
			t.Errorf("responseElements %s: %+v, want %+v", response, got, want)
		}
	}
}

// Ensure that dates in the response are not read: their format depends on the language of the caller, and one
// has a narrow no-break space.
func TestCreateDateIsNotRead(t *testing.T) {
	for _, date := range []any{"Mar 2, 2026 9:15:42 AM", "Mar 02, 2026 9:15:42 AM", "Mar 2, 2026, 9:15:42\u202fAM", 1767225600, nil} {
		got := parse(t, bare(t, fields{"responseElements": fields{"role": fields{"path": "/", "roleName": "app", "roleId": "AROAEXAMPLE", "createDate": date}}}))
		if want := (Principal{Ref: role("/", "app"), ID: "AROAEXAMPLE", Boundary: with(""), Made: made("/", "app", nil)}); !reflect.DeepEqual(got.Subject, want) {
			t.Errorf("createDate %q: %+v", date, got.Subject)
		}
		if got.Time.Format("15:04:05") != "09:15:42" {
			t.Errorf("createDate %q: time %v", date, got.Time)
		}
	}
}

// Ensure that documents are not changed: raw in the request, percent-encoded in the response.
func TestDocumentsAreLeftAlone(t *testing.T) {
	raw, err := Read(bare(t, fields{
		"requestParameters": fields{"roleName": "app", "assumeRolePolicyDocument": `{"Version":"2012-10-17"}`},
		"responseElements":  fields{"role": fields{"path": "/", "roleName": "app", "assumeRolePolicyDocument": "%7B%22Version%22%3A%222012-10-17%22%7D"}},
	}))
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"assumeRolePolicyDocument":"{\"Version\":\"2012-10-17\"}","roleName":"app"}`; string(raw.Request) != want {
		t.Errorf("request %s, want %s", raw.Request, want)
	}
	if want := `{"role":{"assumeRolePolicyDocument":"%7B%22Version%22%3A%222012-10-17%22%7D","path":"/","roleName":"app"}}`; string(raw.Response) != want {
		t.Errorf("response %s, want %s", raw.Response, want)
	}
}

// Ensure that every type of caller is read, and that the caller decides nothing.
func TestAnyCallerWillDo(t *testing.T) {
	want := parse(t, bare(t, nil)).Subject
	for _, c := range []struct {
		identity any
		want     string
	}{
		{nil, "unknown"},
		{fields{}, "unknown"},
		{fields{"accountId": "123456789012", "invokedBy": "health.amazonaws.com"}, "health.amazonaws.com"},
		{fields{"type": "Root", "arn": "arn:aws:iam::123456789012:root", "principalId": "123456789012"}, "arn:aws:iam::123456789012:root"},
		{fields{"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/jane", "userName": "jane"}, "arn:aws:iam::123456789012:user/jane"},
		{fields{"type": "AssumedRole", "arn": "arn:aws:sts::123456789012:assumed-role/r/s", "sessionContext": fields{"sessionIssuer": fields{}}}, "arn:aws:sts::123456789012:assumed-role/r/s"},
		{fields{"type": "Role", "arn": "arn:aws:sts::123456789012:assumed-role/r/ringfence"}, "arn:aws:sts::123456789012:assumed-role/r/ringfence"},
		{fields{"type": "FederatedUser", "arn": "arn:aws:sts::123456789012:federated-user/j"}, "arn:aws:sts::123456789012:federated-user/j"},
		{fields{"type": "Directory", "principalId": "d-1234567890"}, "d-1234567890"},
		{fields{"type": "AWSAccount", "accountId": "111122223333", "principalId": "AROAEXAMPLE:s"}, "AROAEXAMPLE:s"},
		{fields{"type": "AWSAccount", "accountId": "111122223333"}, "111122223333"},
		{fields{"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}, "ec2.amazonaws.com"},
		{fields{"type": "SAMLUser", "userName": "j@example.com", "identityProvider": "https://idp.example.com"}, "j@example.com"},
		{fields{"type": "WebIdentityUser", "userName": "sub", "principalId": "accounts.example.com:aud:sub"}, "sub"},
		{fields{"type": "IdentityCenterUser", "onBehalfOf": fields{"userId": "u-1", "identityStoreArn": "arn:aws:identitystore::123456789012:identitystore/d-1"}}, "u-1"},
		{fields{"type": "Unknown"}, "Unknown"},
	} {
		got := parse(t, bare(t, fields{"userIdentity": c.identity}))
		if !reflect.DeepEqual(got.Subject, want) {
			t.Errorf("%v: subject %+v", c.identity, got.Subject)
		}
		if got.Actor.String() != c.want {
			t.Errorf("%v: caller %q, want %q", c.identity, got.Actor, c.want)
		}
	}
}

// Ensure that an address that is a name and a forged user agent are kept as text.
func TestAddressesAndAgentsAreText(t *testing.T) {
	plain := parse(t, bare(t, nil))
	for _, pair := range [][2]string{{"cloudformation.amazonaws.com", "cloudformation.amazonaws.com"}, {"AWS Internal", "AWS Internal"}, {"2001:db8::1", "ringfence"}, {"", ""}} {
		got := parse(t, bare(t, fields{"sourceIPAddress": pair[0], "userAgent": pair[1]}))
		if !reflect.DeepEqual(got.Subject, plain.Subject) || got.Actor.SourceIP != pair[0] || got.Actor.UserAgent != pair[1] {
			t.Errorf("%q: %+v", pair, got)
		}
	}
}

// Ensure that the boundary at creation is read in each form, and that a record with another type in its place
// is still read.
func TestTheBoundaryOfACreationIsEvidence(t *testing.T) {
	const denyAll = "arn:aws:iam::aws:policy/AWSDenyAll"
	object := fields{"permissionsBoundaryArn": boundary, "permissionsBoundaryType": "Policy"}
	for _, c := range []struct {
		asked, answered any
		want            string
	}{
		{boundary, object, boundary},
		{nil, object, boundary},
		{denyAll, nil, denyAll},
		{nil, nil, ""},
		{5, 5, ""},
		{fields{}, "x", ""},
	} {
		got := parse(t, bare(t, fields{
			"requestParameters": fields{"roleName": "app", "permissionsBoundary": c.asked},
			"responseElements":  fields{"role": fields{"path": "/", "roleName": "app", "permissionsBoundary": c.answered}},
		}))
		if want := (Principal{Ref: role("/", "app"), Boundary: with(c.want), Made: made("/", "app", nil)}); !reflect.DeepEqual(got.Subject, want) {
			t.Errorf("asked %v, answered %v: %+v", c.asked, c.answered, got.Subject)
		}
	}
}

// Ensure that the tags at creation are read, and that a record with another type in their place is still
// read.
func TestTheTagsOfACreation(t *testing.T) {
	for _, c := range []struct {
		tags any
		want map[string]string
	}{
		{[]any{fields{"key": "a", "value": "1"}, fields{"key": "b", "value": ""}}, map[string]string{"a": "1", "b": ""}},
		{[]any{fields{"Key": "a", "Value": "1"}}, map[string]string{"a": "1"}},
		{[]any{}, map[string]string{}},
		{[]any{fields{"key": 5, "value": "1"}}, map[string]string{"": "1"}},
		{[]any{"a"}, nil},
		{fields{"a": "1"}, nil},
		{"a=1", nil},
		{nil, map[string]string{}},
	} {
		got := parse(t, bare(t, fields{"requestParameters": fields{"roleName": "app", "tags": c.tags}})).Subject
		if want := (Principal{Ref: role("/", "app"), Boundary: with(""), Made: made("/", "app", c.want)}); !reflect.DeepEqual(got, want) {
			t.Errorf("tags %v: %+v", c.tags, got.(Principal).Made)
		}
	}
}

// Ensure that records with any version and with unknown fields are read.
func TestVersionsAndNewFieldsArePassedOver(t *testing.T) {
	want := parse(t, bare(t, nil))
	for _, version := range []any{"1.0", "1.02", "1.08", "1.9", "1.10", "1.11", "2.0", 1.08, nil} {
		got := parse(t, bare(t, fields{"eventVersion": version, "eventContext": fields{"tagContext": []int{1}}, "somethingNew": 5}))
		if !reflect.DeepEqual(got, want) {
			t.Errorf("version %v: %+v, want %+v", version, got, want)
		}
	}
}

// Ensure that calls are identified by service and name, and that unknown calls are ignored.
func TestSourceAndNameTogetherNameACall(t *testing.T) {
	for _, c := range []Call{
		{"sso-directory.amazonaws.com", "CreateUser"},
		{"identitystore.amazonaws.com", "CreateUser"},
		{"iam.amazonaws.com", "PutPolicy"},
		{"iam.amazonaws.com", "DetachUserGroup"},
		{"iam.amazonaws.com", "createrole"},
		{"iam.amazonaws.com", "UpdateRole"},
		{"iam.amazonaws.com", "CreateAccessKey"},
		{"sso.amazonaws.com", "ProvisionPermissionSet"},
		{"sso.amazonaws.com", "CreateRole"},
		{"cloudtrail-data.amazonaws.com", "StopLogging"},
		{"s3.amazonaws.com", "PurgeQueue"},
	} {
		got := parse(t, bare(t, fields{"eventSource": c.Source, "eventName": c.Name, "requestParameters": fields{"path": 7, "roleName": []int{}}}))
		if got.Subject != (Unwatched{}) || got.Source != c.Source || got.Name != c.Name {
			t.Errorf("%+v: %+v", c, got)
		}
	}
}

// Ensure that the subject has the unique id if it is recorded: a role that is created again with the same name
// is another role.
func TestUniqueIDTellsPrincipalsOfOneNameApart(t *testing.T) {
	made := func(id string) Subject {
		return parse(t, bare(t, fields{"responseElements": fields{"role": fields{"path": "/", "roleName": "app", "roleId": id}}})).Subject
	}
	if a, b := made("AROAEXAMPLEONE"), made("AROAEXAMPLETWO"); reflect.DeepEqual(a, b) {
		t.Errorf("the same subject: %+v", a)
	}
}

// Ensure that only Lambda's dated names are found under their plain names.
func TestDatedNamesAreFound(t *testing.T) {
	onFunction := func(Raw) (Subject, error) { return Unwatched{}, nil }
	calls := table{
		{"lambda.amazonaws.com", "UpdateFunctionCode"}: onFunction,
		{"lambda.amazonaws.com", "DeleteFunction"}:     onFunction,
		{"iam.amazonaws.com", "CreateRole"}:            onFunction,
	}
	for call, want := range map[Call]bool{
		{"lambda.amazonaws.com", "UpdateFunctionCode20150331v2"}:          true,
		{"lambda.amazonaws.com", "UpdateFunctionCode20150331"}:            true,
		{"lambda.amazonaws.com", "UpdateFunctionCode"}:                    true,
		{"lambda.amazonaws.com", "DeleteFunction20150331"}:                true,
		{"lambda.amazonaws.com", "UpdateFunctionConfiguration20150331v2"}: false,
		{"lambda.amazonaws.com", "20150331"}:                              false,
		{"lambda.amazonaws.com", "UpdateFunctionCode2ffff31"}:             false,
		{"iam.amazonaws.com", "CreateRole20150331"}:                       false,
	} {
		if _, got := calls.find(call.Source, call.Name); got != want {
			t.Errorf("find(%+v) = %v, want %v", call, got, want)
		}
	}
}

// Ensure that an addendum has the identity of the event that it corrects.
func TestAddendumHasTheIdentityOfItsEvent(t *testing.T) {
	late := parse(t, bare(t, fields{"addendum": fields{"reason": "DELIVERY_DELAY"}}))
	if want := parse(t, bare(t, nil)); !reflect.DeepEqual(late, want) {
		t.Errorf("late: %+v, want %+v", late, want)
	}
	corrected := parse(t, bare(t, fields{
		"eventID":  "9f0c7a52-0000-4000-8000-000000000003",
		"addendum": fields{"reason": "UPDATED_DATA", "updatedFields": "responseElements", "originalEventID": late.EventID},
	}))
	if !reflect.DeepEqual(corrected, late) {
		t.Errorf("corrected: %+v, want %+v", corrected, late)
	}
}

// Ensure that the account is found in every field that may have it, and the partition by the region.
func TestAccountAndPartition(t *testing.T) {
	for name, c := range map[string]struct {
		data                       []byte
		account, partition, region string
	}{
		"recipient": {bare(t, fields{"userIdentity": fields{"accountId": "111122223333"}}), "123456789012", "aws", "us-east-1"},
		"caller's":  {bare(t, fields{"recipientAccountId": nil}), "123456789012", "aws", "us-east-1"},
		"envelope's": {
			envelope(t, bare(t, fields{"recipientAccountId": nil, "awsRegion": nil, "userIdentity": nil}), fields{"account": "444455556666", "region": "cn-north-1"}),
			"444455556666", "aws-cn", "cn-north-1",
		},
		"caller's, not a log shipper's": {bare(t, fields{"recipientAccountId": nil, "account": "999999999999"}), "123456789012", "aws", "us-east-1"},
		"China":                         {bare(t, fields{"awsRegion": "cn-northwest-1"}), "123456789012", "aws-cn", "cn-northwest-1"},
		"GovCloud":                      {bare(t, fields{"awsRegion": "us-gov-west-1"}), "123456789012", "aws-us-gov", "us-gov-west-1"},
		"sovereign":                     {bare(t, fields{"awsRegion": "eusc-de-east-1"}), "123456789012", "aws-eusc", "eusc-de-east-1"},
		"iso-b":                         {bare(t, fields{"awsRegion": "us-isob-east-1"}), "123456789012", "aws-iso-b", "us-isob-east-1"},
		"iso":                           {bare(t, fields{"awsRegion": "us-iso-east-1"}), "123456789012", "aws-iso", "us-iso-east-1"},
	} {
		got := parse(t, c.data)
		if got.Account != c.account || got.Partition != c.partition || got.Region != c.region {
			t.Errorf("%s: account %s, partition %s, region %s", name, got.Account, got.Partition, got.Region)
		}
		if ref := got.Subject.(Principal).Ref; ref.Account != c.account || ref.Partition != c.partition {
			t.Errorf("%s: %s", name, ref.ARN())
		}
	}
}

// Ensure that times in exports are read too, and that a time without a zone is in UTC.
func TestTimes(t *testing.T) {
	want := parse(t, bare(t, nil)).Time
	for _, text := range []string{"2026-03-02T09:15:42Z", "2026-03-02T10:15:42+01:00", "2026-03-02T09:15:42.713Z", "2026-03-02 09:15:42", "2026-03-02 09:15:42.000000000"} {
		if got := parse(t, bare(t, fields{"eventTime": text})).Time; !got.Equal(want) || got.Location() != want.Location() {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
	// The time of a call that is not watched may be anything.
	if got := parse(t, bare(t, fields{"eventName": "GetRole", "eventTime": "..."})); !got.Time.IsZero() {
		t.Errorf("time %v, want none", got.Time)
	}
	if _, err := Parse(bare(t, fields{"eventTime": "..."})); errclass.ClassOf(err) != errclass.BadInput {
		t.Errorf("error %v, want bad input", err)
	}
}
