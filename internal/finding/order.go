package finding

import (
	"cmp"
	"slices"
	"strings"
)

// Severities are all of them, from the worst.
var Severities = []Severity{Critical, High, Medium, Low, Info}

// Rank is how far a severity is from the worst. What is not known comes last.
func (s Severity) Rank() int {
	if i := slices.Index(Severities, s); i >= 0 {
		return i
	}
	return len(Severities)
}

// Who names an actor so that one who chooses a session name for each call stays one: by the
// role. A session of IAM Identity Center is a person.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
func (a Actor) Who() string {
	parts := strings.Split(a.ARN, "/")
	if len(parts) == 3 && strings.HasSuffix(parts[0], ":assumed-role") && !strings.HasPrefix(parts[1], "AWSReservedSSO_") {
		return parts[0] + "/" + parts[1]
	}
	return cmp.Or(a.ARN, a.Name, a.Type)
}
