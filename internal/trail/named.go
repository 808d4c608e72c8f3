package trail

import "github.com/ringfence/ringfence/internal/principal"

// The calls on something that exists name it in the request, and answer nothing. Roles
// and users come without their paths.

const (
	roleField   = "requestParameters.roleName"
	userField   = "requestParameters.userName"
	groupField  = "requestParameters.groupName"
	policyField = "requestParameters.policyArn"
)

func onRole(r Raw) (Subject, error) { return r.namedRole() }
func onUser(r Raw) (Subject, error) { return r.namedUser() }

func onPolicy(r Raw) (Subject, error) {
	q, err := r.request()
	if err != nil {
		return nil, err
	}
	return r.policy(q.PolicyARN, policyField)
}

func onGroup(r Raw) (Subject, error) {
	q, err := r.request()
	if err != nil {
		return nil, err
	}
	if q.GroupName == "" {
		return nil, r.missing(groupField)
	}
	return Group{Partition: r.Partition, Account: r.Account, Name: q.GroupName}, nil
}

func (r Raw) namedRole() (Principal, error) {
	q, err := r.request()
	if err != nil {
		return Principal{}, err
	}
	return r.principal(principal.Role, "", q.RoleName, roleField)
}

func (r Raw) namedUser() (Principal, error) {
	q, err := r.request()
	if err != nil {
		return Principal{}, err
	}
	return r.principal(principal.User, "", q.UserName, userField)
}
