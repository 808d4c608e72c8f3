package trail

// Deletions are watched so that findings about a deleted principal can be resolved, and a deleted boundary
// policy can be re-created.

func deletedRole(r Raw) (Subject, error) {
	p, err := r.namedRole()
	p.Deleted = true
	return p, err
}

func deletedUser(r Raw) (Subject, error) {
	p, err := r.namedUser()
	p.Deleted = true
	return p, err
}

func deletedPolicy(r Raw) (Subject, error) {
	q, err := r.request()
	if err != nil {
		return nil, err
	}
	p, err := r.policy(q.PolicyARN, policyField)
	p.Deleted = true
	return p, err
}
