package trail

import "github.com/ringfence/ringfence/internal/principal"

// Calls on something that exists name it in the request and return nothing. Roles and users have no path
// there.

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

// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html
func newVersion(r Raw) (Subject, error) {
	q, err := r.request()
	if err != nil {
		return nil, err
	}
	p, err := r.policy(q.PolicyARN, policyField)
	if q.SetAsDefault {
		p.Document = document(q.PolicyDocument)
	}
	return p, err
}

// https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html
func defaultVersion(r Raw) (Subject, error) {
	q, err := r.request()
	if err != nil {
		return nil, err
	}
	p, err := r.policy(q.PolicyARN, policyField)
	p.Version = string(q.VersionID)
	return p, err
}

// bounded reads a call that sets the boundary of a principal.
func bounded(named func(Raw) (Principal, error)) decoder {
	return func(r Raw) (Subject, error) {
		p, err := named(r)
		if err != nil {
			return nil, err
		}
		if q, err := r.request(); err == nil && q.Boundary != "" {
			p.Boundary = (*string)(&q.Boundary)
		}
		return p, nil
	}
}

// unbounded reads a call that removes the boundary of a principal.
func unbounded(named func(Raw) (Principal, error)) decoder {
	return func(r Raw) (Subject, error) {
		p, err := named(r)
		if err != nil {
			return nil, err
		}
		p.Boundary = new(string)
		return p, nil
	}
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
