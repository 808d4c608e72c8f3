package tamper

import (
	"fmt"

	"github.com/ringfence/ringfence/internal/trail"
)

// Drifted returns the finding for a part that differs from the template, with the properties
// that differ. ok is false if the part is not Ringfence's.
func (o Parts) Drifted(arn string, properties string) (Change, bool) {
	if _, own := o.match(arn); !own || properties == "" {
		return Change{}, false
	}
	return Change{
		Resources: []string{arn},
		Found:     true,
		Effect:    "it differs from the template in: " + properties,
		Remedy:    "bring it " + backToTemplate + ", and find out in CloudTrail who changed it",
	}, true
}

// stackDrift returns the finding for a stack with parts that differ from its template. The
// event does not say which parts.
func stackDrift(d trail.StackDrift) Change {
	return Change{
		Resources: []string{d.Stack},
		Found:     true,
		Effect:    fmt.Sprintf("parts that differ from the template: %d", d.Resources),
		Remedy: "list them with: aws cloudformation describe-stack-resource-drifts --stack-name " + d.Stack +
			" --stack-resource-drift-status-filters MODIFIED DELETED; bring each " + backToTemplate + ", and find out in CloudTrail who changed it",
	}
}
