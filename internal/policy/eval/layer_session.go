package eval

// session asks the policies that were passed when the session was made. A federated
// user session without one has no permissions; a role session without one has the
// role's.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
func (v *evaluation) session() {
	p := &v.request.Principal
	switch {
	case p.Type != Role && p.Type != Session && p.Type != Federated:
		reason := NotGiven
		if len(v.policies.Session) > 0 {
			reason = NotApplicable
		}
		v.set(SessionPolicy, says(reason))
	case v.policies.Session != nil:
		v.set(SessionPolicy, v.union(v.policies.Session, namesNone, none))
	case p.Type == Federated:
		v.set(SessionPolicy, says(NoAllow))
	default:
		v.set(SessionPolicy, says(NotGiven))
	}
}
