package trail

// Deletions are watched so that what was found about a principal can be closed, and a
// boundary policy that is gone can be put back.

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
