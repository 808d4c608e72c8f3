package iam

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// checkBoundary validates a boundary to set. It must be an existing managed policy; an empty ARN
// means none.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html
func (tx *Tx) checkBoundary(arn *string) (string, error) {
	if arn == nil {
		return "", nil
	}
	if _, err := checkPolicyARN(arn); err != nil {
		return "", err
	}
	if tx.Policy(*arn) == nil {
		return "", noSuchEntity("Scope ARN: %s does not exist or is not attachable.", *arn)
	}
	return *arn, nil
}

// requiredBoundary is checkBoundary for operations that require a boundary.
func (tx *Tx) requiredBoundary(arn *string) (string, error) {
	if arn == nil {
		return "", validationError("1 validation error detected: Value null at 'permissionsBoundary' failed to satisfy constraint: Member must not be null")
	}
	return tx.checkBoundary(arn)
}

func (tx *Tx) putRolePermissionsBoundary(in *iam.PutRolePermissionsBoundaryInput) (*iam.PutRolePermissionsBoundaryOutput, error) {
	return &iam.PutRolePermissionsBoundaryOutput{}, tx.modifyRole(in.RoleName, func(r *Role) (err error) {
		r.Boundary, err = tx.requiredBoundary(in.PermissionsBoundary)
		return err
	})
}

func (tx *Tx) deleteRolePermissionsBoundary(in *iam.DeleteRolePermissionsBoundaryInput) (*iam.DeleteRolePermissionsBoundaryOutput, error) {
	return &iam.DeleteRolePermissionsBoundaryOutput{}, tx.modifyRole(in.RoleName, func(r *Role) error {
		r.Boundary = ""
		return nil
	})
}

func (tx *Tx) putUserPermissionsBoundary(in *iam.PutUserPermissionsBoundaryInput) (*iam.PutUserPermissionsBoundaryOutput, error) {
	return &iam.PutUserPermissionsBoundaryOutput{}, tx.EditUser(aws.ToString(in.UserName), func(u *User) (err error) {
		u.Boundary, err = tx.requiredBoundary(in.PermissionsBoundary)
		return err
	})
}

func (tx *Tx) deleteUserPermissionsBoundary(in *iam.DeleteUserPermissionsBoundaryInput) (*iam.DeleteUserPermissionsBoundaryOutput, error) {
	return &iam.DeleteUserPermissionsBoundaryOutput{}, tx.EditUser(aws.ToString(in.UserName), func(u *User) error {
		u.Boundary = ""
		return nil
	})
}
