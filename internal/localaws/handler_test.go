package localaws_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ringfence/ringfence/internal/localaws"
)

// post sends a request that no SDK would send.
func post(server http.Handler, target, authorization, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "http://127.0.0.1:1/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Amz-Target", target)
	r.Header.Set("Authorization", authorization)
	w := httptest.NewRecorder()
	server.ServeHTTP(w, r)
	return w
}

func TestRequestsOfNoSDK(t *testing.T) {
	signed := func(service string) string {
		return "AWS4-HMAC-SHA256 Credential=123456789012/20260101/us-east-1/" + service + "/aws4_request, SignedHeaders=host, Signature=x"
	}
	for _, c := range []struct {
		name, target, authorization, body string
		status                            int
		want                              string
	}{
		{"nothing", "", "", "", 400, "InvalidAction"},
		{"unsigned", "", "", "Action=GetCallerIdentity&Version=2011-06-15", 200, "<Account>123456789012</Account>"},
		{"service from the scope", "", signed("iam"), "Action=ListRoles", 200, "<Roles></Roles>"},
		{"unknown action", "", signed("iam"), "Action=Explode&Version=2010-05-08", 400, "<Code>InvalidAction</Code>"},
		{"unknown target", "AmazonSQS.Explode", signed("sqs"), "{}", 400, "InvalidAction"},
		{"unknown service", "Other.Explode", signed("other"), "{}", 400, "InvalidAction"},
		{"malformed form", "", signed("iam"), "Action=%zz", 400, "MalformedQueryString"},
		{"too deep", "", signed("iam"), "Action=ListRoles&a" + strings.Repeat(".a", 50) + "=1", 400, "nests too deep"},
		{"not a number", "", signed("iam"), "Action=ListRoles&MaxItems=many", 400, "must be a whole number"},
		{"not JSON", "AmazonSQS.SendMessage", signed("sqs"), "{", 400, "SerializationException"},
		{"not an object", "AmazonSQS.SendMessage", signed("sqs"), "[]", 400, "SerializationException"},
		{"mistyped", "AmazonSQS.CreateQueue", signed("sqs"), `{"QueueName":5}`, 400, "QueueName cannot be read as string"},
		{"mistyped map", "AmazonSQS.CreateQueue", signed("sqs"), `{"QueueName":"q","Attributes":[]}`, 400, "Attributes cannot be read"},
		{"unknown parameters", "DynamoDB_20120810.ListTables", signed("dynamodb"), `{"Colour":"red"}`, 200, `"TableNames":[]`},
		{"bad time", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents", signed("cloudtrail"), `{"StartTime":1e300}`, 400, "SerializationException"},
		{"too large", "", signed("iam"), "Action=ListRoles&x=" + strings.Repeat("x", 2<<20), 413, "RequestEntityTooLarge"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := post(localaws.New(localaws.Options{}), c.target, c.authorization, c.body)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
}

func TestEmptyListsAndMissingMembers(t *testing.T) {
	server, c := inProcess()
	must(c.CreateUser(t.Context(), &iam.CreateUserInput{UserName: aws.String("u")}))(t)
	w := post(server, "", "", url.Values{"Action": {"GetUser"}, "Version": {"2010-05-08"}, "UserName": {"u"}}.Encode())
	if body := w.Body.String(); strings.Contains(body, "<Tags>") || strings.Contains(body, "PermissionsBoundary") || w.Header().Get("Content-Type") != "text/xml" {
		t.Errorf("%s", body)
	}
}

func FuzzHandler(f *testing.F) {
	iamScope := "AWS4-HMAC-SHA256 Credential=123456789012/20260101/us-east-1/iam/aws4_request, x"
	for _, seed := range []struct{ target, authorization, body string }{
		{"", iamScope, "Action=CreateRole&Version=2010-05-08&RoleName=r&AssumeRolePolicyDocument=" + url.QueryEscape(trust) + "&Tags.member.1.Key=a&Tags.member.1.Value=b"},
		{"", iamScope, "Action=GetAccountAuthorizationDetails&Version=2010-05-08&Filter.member.1=Role&MaxItems=3&Marker=eA"},
		{"", iamScope, "Action=UpdateUser&Version=2010-05-08&UserName=u&NewUserName=v&NewPath=%2Fx%2F"},
		{"", iamScope, "Action=ListEntitiesForPolicy&Version=2010-05-08&PolicyArn=" + url.QueryEscape(denyAll)},
		{"", "", "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fr&RoleSessionName=ss"},
		{"", "", "Action=Publish&Version=2010-03-31&TopicArn=t&Message=m&MessageAttributes.entry.1.Name=a&MessageAttributes.entry.1.Value.DataType=String&MessageAttributes.entry.1.Value.StringValue=v"},
		{"", "", "Action=Subscribe&Version=2010-03-31&TopicArn=t&Protocol=sqs&Endpoint=arn&Attributes.entry.1.key=FilterPolicy&Attributes.entry.1.value=%7B%7D"},
		{"AmazonSQS.SendMessage", "", `{"QueueUrl":"http://x/123456789012/q","MessageBody":"b","MessageAttributes":{"a":{"DataType":"Binary","BinaryValue":"AA=="}}}`},
		{"AmazonSQS.ReceiveMessage", "", `{"QueueUrl":"http://x/123456789012/q","MaxNumberOfMessages":10,"AttributeNames":["All"]}`},
		{"AmazonSQS.CreateQueue", "", `{"QueueName":"q","Attributes":{"RedrivePolicy":"{\"deadLetterTargetArn\":\"x\",\"maxReceiveCount\":\"3\"}"}}`},
		{"DynamoDB_20120810.PutItem", "", `{"TableName":"items","Item":{"pk":{"S":"a"},"l":{"L":[{"N":"1e5"},{"M":{}},{"BS":["AA=="]},{"NULL":true}]}},"ConditionExpression":"a.#b[0] = :c","ExpressionAttributeNames":{"#b":"b"},"ExpressionAttributeValues":{":c":{"NS":["1"]}}}`},
		{"DynamoDB_20120810.UpdateItem", "", `{"TableName":"items","Key":{"pk":{"S":"a"}},"UpdateExpression":"SET a = if_not_exists(a, :c) REMOVE b[0] ADD c :c DELETE d :d","ExpressionAttributeValues":{":c":{"N":"-0.5"},":d":{"SS":["x"]}},"ReturnValues":"UPDATED_NEW"}`},
		{"DynamoDB_20120810.Query", "", `{"TableName":"items","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"a"}},"ExclusiveStartKey":{"pk":{"S":"a"}},"Limit":1}`},
		{"DynamoDB_20120810.Scan", "", `{"TableName":"items","FilterExpression":"size(pk) > :n","ExpressionAttributeValues":{":n":{"N":"0"}},"ProjectionExpression":"pk, l[1]","Segment":0,"TotalSegments":2}`},
		{"DynamoDB_20120810.CreateTable", "", `{"TableName":"other","KeySchema":[{"AttributeName":"a","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"a","AttributeType":"B"}],"BillingMode":"PAY_PER_REQUEST"}`},
		{"AWSEvents.PutRule", "", `{"Name":"r","EventPattern":"{\"source\":[{\"prefix\":\"aws.\"}]}"}`},
		{"AWSEvents.PutTargets", "", `{"Rule":"r","Targets":[{"Id":"t","Arn":"arn:aws:sqs:us-east-1:123456789012:q","InputTransformer":{"InputPathsMap":{"a":"$.detail.a[0]"},"InputTemplate":"\"<a>\""}}]}`},
		{"AWSEvents.PutEvents", "", `{"Entries":[{"Source":"s","DetailType":"d","Detail":"{\"a\":[1]}","Time":1700000000.5}]}`},
		{"CloudTrail_20131101.LookupEvents", "Credential=1/2/us-east-1/cloudtrail/aws4_request", `{"LookupAttributes":[{"AttributeKey":"EventName","AttributeValue":"CreateRole"}],"MaxResults":5}`},
	} {
		f.Add(seed.target, seed.authorization, seed.body)
	}
	f.Fuzz(func(t *testing.T, target, authorization, body string) {
		server := localaws.New(localaws.Options{Now: localaws.NewClock(start).Now, Seed: 1})
		server.SQS.Send("arn:aws:sqs:us-east-1:123456789012:q", "none", "", nil)
		post(server, "AmazonSQS.CreateQueue", "", `{"QueueName":"q"}`)
		post(server, "DynamoDB_20120810.CreateTable", "", `{"TableName":"items","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"BillingMode":"PAY_PER_REQUEST"}`)
		post(server, "DynamoDB_20120810.PutItem", "", `{"TableName":"items","Item":{"pk":{"S":"a"},"b":{"L":[{"N":"1"}]},"d":{"SS":["x","y"]}}}`)
		post(server, "AWSEvents.PutRule", "", `{"Name":"r","EventPattern":"{\"source\":[{\"exists\":true}]}"}`)
		post(server, "AWSEvents.PutTargets", "", `{"Rule":"r","Targets":[{"Id":"q","Arn":"arn:aws:sqs:us-east-1:123456789012:q"}]}`)
		for range 2 {
			if w := post(server, target, authorization, body); w.Code < 200 || w.Code >= 500 {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		}
		server.IAM(account).Describe()
	})
}
