package apicall

import (
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy/catalog"
)

// names returns what a call needs, as text.
func names(m Mapping) string {
	var list []string
	for _, n := range m.Needs {
		text := n.String()
		if n.Source {
			text += "<source"
		}
		list = append(list, text)
	}
	return strings.Join(list, " ")
}

// Ensure that every row of the exceptions is needed and names actions that exist.
func TestEveryException(t *testing.T) {
	for call, want := range renamed {
		service, name, _ := strings.Cut(call, ":")
		if got := names(Map(service+suffix, name)); got != want {
			t.Errorf("%s needs %q, not %q", call, got, want)
		}
		if own, ok := catalog.Lookup(call); ok && strings.EqualFold(own.String(), want) {
			t.Errorf("%s needs no row", call)
		}
	}
	for source, prefix := range prefixes {
		if len(catalog.Actions(prefix)) == 0 {
			t.Errorf("%s: no service has the prefix %s", source, prefix)
		}
		a := catalog.Actions(prefix)[0]
		if got := names(Map(source+suffix, a.Name)); got != a.String() {
			t.Errorf("%s of %s needs %q", a.Name, source, got)
		}
	}
	for call := range free {
		service, name, _ := strings.Cut(call, ":")
		if m := Map(service+suffix, name); m.Free == "" || len(m.Needs) > 0 {
			t.Errorf("%s: %+v", call, m)
		}
	}
	for call := range varying {
		service, name, _ := strings.Cut(call, ":")
		if m := Map(service+suffix, name); !m.Varies || len(m.Needs) == 0 {
			t.Errorf("%s: %+v", call, m)
		}
	}
}

// Ensure that names are mapped as AWS documents it.
func TestMap(t *testing.T) {
	for _, test := range []struct{ source, name, want string }{
		{"s3", "ListBuckets", "s3:ListAllMyBuckets"},
		{"apigateway", "ImportApiKeys", "apigateway:POST"},
		{"apigateway", "ImportApi", "apigateway:PUT"},
		{"s3", "HeadObject", "s3:GetObject"},
		{"s3", "ListObjectsV2", "s3:ListBucket"},
		{"s3", "GetBucketEncryption", "s3:GetEncryptionConfiguration"},
		{"s3", "CopyObject", "s3:GetObject<source s3:PutObject"},
		{"s3", "DeleteObjects", "s3:DeleteObject"},
		{"s3", "PutBucketCors", "s3:PutBucketCORS"},
		{"ec2", "DescribeInstances", "ec2:DescribeInstances"},
		{"lambda", "CreateFunction20150331", "lambda:CreateFunction"},
		{"lambda", "UpdateFunctionCode20150331v2", "lambda:UpdateFunctionCode"},
		{"lambda", "Invoke", "lambda:InvokeFunction"},
		{"cloudfront", "CreateDistribution2020_05_31", "cloudfront:CreateDistribution"},
		{"monitoring", "PutMetricAlarm", "cloudwatch:PutMetricAlarm"},
		{"email", "SendEmail", "ses:SendEmail"},
		{"tagging", "GetResources", "tag:GetResources"},
		{"cognito-idp", "AdminGetUser", "cognito-idp:AdminGetUser"},
		{"apigateway", "CreateRestApi", "apigateway:POST"},
		{"apigateway", "GetStages", "apigateway:GET"},
		{"apigateway", "UpdateStage", "apigateway:PATCH"},
		{"apigateway", "PutMethod", "apigateway:PUT"},
		{"apigateway", "DeleteRestApi", "apigateway:DELETE"},
		{"apigateway", "TestInvokeMethod", "apigateway:POST"},
	} {
		if got := names(Map(test.source+suffix, test.name)); got != test.want {
			t.Errorf("%s of %s needs %q, want %q", test.name, test.source, got, test.want)
		}
	}
	for _, test := range [][2]string{{"s3", "GetStorageLensDashboardDataInternal"}, {"apigateway", "TagResource"}, {"nowhere", "GetThing"}} {
		if m := Map(test[0]+suffix, test[1]); m.Why == "" || len(m.Needs) > 0 {
			t.Errorf("%s: %+v", test, m)
		}
	}
	if m := Map("signin.amazonaws.com", "ConsoleLogin"); m.Free == "" {
		t.Errorf("%+v", m)
	}
}
