package main

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// kind is one call as a trail records it. Its strings are templates: see [writer.expand].
type kind struct {
	weight                      int
	source, name, agent, caller string
	request, response, extra    string
	readOnly                    bool
}

// others are calls on other services, by frequency. The structure and size are those of real
// records, with data events as well as management events.
var others = []kind{
	{
		weight: 30, source: "s3", name: "GetObject", agent: sdk, caller: role, readOnly: true,
		request:  `{"bucketName":"amzn-s3-demo-bucket-%n","Host":"amzn-s3-demo-bucket-%n.s3.us-east-1.amazonaws.com","key":"data/year=2026/month=03/day=%d/part-%x.snappy.parquet","x-id":"GetObject"}`,
		response: `null`,
		extra: `"additionalEventData":{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":0,"AuthenticationMethod":"AuthHeader","x-amz-id-2":"%B%B=","bytesTransferredOut":%n},` +
			`"resources":[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::amzn-s3-demo-bucket-%n/data/year=2026/month=03/day=%d/part-%x.snappy.parquet"},{"accountId":"%a","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::amzn-s3-demo-bucket-%n"}],`,
	},
	{
		weight: 10, source: "sts", name: "AssumeRole", agent: "ec2.amazonaws.com", caller: service, readOnly: true,
		request:  `{"roleArn":"arn:aws:iam::%a:role/app-%n","roleSessionName":"i-%x","durationSeconds":3600}`,
		response: `{"credentials":{"accessKeyId":"ASIA%K","sessionToken":"%B%B%B%B%B%B%B%B%B%B%B%B%B%B%B%B%B==","expiration":"Mar %d, 2026, 9:42:17 PM"},"assumedRoleUser":{"assumedRoleId":"AROA%K:i-%x","arn":"arn:aws:sts::%a:assumed-role/app-%n/i-%x"}}`,
		extra:    `"resources":[{"accountId":"%a","type":"AWS::IAM::Role","ARN":"arn:aws:iam::%a:role/app-%n"}],"sharedEventID":"%U",`,
	},
	{
		weight: 15, source: "kms", name: "Decrypt", agent: "AWS Internal", caller: role, readOnly: true,
		request:  `{"encryptionAlgorithm":"SYMMETRIC_DEFAULT","encryptionContext":{"aws:s3:arn":"arn:aws:s3:::amzn-s3-demo-bucket-%n/data/%u","PARAMETER_ARN":"arn:aws:ssm:us-east-1:%a:parameter/app/%n"},"keyId":"arn:aws:kms:us-east-1:%a:key/%u"}`,
		response: `null`,
		extra:    `"resources":[{"accountId":"%a","type":"AWS::KMS::Key","ARN":"arn:aws:kms:us-east-1:%a:key/%u"}],`,
	},
	{
		weight: 12, source: "ec2", name: "DescribeInstances", agent: botocore, caller: role, readOnly: true,
		request:  `{"maxResults":1000,"instancesSet":{"items":[{"instanceId":"i-%x"},{"instanceId":"i-%x"},{"instanceId":"i-%x"}]},"filterSet":{"items":[{"name":"instance-state-name","valueSet":{"items":[{"value":"running"},{"value":"pending"}]}},{"name":"tag:team","valueSet":{"items":[{"value":"team-%d"}]}}]}}`,
		response: `null`,
	},
	{
		weight: 2, source: "ec2", name: "RunInstances", agent: "autoscaling.amazonaws.com", caller: service,
		request:  `{"instancesSet":{"items":[{"imageId":"ami-%x","minCount":1,"maxCount":1}]},"instanceType":"m7g.large","blockDeviceMapping":{"items":[{"deviceName":"/dev/xvda","ebs":{"volumeSize":50,"deleteOnTermination":true,"volumeType":"gp3","encrypted":true}}]},"availabilityZone":"us-east-1a","monitoring":{"enabled":false},"disableApiTermination":false,"clientToken":"fleet-%U","networkInterfaceSet":{"items":[{"deviceIndex":0,"subnetId":"subnet-%x","groupSet":{"items":[{"groupId":"sg-%x"}]}}]},"tagSpecificationSet":{"items":[{"resourceType":"instance","tags":[{"key":"team","value":"team-%d"},{"key":"Name","value":"app-%n"}]}]},"launchTemplate":{"launchTemplateId":"lt-%x","version":"%d"}}`,
		response: `{"requestId":"%U","reservationId":"r-%x","ownerId":"%a","groupSet":{},"instancesSet":{"items":[{"instanceId":"i-%x","imageId":"ami-%x","currentState":{"code":0,"name":"pending"},"privateDnsName":"ip-10-0-%d-%d.ec2.internal","amiLaunchIndex":0,"productCodes":{},"instanceType":"m7g.large","launchTime":1772800000000,"placement":{"availabilityZone":"us-east-1a","tenancy":"default"},"monitoring":{"state":"disabled"},"subnetId":"subnet-%x","vpcId":"vpc-%x","privateIpAddress":"10.0.%d.%d","stateReason":{"code":"pending","message":"pending"},"architecture":"arm64","rootDeviceType":"ebs","rootDeviceName":"/dev/xvda","blockDeviceMapping":{},"virtualizationType":"hvm","hypervisor":"xen","tagSet":{"items":[{"key":"team","value":"team-%d"}]},"clientToken":"fleet-%U","groupSet":{"items":[{"groupId":"sg-%x","groupName":"app-%n"}]},"sourceDestCheck":true,"networkInterfaceSet":{"items":[{"networkInterfaceId":"eni-%x","subnetId":"subnet-%x","vpcId":"vpc-%x","ownerId":"%a","status":"in-use","macAddress":"0a:ff:c5:%d:%d:%d"}]}}]},"requesterId":"%a"}`,
	},
	{
		weight: 8, source: "logs", name: "CreateLogStream", agent: "awslambda-worker/1.0 rusoto/0.48.0 rust/1.80.0 linux", caller: role,
		request: `{"logGroupName":"/aws/lambda/app-%n","logStreamName":"2026/03/%d/[$LATEST]%x"}`, response: `null`,
	},
	{
		weight: 5, source: "dynamodb", name: "DescribeTable", agent: sdk, caller: role, readOnly: true,
		request: `{"tableName":"table-%n"}`, response: `null`,
		extra: `"resources":[{"accountId":"%a","type":"AWS::DynamoDB::Table","ARN":"arn:aws:dynamodb:us-east-1:%a:table/table-%n"}],`,
	},
	{
		weight: 4, source: "ssm", name: "UpdateInstanceInformation", agent: "aws-sdk-go/1.55.5 (go1.22.7; linux; arm64) amazon-ssm-agent/3.3.1345.0", caller: role,
		request:  `{"instanceId":"i-%x","agentVersion":"3.3.1345.0","agentStatus":"Active","platformType":"Linux","platformName":"Amazon Linux","platformVersion":"2023","iPAddress":"10.0.%d.%d","computerName":"ip-10-0-%d-%d.ec2.internal","agentName":"amazon-ssm-agent","availabilityZone":"us-east-1a","availabilityZoneId":"use1-az1","sSMConnectionChannel":"ssmmessages"}`,
		response: `null`,
	},
	{
		weight: 1, source: "kms", name: "CreateGrant", agent: "AWS Internal", caller: role,
		request:  `{"keyId":"arn:aws:kms:us-east-1:%a:key/%u","granteePrincipal":"fsx.us-east-1.amazonaws.com","operations":["Decrypt","GenerateDataKeyWithoutPlaintext","ReEncryptFrom","ReEncryptTo","CreateGrant","DescribeKey"],"constraints":{"encryptionContextSubset":{"aws:ebs:id":"vol-%x"}},"retiringPrincipal":"ec2.us-east-1.amazonaws.com"}`,
		response: `{"grantId":"%x%x","keyId":"arn:aws:kms:us-east-1:%a:key/%u"}`,
		extra:    `"resources":[{"accountId":"%a","type":"AWS::KMS::Key","ARN":"arn:aws:kms:us-east-1:%a:key/%u"}],`,
	},
	{
		weight: 1, source: "s3", name: "PutBucketPolicy", agent: terraform, caller: user,
		request:  `{"bucketName":"amzn-s3-demo-bucket-%n","Host":"amzn-s3-demo-bucket-%n.s3.us-east-1.amazonaws.com","policy":"","bucketPolicy":{"Version":"2012-10-17","Statement":[{"Sid":"TLS","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::amzn-s3-demo-bucket-%n","arn:aws:s3:::amzn-s3-demo-bucket-%n/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}}`,
		response: `null`,
	},
	{
		weight: 1, source: "lambda", name: "UpdateFunctionConfiguration20150331v2", agent: terraform, caller: role,
		request:  `{"functionName":"arn:aws:lambda:us-east-1:%a:function:app-%n","environment":{},"description":"team \"%d\": %u","timeout":30,"memorySize":512}`,
		response: `{"functionName":"app-%n","functionArn":"arn:aws:lambda:us-east-1:%a:function:app-%n","runtime":"provided.al2023","role":"arn:aws:iam::%a:role/app-%n","handler":"bootstrap","codeSize":%n,"description":"team \"%d\": %u","timeout":30,"memorySize":512,"lastModified":"2026-03-%dT12:00:00.000+0000","codeSha256":"%B=","version":"$LATEST","tracingConfig":{"mode":"PassThrough"},"revisionId":"%U","state":"Active","packageType":"Zip","architectures":["arm64"],"ephemeralStorage":{"size":512},"loggingConfig":{"logFormat":"Text","logGroup":"/aws/lambda/app-%n"}}`,
	},
}

