package explain

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestReadDenied(t *testing.T) {
	const (
		user   = "arn:aws:iam::123456789012:user/jane"
		sess   = "arn:aws:sts::123456789012:assumed-role/app/i-1"
		object = "arn:aws:s3:::data/x"
	)
	for text, want := range map[string]struct {
		principal, action, resource, layer, policy string
		explicit                                   bool
	}{
		// The old form, which names no policy.
		"An error occurred (AccessDenied) when calling the GetUser operation: User: " + user + " is not authorized to perform: iam:GetUser on resource: " + user: {user, "iam:GetUser", user, "", "", false},
		"User: " + sess + " is not authorized to perform: iam:PassRole on resource: role admin":                                                                  {sess, "iam:PassRole", "arn:aws:iam::123456789012:role/admin", "", "", false},
		"User: " + user + " is not authorized to perform: iam:CreateInstanceProfile on resource: instance profile web.":                                          {user, "iam:CreateInstanceProfile", "arn:aws:iam::123456789012:instance-profile/web", "", "", false},
		"User: " + user + " is not authorized to perform: ec2:DescribeInstances with an explicit deny":                                                           {user, "ec2:DescribeInstances", "", "", "", true},
		"User: " + user + " is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/x":                                          {user, "sts:AssumeRole", "arn:aws:iam::123456789012:role/x", "", "", false},
		// The new one, which does.
		"User: " + user + " is not authorized to perform: s3:GetObject on resource: \"" + object + "\" because no identity-based policy allows the s3:GetObject action":                                                                                                                        {user, "s3:GetObject", object, "identityPolicies", "", false},
		"User: " + user + " is not authorized to perform: s3:GetObject on resource: " + object + " because no permissions boundary allows the s3:GetObject action":                                                                                                                             {user, "s3:GetObject", object, "permissionsBoundaries", "", false},
		"User: " + user + " is not authorized to perform: sns:Publish on resource: arn:aws:sns:us-east-1:1:t because no resource-based policy allows the sns:Publish action":                                                                                                                   {user, "sns:Publish", "arn:aws:sns:us-east-1:1:t", "resourcePolicy", "", false},
		"User: " + sess + " is not authorized to perform: s3:GetObject on resource: " + object + "\nbecause no session policy\nallows the s3:GetObject action":                                                                                                                                 {sess, "s3:GetObject", object, "sessionPolicy", "", false},
		"User: " + user + " is not authorized to perform: codecommit:ListRepositories because no service control policy allows the codecommit:ListRepositories action":                                                                                                                         {user, "codecommit:ListRepositories", "", "serviceControlPolicies", "", false},
		"User: " + user + " is not authorized to perform: s3:PutObject on resource: " + object + " with an explicit deny in a service control policy":                                                                                                                                          {user, "s3:PutObject", object, "serviceControlPolicies", "", true},
		"User: " + user + " is not authorized to perform: s3:PutObject on resource: " + object + " with an explicit deny in an identity-based policy":                                                                                                                                          {user, "s3:PutObject", object, "identityPolicies", "", true},
		"User: " + user + " is not authorized to perform: s3:PutObject on resource: " + object + " with an explicit deny in a permissions boundary: arn:aws:iam::123456789012:policy/b":                                                                                                        {user, "s3:PutObject", object, "permissionsBoundaries", "arn:aws:iam::123456789012:policy/b", true},
		"User: " + user + " is not authorized to perform: s3:PutObject on resource: * with an explicit deny in a VPC endpoint policy":                                                                                                                                                          {user, "s3:PutObject", "*", "endpointPolicies", "", true},
		"You are not authorized to perform this operation. User: " + user + " is not authorized to perform: ec2:RunInstances on resource: arn:aws:ec2:us-east-1:1:instance/* because no identity-based policy allows the ec2:RunInstances action. Encoded authorization failure message: Xy-z": {user, "ec2:RunInstances", "arn:aws:ec2:us-east-1:1:instance/*", "identityPolicies", "", false},
		// What STS decodes.
		`{"DecodedMessage": "{\"allowed\":false,\"explicitDeny\":true,\"context\":{\"principal\":{\"arn\":\"` + user + `\"},\"action\":\"ec2:RunInstances\",\"resource\":\"arn:aws:ec2:us-east-1:1:instance/*\",\"conditions\":{\"items\":[{\"key\":\"ec2:Region\",\"values\":{\"items\":[{\"value\":\"us-east-1\"}]}}]}}}"}`: {user, "ec2:RunInstances", "arn:aws:ec2:us-east-1:1:instance/*", "", "", true},
		// CloudTrail, bare, in a file of a trail, in an event; with a message and without.
		`{"eventSource":"s3.amazonaws.com","eventName":"ListBuckets","eventVersion":"1.08","errorCode":"AccessDenied","errorMessage":"Access Denied","userIdentity":{"type":"AssumedRole","arn":"` + sess + `"}}`:                                                                                                                                                                                                                                                          {sess, "s3:ListAllMyBuckets", "", "", "", false},
		`{"Records":[{"eventSource":"iam.amazonaws.com","eventVersion":"1.08","eventName":"GetRole","userIdentity":{"arn":"x"}},{"eventSource":"monitoring.amazonaws.com","eventVersion":"1.08","eventName":"PutDashboard","errorCode":"AccessDeniedException","userIdentity":{"type":"Root","arn":"arn:aws:iam::123456789012:root","accountId":"123456789012"},"resources":[{"ARN":"arn:aws:cloudwatch::123456789012:dashboard/d"}]}]}`:                                   {"123456789012", "cloudwatch:PutDashboard", "arn:aws:cloudwatch::123456789012:dashboard/d", "", "", false},
		`{"version":"0","detail-type":"AWS API Call via CloudTrail","source":"aws.iam","detail":{"eventSource":"iam.amazonaws.com","eventVersion":"1.08","eventName":"CreateRole","errorCode":"AccessDenied","errorMessage":"User: ` + sess + ` is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::123456789012:role/x because no permissions boundary allows the iam:CreateRole action","userIdentity":{"type":"AssumedRole","arn":"` + sess + `"}}}`: {sess, "iam:CreateRole", "arn:aws:iam::123456789012:role/x", "permissionsBoundaries", "", false},
	} {
		d, err := ReadDenied(text)
		layer := ""
		if d.Layer != nil {
			layer = d.Layer.String()
		}
		if q := d.Question; err != nil || q.Principal != want.principal || q.Action != want.action || q.Resource != want.resource ||
			layer != want.layer || d.Policy != want.policy || d.Explicit != want.explicit || d.Others != 0 {
			t.Errorf("%s\n%+v %q, %v\nwant %+v", text, d, layer, err, want)
		}
	}
	for text, want := range map[string]string{
		"":              "it is empty",
		"Access Denied": "does not say who asked for what",
		"You are not authorized to perform this operation. Encoded authorization failure message: abc": "aws sts decode-authorization-message",
		`{"a":1}`: "neither an error message nor a CloudTrail record",
		`{"eventSource":"s3.amazonaws.com","eventVersion":"1.08","eventName":"GetObject","userIdentity":{"arn":"` + user + `"}}`: "no call was denied",
		`{"Records":[{"eventSource":"s3.amazonaws.com",`: "ends in the middle",
		`{"eventSource":"s3.amazonaws.com","eventVersion":"1.08","eventName":"GetObject","errorCode":"AccessDenied","userIdentity":{}}`: "does not say who asked for what",
	} {
		if d, err := ReadDenied(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %+v, %v, want an error with %q", text, d, err, want)
		}
	}
}

