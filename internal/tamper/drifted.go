package tamper

import (
	"fmt"

	"github.com/ringfence/ringfence/internal/trail"
)

// Differing tells of a part that a comparison found to differ from the template, and in what.
// It is none that is somebody else's.
func (o Own) Differing(arn string, properties string) (Touch, bool) {
	if _, own := o.entry(arn); !own || properties == "" {
		return Touch{}, false
	}
	return Touch{
		Resources: []string{arn},
		Found:     true,
		Effect:    "it differs from the template in: " + properties,
		Remedy:    "bring it " + backToTemplate + ", and find out in CloudTrail who changed it",
	}, true
}

// drifted is what is told of the stack where a comparison found that its parts differ from
// its template. The event does not say which they are.
func drifted(d trail.StackDrift) Touch {
	return Touch{
		Resources: []string{d.Stack},
		Found:     true,
		Effect:    fmt.Sprintf("parts that differ from the template: %d", d.Resources),
		Remedy: "list them with: aws cloudformation describe-stack-resource-drifts --stack-name " + d.Stack +
			" --stack-resource-drift-status-filters MODIFIED DELETED; bring each " + backToTemplate + ", and find out in CloudTrail who changed it",
	}
}
