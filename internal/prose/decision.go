package prose

import (
	"fmt"
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// Decision says on which ground a decision was made.
func Decision(d plan.Decision) string {
	reason := ground(d)
	if d.Drifted() && d.Basis != plan.LeftRule {
		if d.Exemption != nil && d.Basis != plan.ExemptPrincipalChanged {
			reason += fmt.Sprintf("; its exemption ended on %s (%s: %s)", d.Exemption.Expires.Format("2006-01-02"), d.Exemption.Owner, d.Exemption.Reason)
		}
		if d.Namesake != "" {
			reason += fmt.Sprintf("; the exemption of its name is for another principal (%s)", d.Namesake)
		}
		if d.MovedOut != nil {
			reason += "; " + left(d.MovedOut)
		}
		if d.Kept != nil {
			reason += kept(d)
		}
		if a := d.Action(); a == finding.Reattach || a == finding.Restore {
			reason += givesUp(d)
		}
	}
	if d.PolicyOpen != "" {
		reason += "; the required policy " + policyOpen(d.PolicyOpen) + ", so that its holders are not inside"
	}
	return reason
}

func ground(d plan.Decision) string {
	switch d.Basis {
	case plan.NoRule:
		return "no rule applies to it"
	case plan.ServiceLinked:
		return "it is a service-linked role, which only its service can change"
	case plan.Exempt:
		return exempt(d)
	case plan.RuleOutOfScope:
		return outOfScope(d)
	case plan.ExemptPrincipalChanged:
		return spared(d)
	case plan.CarriesRequired:
		return "it carries the required boundary"
	case plan.Accepted:
		less := "allows less than"
		if d.Meaning.Relation == compare.Equal {
			less = "means the same as"
		}
		return fmt.Sprintf("its boundary %s %s the required one, which the rule accepts", d.Attached, less)
	case plan.InQuarantine:
		return "it is in quarantine, as its rule asks"
	case plan.NoBoundary:
		return "it has no permissions boundary" + identityCenter(d)
	case plan.OtherBoundary:
		return replaced(d) + identityCenter(d)
	case plan.PolicyApproved:
		return "its default version means what was approved"
	case plan.PolicyDiffers:
		return differs(d)
	case plan.PolicyUnapproved:
		return unapproved(d)
	case plan.PolicyAbsent:
		if len(d.Actions) > 0 && !d.Writes() {
			return "the required boundary policy does not exist in the account, and no approved document is configured to create it from"
		}
		return "the required boundary policy does not exist in the account"
	case plan.LeftRule:
		return moved(d)
	case plan.SetLostBoundary:
		return fmt.Sprintf("it lost its boundary; give it one again: aws sso-admin put-permissions-boundary-to-permission-set "+
			"--instance-arn %s --permission-set-arn %s --permissions-boundary …, then provision it", d.PermissionSet.Instance, d.PermissionSet.ARN)
	case plan.ParametersWithheld:
		return "CloudTrail left out its parameters, since they are over 100 KB; white space is enough for that; " +
			"Ringfence looks at every boundary policy, and at everybody whose boundary is not the required one, within a minute; " +
			"look into the actor and what the call changed"
	case plan.TooManyWrites:
		return held(*d.Held)
	case plan.Tampering:
		return tampered(*d.Touch)
	}
	return string(d.Basis)
}

func tampered(t plan.Touch) string {
	on := strings.Join(t.Resources, ", ")
	if t.Unsure {
		on = "something that the record does not name, perhaps " + on
	}
	if t.Found {
		return fmt.Sprintf("%s on %s: %s; %s", t.Call, on, t.Effect, t.Remedy)
	}
	return fmt.Sprintf("%s on %s: %s; if no deployment explains it (see the stack's events), %s, and look into the actor",
		t.Call, on, t.Effect, t.Remedy)
}

func identityCenter(d plan.Decision) string {
	if d.PermissionSet == nil {
		return ""
	}
	return fmt.Sprintf("; only IAM Identity Center can change it: set the boundary on permission set %q", d.PermissionSet.Name)
}