// What a record tells of the request is in its context, and nothing else.
func TestRecordContext(t *testing.T) {
	record := `{"eventVersion":"1.08","eventSource":"iam.amazonaws.com","eventName":"CreateRole","awsRegion":"us-east-1","eventTime":"2026-01-02T03:04:05Z",
	 "errorCode":"AccessDenied","sourceIPAddress":"192.0.2.7","userAgent":"cli","vpcEndpointId":"vpce-1","tlsDetails":{"tlsVersion":"TLSv1.3"},
	 "userIdentity":{"arn":"arn:aws:sts::1:assumed-role/a/b","sessionContext":{"sourceIdentity":"jane","attributes":{"mfaAuthenticated":"true"}}},
	 "requestParameters":{"permissionsBoundary":"arn:aws:iam::1:policy/b"}}`
	d, err := ReadDenied(record + "\n" + record)
	if err != nil || d.Others != 1 {
		t.Fatalf("%+v, %v", d, err)
	}
	want := map[string]string{
		"aws:VpcSourceIp": "192.0.2.7", "aws:UserAgent": "cli", "aws:RequestedRegion": "us-east-1", "aws:CurrentTime": "2026-01-02T03:04:05Z",
		"aws:SourceVpce": "vpce-1", "aws:MultiFactorAuthPresent": "true", "aws:SourceIdentity": "jane", "aws:SecureTransport": "true",
		"aws:ViaAWSService": "false", "iam:PermissionsBoundary": "arn:aws:iam::1:policy/b",
	}
	if !maps.EqualFunc(d.Question.Context, want, func(a []string, b string) bool { return slices.Equal(a, []string{b}) }) {
		t.Errorf("%v", d.Question.Context)
	}
	d, err = ReadDenied(strings.Replace(record, `"vpcEndpointId":"vpce-1",`, "", 1))
	if c := d.Question.Context; err != nil || c["aws:SourceVpce"] != nil || !slices.Equal(c["aws:SourceIp"], []string{"192.0.2.7"}) {
		t.Errorf("%v, %v", c, err)
	}
	d, err = ReadDenied(strings.NewReplacer(`"192.0.2.7"`, `"cloudformation.amazonaws.com"`, `{"tlsVersion":"TLSv1.3"}`, "null",
		`"sessionContext"`, `"invokedBy":"cloudformation.amazonaws.com","sessionContext"`).Replace(record))
	if c := d.Question.Context; err != nil || c["aws:SourceIp"] != nil || c["aws:SecureTransport"] != nil ||
		!slices.Equal(c["aws:CalledVia"], []string{"cloudformation.amazonaws.com"}) || !slices.Equal(c["aws:ViaAWSService"], []string{"true"}) {
		t.Errorf("%v, %v", c, err)
	}
}

