package finding

import (
	"cmp"
	"slices"
	"strings"
)

// Severities are all severities, the worst first.
var Severities = []Severity{Critical, High, Medium, Low, Info}

// Rank returns the place of a severity, 0 for the worst. An unknown severity comes last.
func (s Severity) Rank() int {
	if i := slices.Index(Severities, s); i >= 0 {
		return i
	}
	return len(Severities)
}

// Who returns a name that stays the same for an actor that chooses a new session name for each call:
// the ARN of the role. A session of IAM Identity Center keeps its own name, because it is a person.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
func (a Actor) Who() string {
	parts := strings.Split(a.ARN, "/")
	if len(parts) == 3 && strings.HasSuffix(parts[0], ":assumed-role") && !strings.HasPrefix(parts[1], "AWSReservedSSO_") {
		return parts[0] + "/" + parts[1]
	}
	return cmp.Or(a.ARN, a.Name, a.Type)
}
