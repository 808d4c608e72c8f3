package eval

import "strings"

// endpoint asks the policy of the VPC endpoint that the request goes through. It must allow, for any
// caller, and grants nothing by itself.
//
// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
func (v *evaluation) endpoint() {
	if len(v.policies.Endpoint) == 0 {
		v.set(EndpointPolicies, says(NotGiven))
		return
	}
	v.set(EndpointPolicies, v.each(v.policies.Endpoint, namesThrough))
}

// gateway reports whether the service can have gateway endpoints. In the policy of one, a Principal that is
// an account means its root user alone; in that of an interface endpoint, all its users and roles. Which of
// the two it is, the request does not say.
//
// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#vpc-endpoint-policies-gateway
func (e *env) gateway() bool {
	service, _, _ := strings.Cut(e.action, ":")
	return strings.EqualFold(service, "s3") || strings.EqualFold(service, "dynamodb")
}
