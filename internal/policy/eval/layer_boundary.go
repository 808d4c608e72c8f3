package eval

// boundary asks the permissions boundary, which caps and never grants. It does not
// apply to the root user.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
func (v *evaluation) boundary() {
	switch {
	case len(v.policies.Boundaries) == 0:
		v.set(PermissionsBoundaries, says(NotGiven))
		return
	case !v.bounded:
		v.set(PermissionsBoundaries, says(NotApplicable))
		return
	}
	v.set(PermissionsBoundaries, v.each(v.policies.Boundaries, namesNone))
}
