package apicall

// prefixes are the services whose actions do not begin with the name in their event source.
//
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
var prefixes = map[string]string{
	"monitoring":                 "cloudwatch",      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/logging_cw_api_calls.html
	"email":                      "ses",             // https://docs.aws.amazon.com/ses/latest/dg/logging-using-cloudtrail.html
	"tagging":                    "tag",             // https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/logging-using-cloudtrail.html
	"streams.dynamodb":           "dynamodb",        // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/logging-using-cloudtrail.html
	"opensearch":                 "es",              // https://docs.aws.amazon.com/opensearch-service/latest/developerguide/ac.html
	"entitlement.marketplace":    "aws-marketplace", // https://docs.aws.amazon.com/marketplace/latest/userguide/cloudtrail-logging.html
	"metering-marketplace":       "aws-marketplace",
	"cloudcontrolapi":            "cloudformation", // https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/security.html
	"servicecatalog-appregistry": "servicecatalog", // https://docs.aws.amazon.com/servicecatalog/latest/arguide/security-iam.html
	"rdsdata":                    "rds-data",       // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/logging-using-cloudtrail-data-api.html
	"memory-db":                  "memorydb",       // https://docs.aws.amazon.com/memorydb/latest/devguide/logging-using-cloudtrail.html
}

// free are the calls that no identity policy has to allow, with the reason.
var free = map[string]string{
	// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
	"sts:GetCallerIdentity": "no policy can deny it",
	// The caller has no AWS credentials. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
	"sts:AssumeRoleWithSAML": "the caller is not an IAM principal",
	// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
	"sts:AssumeRoleWithWebIdentity": "the caller is not an IAM principal",
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html
	"sts:GetSessionToken": "policies do not control authentication",
}

