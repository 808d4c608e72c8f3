package apicall

import (
	"strings"
	"testing"
)

// on returns the resources of a call, as text: ~ marks a pattern.
func on(r *Record) string {
	var list []string
	for _, need := range r.Needs(Map(r.Source, r.Name)) {
		for _, one := range r.On(need) {
			text := one.ARN
			if one.Pattern {
				text = "~" + text
			}
			list = append(list, need.String()+" "+text)
		}
	}
	return strings.Join(list, ", ")
}

// Ensure that resources are those of the record, and that a missing one is a pattern.
func TestResources(t *testing.T) {
	for _, test := range []struct{ source, name, parameters, resources, want string }{
		{"s3", "GetObject", `{"bucketName":"b","key":"x/y"}`, "", "s3:GetObject arn:aws:s3:::b/x/y"},
		{"s3", "GetObject", `{"bucketName":"b","key":"x","versionId":"1"}`, "", "s3:GetObjectVersion arn:aws:s3:::b/x"},
		{"s3", "GetBucketLocation", `{"bucketName":"b"}`, "", "s3:GetBucketLocation arn:aws:s3:::b"},
		{"s3", "ListObjectsV2", `{"bucketName":"b"}`, "", "s3:ListBucket arn:aws:s3:::b"},
		{"s3", "GetObject", `{"bucketName":"point-aaaa1111-s3alias","key":"x"}`, "", "s3:GetObject ~*"},
		{"s3", "GetObject", `{"bucketName":"b--use1-az1--x-s3","key":"x"}`, "", "s3:GetObject ~*"},
		{"s3", "PutPublicAccessBlock", `{"bucketName":"b"}`, "", "s3:PutBucketPublicAccessBlock arn:aws:s3:::b"},
		{"s3", "PutPublicAccessBlock", `{"accountId":"111122223333"}`, "", "s3:PutAccountPublicAccessBlock *"},
		{"s3", "DeletePublicAccessBlock", `{"Host":"x"}`, "", "s3:PutBucketPublicAccessBlock ~*, s3:PutAccountPublicAccessBlock *"},
		{"autoscaling", "DescribeScalingActivities", `{"serviceNamespace":"ecs"}`, "", "application-autoscaling:DescribeScalingActivities *"},
		{"autoscaling", "DescribeScalingActivities", `{"autoScalingGroupName":"g"}`, "", "autoscaling:DescribeScalingActivities *"},
		{"autoscaling", "DescribeScalingActivities", `{}`, "", "autoscaling:DescribeScalingActivities *, application-autoscaling:DescribeScalingActivities *"},
		{"s3", "ListBuckets", `{"Host":"s3.amazonaws.com"}`, "", "s3:ListAllMyBuckets *"},
		{"s3", "GetObject", "null", "", "s3:GetObject ~*"},
		{"s3", "CopyObject", `{"bucketName":"b","key":"to","x-amz-copy-source":"/a/from/x?versionId=3"}`, "", "s3:GetObjectVersion arn:aws:s3:::a/from/x, s3:PutObject arn:aws:s3:::b/to"},
		{"s3", "DeleteObjects", `{"bucketName":"b"}`, "", "s3:DeleteObject ~arn:aws:s3:::b/*, s3:DeleteObjectVersion ~arn:aws:s3:::b/*"},
		{"iam", "GetRole", `{"roleName":"app"}`, "", "iam:GetRole ~arn:aws:iam::111122223333:role/*app"},
		{"iam", "CreateRole", `{"roleName":"app","path":"/dev/"}`, "", "iam:CreateRole arn:aws:iam::111122223333:role/dev/app"},
		{"iam", "CreateRole", `{"roleName":"app"}`, "", "iam:CreateRole arn:aws:iam::111122223333:role/app"},
		{"iam", "GetUser", "null", "", "iam:GetUser arn:aws:iam::111122223333:user/dev/jane"},
		{"iam", "AttachRolePolicy", `{"roleName":"app","policyArn":"arn:aws:iam::aws:policy/ReadOnlyAccess"}`, "", "iam:AttachRolePolicy ~arn:aws:iam::111122223333:role/*app"},
		{"iam", "GetPolicy", `{"policyArn":"arn:aws:iam::aws:policy/ReadOnlyAccess"}`, "", "iam:GetPolicy arn:aws:iam::aws:policy/ReadOnlyAccess"},
		{"dynamodb", "GetItem", `{"tableName":"t"}`, "", "dynamodb:GetItem arn:aws:dynamodb:eu-west-1:111122223333:table/t"},
		{"dynamodb", "Query", `{"tableName":"t"}`, "", "dynamodb:Query arn:aws:dynamodb:eu-west-1:111122223333:table/t"},
		{"dynamodb", "Query", `{"tableName":"t","indexName":"i"}`, "", "dynamodb:Query arn:aws:dynamodb:eu-west-1:111122223333:table/t, dynamodb:Query ~*"},
		{"lambda", "UpdateFunctionCode20150331v2", `{"functionName":"f"}`, "", "lambda:UpdateFunctionCode arn:aws:lambda:eu-west-1:111122223333:function:f"},
		{"lambda", "Invoke", `{"functionName":"f:PROD"}`, "", "lambda:InvokeFunction ~*"},
		{"sqs", "SendMessageBatch", `{"queueUrl":"https://sqs.eu-west-1.amazonaws.com/444455556666/q"}`, "", "sqs:SendMessage arn:aws:sqs:eu-west-1:444455556666:q"},
		{"sns", "Publish", `{"topicArn":"arn:aws:sns:eu-west-1:111122223333:t"}`, "", "sns:Publish arn:aws:sns:eu-west-1:111122223333:t"},
		{"secretsmanager", "GetSecretValue", `{"secretId":"s"}`, "", "secretsmanager:GetSecretValue ~arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-??????"},
		{"ssm", "GetParameters", `{"names":["/a/b","c"]}`, "", "ssm:GetParameters arn:aws:ssm:eu-west-1:111122223333:parameter/a/b, ssm:GetParameters arn:aws:ssm:eu-west-1:111122223333:parameter/c"},
		{"kms", "Decrypt", `{"keyId":"alias/a"}`, "", "kms:Decrypt ~*"},
		{"kms", "Decrypt", `null`, `[{"ARN":"arn:aws:kms:eu-west-1:111122223333:key/k","accountId":"111122223333"}]`, "kms:Decrypt arn:aws:kms:eu-west-1:111122223333:key/k"},
		{"logs", "DeleteLogGroup", `{"logGroupName":"/a"}`, "", "logs:DeleteLogGroup ~arn:aws:logs:eu-west-1:111122223333:log-group:/a*"},
		{"ec2", "TerminateInstances", `{"instancesSet":{"items":[{"instanceId":"i-1"},{"instanceId":"i-2"}]}}`, "", "ec2:TerminateInstances arn:aws:ec2:eu-west-1:111122223333:instance/i-1, ec2:TerminateInstances arn:aws:ec2:eu-west-1:111122223333:instance/i-2"},
		{"ec2", "CreateSubnet", `{"vpcId":"vpc-1"}`, "", "ec2:CreateSubnet arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1, ec2:CreateSubnet ~*"},
		{"ec2", "DescribeInstances", `{}`, "", "ec2:DescribeInstances *"},
		{"sts", "AssumeRole", `{"roleArn":"arn:aws:iam::444455556666:role/r"}`, "", "sts:AssumeRole arn:aws:iam::444455556666:role/r"},
		{"sts", "AssumeRole", `{"roleArn":"arn:aws:iam::444455556666:role/r","tags":[{"key":"a","value":"b"}]}`, "", "sts:AssumeRole arn:aws:iam::444455556666:role/r, sts:TagSession arn:aws:iam::444455556666:role/r"},
		{"dynamodb", "CreateTable", `{"sourceArn":"arn:aws:dynamodb:eu-west-1:111122223333:table/other"}`, "", "dynamodb:CreateTable ~*"},
	} {
		r := Record{
			Source: test.source + suffix, Name: test.name, Region: "eu-west-1", Recipient: "111122223333", Parameters: []byte(test.parameters), Resources: []byte(test.resources),
			Caller: Caller{Type: iamUser, ARN: "arn:aws:iam::111122223333:user/dev/jane"},
		}
		if got := on(&r); got != test.want {
			t.Errorf("%s %s:\n got %s\nwant %s", test.name, test.parameters, got, test.want)
		}
	}
}
