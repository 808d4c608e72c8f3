package trail

// https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutPermissionsBoundaryToPermissionSet.html
func onPermissionSet(r Raw) (Subject, error) { return r.permissionSet() }

// https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeletePermissionsBoundaryFromPermissionSet.html
func unboundedPermissionSet(r Raw) (Subject, error) {
	s, err := r.permissionSet()
	s.BoundaryRemoved = true
	return s, err
}

func (r Raw) permissionSet() (PermissionSet, error) {
	q, err := r.request()
	if err != nil {
		return PermissionSet{}, err
	}
	if q.PermissionSetARN == "" {
		return PermissionSet{}, r.missing("requestParameters.permissionSetArn")
	}
	return PermissionSet{ARN: q.PermissionSetARN, InstanceARN: q.InstanceARN}, nil
}
