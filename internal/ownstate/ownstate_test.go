package ownstate_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/ownparts"
	"github.com/ringfence/ringfence/internal/ownstate"
)

// cloud answers as AWS does for a stack that matches the template.
type cloud struct {
	t     *testing.T
	parts map[string]ownparts.Facts
	// answers replace those for the template, by operation: a status, an error code or nothing,
	// and a body.
	answers map[string]func(w http.ResponseWriter, body string) bool
	asked   []string
}

func (c *cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	data, _ := io.ReadAll(r.Body)
	body := string(data)
	_, name, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	switch {
	case strings.HasPrefix(r.URL.Path, "/2015-03-31/event-source-mappings"):
		name, body = "ListEventSourceMappings", r.URL.RawQuery
	case strings.Contains(body, "Action=GetTopicAttributes"):
		name = "GetTopicAttributes"
	}
	c.asked = append(c.asked, name)
	if answer := c.answers[name]; answer != nil && answer(w, body) {
		return
	}
	switch name {
	case "GetQueueAttributes":
		var in struct{ QueueUrl string } //nolint:revive // as SQS spells it
		c.read(body, &in)
		queue := in.QueueUrl[strings.LastIndex(in.QueueUrl, "/")+1:]
		attributes := map[string]string{"QueueArn": "x", "MaximumMessageSize": "1048576"}
		for name, v := range c.parts["arn:aws:sqs:us-east-1:123456789012:"+queue] {
			attributes[name] = c.text(v)
		}
		c.write(w, map[string]any{"Attributes": attributes})
	case "GetTopicAttributes":
		topic := c.parts["arn:aws:sns:us-east-1:123456789012:ringfence-findings"]
		fmt.Fprint(w, `<GetTopicAttributesResponse><GetTopicAttributesResult><Attributes>`)
		for name, v := range topic {
			fmt.Fprintf(w, `<entry><key>%s</key><value><![CDATA[%s]]></value></entry>`, name, c.text(v))
		}
		fmt.Fprint(w, `</Attributes></GetTopicAttributesResult></GetTopicAttributesResponse>`)
	case "DescribeTable":
		c.write(w, map[string]any{"Table": map[string]any{
			"BillingModeSummary": map[string]any{"BillingMode": "PAY_PER_REQUEST"}, "DeletionProtectionEnabled": true,
			"SSEDescription": map[string]any{"Status": "ENABLED", "KMSMasterKeyArn": keyARN},
		}})
	case "DescribeTimeToLive":
		c.write(w, map[string]any{"TimeToLiveDescription": map[string]any{"AttributeName": "expires", "TimeToLiveStatus": "ENABLED"}})
	case "DescribeContinuousBackups":
		c.write(w, map[string]any{"ContinuousBackupsDescription": map[string]any{
			"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": map[string]any{"PointInTimeRecoveryStatus": "ENABLED"},
		}})
	case "GetResourcePolicy":
		c.write(w, map[string]any{"Policy": c.text(c.parts["arn:aws:dynamodb:us-east-1:123456789012:table/ringfence-ledger"]["ResourcePolicy"])})
	case "DescribeKey":
		c.write(w, map[string]any{"KeyMetadata": map[string]any{"KeyId": "0e2b41a3", "Enabled": true, "KeyState": "Enabled"}})
	case "GetKeyPolicy":
		c.write(w, map[string]any{"Policy": c.text(c.parts[keyARN]["KeyPolicy"])})
	case "GetKeyRotationStatus":
		c.write(w, map[string]any{"KeyRotationEnabled": true})
	case "ListEventSourceMappings":
		c.mappings(w, body)
	default:
		c.t.Errorf("%s is asked for", name)
	}
}

// mappings answers page by page, one mapping per page.
func (c *cloud) mappings(w http.ResponseWriter, query string) {
	all := map[string][]string{"enforce": {"events 3", "follow-up 2"}, "report": {"report 2"}, "sweep": {"sweep 2"}}
	for function, list := range all {
		if !strings.Contains(query, "ringfence-"+function) {
			continue
		}
		out, i := map[string]any{}, 0
		if strings.Contains(query, "Marker=second") {
			i = 1
		} else if len(list) > 1 {
			out["NextMarker"] = "second"
		}
		queue, most, _ := strings.Cut(list[i], " ")
		batch := 10
		if queue == "sweep" {
			batch = 1
		}
		out["EventSourceMappings"] = []any{map[string]any{
			"EventSourceArn": "arn:aws:sqs:us-east-1:123456789012:ringfence-" + queue, "State": "Enabled", "BatchSize": batch,
			"ScalingConfig": map[string]any{"MaximumConcurrency": json.Number(most)}, "FunctionResponseTypes": []string{"ReportBatchItemFailures"},
		}}
		c.write(w, out)
	}
}