// renamed are the calls that need an action of another name, or several. "<source" marks the action on the source
// of a copy.
//
// S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
// Names in records: https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
var renamed = map[string]string{
	"s3:ListBuckets":                                 "s3:ListAllMyBuckets",
	"s3:HeadBucket":                                  "s3:ListBucket",
	"s3:ListObjects":                                 "s3:ListBucket",
	"s3:ListObjectsV2":                               "s3:ListBucket",
	"s3:ListObjectVersions":                          "s3:ListBucketVersions",
	"s3:ListMultipartUploads":                        "s3:ListBucketMultipartUploads",
	"s3:ListParts":                                   "s3:ListMultipartUploadParts",
	"s3:HeadObject":                                  "s3:GetObject",
	"s3:SelectObjectContent":                         "s3:GetObject",
	"s3:GetObjectAttributes":                         "s3:GetObject s3:GetObjectAttributes",
	"s3:CopyObject":                                  "s3:GetObject<source s3:PutObject",
	"s3:UploadPartCopy":                              "s3:GetObject<source s3:PutObject",
	"s3:UploadPart":                                  "s3:PutObject",
	"s3:CreateMultipartUpload":                       "s3:PutObject",
	"s3:CompleteMultipartUpload":                     "s3:PutObject",
	"s3:DeleteObjects":                               "s3:DeleteObject",
	"s3:GetBucketAccelerateConfiguration":            "s3:GetAccelerateConfiguration",
	"s3:PutBucketAccelerateConfiguration":            "s3:PutAccelerateConfiguration",
	"s3:GetBucketAnalyticsConfiguration":             "s3:GetAnalyticsConfiguration",
	"s3:ListBucketAnalyticsConfigurations":           "s3:GetAnalyticsConfiguration",
	"s3:PutBucketAnalyticsConfiguration":             "s3:PutAnalyticsConfiguration",
	"s3:DeleteBucketAnalyticsConfiguration":          "s3:PutAnalyticsConfiguration",
	"s3:DeleteBucketCors":                            "s3:PutBucketCORS",
	"s3:GetBucketEncryption":                         "s3:GetEncryptionConfiguration",
	"s3:PutBucketEncryption":                         "s3:PutEncryptionConfiguration",
	"s3:DeleteBucketEncryption":                      "s3:PutEncryptionConfiguration",
	"s3:GetBucketIntelligentTieringConfiguration":    "s3:GetIntelligentTieringConfiguration",
	"s3:ListBucketIntelligentTieringConfigurations":  "s3:GetIntelligentTieringConfiguration",
	"s3:PutBucketIntelligentTieringConfiguration":    "s3:PutIntelligentTieringConfiguration",
	"s3:DeleteBucketIntelligentTieringConfiguration": "s3:PutIntelligentTieringConfiguration",
	"s3:GetBucketInventoryConfiguration":             "s3:GetInventoryConfiguration",
	"s3:ListBucketInventoryConfigurations":           "s3:GetInventoryConfiguration",
	"s3:PutBucketInventoryConfiguration":             "s3:PutInventoryConfiguration",
	"s3:DeleteBucketInventoryConfiguration":          "s3:PutInventoryConfiguration",
	"s3:GetBucketLifecycle":                          "s3:GetLifecycleConfiguration",
	"s3:GetBucketLifecycleConfiguration":             "s3:GetLifecycleConfiguration",
	"s3:PutBucketLifecycle":                          "s3:PutLifecycleConfiguration",
	"s3:PutBucketLifecycleConfiguration":             "s3:PutLifecycleConfiguration",
	"s3:DeleteBucketLifecycle":                       "s3:PutLifecycleConfiguration",
	"s3:GetBucketMetricsConfiguration":               "s3:GetMetricsConfiguration",
	"s3:ListBucketMetricsConfigurations":             "s3:GetMetricsConfiguration",
	"s3:PutBucketMetricsConfiguration":               "s3:PutMetricsConfiguration",
	"s3:DeleteBucketMetricsConfiguration":            "s3:PutMetricsConfiguration",
	"s3:GetBucketNotificationConfiguration":          "s3:GetBucketNotification",
	"s3:PutBucketNotificationConfiguration":          "s3:PutBucketNotification",
	"s3:DeleteBucketOwnershipControls":               "s3:PutBucketOwnershipControls",
	"s3:GetPublicAccessBlock":                        "s3:GetBucketPublicAccessBlock",
	"s3:PutPublicAccessBlock":                        "s3:PutBucketPublicAccessBlock",
	"s3:DeletePublicAccessBlock":                     "s3:PutBucketPublicAccessBlock",
	"s3:DeleteBucketPublicAccessBlock":               "s3:PutBucketPublicAccessBlock",
	"s3:GetBucketReplication":                        "s3:GetReplicationConfiguration",
	"s3:PutBucketReplication":                        "s3:PutReplicationConfiguration",
	"s3:DeleteBucketReplication":                     "s3:PutReplicationConfiguration",
	"s3:DeleteBucketTagging":                         "s3:PutBucketTagging",
	"s3:GetObjectLockConfiguration":                  "s3:GetBucketObjectLockConfiguration",
	"s3:PutObjectLockConfiguration":                  "s3:PutBucketObjectLockConfiguration",

	// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
	"lambda:Invoke": "lambda:InvokeFunction",
	// https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html
	"lambda:InvokeWithResponseStream": "lambda:InvokeFunction",
	// https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersionByArn.html
	"lambda:GetLayerVersionByArn": "lambda:GetLayerVersion",

	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
	"sqs:SendMessageBatch":             "sqs:SendMessage",
	"sqs:DeleteMessageBatch":           "sqs:DeleteMessage",
	"sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
	// https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
	"sns:PublishBatch": "sns:Publish",

	// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
	"bedrock:Converse": "bedrock:InvokeModel",
	// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
	"bedrock:ConverseStream": "bedrock:InvokeModelWithResponseStream",

	// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-apis-iam
	"dynamodb:TransactGetItems": "dynamodb:GetItem",
}

// varying are the calls whose action depends on their parameters: on the bucket, on the version of an object, on
// session tags, or on the service behind a name that two services share.
var varying = map[string]bool{
	"s3:GetObject": true, "s3:HeadObject": true, "s3:DeleteObject": true, "s3:DeleteObjects": true, "s3:CopyObject": true, "s3:UploadPartCopy": true,
	"s3:GetObjectAcl": true, "s3:PutObjectAcl": true, "s3:GetObjectTagging": true, "s3:PutObjectTagging": true, "s3:DeleteObjectTagging": true,
	"s3:GetObjectAttributes": true, "s3:GetObjectTorrent": true,
	"autoscaling:PutScalingPolicy": true, "autoscaling:DescribeScalingActivities": true,
	"s3:GetPublicAccessBlock": true, "s3:PutPublicAccessBlock": true, "s3:DeletePublicAccessBlock": true,
	"sts:AssumeRole": true, "sts:GetFederationToken": true,
}

// verbs are the HTTP methods of API Gateway's calls, by how the names begin. The first one that fits counts.
var verbs = []struct{ begins, method string }{
	{"TestInvoke", "POST"},
	{"ImportApiKeys", "POST"},
	{"ImportApi", "PUT"},
	{"ImportDocumentationParts", "PUT"},
	{"ImportRestApi", "POST"},
	{"ReimportApi", "PUT"},
	{"Get", "GET"},
	{"Create", "POST"},
	{"Generate", "POST"},
	{"Put", "PUT"},
	{"Update", "PATCH"},
	{"Delete", "DELETE"},
	{"Flush", "DELETE"},
	{"Reset", "DELETE"},
	{"UntagResource", "DELETE"},
}
