package trail

// UpdateUser moves a user to another name, another path or both. The request has the old name; the subject is
// the user with the new one.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html
func movedUser(r Raw) (Subject, error) {
	q, err := r.request()
	if err != nil {
		return nil, err
	}
	was, err := r.namedUser()
	if err != nil {
		return nil, err
	}
	now := first(q.NewUserName, q.UserName)
	p, err := r.principal(was.Ref.Kind, q.NewPath, now, "requestParameters.newUserName")
	if now != q.UserName {
		p.Moved.Was = q.UserName
	}
	p.Moved.Path = q.NewPath != ""
	return p, err
}