func (c *cloud) read(body string, into any) {
	if err := json.Unmarshal([]byte(body), into); err != nil {
		c.t.Error(err)
	}
}

func (c *cloud) write(w io.Writer, v any) {
	if err := json.NewEncoder(w).Encode(v); err != nil {
		c.t.Error(err)
	}
}

func (c *cloud) text(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	b, err := json.Marshal(v)
	if err != nil {
		c.t.Error(err)
	}
	return string(b)
}

const (
	keyARN   = "arn:aws:kms:us-east-1:123456789012:key/0e2b41a3"
	topicARN = "arn:aws:sns:us-east-1:123456789012:ringfence-findings"
	tableARN = "arn:aws:dynamodb:us-east-1:123456789012:table/ringfence-ledger"
	queueARN = "arn:aws:sqs:us-east-1:123456789012:ringfence-events"
	function = "arn:aws:lambda:us-east-1:123456789012:function:ringfence-report"
)

// newCloud returns a stack, and a reader of it.
func newCloud(t *testing.T) (*cloud, *ownstate.Reader) {
	t.Helper()
	parts, err := ownparts.Expected(ownparts.Stack{Partition: "aws", Region: "us-east-1", Account: "123456789012", Name: "ringfence", Key: keyARN})
	if err != nil {
		t.Fatal(err)
	}
	c := &cloud{t: t, parts: map[string]ownparts.Facts{}, answers: map[string]func(http.ResponseWriter, string) bool{}}
	for _, p := range parts {
		c.parts[p.ARN] = p.Expected()
	}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	config := aws.Config{
		Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("x", "x", ""), BaseEndpoint: &server.URL,
		Retryer: func() aws.Retryer { return aws.NopRetryer{} },
	}
	return c, &ownstate.Reader{
		Parts: parts, SQS: sqs.NewFromConfig(config), SNS: sns.NewFromConfig(config), DynamoDB: dynamodb.NewFromConfig(config),
		KMS: kms.NewFromConfig(config), Lambda: lambda.NewFromConfig(config),
	}
}

// says makes an operation answer with a body.
func says(body string) func(http.ResponseWriter, string) bool {
	return func(w http.ResponseWriter, _ string) bool {
		_, _ = io.WriteString(w, body)
		return true
	}
}

// refuses makes an operation answer with an error, in the form of its service.
func refuses(code string) func(http.ResponseWriter, string) bool {
	return func(w http.ResponseWriter, body string) bool {
		w.Header().Set("X-Amzn-Errortype", code)
		w.WriteHeader(http.StatusBadRequest)
		if strings.Contains(body, "Action=") {
			fmt.Fprintf(w, `<ErrorResponse><Error><Code>%s</Code><Message>no</Message></Error></ErrorResponse>`, code)
			return true
		}
		fmt.Fprintf(w, `{"__type": "com.amazonaws#%s", "message": "no"}`, code)
		return true
	}
}

func TestAnUnchangedStack(t *testing.T) {
	c, r := newCloud(t)
	if differ, unread := r.Differences(t.Context()); len(differ)+len(unread) > 0 {
		t.Errorf("differ %v, unread %v", differ, unread)
	}
	if len(c.asked) != 6+1+4+3+4 {
		t.Errorf("%d calls: %v", len(c.asked), c.asked)
	}
}

