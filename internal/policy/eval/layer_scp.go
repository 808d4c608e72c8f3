package eval

// serviceControl asks the service control policies of the caller's account. They
// apply to all its users and roles and to its root, but not to service-linked roles,
// and not to callers of no account.
//
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
func (v *evaluation) serviceControl() {
	p := &v.request.Principal
	switch {
	case len(v.policies.ServiceControl) == 0:
		v.set(ServiceControlPolicies, says(NotGiven))
	case p.serviceLinked(), !v.identified && p.Type != Root:
		v.set(ServiceControlPolicies, says(NotApplicable))
	default:
		v.set(ServiceControlPolicies, v.levels(v.policies.ServiceControl, namesNone))
	}
}
