package prose

import (
	"fmt"

	"github.com/ringfence/ringfence/internal/plan"
)

func exempt(d plan.Decision) string {
	return fmt.Sprintf("it is exempt until %s (%s: %s)", d.Exemption.Expires.Format("2006-01-02"), d.Exemption.Owner, d.Exemption.Reason)
}

func outOfScope(d plan.Decision) string {
	return fmt.Sprintf("it is out of scope under rule %s, which requires no boundary (%s: %s)", d.Rule, d.OutOfScope.Owner, d.OutOfScope.Reason)
}

// exemptChanged says what was done to a principal that needs no boundary, and why it needs
// none.
func exemptChanged(d plan.Decision) string {
	why := outOfScope
	if d.OutOfScope == nil {
		why = exempt
	}
	return fmt.Sprintf("%s, and no boundary limits it: %s; if this was not intended, delete the principal or revert the change", changeBy(d.Call), why(d))
}

func changeBy(call string) string {
	switch call {
	case "CreateRole", "CreateUser", "AcquireRole":
		return "it was created"
	case "UpdateAssumeRolePolicy":
		return "its trust policy was changed"
	}
	return "its permissions were changed"
}