// An answer that is not AWS's says what is missing.
func TestCompared(t *testing.T) {
	const denied = "User: " + developer + " is not authorized to perform: s3:ListAllMyBuckets on resource: * "
	d := developers(t, none, team(t))
	for message, want := range map[string]string{
		denied: "AWS denied it, and by what was given it is allowed",
		denied + "with an explicit deny in a service control policy: arn:aws:organizations::1:policy/p": "AWS says that the service control policy denies it explicitly (arn:aws:organizations::1:policy/p), and what was given does not: give it with --scp",
		denied + "because no permissions boundary allows the s3:ListAllMyBuckets action":                "AWS says that no permissions boundary allows it, and what was given does not: the state is from another time",
	} {
		read, err := ReadDenied(message)
		if err != nil {
			t.Fatal(err)
		}
		c, err := FromAccount(d, read.Question)
		if err != nil {
			t.Fatal(err)
		}
		if got := read.Compared(c.Explain()); !strings.HasPrefix(got, want) {
			t.Errorf("%s:\n%q, want %q", message, got, want)
		}
	}
	read, err := ReadDenied("User: " + developer + " is not authorized to perform: iam:CreateUser on resource: x because no permissions boundary allows the iam:CreateUser action")
	if err != nil {
		t.Fatal(err)
	}
	if c, err := FromAccount(d, read.Question); err != nil || read.Compared(c.Explain()) != "" {
		t.Errorf("they agree: %q, %v", read.Compared(c.Explain()), err)
	}
}

func FuzzReadDenied(f *testing.F) {
	f.Add("User: a is not authorized to perform: s3:GetObject on resource: b with an explicit deny in a session policy: arn:x")
	f.Add(`{"eventVersion":"1.08","eventSource":"s3.amazonaws.com","eventName":"x","errorCode":"AccessDenied","userIdentity":{"arn":"a"}}`)
	f.Fuzz(func(t *testing.T, text string) {
		if d, err := ReadDenied(text); err == nil && (d.Question.Principal == "" && !strings.Contains(text, "allowed") || d.Question.Action == "") {
			t.Errorf("%q: %+v", text, d)
		}
	})
}