func TestDifferencesAreRead(t *testing.T) {
	for name, c := range map[string]struct {
		operation string
		answer    func(http.ResponseWriter, string) bool
		want      ownparts.Difference
	}{
		"a disabled key":         {"DescribeKey", says(`{"KeyMetadata": {"KeyId": "x", "Enabled": false, "KeyState": "Disabled"}}`), ownparts.Difference{ARN: keyARN, Properties: []string{"KeyState"}}},
		"a key to be deleted":    {"DescribeKey", says(`{"KeyMetadata": {"KeyId": "x", "Enabled": false, "KeyState": "PendingDeletion"}}`), ownparts.Difference{ARN: keyARN, Properties: []string{"KeyState"}}},
		"no rotation":            {"GetKeyRotationStatus", says(`{"KeyRotationEnabled": false}`), ownparts.Difference{ARN: keyARN, Properties: []string{"EnableKeyRotation"}}},
		"another key policy":     {"GetKeyPolicy", says(`{"Policy": "{}"}`), ownparts.Difference{ARN: keyARN, Properties: []string{"KeyPolicy"}}},
		"no policy of the table": {"GetResourcePolicy", refuses("PolicyNotFoundException"), ownparts.Difference{ARN: tableARN, Properties: []string{"ResourcePolicy"}}},
		"no time to live":        {"DescribeTimeToLive", says(`{"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}}`), ownparts.Difference{ARN: tableARN, Properties: []string{"TimeToLive"}}},
		"no backups": {
			"DescribeContinuousBackups", says(`{"ContinuousBackupsDescription": {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"}}}`),
			ownparts.Difference{ARN: tableARN, Properties: []string{"PointInTimeRecoveryEnabled"}},
		},
		"another table":  {"DescribeTable", says(`{"Table": {}}`), ownparts.Difference{ARN: tableARN, Properties: []string{"BillingMode", "DeletionProtectionEnabled", "KMSMasterKeyId"}}},
		"no table":       {"DescribeTable", refuses("ResourceNotFoundException"), ownparts.Difference{ARN: tableARN, Properties: []string{ownparts.Missing}}},
		"no key":         {"DescribeKey", refuses("NotFoundException"), ownparts.Difference{ARN: keyARN, Properties: []string{ownparts.Missing}}},
		"no topic":       {"GetTopicAttributes", refuses("NotFound"), ownparts.Difference{ARN: topicARN, Properties: []string{ownparts.Missing}}},
		"no function":    {"ListEventSourceMappings", only("ringfence-report", refuses("ResourceNotFoundException")), ownparts.Difference{ARN: function, Properties: []string{ownparts.Missing}}},
		"no mapping":     {"ListEventSourceMappings", only("ringfence-report", says(`{"EventSourceMappings": []}`)), ownparts.Difference{ARN: function, Properties: []string{"mapping of ringfence-report"}}},
		"a filter":       {"ListEventSourceMappings", only("ringfence-report", says(mapping(`"Enabled", "FilterCriteria": {"Filters": [{"Pattern": "{}"}]}`))), ownparts.Difference{ARN: function, Properties: []string{"mapping of ringfence-report"}}},
		"disabled":       {"ListEventSourceMappings", only("ringfence-report", says(mapping(`"Disabled"`))), ownparts.Difference{ARN: function, Properties: []string{"mapping of ringfence-report"}}},
		"no queue":       {"GetQueueAttributes", only("ringfence-events", refuses("QueueDoesNotExist")), ownparts.Difference{ARN: queueARN, Properties: []string{ownparts.Missing}}},
		"an empty queue": {"GetQueueAttributes", only("ringfence-events", says(`{"Attributes": {"MaximumMessageSize": "1048576"}}`)), ownparts.Difference{ARN: queueARN, Properties: []string{"DelaySeconds", "KmsDataKeyReusePeriodSeconds", "KmsMasterKeyId", "MessageRetentionPeriod", "Policy", "RedriveAllowPolicy", "RedrivePolicy", "VisibilityTimeout"}}},
	} {
		cloud, r := newCloud(t)
		cloud.answers[c.operation] = c.answer
		differ, unread := r.Differences(t.Context())
		if diff := cmp.Diff([]ownparts.Difference{c.want}, differ); diff != "" || len(unread) > 0 {
			t.Errorf("%s: unread %v (-want +got):\n%s", name, unread, diff)
		}
	}
}

func mapping(state string) string {
	return `{"EventSourceMappings": [{"EventSourceArn": "arn:aws:sqs:us-east-1:123456789012:ringfence-report", "BatchSize": 10,
		"ScalingConfig": {"MaximumConcurrency": 2}, "FunctionResponseTypes": ["ReportBatchItemFailures"], "State": ` + state + `}]}`
}

// only answers if a request names a part.
func only(part string, answer func(http.ResponseWriter, string) bool) func(http.ResponseWriter, string) bool {
	return func(w http.ResponseWriter, body string) bool { return strings.Contains(body, part) && answer(w, body) }
}

// A part that must not be read neither matches nor differs, and the error names the call.
func TestADeniedReadIsUnread(t *testing.T) {
	for _, operation := range []string{
		"GetQueueAttributes", "GetTopicAttributes", "DescribeTable", "DescribeTimeToLive", "DescribeContinuousBackups", "GetResourcePolicy",
		"DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "ListEventSourceMappings",
	} {
		c, r := newCloud(t)
		c.answers[operation] = refuses("AccessDeniedException")
		differ, unread := r.Differences(t.Context())
		if len(differ) > 0 || len(unread) == 0 || slices.ContainsFunc(unread, func(err error) bool { return !strings.Contains(err.Error(), operation) }) {
			t.Errorf("%s: differ %v, unread %v", operation, differ, unread)
		}
	}
}
