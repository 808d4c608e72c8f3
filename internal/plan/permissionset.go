package plan

import (
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/finding"
)

// PermissionSet is the IAM Identity Center permission set behind a target. A role shows only
// its name; a call on the set shows only the two ARNs.
type PermissionSet struct {
	Name     string `json:"name,omitempty"`
	ARN      string `json:"arn,omitempty"`
	Instance string `json:"instance,omitempty"`
}

// PermissionSetLostBoundary returns the decision on an IAM Identity Center permission set whose
// boundary was removed. The roles that it creates have no boundary then, and only the
// permission set can give them one again.
// https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutPermissionsBoundaryToPermissionSet.html
func PermissionSetLostBoundary(arn, instance string) Decision {
	return Decision{
		Drift: finding.Protected, Basis: SetLostBoundary, Mode: config.Enforce,
		PermissionSet: &PermissionSet{ARN: arn, Instance: instance},
		Actions:       []Action{{Kind: finding.Alert}},
	}
}
