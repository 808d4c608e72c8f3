package trail

import "github.com/ringfence/ringfence/internal/principal"

// Calls that create something return it, including its path and unique id. If CloudTrail omitted the
// response, the request has everything but the id. The recorded boundary is the one at creation, not the
// current one.

// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
func createdRole(r Raw) (Subject, error) {
	q, withheld := r.request()
	if made := r.response().Role; made != nil && made.RoleName != "" {
		p, err := r.principal(principal.Role, made.Path, made.RoleName, "responseElements.role")
		p.ID = made.RoleID
		return p.began(first(string(made.Boundary), string(q.Boundary)), q, withheld), err
	}
	if withheld != nil {
		return nil, withheld
	}
	p, err := r.principal(principal.Role, pathOr(q.Path), q.RoleName, roleField)
	return p.began(string(q.Boundary), q, nil), err
}

// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
func createdUser(r Raw) (Subject, error) {
	q, withheld := r.request()
	if made := r.response().User; made != nil && made.UserName != "" {
		p, err := r.principal(principal.User, made.Path, made.UserName, "responseElements.user")
		p.ID = made.UserID
		return p.began(first(string(made.Boundary), string(q.Boundary)), q, withheld), err
	}
	if withheld != nil {
		return nil, withheld
	}
	p, err := r.principal(principal.User, pathOr(q.Path), q.UserName, userField)
	return p.began(string(q.Boundary), q, nil), err
}

// began returns a principal with the boundary and the tags at its creation. The response has the tags of
// the request. If the request was withheld, the tags are unknown.
func (p Principal) began(boundary string, q request, withheld error) Principal {
	p.Boundary = &boundary
	if withheld == nil {
		p.Made = &principal.Made{Name: p.Ref.Name, Path: p.Ref.Path, Tags: q.Tags}
	}
	return p
}

// answeredRole reads the response of a call whose request has no role name: the service chooses the name of a
// service-linked role, and the template that of a role of role manager. CloudTrail records only AcquireRole,
// whatever the template sets. If a role already matches the template, the response has that role in the same
// form, so its boundary does not show when it was attached.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceLinkedRole.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_role-manager_enable-use.html
func answeredRole(r Raw) (Subject, error) {
	made := r.response().Role
	if made == nil {
		return nil, r.missing("responseElements.role")
	}
	p, err := r.principal(principal.Role, made.Path, made.RoleName, "responseElements.role.roleName")
	p.ID = made.RoleID
	return p, err
}

// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
func createdPolicy(r Raw) (Subject, error) {
	q, err := r.request()
	if made := r.response().Policy; made != nil && made.ARN != "" {
		p, bad := r.policy(made.ARN, "responseElements.policy.arn")
		p.Document = document(q.PolicyDocument)
		return p, bad
	}
	if err != nil {
		return nil, err
	}
	const field = "requestParameters.policyName"
	if q.PolicyName == "" {
		return nil, r.missing(field)
	}
	made := principal.Policy{Partition: r.Partition, Account: r.Account, Path: pathOr(q.Path), Name: q.PolicyName}
	p, err := r.policy(made.ARN(), field)
	p.Document = document(q.PolicyDocument)
	return p, err
}

// document returns nil for a document that the record does not have.
func document(json Text) []byte {
	if json == "" {
		return nil
	}
	return []byte(json)
}

// pathOr returns IAM's default if a request has no path.
func pathOr(path string) string { return first(path, "/") }
