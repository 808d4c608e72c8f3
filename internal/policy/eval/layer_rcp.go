package eval

// resourceControl asks the resource control policies of the resource's account. They
// do not apply to service-linked roles.
//
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
func (v *evaluation) resourceControl() {
	switch {
	case len(v.policies.ResourceControl) == 0:
		v.set(ResourceControlPolicies, says(NotGiven))
	case v.request.Principal.serviceLinked():
		v.set(ResourceControlPolicies, says(NotApplicable))
	default:
		v.set(ResourceControlPolicies, v.levels(v.policies.ResourceControl, mayName))
	}
}
