package catalog

import (
	"strings"
	"sync"
)

// globalKeys are the condition keys that requests of any service may have, with the data type, value type
// and availability that AWS documents. A key that only requests of AWS service principals have is never in
// a request of a user or role.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
var globalKeys = []struct {
	name string
	Values
}{
	{"aws:AssumedRoot", Values{Bool, Single, Sometimes}},
	{"aws:CalledVia", Values{String, Multivalued, Sometimes}},
	{"aws:CalledViaAWSMCP", Values{String, Single, Sometimes}},
	{"aws:CalledViaFirst", Values{String, Single, Sometimes}},
	{"aws:CalledViaLast", Values{String, Single, Sometimes}},
	{"aws:CurrentTime", Values{Date, Single, Always}},
	{"aws:Ec2InstanceSourcePrivateIPv4", Values{IPAddress, Single, Sometimes}},
	{"aws:Ec2InstanceSourceVpc", Values{String, Single, Sometimes}},
	{"aws:EpochTime", Values{Date, Single, Always}},
	{"aws:FederatedProvider", Values{AnyType, Single, Sometimes}},
	{"aws:IsMcpServiceAction", Values{Bool, Single, Sometimes}},
	{"aws:MultiFactorAuthAge", Values{Numeric, Single, Sometimes}},
	{"aws:MultiFactorAuthPresent", Values{Bool, Single, Sometimes}},
	{"aws:PrincipalAccount", Values{String, Single, Always}},
	{"aws:PrincipalArn", Values{ARN, Single, Always}},
	{"aws:PrincipalIsAWSService", Values{Bool, Single, Always}},
	{"aws:PrincipalOrgID", Values{String, Single, Sometimes}},
	{"aws:PrincipalOrgPaths", Values{String, Multivalued, Sometimes}},
	{"aws:PrincipalServiceName", Values{String, Single, Never}},
	{"aws:PrincipalServiceNamesList", Values{String, Multivalued, Never}},
	{"aws:PrincipalTag/${TagKey}", Values{String, Single, Sometimes}},
	{"aws:PrincipalType", Values{String, Single, Always}},
	{"aws:referer", Values{String, Single, Sometimes}},
	{"aws:RequestedRegion", Values{String, Single, Always}},
	{"aws:RequestTag/${TagKey}", Values{String, Single, Sometimes}},
	{"aws:ResourceAccount", Values{String, Single, Sometimes}},
	{"aws:ResourceOrgID", Values{String, Single, Sometimes}},
	{"aws:ResourceOrgPaths", Values{String, Multivalued, Sometimes}},
	{"aws:ResourceTag/${TagKey}", Values{String, Single, Sometimes}},
	{"aws:SecureTransport", Values{Bool, Single, Always}},
	{"aws:SignInSessionArn", Values{ARN, Single, Sometimes}},
	{"aws:SourceAccount", Values{String, Single, Never}},
	{"aws:SourceArn", Values{ARN, Single, Never}},
	{"aws:SourceIdentity", Values{String, Single, Sometimes}},
	{"aws:SourceIp", Values{IPAddress, Single, Sometimes}},
	{"aws:SourceOrgID", Values{String, Single, Never}},
	{"aws:SourceOrgPaths", Values{String, Multivalued, Never}},
	{"aws:SourceVpc", Values{String, Single, Sometimes}},
	{"aws:SourceVpcArn", Values{ARN, Single, Sometimes}},
	{"aws:SourceVpce", Values{String, Single, Sometimes}},
	{"aws:TagKeys", Values{String, Multivalued, Sometimes}},
	{"aws:TokenIssueTime", Values{Date, Single, Sometimes}},
	{"aws:UserAgent", Values{String, Single, Always}},
	{"aws:userid", Values{String, Single, Always}},
	{"aws:username", Values{String, Single, Sometimes}},
	{"aws:ViaAWSMCPService", Values{Bool, Single, Sometimes}},
	{"aws:ViaAWSService", Values{Bool, Single, Always}},
	{"aws:VpceAccount", Values{String, Single, Sometimes}},
	{"aws:VpceOrgID", Values{String, Single, Sometimes}},
	{"aws:VpceOrgPaths", Values{String, Multivalued, Sometimes}},
	{"aws:VpcSourceIp", Values{IPAddress, Single, Sometimes}},
}

// globals are the global keys by name in lower case, without the part of a tag's key.
var globals = sync.OnceValue(func() map[string]Values {
	out := map[string]Values{}
	for _, k := range globalKeys {
		name, _, _ := strings.Cut(strings.ToLower(k.name), "${")
		out[name] = k.Values
	}
	return out
})

func globalNames() []string {
	var names []string
	for _, k := range globalKeys {
		names = append(names, k.name)
	}
	return names
}
