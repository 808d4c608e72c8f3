package trail

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/principal"
)

func role(path, name string) principal.Ref {
	return principal.Ref{Partition: "aws", Account: "123456789012", Kind: principal.Role, Path: path, Name: name}
}

func user(path, name string) principal.Ref {
	return principal.Ref{Partition: "aws", Account: "123456789012", Kind: principal.User, Path: path, Name: name}
}

// boundary is the ARN of a customer managed policy.
const boundary = "arn:aws:iam::123456789012:policy/team/boundary"

func with(boundary string) *string { return &boundary }

func TestParseFindsTheSubjectOfACall(t *testing.T) {
	const set, instance = "arn:aws:sso:::permissionSet/ssoins-1/ps-1", "arn:aws:sso:::instance/ssoins-1"
	onSet := fields{"instanceArn": instance, "permissionSetArn": set}
	type call struct {
		request, response fields
		want              Subject
	}
	app := fields{"roleName": "app"}
	jane := fields{"userName": "jane"}
	ops := fields{"groupName": "ops", "policyName": "p", "policyArn": boundary}
	policy := fields{"policyArn": boundary, "versionId": "v2"}
	onApp, onJane := Principal{Ref: role("", "app")}, Principal{Ref: user("", "jane")}
	onOps := Group{Partition: "aws", Account: "123456789012", Name: "ops"}
	cases := map[string][]call{
		"CreateRole": {
			{request: app, want: Principal{Ref: role("/", "app"), Boundary: with(""), Made: made("/", "app", nil)}},
			{request: fields{"roleName": "app", "path": "/dev/team/"}, want: Principal{Ref: role("/dev/team/", "app"), Boundary: with(""), Made: made("/dev/team/", "app", nil)}},
			{
				request:  fields{"roleName": "app", "path": "/dev/", "permissionsBoundary": boundary, "tags": []any{fields{"key": "team", "value": "a"}}},
				response: fields{"role": fields{"path": "/dev/", "roleName": "app", "roleId": "AROAEXAMPLE", "arn": "arn:aws:iam::123456789012:role/dev/app"}},
				want:     Principal{Ref: role("/dev/", "app"), ID: "AROAEXAMPLE", Boundary: with(boundary), Made: made("/dev/", "app", map[string]string{"team": "a"})},
			},
			// The response alone is enough.
			{
				response: fields{"role": fields{"path": "/", "roleName": "app", "roleId": "AROAEXAMPLE"}},
				want:     Principal{Ref: role("/", "app"), ID: "AROAEXAMPLE", Boundary: with("")},
			},
		},
		"CreateUser": {
			{request: jane, want: Principal{Ref: user("/", "jane"), Boundary: with(""), Made: made("/", "jane", nil)}},
			{
				request:  jane,
				response: fields{"user": fields{"path": "/", "userName": "jane", "userId": "AIDAEXAMPLE"}},
				want:     Principal{Ref: user("/", "jane"), ID: "AIDAEXAMPLE", Boundary: with(""), Made: made("/", "jane", nil)},
			},
		},
		"CreateServiceLinkedRole": {{
			request:  fields{"aWSServiceName": "autoscaling.amazonaws.com"},
			response: fields{"role": fields{"path": "/aws-service-role/autoscaling.amazonaws.com/", "roleName": "AWSServiceRoleForAutoScaling", "roleId": "AROAEXAMPLE"}},
			want:     Principal{Ref: role("/aws-service-role/autoscaling.amazonaws.com/", "AWSServiceRoleForAutoScaling"), ID: "AROAEXAMPLE"},
		}},
		// The boundary in the response may be that of a role that existed before.
		"AcquireRole": {{
			request: fields{"templateArn": "arn:aws:iam::aws:role-template/lambda/execution"},
			response: fields{"role": fields{
				"path": "/service-role/", "roleName": "orders-role", "roleId": "AROAEXAMPLE", "permissionsBoundary": fields{"permissionsBoundaryArn": boundary},
			}},
			want: Principal{Ref: role("/service-role/", "orders-role"), ID: "AROAEXAMPLE"},
		}},

		"PutRolePermissionsBoundary": {
			{request: fields{"roleName": "app", "permissionsBoundary": boundary}, want: Principal{Ref: role("", "app"), Boundary: with(boundary)}},
			{request: fields{"roleName": "app", "permissionsBoundary": "arn:aws:iam::aws:policy/AWSDenyAll"}, want: Principal{Ref: role("", "app"), Boundary: with("arn:aws:iam::aws:policy/AWSDenyAll")}},
		},
		"PutUserPermissionsBoundary":    {{request: jane, want: onJane}},
		"DeleteRolePermissionsBoundary": {{request: app, want: Principal{Ref: role("", "app"), Boundary: with("")}}},
		"DeleteUserPermissionsBoundary": {{request: jane, want: Principal{Ref: user("", "jane"), Boundary: with("")}}},

		"CreatePolicy": {
			{request: fields{"policyName": "boundary", "path": "/team/"}, want: ManagedPolicy{ARN: boundary}},
			{request: fields{"policyName": "boundary"}, want: ManagedPolicy{ARN: "arn:aws:iam::123456789012:policy/boundary"}},
			{
				request:  fields{"policyName": "boundary", "path": "/team/"},
				response: fields{"policy": fields{"arn": boundary, "defaultVersionId": "v1"}},
				want:     ManagedPolicy{ARN: boundary},
			},
		},
		"CreatePolicyVersion": {
			{request: policy, want: ManagedPolicy{ARN: boundary}},
			{request: fields{"policyArn": boundary, "policyDocument": "{}", "setAsDefault": true}, want: ManagedPolicy{ARN: boundary, Document: []byte("{}")}},
			{request: fields{"policyArn": boundary, "policyDocument": "{}", "setAsDefault": "true"}, want: ManagedPolicy{ARN: boundary, Document: []byte("{}")}},
			{request: fields{"policyArn": boundary, "policyDocument": "{}"}, want: ManagedPolicy{ARN: boundary}},
		},
		"SetDefaultPolicyVersion": {{request: policy, want: ManagedPolicy{ARN: boundary, Version: "v2"}}},
		"DeletePolicyVersion":     {{request: policy, want: ManagedPolicy{ARN: boundary}}},
		"DeletePolicy":            {{request: policy, want: ManagedPolicy{ARN: boundary, Deleted: true}}},
		"TagPolicy":               {{request: policy, want: ManagedPolicy{ARN: boundary}}},
		"UntagPolicy":             {{request: policy, want: ManagedPolicy{ARN: boundary}}},

		"UpdateUser": {
			{request: fields{"userName": "jane", "newUserName": "joan"}, want: Principal{Ref: user("", "joan"), Moved: principal.Move{Was: "jane"}}},
			{request: fields{"userName": "jane", "newPath": "/ops/"}, want: Principal{Ref: user("/ops/", "jane"), Moved: principal.Move{Path: true}}},
			{request: fields{"userName": "jane", "newUserName": "joan", "newPath": "/"}, want: Principal{Ref: user("/", "joan"), Moved: principal.Move{Was: "jane", Path: true}}},
			{request: fields{"userName": "jane", "newUserName": "jane"}, want: onJane},
		},
		"TagRole": {
			{
				request: fields{"roleName": "app", "tags": []fields{{"key": "team", "value": "a"}, {"key": "env", "value": ""}}},
				want:    Principal{Ref: role("", "app"), Moved: principal.Move{Tags: []string{"team", "env"}}},
			},
			{request: app, want: onApp},
		},
		"UntagRole": {{
			request: fields{"roleName": "app", "tagKeys": []string{"team", "env"}},
			want:    Principal{Ref: role("", "app"), Moved: principal.Move{Tags: []string{"team", "env"}}},
		}},
		"TagUser": {{
			request: fields{"userName": "jane", "tags": []fields{{"key": "team", "value": "a"}}},
			want:    Principal{Ref: user("", "jane"), Moved: principal.Move{Tags: []string{"team"}}},
		}},
		"UntagUser": {{
			request: fields{"userName": "jane", "tagKeys": []string{"team"}},
			want:    Principal{Ref: user("", "jane"), Moved: principal.Move{Tags: []string{"team"}}},
		}},

		"AttachRolePolicy": {{request: app, want: onApp}}, "DetachRolePolicy": {{request: app, want: onApp}},
		"AttachUserPolicy": {{request: jane, want: onJane}}, "DetachUserPolicy": {{request: jane, want: onJane}},
		"AttachGroupPolicy": {{request: ops, want: onOps}}, "DetachGroupPolicy": {{request: ops, want: onOps}},
		"PutRolePolicy": {{request: app, want: onApp}}, "DeleteRolePolicy": {{request: app, want: onApp}},
		"PutUserPolicy": {{request: jane, want: onJane}}, "DeleteUserPolicy": {{request: jane, want: onJane}},
		"PutGroupPolicy": {{request: ops, want: onOps}}, "DeleteGroupPolicy": {{request: ops, want: onOps}},
		"AddUserToGroup":         {{request: fields{"groupName": "ops", "userName": "jane"}, want: onJane}},
		"RemoveUserFromGroup":    {{request: fields{"groupName": "ops", "userName": "jane"}, want: onJane}},
		"UpdateAssumeRolePolicy": {{request: app, want: onApp}},

		"DeleteRole": {{request: app, want: Principal{Ref: role("", "app"), Deleted: true}}},
		"DeleteUser": {{request: jane, want: Principal{Ref: user("", "jane"), Deleted: true}}},

		"PutPermissionsBoundaryToPermissionSet":      {{request: onSet, want: PermissionSet{ARN: set, InstanceARN: instance}}},
		"DeletePermissionsBoundaryFromPermissionSet": {{request: onSet, want: PermissionSet{ARN: set, InstanceARN: instance, BoundaryRemoved: true}}},
	}
	for _, watched := range Watched() {
		calls := cases[watched.Name]
		if len(calls) == 0 {
			t.Errorf("%s is watched and has no case here", watched.Name)
		}
		for i, c := range calls {
			t.Run(fmt.Sprintf("%s/%d", watched.Name, i), func(t *testing.T) {
				changes := fields{"eventSource": watched.Source, "eventName": watched.Name, "requestParameters": nil}
				if c.request != nil {
					changes["requestParameters"] = c.request
				}
				if c.response != nil {
					changes["responseElements"] = c.response
				}
				record := bare(t, changes)
				if got := parse(t, record); !reflect.DeepEqual(got.Subject, c.want) {
					t.Errorf("bare record: %+v, want %+v", got.Subject, c.want)
				}
				if got := parse(t, envelope(t, record, nil)); !reflect.DeepEqual(got.Subject, c.want) {
					t.Errorf("in its envelope: %+v, want %+v", got.Subject, c.want)
				}
				// An empty request never names a principal.
				changes["requestParameters"], changes["responseElements"] = fields{}, nil
				if got, err := Parse(bare(t, changes)); errclass.ClassOf(err) != errclass.BadInput {
					t.Errorf("empty request: %+v, %v; want bad input", got.Subject, err)
				}
			})
		}
	}
	if len(cases) != len(Watched()) {
		t.Errorf("%d cases for %d watched calls", len(cases), len(Watched()))
	}
}

