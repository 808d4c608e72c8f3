package verdict

import (
	"fmt"

	"github.com/ringfence/ringfence/internal/finding"
)

// PermissionSet is the verdict on an IAM Identity Center permission set whose boundary
// was removed: the roles that it makes will be without one, and only the permission set
// can give them one again.
// https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutPermissionsBoundaryToPermissionSet.html
func PermissionSet(arn, instance string) Verdict {
	return Verdict{
		Drift:   finding.Protected,
		Actions: []Action{{Kind: finding.Alert}},
		Reason: fmt.Sprintf("it lost its boundary; mend it: aws sso-admin put-permissions-boundary-to-permission-set "+
			"--instance-arn %s --permission-set-arn %s --permissions-boundary …, then provision it", instance, arn),
	}
}
