package iam

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// managedJSON lists the AWS managed policies of every account. Short documents are as AWS
// documents them. Those marked standIn are much shorter than AWS's: do not rely on the details of
// what they allow.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
//
//go:embed managed.json
var managedJSON []byte

// awsManaged returns the AWS managed policies of a partition.
func awsManaged(partition string) []*Policy {
	var list []struct {
		Name       string          `json:"name"`
		Path       string          `json:"path"`
		StandIn    bool            `json:"standIn"`
		Statements json.RawMessage `json:"statements"`
	}
	if err := json.Unmarshal(managedJSON, &list); err != nil {
		panic("managed.json: " + err.Error()) // a test reads it
	}
	policies := make([]*Policy, len(list))
	for i, p := range list {
		document := fmt.Sprintf(`{"Version":"2012-10-17","Statement":%s}`, p.Statements)
		document = strings.ReplaceAll(document, "arn:aws:", "arn:"+partition+":")
		description := "As AWS manages it."
		if p.StandIn {
			description = "Stand-in, shorter than the policy that AWS manages."
		}
		policies[i] = NewAWSManaged("arn:"+partition+":iam::aws:policy"+or(p.Path, "/")+p.Name, document)
		policies[i].Description = description
	}
	return policies
}

// NewAWSManaged returns an AWS managed policy with one version for its ARN, not yet written.
func NewAWSManaged(arn, document string) *Policy {
	prefix, rest, _ := strings.Cut(arn, ":policy/")
	name := rest[strings.LastIndexByte(rest, '/')+1:]
	created := time.Date(2015, 2, 6, 18, 39, 46, 0, time.UTC)
	return &Policy{
		Name: name, Path: "/" + strings.TrimSuffix(rest, name), ARN: prefix + ":policy/" + rest,
		ID: wire.NewIDs(1).Unique(name, "ANPA"), AWSManaged: true,
		Created: created, Updated: created, Default: "v1", Last: 1,
		Versions: []Version{{ID: "v1", Document: document, Created: created}},
	}
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
