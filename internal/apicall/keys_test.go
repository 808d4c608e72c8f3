package apicall

import (
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy/catalog"
)

// Ensure that a condition key has the value of the record, is absent only if that is certain, and is unknown
// otherwise.
func TestKeys(t *testing.T) {
	const unknown, absent = "?", "-"
	user := Record{
		Source: "s3" + suffix, Region: "eu-west-1", Time: "2026-03-01T12:00:00Z", SourceIP: "192.0.2.1", UserAgent: "cli",
		Parameters: []byte(`{"prefix":"home/","permissionsBoundary":"arn:b","serialNumber":"arn:m"}`),
		Caller:     Caller{Type: iamUser, Key: "AKIAIOSFODNN7EXAMPLE", ID: "AIDA1"},
	}
	with := func(change func(r *Record)) *Record {
		r := user
		change(&r)
		return &r
	}
	via := with(func(r *Record) { r.Caller.InvokedBy, r.SourceIP = "athena"+suffix, "athena"+suffix })
	internal := with(func(r *Record) { r.Caller.InvokedBy = "AWS Internal" })
	endpoint := with(func(r *Record) { r.Endpoint = "vpce-1" })
	session := with(func(r *Record) {
		r.Caller = Caller{Type: role, Key: "ASIA1", MFA: "false", Created: "2026-03-01T11:00:00Z", SourceIdentity: "jane"}
		r.TLS = true
	})
	bare := with(func(r *Record) { r.Bare = true })
	for _, test := range []struct {
		record            *Record
		action, key, want string
	}{
		{&user, "s3:ListBucket", "aws:SourceIp", "192.0.2.1"},
		{&user, "s3:ListBucket", "aws:VpcSourceIp", absent},
		{&user, "s3:ListBucket", "aws:SourceVpce", absent},
		{&user, "s3:ListBucket", "aws:SourceVpc", absent},
		{endpoint, "s3:ListBucket", "aws:SourceIp", absent},
		{endpoint, "s3:ListBucket", "aws:VpcSourceIp", "192.0.2.1"},
		{endpoint, "s3:ListBucket", "aws:SourceVpce", "vpce-1"},
		{endpoint, "s3:ListBucket", "aws:SourceVpc", unknown},
		{via, "s3:ListBucket", "aws:SourceIp", unknown},
		{via, "s3:ListBucket", "aws:ViaAWSService", "true"},
		{via, "s3:ListBucket", "aws:CalledViaLast", "athena" + suffix},
		{via, "s3:ListBucket", "aws:CalledVia", unknown},
		{via, "s3:ListBucket", "aws:UserAgent", unknown},
		{internal, "s3:ListBucket", "aws:ViaAWSService", unknown},
		{&user, "s3:ListBucket", "aws:ViaAWSService", "false"},
		{&user, "s3:ListBucket", "aws:CalledVia", absent},
		{&user, "s3:ListBucket", "aws:UserAgent", "cli"},
		{with(func(r *Record) { r.UserAgent = "[cli]" }), "s3:ListBucket", "aws:UserAgent", unknown},
		{&user, "s3:ListBucket", "aws:RequestedRegion", "eu-west-1"},
		{&user, "s3:ListBucket", "aws:CurrentTime", "2026-03-01T12:00:00Z"},
		{&user, "s3:ListBucket", "aws:SecureTransport", unknown},
		{session, "s3:ListBucket", "aws:SecureTransport", "true"},
		{&user, "s3:ListBucket", "aws:MultiFactorAuthPresent", absent},
		{&user, "s3:ListBucket", "aws:MultiFactorAuthAge", absent},
		{&user, "s3:ListBucket", "aws:TokenIssueTime", absent},
		{session, "s3:ListBucket", "aws:MultiFactorAuthPresent", "false"},
		{session, "s3:ListBucket", "aws:MultiFactorAuthAge", absent},
		{session, "s3:ListBucket", "aws:TokenIssueTime", "2026-03-01T11:00:00Z"},
		{session, "s3:ListBucket", "aws:SourceIdentity", "jane"},
		{with(func(r *Record) { r.Caller.Key = "ASIA1" }), "s3:ListBucket", "aws:MultiFactorAuthPresent", unknown},
		{with(func(r *Record) { r.Source = "sts" + suffix }), "sts:AssumeRole", "aws:MultiFactorAuthPresent", "true"},
		{with(func(r *Record) { r.Source = "sts" + suffix }), "sts:AssumeRole", "aws:MultiFactorAuthAge", unknown},
		{&user, "s3:ListBucket", "s3:prefix", "home/"},
		{&user, "s3:ListBucket", "s3:delimiter", absent},
		{with(func(r *Record) { r.Parameters = []byte("null") }), "s3:ListBucket", "s3:prefix", unknown},
		{with(func(r *Record) { r.Parameters = []byte(`{"omitted":true}`) }), "s3:ListBucket", "s3:prefix", unknown},
		{&user, "s3:GetObject", "s3:prefix", absent}, // not a key of this action
		{&user, "iam:CreateRole", "iam:PermissionsBoundary", "arn:b"},
		{&user, "iam:AttachRolePolicy", "iam:PermissionsBoundary", unknown}, // that of the role
		{&user, "iam:CreateRole", "aws:RequestTag/team", unknown},
		{&user, "s3:ListBucket", "aws:RequestTag/team", absent},
		{&user, "s3:ListBucket", "aws:ResourceTag/team", unknown},
		{&user, "s3:ListAllMyBuckets", "aws:ResourceTag/team", absent},
		{&user, "s3:ListBucket", "aws:PrincipalTag/team", unknown},
		{&user, "s3:ListBucket", "aws:PrincipalOrgID", unknown},
		{&user, "s3:ListBucket", "aws:SourceArn", absent},
		{&user, "s3:ListBucket", "aws:userid", "AIDA1"},
		{&user, "s3:ListBucket", "aws:Ec2InstanceSourceVpc", absent},
		{session, "s3:ListBucket", "aws:Ec2InstanceSourceVpc", unknown},
		{&user, "s3:ListBucket", "acme:unheard", unknown},
		{bare, "s3:ListBucket", "aws:RequestedRegion", unknown},
		{bare, "s3:GetObject", "s3:prefix", absent},
	} {
		a, ok := catalog.Lookup(test.action)
		if !ok {
			t.Fatalf("no action %s", test.action)
		}
		values, known := test.record.Key(a, strings.ToLower(test.key))
		got := strings.Join(values, " ")
		switch {
		case !known:
			got = unknown
		case got == "":
			got = absent
		}
		if got != test.want {
			t.Errorf("%s of %s by %+v: %s, want %s", test.key, test.action, test.record, got, test.want)
		}
	}
}
