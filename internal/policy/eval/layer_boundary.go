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
	out := says(Allowed)
	for i, p := range v.policies.Boundaries {
		if a := v.ask(p, namesNone, none, int32(i)); a.rank() > out.rank() || a.Reason == Allowed && out.Reason == Allowed {
			out = a
		}
	}
	v.set(PermissionsBoundaries, out)
}