// identities are the calls on IAM: most are reads, one in ten changes a principal.
var identities = []kind{
	{
		weight: 60, source: "iam", name: "GetRole", agent: terraform, caller: role, readOnly: true,
		request: `{"roleName":"app-%n"}`, response: `null`,
	},
	{
		weight: 30, source: "iam", name: "ListAttachedRolePolicies", agent: botocore, caller: role, readOnly: true,
		request: `{"roleName":"app-%n","maxItems":100}`, response: `null`,
	},
	{
		weight: 5, source: "iam", name: "CreateRole", agent: terraform, caller: role,
		request:  `{"roleName":"app-%n-%x","path":"/dev/","permissionsBoundary":"arn:aws:iam::%a:policy/boundary","assumeRolePolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"lambda.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}","tags":[{"key":"team","value":"team-%d"}]}`,
		response: `{"role":{"path":"/dev/","roleName":"app-%n-%x","roleId":"AROA%K","arn":"arn:aws:iam::%a:role/dev/app-%n-%x","createDate":"Mar %d, 2026 9:42:17 AM","assumeRolePolicyDocument":"%%7B%%22Version%%22%%3A%%222012-10-17%%22%%7D","permissionsBoundary":{"permissionsBoundaryType":"PermissionsBoundaryPolicy","permissionsBoundaryArn":"arn:aws:iam::%a:policy/boundary"}}}`,
	},
	{
		weight: 4, source: "iam", name: "PutRolePolicy", agent: terraform, caller: role,
		request:  `{"roleName":"app-%n","policyName":"app","policyDocument":"{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \"Action\": [\"sqs:SendMessage\", \"sqs:ReceiveMessage\"],\n      \"Resource\": \"arn:aws:sqs:us-east-1:%a:app-%n\"\n    }\n  ]\n}"}`,
		response: `null`,
	},
	{
		weight: 1, source: "iam", name: "DeleteRolePermissionsBoundary", agent: botocore, caller: user,
		request: `{"roleName":"app-%n"}`, response: `null`,
	},
}

