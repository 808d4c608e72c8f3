// Package accounttest makes up accounts of any size, the same ones each time, for tests and
// benchmarks.
package accounttest

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"time"
)

// Boundary is the ARN of the policy that everybody of the sample must carry.
const Boundary = "arn:aws:iam::123456789012:policy/team-boundary"

// Approved is its document.
const Approved = `{"Version": "2012-10-17", "Statement": [
  {"Sid": "Work", "Effect": "Allow", "Action": ["s3:*", "dynamodb:*", "lambda:*", "logs:*", "sqs:*", "sns:*", "ec2:Describe*", "cloudwatch:*", "iam:Get*", "iam:List*", "iam:PassRole"], "Resource": "*"},
  {"Sid": "NoEscape", "Effect": "Deny", "Action": ["iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary", "organizations:*"], "Resource": "*"}]}`

type object = map[string]any

// Write writes an account with n users and roles as one page, as the AWS CLI prints it.
func Write(w io.Writer, n int) error {
	g := &generator{r: rand.New(rand.NewPCG(1, 2)), n: n}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "    ")
	roles, users := []object{}, []object{}
	for i := range n {
		if i%10 == 9 {
			users = append(users, g.user(i))
			continue
		}
		roles = append(roles, g.role(i))
	}
	return enc.Encode(object{
		"UserDetailList": users, "GroupDetailList": g.groups(), "RoleDetailList": roles, "Policies": g.policies(), "IsTruncated": false,
	})
}

type generator struct {
	r *rand.Rand
	n int
}

const managed = 40

func arn(kind, name string) string { return "arn:aws:iam::123456789012:" + kind + "/" + name }

func pick[T any](g *generator, list ...T) T { return list[g.r.IntN(len(list))] }

