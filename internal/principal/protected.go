package principal

import "strings"

// Protection says whether, and by which AWS service, a principal is kept from
// everybody else's hands: IAM answers UnmodifiableEntity to any change of it.
type Protection int

// The protections. Note that the path /service-role/ is none: it is an ordinary path
// that consoles use for customers' own roles.
const (
	// Unprotected principals can be changed by anyone with the permission.
	Unprotected Protection = iota
	// ServiceLinked roles belong to the AWS service that they are linked to.
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html
	ServiceLinked
	// IdentityCenter roles are made from a permission set, and get their boundary
	// through it.
	// https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetcustom.html
	IdentityCenter
)

const (
	serviceLinkedPath  = "/aws-service-role/"
	identityCenterPath = "/aws-reserved/sso.amazonaws.com/"
	identityCenterName = "AWSReservedSSO_"
)

// Protection tells which service alone may change the principal. Both reserved paths
// are refused to customers by IAM, so the path decides where it is known. The name
// alone proves nothing (anyone may call a role AWSReservedSSO_x), so a principal of
// unknown path is Unprotected until it has been read.
func (r Ref) Protection() Protection {
	switch {
	case r.Kind != Role:
		return Unprotected
	case strings.HasPrefix(r.Path, serviceLinkedPath):
		return ServiceLinked
	case strings.HasPrefix(r.Path, identityCenterPath):
		return IdentityCenter
	}
	return Unprotected
}

// PermissionSet is the name of the IAM Identity Center permission set that a role was
// made from: the part between AWSReservedSSO_ and the last underscore and suffix. It
// is empty for every other principal.
func (r Ref) PermissionSet() string {
	if r.Protection() != IdentityCenter {
		return ""
	}
	name, ok := strings.CutPrefix(r.Name, identityCenterName)
	if !ok {
		return ""
	}
	if i := strings.LastIndexByte(name, '_'); i > 0 {
		return name[:i]
	}
	return name
}
