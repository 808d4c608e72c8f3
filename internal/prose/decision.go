package prose

import (
	"fmt"
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// Decision returns the reason for a decision.
func Decision(d plan.Decision) string {
	reason := basis(d)
	if d.Drifted() && d.Basis != plan.LeftRule {
		if d.Exemption != nil && d.Basis != plan.ExemptPrincipalChanged {
			reason += fmt.Sprintf("; its exemption ended on %s (%s: %s)", d.Exemption.Expires.Format("2006-01-02"), d.Exemption.Owner, d.Exemption.Reason)
		}
		if d.Namesake != "" {
			reason += fmt.Sprintf("; the exemption for its name belongs to another principal (%s)", d.Namesake)
		}
		if d.MovedOut != nil {
			reason += "; " + movedOut(d.MovedOut)
		}
		if d.Kept != nil {
			reason += kept(d)
		}
		if a := d.Action(); a == finding.Reattach || a == finding.Restore {
			reason += repairGrants(d)
		}
	}
	if d.PolicyOpen != "" {
		reason += "; the required policy " + policyOpen(d.PolicyOpen) + ", so principals that carry it are outside their boundary"
	}
	return reason
}

func basis(d plan.Decision) string {
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
		return exemptChanged(d)
	case plan.CarriesRequired:
		return "it carries the required boundary"
	case plan.Accepted:
		less := "allows less than"
		if d.Meaning.Relation == compare.Equal {
			less = "means the same as"
		}
		return fmt.Sprintf("its boundary %s %s the required one, which the rule accepts", d.Attached, less)
	case plan.InQuarantine:
		return "it is in quarantine, as its rule requires"
	case plan.NoBoundary:
		return "it has no permissions boundary" + identityCenter(d)
	case plan.OtherBoundary:
		return replaced(d) + identityCenter(d)
	case plan.PolicyApproved:
		return "its default version matches the approved document"
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
		return fmt.Sprintf("its boundary was removed; set it again: aws sso-admin put-permissions-boundary-to-permission-set "+
			"--instance-arn %s --permission-set-arn %s --permissions-boundary …, then provision it", d.PermissionSet.Instance, d.PermissionSet.ARN)
	case plan.ParametersWithheld:
		return "CloudTrail omitted the call's parameters because they exceed 100 KB (white space is enough for that); " +
			"within a minute Ringfence checks every boundary policy, and every principal without its required boundary; " +
			"investigate the actor and what the call changed"
	case plan.TooManyWrites:
		return held(*d.Held)
	case plan.NoEntry:
		return "Ringfence cannot enter the account, so it neither looks at its principals nor repairs them: " + d.Unreachable
	case plan.Tampering:
		return tampered(*d.PartChange)
	}
	return string(d.Basis)
}

func tampered(t plan.PartChange) string {
	on := strings.Join(t.Resources, ", ")
	if t.Unsure {
		on = "a resource that the record does not name, perhaps " + on
	}
	if t.Found {
		return fmt.Sprintf("%s on %s: %s; %s", t.Call, on, t.Effect, t.Remedy)
	}
	return fmt.Sprintf("%s on %s: %s; if no deployment explains it (see the stack's events), %s, and investigate the actor",
		t.Call, on, t.Effect, t.Remedy)
}

func identityCenter(d plan.Decision) string {
	if d.PermissionSet == nil {
		return ""
	}
	return fmt.Sprintf("; only IAM Identity Center can change it: set the boundary on permission set %q", d.PermissionSet.Name)
}
