package trail

import (
	"cmp"
	"slices"
	"strings"
)

// Call is one API call: a service and the name of an operation. Names alone are ambiguous, since services reuse
// them (sso-directory.amazonaws.com has a CreateUser).
type Call struct {
	Source string
	Name   string
}

// Compare orders calls by service, then by name.
func (c Call) Compare(o Call) int {
	return cmp.Or(strings.Compare(c.Source, o.Source), strings.Compare(c.Name, o.Name))
}

const (
	iam = "iam.amazonaws.com"
	sso = "sso.amazonaws.com"
)

// decoder returns what a successful call affected.
type decoder func(Raw) (Subject, error)

// table says which calls matter, and how each is read.
type table map[Call]decoder

// calls are the calls after which a principal may be outside its boundary, or a boundary policy may have another
// meaning. It is never modified.
//
// UpdateRole is not in it: unlike UpdateUser it moves nothing. Nor is ProvisionPermissionSet: its effect arrives
// as IAM calls in each account.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html
var calls = table{
	// Creation without the boundary.
	{iam, "CreateRole"}:              createdRole,
	{iam, "CreateUser"}:              createdUser,
	{iam, "CreateServiceLinkedRole"}: answeredRole,
	{iam, "AcquireRole"}:             answeredRole,

	// A change of the boundary.
	{iam, "PutRolePermissionsBoundary"}:    bounded(Raw.namedRole),
	{iam, "PutUserPermissionsBoundary"}:    bounded(Raw.namedUser),
	{iam, "DeleteRolePermissionsBoundary"}: unbounded(Raw.namedRole),
	{iam, "DeleteUserPermissionsBoundary"}: unbounded(Raw.namedUser),

	// A change of the boundary policy, or a new policy with its name.
	{iam, "CreatePolicy"}:            createdPolicy,
	{iam, "CreatePolicyVersion"}:     newVersion,
	{iam, "SetDefaultPolicyVersion"}: defaultVersion,
	{iam, "DeletePolicyVersion"}:     onPolicy,
	{iam, "DeletePolicy"}:            deletedPolicy,

	// A change of what rules match by.
	{iam, "UpdateUser"}:  movedUser,
	{iam, "TagRole"}:     taggedRole,
	{iam, "UntagRole"}:   taggedRole,
	{iam, "TagUser"}:     taggedUser,
	{iam, "UntagUser"}:   taggedUser,
	{iam, "TagPolicy"}:   onPolicy,
	{iam, "UntagPolicy"}: onPolicy,

	// A change of permissions: latent drift can become an escape. Most calls on principals that are older than
	// Ringfence are of this kind.
	{iam, "AttachRolePolicy"}:       onRole,
	{iam, "AttachUserPolicy"}:       onUser,
	{iam, "AttachGroupPolicy"}:      onGroup,
	{iam, "DetachRolePolicy"}:       onRole,
	{iam, "DetachUserPolicy"}:       onUser,
	{iam, "DetachGroupPolicy"}:      onGroup,
	{iam, "PutRolePolicy"}:          onRole,
	{iam, "PutUserPolicy"}:          onUser,
	{iam, "PutGroupPolicy"}:         onGroup,
	{iam, "DeleteRolePolicy"}:       onRole,
	{iam, "DeleteUserPolicy"}:       onUser,
	{iam, "DeleteGroupPolicy"}:      onGroup,
	{iam, "AddUserToGroup"}:         onUser,
	{iam, "RemoveUserFromGroup"}:    onUser,
	{iam, "UpdateAssumeRolePolicy"}: onRole,

	// Deletion.
	{iam, "DeleteRole"}: deletedRole,
	{iam, "DeleteUser"}: deletedUser,

	// The boundary of an IAM Identity Center permission set.
	{sso, "PutPermissionsBoundaryToPermissionSet"}:      onPermissionSet,
	{sso, "DeletePermissionsBoundaryFromPermissionSet"}: unboundedPermissionSet,
}

// Watched lists the calls on IAM and IAM Identity Center that [Parse] reads, sorted. The EventBridge rule of a
// deployment must match them; see also [ControlPlaces].
func Watched() []Call { return calls.list() }

func (t table) list() []Call {
	list := make([]Call, 0, len(t))
	for c := range t {
		list = append(list, c)
	}
	slices.SortFunc(list, Call.Compare)
	return list
}

// find returns the decoder of a call.
func (t table) find(source, name string) (decoder, bool) {
	d, ok := t[Call{source, undated(source, name)}]
	return d, ok
}

// dates is how the API date in the name of a call begins, as in UpdateFunctionCode20150331v2. Some records of
// Lambda have plain names.
// https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html
const dates = "20"

// undated removes the date. No operation of Lambda has a digit in its name.
func undated(source, name string) string {
	if source != awsLambda {
		return name
	}
	if i := strings.IndexAny(name, "0123456789"); i > 0 && strings.HasPrefix(name[i:], dates) {
		return name[:i]
	}
	return name
}
