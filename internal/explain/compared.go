package explain

import (
	"fmt"

	"github.com/ringfence/ringfence/internal/policy/eval"
)

// layerFlags are the flags for the policies of layers that account details do not have.
var layerFlags = map[eval.Layer]string{
	eval.ServiceControlPolicies: "--scp", eval.ResourceControlPolicies: "--rcp", eval.EndpointPolicies: "--endpoint-policy",
	eval.ResourcePolicy: "--resource-policy", eval.SessionPolicy: "--session-policy",
}

// Compared says where an answer differs from what AWS said, and what may be missing. It is empty if they agree
// or if AWS did not name a layer.
func (d Denied) Compared(a Answer) string {
	if d.Layer == nil {
		if a.Decision == eval.Allow.String() {
			return "AWS denied it, and by what was given it is allowed: a policy that was not given denies it, or one was changed since"
		}
		return ""
	}
	said := fmt.Sprintf("AWS says that no %s allows it", layerWords[*d.Layer])
	if d.Explicit {
		said = fmt.Sprintf("AWS says that the %s denies it explicitly", layerWords[*d.Layer])
		if d.Policy != "" {
			said += " (" + d.Policy + ")"
		}
	}
	for _, r := range a.Layers {
		if r.Layer != d.Layer.String() {
			continue
		}
		if d.Explicit && r.Answer == "Deny" || !d.Explicit && r.Answer == "no Allow" {
			return ""
		}
	}
	if flag := layerFlags[*d.Layer]; flag != "" {
		return said + ", and what was given does not: give it with " + flag
	}
	return said + ", and what was given does not: the state is from another time, or not of this account"
}
