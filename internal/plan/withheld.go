package plan

import (
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/finding"
)

// Withheld is the decision on a call that may have let somebody out, and whose record does
// not say what it changed: CloudTrail leaves out parameters of more than 100 KB. Nobody
// needs that many, and white space is enough for it, so it is told in every mode, beside
// what a look at everybody finds.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
func Withheld() Decision {
	return Decision{
		Drift: finding.Withheld, Basis: BySize, Mode: config.Enforce,
		Actions: []Action{{Kind: finding.Alert}},
	}
}
