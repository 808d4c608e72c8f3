package trail

import "github.com/ringfence/ringfence/internal/principal"

// The calls that make something answer with what they made, its path and unique id
// included. Where CloudTrail left the answer out, the request says all but the id.
// The boundary that either of them records is not read: it is what the principal had
// at that moment, and the live state says what it has now.

// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
func createdRole(r Raw) (Subject, error) {
	if made := r.response().Role; made != nil && made.RoleName != "" {
		p, err := r.principal(principal.Role, made.Path, made.RoleName, "responseElements.role")
		p.ID = made.RoleID
		return p, err
	}
	q, err := r.request()
	if err != nil {
		return nil, err
	}
	return r.principal(principal.Role, pathOr(q.Path), q.RoleName, roleField)
}

// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
func createdUser(r Raw) (Subject, error) {
	if made := r.response().User; made != nil && made.UserName != "" {
		p, err := r.principal(principal.User, made.Path, made.UserName, "responseElements.user")
		p.ID = made.UserID
		return p, err
	}
	q, err := r.request()
	if err != nil {
		return nil, err
	}
	return r.principal(principal.User, pathOr(q.Path), q.UserName, userField)
}

// A service-linked role's name is made by its service: only the answer has it.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceLinkedRole.html
func createdServiceLinkedRole(r Raw) (Subject, error) {
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
	if made := r.response().Policy; made != nil && made.ARN != "" {
		return r.policy(made.ARN, "responseElements.policy.arn")
	}
	q, err := r.request()
	if err != nil {
		return nil, err
	}
	const field = "requestParameters.policyName"
	if q.PolicyName == "" {
		return nil, r.missing(field)
	}
	made := principal.Policy{Partition: r.Partition, Account: r.Account, Path: pathOr(q.Path), Name: q.PolicyName}
	return r.policy(made.ARN(), field)
}

// pathOr is IAM's default where a request to make something gives no path.
func pathOr(path string) string { return first(path, "/") }
