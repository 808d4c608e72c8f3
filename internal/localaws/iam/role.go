package iam

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ringfence/ringfence/internal/principal"
)

const defaultSession = 3600 // seconds

func (tx *Tx) createRole(in *iam.CreateRoleInput) (*iam.CreateRoleOutput, error) {
	if err := checkName("roleName", in.RoleName, maxRoleName); err != nil {
		return nil, err
	}
	path, err := checkPath(in.Path)
	if err != nil {
		return nil, err
	}
	if reservedPath(path) {
		return nil, invalidInput("The path %s is reserved for AWS services.", path)
	}
	if err := checkTrust(in.AssumeRolePolicyDocument); err != nil {
		return nil, err
	}
	session, err := checkSession(in.MaxSessionDuration)
	if err != nil {
		return nil, err
	}
	tags, err := newTags(nil, in.Tags)
	if err != nil {
		return nil, err
	}
	boundary, err := tx.checkBoundary(in.PermissionsBoundary)
	if err != nil {
		return nil, err
	}
	name := *in.RoleName
	if tx.Role(name) != nil {
		return nil, alreadyExists("Role with name %s already exists.", name)
	}
	r := tx.NewRole(path, name)
	r.Trust, r.Description, r.MaxSessionDuration = *in.AssumeRolePolicyDocument, aws.ToString(in.Description), session
	r.Boundary, r.Tags = boundary, tags
	tx.PutRole(r)
	return &iam.CreateRoleOutput{Role: r.created()}, nil
}

// NewRole returns a role with a new id, not yet written.
func (tx *Tx) NewRole(path, name string) *Role {
	return &Role{
		Entity: Entity{
			Kind: KindRole, Name: name, Path: path, ARN: tx.ARNOf("role", path, name),
			ID: tx.ids.Unique(tx.ID, "AROA"), Created: tx.Time,
		},
		MaxSessionDuration: defaultSession,
	}
}

func checkTrust(document *string) error {
	if err := checkDocument(document); err != nil {
		return err
	}
	if size(*document) > maxTrustSize {
		return limitExceeded("Cannot exceed quota for ACLSizePerRole: %d", maxTrustSize)
	}
	return nil
}

func checkSession(seconds *int32) (int32, error) {
	if seconds == nil {
		return defaultSession, nil
	}
	if *seconds < 3600 || *seconds > 43200 {
		return 0, validationError("1 validation error detected: Value '%d' at 'maxSessionDuration' failed to satisfy constraint: "+
			"Member must have value between 3600 and 43200", *seconds)
	}
	return *seconds, nil
}

func (tx *Tx) getRole(in *iam.GetRoleInput) (*iam.GetRoleOutput, error) {
	if err := checkName("roleName", in.RoleName, maxRoleName); err != nil {
		return nil, err
	}
	r := tx.Role(*in.RoleName)
	if r == nil {
		return nil, notFound(KindRole, *in.RoleName)
	}
	return &iam.GetRoleOutput{Role: r.output()}, nil
}

// modifyRole is EditRole for callers other than AWS services.
func (tx *Tx) modifyRole(name *string, f func(*Role) error) error {
	if err := checkName("roleName", name, maxRoleName); err != nil {
		return err
	}
	return tx.EditRole(*name, func(r *Role) error {
		if r.protection() != principal.Unprotected {
			return protected(r.Name)
		}
		return f(r)
	})
}

func (tx *Tx) updateRole(in *iam.UpdateRoleInput) (*iam.UpdateRoleOutput, error) {
	session, err := checkSession(in.MaxSessionDuration)
	if err != nil {
		return nil, err
	}
	return &iam.UpdateRoleOutput{}, tx.modifyRole(in.RoleName, func(r *Role) error {
		if in.Description != nil {
			r.Description = *in.Description
		}
		if in.MaxSessionDuration != nil {
			r.MaxSessionDuration = session
		}
		return nil
	})
}

func (tx *Tx) updateAssumeRolePolicy(in *iam.UpdateAssumeRolePolicyInput) (*iam.UpdateAssumeRolePolicyOutput, error) {
	if err := checkTrust(in.PolicyDocument); err != nil {
		return nil, err
	}
	return &iam.UpdateAssumeRolePolicyOutput{}, tx.modifyRole(in.RoleName, func(r *Role) error {
		r.Trust = *in.PolicyDocument
		return nil
	})
}

func (tx *Tx) deleteRole(in *iam.DeleteRoleInput) (*iam.DeleteRoleOutput, error) {
	if err := checkName("roleName", in.RoleName, maxRoleName); err != nil {
		return nil, err
	}
	r := tx.Role(*in.RoleName)
	switch {
	case r == nil:
		return nil, notFound(KindRole, *in.RoleName)
	case r.protection() != principal.Unprotected:
		return nil, protected(r.Name)
	case len(r.Attached) > 0:
		return nil, deleteConflict("Cannot delete entity, must detach all policies first.")
	case len(r.Inline) > 0:
		return nil, deleteConflict("Cannot delete entity, must delete policies first.")
	}
	tx.RemoveRole(r.Name)
	return &iam.DeleteRoleOutput{}, nil
}

func (tx *Tx) listRoles(in *iam.ListRolesInput) (*iam.ListRolesOutput, error) {
	p, err := newPager(in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	found := take(p, tx.roles.from(tx.seq, p.after), func(r *Role) (types.Role, bool) {
		return r.listed(), strings.HasPrefix(r.Path, aws.ToString(in.PathPrefix))
	})
	return &iam.ListRolesOutput{Roles: found.items, IsTruncated: found.truncated, Marker: found.marker}, nil
}