func TestParseKeepsTheRecord(t *testing.T) {
	got := parse(t, envelope(t, bare(t, nil), nil)).Record
	want := Record{
		EventID: "5d1c9f6e-0000-4000-8000-000000000001", Source: "iam.amazonaws.com", Name: "CreateRole",
		Time: time.Date(2026, 3, 2, 9, 15, 42, 0, time.UTC), Region: "us-east-1", Account: "123456789012", Partition: "aws",
		Actor: Actor{ARN: "arn:aws:iam::123456789012:user/jane", Name: "jane", Type: "IAMUser", SourceIP: "192.0.2.10", UserAgent: "aws-cli/2.17.0"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParseNamesTheFaultyField(t *testing.T) {
	for want, data := range map[string][]byte{
		"not JSON, at byte 2":                                  []byte(`{]`),
		"not JSON, at byte 0":                                  nil,
		"a JSON array, where an EventBridge event":             []byte(`[]`),
		"a JSON string, where an EventBridge event":            []byte(`"CreateRole"`),
		"eventSource: missing":                                 []byte(`{}`),
		"eventName: missing":                                   bare(t, fields{"eventName": nil}),
		"eventID: missing":                                     bare(t, fields{"eventID": nil}),
		"eventTime: missing":                                   bare(t, fields{"eventTime": nil}),
		"eventTime: \"yesterday\" is not a time":               bare(t, fields{"eventTime": "yesterday"}),
		"eventTime: a JSON number, where":                      bare(t, fields{"eventTime": 1767225600}),
		"awsRegion: missing":                                   bare(t, fields{"awsRegion": nil}),
		"userIdentity: a JSON string, where":                   bare(t, fields{"userIdentity": "root"}),
		"userIdentity.arn: a JSON number, where":               bare(t, fields{"userIdentity": fields{"arn": 1}}),
		"recipientAccountId: missing":                          bare(t, fields{"recipientAccountId": nil, "userIdentity": nil}),
		"recipientAccountId: \"1234\" is not 12 digits":        bare(t, fields{"recipientAccountId": "1234"}),
		"requestParameters: missing":                           bare(t, fields{"requestParameters": nil}),
		"requestParameters.roleName: missing":                  bare(t, fields{"requestParameters": fields{"userName": "x"}}),
		"requestParameters.roleName: a JSON object, where":     bare(t, fields{"requestParameters": fields{"roleName": fields{}}}),
		"requestParameters.roleName: path \"dev\" is not":      bare(t, fields{"requestParameters": fields{"roleName": "x", "path": "dev"}}),
		"requestParameters.roleName: \"arn:aws:iam::":          bare(t, fields{"requestParameters": fields{"roleName": "a b"}}),
		"requestParameters: not an object":                     bare(t, fields{"requestParameters": "{\"roleName\":\"ap"}),
		"responseElements.role: missing":                       bare(t, fields{"eventName": "CreateServiceLinkedRole"}),
		"responseElements.role.roleName: missing":              bare(t, fields{"eventName": "CreateServiceLinkedRole", "responseElements": fields{"role": fields{}}}),
		"responseElements.role:":                               bare(t, fields{"eventName": "AcquireRole"}),
		"requestParameters.userName: missing":                  bare(t, fields{"eventName": "UpdateUser", "requestParameters": fields{"newUserName": "x"}}),
		"requestParameters.newUserName: ":                      bare(t, fields{"eventName": "UpdateUser", "requestParameters": fields{"userName": "x", "newUserName": "a/b"}}),
		"requestParameters.tagKeys: a JSON string, where":      bare(t, fields{"eventName": "UntagRole", "requestParameters": fields{"roleName": "x", "tagKeys": "team"}}),
		"requestParameters.groupName: missing":                 bare(t, fields{"eventName": "PutGroupPolicy"}),
		"requestParameters.policyArn: missing":                 bare(t, fields{"eventName": "DeletePolicy"}),
		"requestParameters.policyArn: \"arn:aws:s3:::b\" is":   bare(t, fields{"eventName": "DeletePolicy", "requestParameters": fields{"policyArn": "arn:aws:s3:::b"}}),
		"requestParameters.policyName: missing":                bare(t, fields{"eventName": "CreatePolicy"}),
		"requestParameters.permissionSetArn: missing":          bare(t, fields{"eventName": "PutPermissionsBoundaryToPermissionSet", "eventSource": "sso.amazonaws.com"}),
		"detail: missing":                                      []byte(`{"detail-type":"AWS API Call via CloudTrail","detail":null}`),
		"detail: a JSON string, where":                         []byte(`{"detail-type":"AWS API Call via CloudTrail","detail":"{}"}`),
		"detail.eventSource: missing":                          envelope(t, []byte(`{}`), nil),
		"detail.requestParameters.roleName: missing":           envelope(t, bare(t, fields{"requestParameters": fields{}}), nil),
		"detail.userIdentity.arn: a JSON number, where":        envelope(t, bare(t, fields{"userIdentity": fields{"arn": 1}}), nil),
		"detail.requestParameters.roleName: a JSON bool, wher": envelope(t, bare(t, fields{"requestParameters": fields{"roleName": true}}), nil),
	} {
		change, err := Parse(data)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("Parse(%s) = %+v, %v\nwant an error that begins with %q", data, change, err, want)
			continue
		}
		if errclass.ClassOf(err) != errclass.BadInput {
			t.Errorf("%v: class %v, want bad input", err, errclass.ClassOf(err))
		}
		var f *errclass.Error
		if !errors.As(err, &f) {
			t.Errorf("%v: no fault", err)
		}
	}
}

// Ensure that events that are not CloudTrail records are ignored, by name.
func TestParsePassesOtherEventsBy(t *testing.T) {
	for _, data := range []string{
		`{"version":"0","id":"i","detail-type":"Scheduled Event","source":"aws.events","account":"123456789012","time":"2026-03-02T09:15:42Z","region":"us-east-1","resources":["r"],"detail":{}}`,
		`{"version":"0","id":"i","detail-type":"Scheduled Event","source":"aws.events","detail":{"eventName":7,"userIdentity":"x"}}`,
		`{"version":"0","id":"i","detail-type":"Scheduled Event","source":"aws.events"}`,
		`{"version":"0","id":"i","detail-type":"Scheduled Event","source":"aws.events","detail":{"eventSource":"iam.amazonaws.com","eventName":"CreateRole"}}`,
	} {
		got := parse(t, []byte(data))
		if got.Subject != (Unwatched{}) || got.Source != "aws.events" || got.Name != "Scheduled Event" || got.EventID != "i" {
			t.Errorf("Parse(%s) = %+v", data, got)
		}
	}
}

func TestReadGivesTheParametersOfAnyCall(t *testing.T) {
	raw, err := Read(envelope(t, bare(t, fields{
		"eventName":         "CreateAccessKey",
		"requestParameters": fields{"userName": "jane"},
		"responseElements":  fields{"accessKey": fields{"accessKeyId": "AKIAIOSFODNN7EXAMPLE"}},
	}), nil))
	if err != nil {
		t.Fatal(err)
	}
	if raw.Name != "CreateAccessKey" || string(raw.Request) != `{"userName":"jane"}` ||
		string(raw.Response) != `{"accessKey":{"accessKeyId":"AKIAIOSFODNN7EXAMPLE"}}` {
		t.Errorf("Read: %+v, %s, %s", raw.Record, raw.Request, raw.Response)
	}
	raw, err = Read([]byte(`{"eventSource":"iam.amazonaws.com","eventName":"X","requestParameters":null}`))
	if err != nil || raw.Request != nil || raw.Response != nil {
		t.Errorf("Read = %+v, %v; want no parameters", raw, err)
	}
}

// Ensure that CloudTrail Insights events are ignored: they name a call only in their details.
func TestParsePassesInsightsBy(t *testing.T) {
	got := parse(t, []byte(`{"eventVersion":"1.09","eventTime":"2026-03-02T09:15:00Z","awsRegion":"us-east-1","eventID":"i",
		"eventType":"AwsCloudTrailInsight","recipientAccountId":"123456789012","eventCategory":"Insight",
		"insightDetails":{"state":"Start","eventSource":"iam.amazonaws.com","eventName":"CreateRole","insightType":"ApiCallRateInsight"}}`))
	if got.Subject != (Unwatched{}) || got.Source != "cloudtrail.amazonaws.com" || got.Name != "AwsCloudTrailInsight" {
		t.Errorf("%+v", got)
	}
}

// Ensure that fields that a log shipper added are ignored, even if they have the names of envelope fields.
func TestFieldsOfLogShippersArePassedOver(t *testing.T) {
	want := parse(t, bare(t, nil))
	got := parse(t, bare(t, fields{"time": 1772442942, "source": fields{"ip": "192.0.2.1"}, "region": []string{}, "id": 5, "account": "999999999999"}))
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestWatchedIsSortedAndItsOwn(t *testing.T) {
	list := Watched()
	if len(list) < 30 || !slices.IsSortedFunc(list, func(a, b Call) int { return strings.Compare(a.Source+a.Name, b.Source+b.Name) }) {
		t.Errorf("%d calls: %v", len(list), list)
	}
	list[0] = Call{}
	if Watched()[0] == (Call{}) {
		t.Error("who changes the list changes the table")
	}
}