// The callers.
const (
	role = `{"type":"AssumedRole","principalId":"AROA%K:session-%n","arn":"arn:aws:sts::%a:assumed-role/app-%n/session-%n","accountId":"%a","accessKeyId":"ASIA%K",` +
		`"sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROA%K","arn":"arn:aws:iam::%a:role/app-%n","accountId":"%a","userName":"app-%n"},"attributes":{"creationDate":"2026-03-%dT08:15:30Z","mfaAuthenticated":"false"},"ec2RoleDelivery":"2.0"}}`
	user    = `{"type":"IAMUser","principalId":"AIDA%K","arn":"arn:aws:iam::%a:user/user-%d","accountId":"%a","accessKeyId":"AKIA%K","userName":"user-%d"}`
	service = `{"type":"AWSService","invokedBy":"ec2.amazonaws.com"}`

	sdk       = `[aws-sdk-java/2.29.52 md/io#async md/http#AwsCommonRuntime ua/2.1 os/Linux#5.10.230 lang/java#21.0.5 md/OpenJDK_64-Bit_Server_VM#21.0.5+11-LTS md/vendor#Amazon.com_Inc. md/en_US cfg/auth-source#sts m/D,E]`
	botocore  = `Boto3/1.35.90 md/Botocore#1.35.90 ua/2.0 os/linux#6.1.119 md/arch#aarch64 lang/python#3.12.8 md/pyimpl#CPython exec-env/AWS_Lambda_python3.12 cfg/retry-mode#legacy Botocore/1.35.90`
	terraform = `APN/1.0 HashiCorp/1.0 Terraform/1.10.3 (+https://www.terraform.io) terraform-provider-aws/5.82.2 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.32.7 ua/2.1 os/linux lang/go#1.23.3 md/GOOS#linux md/GOARCH#amd64 api/iam#1.38.3`
)

