package principal

import "strings"

// Protection says which AWS service, if any, has the exclusive right to change a principal: IAM
// answers UnmodifiableEntity to any other change.
type Protection int

// The protections. The path /service-role/ is not protected: consoles use it for customers' own
// roles.
const (
	// Unprotected principals can be changed by anyone with the permission.
	Unprotected Protection = iota
	// ServiceLinked roles belong to the AWS service that they are linked to.
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html
	ServiceLinked
	// IdentityCenter roles are created from a permission set, which also sets their boundary.
	// https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetcustom.html
	IdentityCenter
)

const (
	serviceLinkedPath  = "/aws-service-role/"
	identityCenterPath = "/aws-reserved/sso.amazonaws.com/"
	identityCenterName = "AWSReservedSSO_"
)

// Protection returns which service may change the principal. IAM does not let customers use the
// two reserved paths, so the path decides if it is known. The name alone proves nothing, since
// anyone may call a role AWSReservedSSO_x. A principal of unknown path is Unprotected until it
// has been read.
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

// PermissionSet returns the name of the IAM Identity Center permission set that a role was
// created from: the part between AWSReservedSSO_ and the last underscore. It is empty for every
// other principal.
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
