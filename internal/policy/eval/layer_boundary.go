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
	out := LayerAnswer{Allowed, nowhere}
	for i, p := range v.policies.Boundaries {
		i := int32(i)
		a := v.ask(PermissionsBoundaries, p, namesNone, none, i)
		switch {
		case a.deny != none:
			v.set(PermissionsBoundaries, LayerAnswer{Denied, Place{none, i, a.deny}})
			return
		case out.Reason == NoAllow:
		case a.allow == none:
			out = LayerAnswer{NoAllow, Place{none, i, none}}
		default:
			out.Place = Place{none, i, a.allow}
		}
	}
	v.set(PermissionsBoundaries, out)
}