// rest is the rest of a record. Trails write no spaces and no line breaks.
const rest = `"awsRegion":"us-east-1","sourceIPAddress":"10.%d.%d.%d","userAgent":`

// writer writes the records of one file.
type writer struct {
	*rand.Rand
	account string
	things  []thing
	thing   *thing // the principal or object of the current record
	at      time.Time
	out     []byte
}

// record writes one record: of IAM, or of another service.
func (w *writer) record(kinds []kind) {
	k := w.pick(kinds)
	if w.thing == nil || w.IntN(4) == 0 { // callers make several calls
		w.thing = &w.things[w.IntN(len(w.things))]
	}
	w.at = w.at.Add(time.Duration(w.IntN(200)) * time.Millisecond)
	w.expand(`{"eventVersion":"1.11","userIdentity":`)
	w.expand(k.caller)
	w.out = w.at.AppendFormat(append(w.out, `,"eventTime":"`...), time.RFC3339)
	w.out = fmt.Appendf(w.out, `","eventSource":"%s.amazonaws.com","eventName":%q,`, k.source, k.name)
	w.expand(rest)
	w.out = fmt.Appendf(w.out, `%q,"requestParameters":`, k.agent)
	w.expand(k.request)
	w.out = append(w.out, `,"responseElements":`...)
	w.expand(k.response)
	w.out = append(w.out, `,"requestID":"`...)
	if k.source == "s3" {
		w.out = random(w.out, w.Rand, upper, 16)
	} else {
		w.out = uuid(w.out, w.Rand)
	}
	w.expand(`","eventID":"%U",`)
	w.out = fmt.Appendf(w.out, `"readOnly":%t,`, k.readOnly)
	w.expand(k.extra)
	w.expand(`"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"%a","eventCategory":"Management","tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"`)
	w.out = fmt.Appendf(w.out, `%s.us-east-1.amazonaws.com"}}`, k.source)
}

func (w *writer) pick(kinds []kind) *kind {
	sum := 0
	for i := range kinds {
		sum += kinds[i].weight
	}
	n := w.IntN(sum)
	for i := range kinds {
		if n -= kinds[i].weight; n < 0 {
			return &kinds[i]
		}
	}
	panic("unreachable")
}

// thing is a caller and its target: a role, its session and its key, an object.
type thing struct{ number, key, hex, uuid string }

// things returns those of an account: the values in one record also occur in others.
func things(r *rand.Rand) []thing {
	list := make([]thing, 400)
	for i := range list {
		list[i] = thing{
			number: strconv.Itoa(100 + i), key: string(random(nil, r, upper, 16)), hex: string(random(nil, r, hex, 17)), uuid: string(uuid(nil, r)),
		}
	}
	return list
}

const (
	hex    = "0123456789abcdef"
	upper  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
)

// expand writes a template. %n, %K, %x and %u are the thing's number, the end of its key's name,
// 17 hexadecimal digits and a UUID; %a is the account. Each %U is a new UUID, each %B 42 new
// characters of base64, each %d two new digits. %% is a percent sign.
func (w *writer) expand(template string) {
	for {
		i := strings.IndexByte(template, '%')
		if i < 0 {
			w.out = append(w.out, template...)
			return
		}
		w.out = append(w.out, template[:i]...)
		switch verb := template[i+1]; verb {
		case 'a':
			w.out = append(w.out, w.account...)
		case 'n':
			w.out = append(w.out, w.thing.number...)
		case 'K':
			w.out = append(w.out, w.thing.key...)
		case 'x':
			w.out = append(w.out, w.thing.hex...)
		case 'u':
			w.out = append(w.out, w.thing.uuid...)
		case 'U':
			w.out = uuid(w.out, w.Rand)
		case 'B':
			w.out = random(w.out, w.Rand, base64, 42)
		case 'd':
			w.out = strconv.AppendInt(w.out, 10+w.Int64N(18), 10)
		case '%':
			w.out = append(w.out, verb)
		default:
			panic("no such verb: " + template[i:])
		}
		template = template[i+2:]
	}
}

func uuid(out []byte, r *rand.Rand) []byte {
	for i, n := range []int{8, 4, 4, 4, 12} {
		if i > 0 {
			out = append(out, '-')
		}
		out = random(out, r, hex, n)
	}
	return out
}

// random appends n random letters of an alphabet.
func random(out []byte, r *rand.Rand, alphabet string, n int) []byte {
	for range n {
		out = append(out, alphabet[r.IntN(len(alphabet))])
	}
	return out
}