// boundary is absent for one of 25, another one for one of 50, and the required one else.
func (g *generator) boundary(e object, i int) object {
	switch {
	case i%25 == 3:
	case i%50 == 7:
		e["PermissionsBoundary"] = object{"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn("policy", "old-boundary")}
	default:
		e["PermissionsBoundary"] = object{"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": Boundary}
	}
	return e
}

func (g *generator) attached() []object {
	list := []object{}
	for _, k := range slices.Sorted(slices.Values(g.r.Perm(managed)[:1+g.r.IntN(3)])) {
		name := fmt.Sprintf("app-%02d", k)
		list = append(list, object{"PolicyName": name, "PolicyArn": arn("policy", name)})
	}
	return list
}

func (g *generator) inline(i int) []object {
	if i%10 > 6 {
		return []object{}
	}
	bucket := fmt.Sprintf("arn:aws:s3:::data-%05d", i)
	return []object{{"PolicyName": "own", "PolicyDocument": object{"Version": "2012-10-17", "Statement": []object{
		{"Sid": "Read", "Effect": "Allow", "Action": []string{"s3:GetObject", "s3:ListBucket"}, "Resource": []string{bucket, bucket + "/*"}},
		{"Sid": "Write", "Effect": "Allow", "Action": pick(g, "s3:PutObject", "kms:Decrypt", "secretsmanager:GetSecretValue"), "Resource": "*"},
		{
			"Sid": "Tables", "Effect": "Allow", "Action": []string{"dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem"},
			"Resource":  fmt.Sprintf("arn:aws:dynamodb:eu-west-1:123456789012:table/table-%05d", i),
			"Condition": object{"StringEquals": object{"aws:RequestedRegion": "eu-west-1"}},
		},
	}}}}
}

func (g *generator) entity(i int) object {
	return g.boundary(object{
		"Path": "/" + pick(g, "dev", "ops", "data", "web") + "/", "CreateDate": time.Date(2025, 1, 1+i%300, i%24, 0, 0, 0, time.UTC).Format("2006-01-02T15:04:05+00:00"),
		"AttachedManagedPolicies": g.attached(),
		"Tags": []object{
			{"Key": "team", "Value": pick(g, "red", "green", "blue")},
			{"Key": "cost-center", "Value": fmt.Sprint(1000 + g.r.IntN(40))},
			{"Key": "aws:cloudformation:stack-name", "Value": fmt.Sprintf("stack-%04d", i/3)},
			{"Key": "environment", "Value": pick(g, "production", "staging")},
			{"Key": "aws:cloudformation:stack-id", "Value": fmt.Sprintf("arn:aws:cloudformation:eu-west-1:123456789012:stack/stack-%04d/%08d-0000-4000-8000-000000000000", i/3, i)},
		},
	}, i)
}

func (g *generator) role(i int) object {
	name := fmt.Sprintf("service-%05d", i)
	e := g.entity(i)
	e["RoleName"], e["RoleId"] = name, fmt.Sprintf("AROA%016d", i)
	e["Arn"] = "arn:aws:iam::123456789012:role" + e["Path"].(string) + name
	e["RolePolicyList"] = g.inline(i)
	e["RoleLastUsed"] = object{"LastUsedDate": "2026-10-01T10:00:00+00:00", "Region": "eu-west-1"}
	trusted := object{"Service": pick(g, "lambda.amazonaws.com", "ec2.amazonaws.com", "ecs-tasks.amazonaws.com")}
	if i%40 == 3 {
		trusted = object{"AWS": "arn:aws:iam::123456789012:root"}
	}
	e["AssumeRolePolicyDocument"] = object{"Version": "2012-10-17", "Statement": []object{{"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}}}
	e["InstanceProfileList"] = []object{}
	if i%2 == 0 {
		e["InstanceProfileList"] = []object{{
			"Path": "/", "InstanceProfileName": name, "InstanceProfileId": fmt.Sprintf("AIPA%016d", i), "Arn": arn("instance-profile", name), "CreateDate": e["CreateDate"],
			"Roles": []object{{"Path": e["Path"], "RoleName": name, "RoleId": e["RoleId"], "Arn": e["Arn"], "CreateDate": e["CreateDate"], "AssumeRolePolicyDocument": e["AssumeRolePolicyDocument"]}},
		}}
	}
	return e
}

func (g *generator) user(i int) object {
	name := fmt.Sprintf("person-%05d", i)
	e := g.entity(i)
	e["UserName"], e["UserId"] = name, fmt.Sprintf("AIDA%016d", i)
	e["Arn"] = "arn:aws:iam::123456789012:user" + e["Path"].(string) + name
	e["UserPolicyList"] = g.inline(i)
	e["GroupList"] = []string{pick(g, "developers", "operators")}
	return e
}

func (g *generator) groups() (list []object) {
	for _, name := range []string{"developers", "operators"} {
		list = append(list, object{
			"Path": "/", "GroupName": name, "GroupId": "AGPA" + name, "Arn": arn("group", name), "CreateDate": "2024-01-01T00:00:00+00:00",
			"GroupPolicyList": []object{}, "AttachedManagedPolicies": []object{{"PolicyName": "app-01", "PolicyArn": arn("policy", "app-01")}},
		})
	}
	return list
}

func (g *generator) policies() (list []object) {
	add := func(name string, document any) {
		list = append(list, object{
			"PolicyName": name, "PolicyId": "ANPA" + name, "Arn": arn("policy", name), "Path": "/", "DefaultVersionId": "v1", "AttachmentCount": 1,
			"PermissionsBoundaryUsageCount": 0, "IsAttachable": true, "CreateDate": "2024-01-01T00:00:00+00:00", "UpdateDate": "2024-01-01T00:00:00+00:00",
			"PolicyVersionList": []object{{"Document": document, "VersionId": "v1", "IsDefaultVersion": true, "CreateDate": "2024-01-01T00:00:00+00:00"}},
		})
	}
	add("team-boundary", json.RawMessage(Approved))
	add("old-boundary", object{"Version": "2012-10-17", "Statement": []object{{"Effect": "Allow", "Action": []string{"s3:*", "iam:*"}, "Resource": "*"}}})
	services := []string{"s3", "dynamodb", "lambda", "logs", "sqs", "sns", "ec2", "cloudwatch", "kms", "secretsmanager", "ssm", "ecr", "sts"}
	for k := range managed {
		service, second := services[k%len(services)], services[(k*5+3)%len(services)]
		add(fmt.Sprintf("app-%02d", k), object{"Version": "2012-10-17", "Statement": []object{
			{"Effect": "Allow", "Action": []string{service + ":Get*", service + ":List*", service + ":Describe*"}, "Resource": "*"},
			{"Effect": "Allow", "Action": second + ":*", "Resource": fmt.Sprintf("arn:aws:%s:*:123456789012:team-%02d*", second, k)},
		}})
	}
	return list
}
