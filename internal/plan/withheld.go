package plan

import (
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/finding"
)

// Withheld returns the decision on a call that may have affected a boundary and whose record
// does not say what it changed: CloudTrail omits parameters of more than 100 KB. No legitimate
// call needs that many, and white space is enough to get there. So it is reported in every
// mode, in addition to what a walk over the account finds.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
func Withheld() Decision {
	return Decision{
		Drift: finding.Withheld, Basis: ParametersWithheld, Mode: config.Enforce,
		Actions: []Action{{Kind: finding.Alert}},
	}
}
