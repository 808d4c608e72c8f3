package explain

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strings"

	"github.com/ringfence/ringfence/internal/policy/catalog"
	"github.com/ringfence/ringfence/internal/trail"
)

// record is a CloudTrail record of a call that may have been denied.
type record struct{ *trail.EventRecord }

func readRecord(raw json.RawMessage) (record, error) {
	r, err := trail.Read(raw)
	switch {
	case err != nil:
		return record{}, fmt.Errorf("reading a CloudTrail record: %w", err)
	case r.Event == nil:
		return record{}, fmt.Errorf("the event is a %q, and has no CloudTrail record", r.Name)
	}
	return record{r.Event}, nil
}

// denials are the codes with which services deny: AccessDenied, AccessDeniedException,
// Client.UnauthorizedOperation, AuthorizationError, NotAuthorized.
var denials = regexp.MustCompile(`(?i)access_?denied|unauthorized|notauthorized|authorizationerror|forbidden`)

func (r record) denied() bool { return denials.MatchString(r.ErrorCode) }

// denial returns the denial in the record: from its message if that has the request, otherwise from the call.
func (r record) denial() (Denied, error) {
	d, err := readMessage(string(r.ErrorMessage))
	if err != nil && encoded.MatchString(string(r.ErrorMessage)) && r.UserIdentity.ARN == "" {
		return d, err
	}
	q := &d.Question
	if q.Principal == "" {
		q.Principal = r.UserIdentity.ARN
	}
	if r.UserIdentity.Type == "Root" {
		q.Principal = r.UserIdentity.AccountID
	}
	if q.Action == "" {
		q.Action = r.action()
	}
	var on []struct{ ARN trail.Text }
	if q.Resource == "" && json.Unmarshal(r.Resources, &on) == nil && len(on) > 0 {
		q.Resource = string(on[0].ARN)
	}
	if q.Principal == "" || q.Action == "" {
		return d, errors.New("the CloudTrail record does not say who asked for what: give --principal and --action")
	}
	q.Context = r.context()
	return d, nil
}

// prefixes are the services whose actions do not begin with the name of their endpoint.
var prefixes = map[string]string{
	"monitoring": "cloudwatch", "email": "ses", "streams.dynamodb": "dynamodb", "tagging": "tag", "opensearch": "es",
	"application-autoscaling": "application-autoscaling", "entitlement.marketplace": "aws-marketplace", "resource-groups": "resource-groups",
}

// calls are those that need an action of another name. S3 has the most.
//
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
var calls = map[string]string{
	"s3:ListBuckets": "s3:ListAllMyBuckets", "s3:ListObjects": "s3:ListBucket", "s3:ListObjectsV2": "s3:ListBucket", "s3:HeadBucket": "s3:ListBucket",
	"s3:HeadObject": "s3:GetObject", "s3:CopyObject": "s3:PutObject", "s3:CreateMultipartUpload": "s3:PutObject", "s3:UploadPart": "s3:PutObject",
	"s3:CompleteMultipartUpload": "s3:PutObject", "s3:DeleteObjects": "s3:DeleteObject", "lambda:Invoke": "lambda:InvokeFunction",
}

// versions are the dates that Lambda and CloudFront append to the names of their calls.
var versions = regexp.MustCompile(`[0-9]{4}_?[0-9]{2}_?[0-9]{2}(v[0-9]+)?$`)

// action is the action that the call needs.
func (r record) action() string {
	service, _, _ := strings.Cut(strings.ToLower(r.EventSource), ".amazonaws.com")
	if other, ok := prefixes[service]; ok {
		service = other
	}
	name := service + ":" + versions.ReplaceAllString(r.EventName, "")
	if other, ok := calls[name]; ok {
		name = other
	}
	if known, ok := catalog.Lookup(name); ok {
		return known.String()
	}
	return name
}

// context returns the condition keys that a record has.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func (r record) context() map[string][]string {
	c := map[string][]string{}
	add := func(key, value string) {
		if value != "" {
			c[key] = []string{value}
		}
	}
	if _, err := netip.ParseAddr(r.SourceIPAddress); err == nil {
		add("aws:SourceIp", r.SourceIPAddress)
	}
	add("aws:UserAgent", r.UserAgent)
	add("aws:RequestedRegion", r.AWSRegion)
	add("aws:CurrentTime", r.EventTime)
	add("aws:SourceVpce", string(r.VPCEndpointID))
	session := r.UserIdentity.Session()
	add("aws:MultiFactorAuthPresent", string(session.Attributes.MFAAuthenticated))
	add("aws:SourceIdentity", string(session.SourceIdentity))
	if len(r.TLSDetails) > 0 && string(r.TLSDetails) != "null" {
		add("aws:SecureTransport", "true")
	}
	if strings.HasSuffix(r.UserIdentity.InvokedBy, ".amazonaws.com") {
		add("aws:ViaAWSService", "true")
		add("aws:CalledVia", r.UserIdentity.InvokedBy)
	}
	var asked struct{ PermissionsBoundary string }
	if json.Unmarshal(r.RequestParameters, &asked) == nil {
		add(boundaryKey, asked.PermissionsBoundary)
	}
	return c
}
