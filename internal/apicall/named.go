package apicall

import (
	"encoding/json"
	"strings"

	"github.com/ringfence/ringfence/internal/trail"
)

// namedBy are the parameters that name resources, by the pattern of the ARN. A dot leads into an object; lists are
// read to their end.
//
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
var namedBy = map[string]string{
	"arn:*:iam::*:role/*":                     "roleName",
	"arn:*:iam::*:user/*":                     "userName",
	"arn:*:iam::*:group/*":                    "groupName",
	"arn:*:iam::*:policy/*":                   "policyName",
	"arn:*:iam::*:instance-profile/*":         "instanceProfileName",
	"arn:*:dynamodb:*:*:table/*":              "tableName",
	"arn:*:lambda:*:*:function:*":             "functionName",
	"arn:*:sqs:*:*:*":                         "queueUrl queueName",
	"arn:*:sns:*:*:*":                         "name",
	"arn:*:secretsmanager:*:*:secret:*":       "secretId name",
	"arn:*:ssm:*:*:parameter/*":               "name names",
	"arn:*:kms:*:*:key/*":                     "keyId",
	"arn:*:logs:*:*:log-group:*":              "logGroupName",
	"arn:*:logs:*:*:log-group:*:log-stream:*": "logGroupName",
	"arn:*:cloudtrail:*:*:trail/*":            "name trailName",
	"arn:*:cloudformation:*:*:stack/*/*":      "stackName",
	"arn:*:ecr:*:*:repository/*":              "repositoryName",
	"arn:*:kinesis:*:*:stream/*":              "streamName",
	"arn:*:rds:*:*:db:*":                      "dBInstanceIdentifier",
	"arn:*:ec2:*:*:instance/*":                "instanceId instancesSet.items.instanceId",
	"arn:*:ec2:*:*:internet-gateway/*":        "internetGatewayId",
	"arn:*:ec2:*:*:network-interface/*":       "networkInterfaceId",
	"arn:*:ec2:*:*:route-table/*":             "routeTableId",
	"arn:*:ec2:*:*:security-group/*":          "groupId",
	"arn:*:ec2:*:*:subnet/*":                  "subnetId",
	"arn:*:ec2:*:*:volume/*":                  "volumeId",
	"arn:*:ec2:*:*:vpc/*":                     "vpcId",
	"arn:*:ec2:*::image/*":                    "imageId",
	"arn:*:ec2:*::snapshot/*":                 "snapshotId",
}

// named returns the resources that the parameters name. It returns true if those are all resources of the call: one
// or more for each pattern.
func (r *Record) named(patterns []string) (list []Resource, whole bool) {
	p := r.parameters()
	whole = true
	for _, pattern := range patterns {
		if pattern == "arn:*:dynamodb:*:*:table/*/index/*" && !p.has("indexName") {
			continue // the call is on the table
		}
		found := false
		for path := range strings.FieldsSeq(namedBy[pattern]) {
			for _, name := range texts(r.Parameters, strings.Split(path, ".")) {
				if on, ok := r.resource(pattern, name, p); ok {
					list, found = append(list, on), true
				}
			}
		}
		// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html: without a name it is the caller's.
		if !found && pattern == "arn:*:iam::*:user/*" && len(p) == 0 && r.Caller.Type == iamUser {
			list, found = append(list, Resource{ARN: r.Caller.ARN}), true
		}
		whole = whole && found
	}
	return list, whole
}

// resource returns the resource with a name in the record's account and Region. It returns false if the name is
// something else, such as an alias of the name.
func (r *Record) resource(pattern, name string, p parameters) (Resource, bool) {
	field := strings.SplitN(pattern, ":", 6)
	field[1] = r.Partition()
	if field[3] == "*" {
		field[3] = r.Region
	}
	if field[4] == "*" {
		field[4] = r.Recipient
	}
	switch field[2] {
	case "iam":
		if path := p.text("path"); path != "" {
			name = strings.TrimPrefix(path, "/") + name
		} else if !p.has("newPath") && !strings.HasPrefix(r.Name, "Create") {
			name = "*" + name // the path is not in the record
		}
	case "sqs": // https://sqs.REGION.amazonaws.com/ACCOUNT/NAME
		if part := strings.Split(name, "/"); len(part) > 1 {
			field[4], name = part[len(part)-2], part[len(part)-1]
		}
	case "secretsmanager":
		name += "-??????" // https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
	case "ssm":
		name = strings.TrimPrefix(name, "/") // https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
	case "logs":
		name += "*" // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
		field[5] = "log-group:*"
	case "lambda":
		if strings.Contains(name, ":") {
			return Resource{}, false // a version, an alias or a part of an ARN
		}
	case "kms":
		if strings.Contains(name, "/") {
			return Resource{}, false // an alias
		}
	}
	if name == "" || strings.HasPrefix(name, "arn:") || field[4] == "" && strings.Count(pattern, "*") > 3 || strings.ContainsAny(strings.TrimSuffix(strings.TrimPrefix(name, "*"), "*"), "*") {
		return Resource{}, false
	}
	field[5] = strings.Replace(field[5], "*", name, 1)
	arn := strings.Join(field, ":")
	return Resource{ARN: arn, Pattern: strings.ContainsAny(arn, "*?")}, true
}

// texts returns the texts at a path of JSON.
func texts(data []byte, path []string) []string {
	if len(path) == 0 {
		var one trail.Text
		if json.Unmarshal(data, &one) == nil && one != "" {
			return []string{string(one)}
		}
	} else {
		var object map[string]json.RawMessage
		if json.Unmarshal(data, &object) == nil {
			return texts(object[path[0]], path[1:])
		}
	}
	var list []json.RawMessage
	if json.Unmarshal(data, &list) != nil {
		return nil
	}
	var all []string
	for _, one := range list {
		all = append(all, texts(one, path)...)
	}
	return all
}
