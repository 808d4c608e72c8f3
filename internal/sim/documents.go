package sim

import (
	"fmt"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// The account and its names.
const (
	accountID = "123456789012"
	partition = "aws"
	denyAll   = "arn:aws:iam::aws:policy/AWSDenyAll"
)

func policyARN(name string) string { return "arn:aws:iam::" + accountID + ":policy/" + name }

// documents are the documents of boundaries: small, so that comparing them is cheap. The first two
// are approved.
var documents = map[string]string{
	"team":  `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*","sqs:*"],"Resource":"*"},{"Effect":"Deny","Action":["s3:DeleteBucket","iam:*"],"Resource":"*"}]}`,
	"dev":   `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["dynamodb:*","s3:Get*"],"Resource":"*"}]}`,
	"equal": `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["iam:*","s3:DeleteBucket"],"Resource":"*"},{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Allow","Action":["sqs:*"],"Resource":["*"]}]}`,
	// Allows the same requests as team, and denies one more explicitly.
	"denies": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*","sqs:*"],"Resource":"*"},{"Effect":"Deny","Action":["s3:DeleteBucket","iam:*","ec2:TerminateInstances"],"Resource":"*"}]}`,
	// Allows the same, and denies less explicitly.
	"silent": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*","sqs:*"],"Resource":"*"},{"Effect":"Deny","Action":"s3:DeleteBucket","Resource":"*"}]}`,
	// Allows less than team, and denies the same explicitly, or nothing.
	"small":  `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"},{"Effect":"Deny","Action":["s3:DeleteBucket","iam:*"],"Resource":"*"}]}`,
	"narrow": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}`,
	"wide":   `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*","sqs:*","dynamodb:*","ec2:*"],"Resource":"*"}]}`,
	"admin":  `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`,
	"other":  `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ec2:*","s3:Get*"],"Resource":"*"}]}`,
	"office": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","dynamodb:*"],"Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}}]}`,
	"none":   `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}`,
}

// request is a request that distinguishes documents.
type request struct {
	action string
	inside bool // from the office's network
}

// grid are requests that show every difference between the documents.
var grid = func() (all []request) {
	for _, action := range []string{
		"s3:GetObject", "s3:PutObject", "s3:DeleteBucket", "sqs:SendMessage", "dynamodb:GetItem",
		"ec2:RunInstances", "ec2:TerminateInstances", "iam:DeleteRolePermissionsBoundary",
	} {
		all = append(all, request{action, false}, request{action, true})
	}
	return all
}()

// power is a document's result for the grid: a bit for each request.
type power struct{ allows, denies uint32 }

// unbound is the power without a boundary.
var unbound = power{allows: 1<<len(grid) - 1}

// within reports whether a document permits nothing that the other does not: it allows nothing
// more, and explicitly denies everything that the other does, which a resource policy could
// otherwise grant.
func (p power) within(other power) bool {
	return p.allows&^other.allows == 0 && other.denies&^p.denies == 0
}

// like reports whether a document is within another and allows nothing less.
func (p power) like(other power) bool { return p.within(other) && p.allows == other.allows }

// gained returns the requests that a principal with the boundary after can make, or that a
// resource policy can grant to it, but not with the boundary before.
func gained(before, after power) uint32 {
	return after.allows&^before.allows | before.denies&^after.denies
}

// powers is the power of each document, by its text.
var powers = map[string]power{}

func init() {
	for _, text := range documents {
		powers[text] = powerOf(text)
	}
}

// powerOf uses the evaluator, which shares nothing with the comparison that Ringfence uses.
func powerOf(text string) power {
	document, err := policy.Parse([]byte(text))
	if err != nil {
		panic(fmt.Sprintf("document %s: %v", text, err))
	}
	compiled := eval.Compile(document)
	var p power
	for i, q := range grid {
		address := "198.51.100.7"
		if q.inside {
			address = "203.0.113.7"
		}
		c := eval.NewContext(map[string][]string{"aws:SourceIp": {address}})
		switch compiled.Alone(q.action, "*", &c).Outcome {
		case eval.Allow:
			p.allows |= 1 << i
		case eval.ExplicitDeny:
			p.denies |= 1 << i
		}
	}
	return p
}
