package plan

import (
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/finding"
)

// PermissionSet is the IAM Identity Center permission set behind a target. A role gives
// only its name, a call on the set itself the two ARNs.
type PermissionSet struct {
	Name     string `json:"name,omitempty"`
	ARN      string `json:"arn,omitempty"`
	Instance string `json:"instance,omitempty"`
}

// LostBoundary is the decision on an IAM Identity Center permission set whose boundary
// was removed: the roles that it makes will be without one, and only the permission set
// can give them one again.
// https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutPermissionsBoundaryToPermissionSet.html
func LostBoundary(arn, instance string) Decision {
	return Decision{
		Drift: finding.Protected, Basis: SetLostBoundary, Mode: config.Enforce,
		PermissionSet: &PermissionSet{ARN: arn, Instance: instance},
		Actions:       []Action{{Kind: finding.Alert}},
	}
}
