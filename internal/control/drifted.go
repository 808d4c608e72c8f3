package control

import (
	"fmt"

	"github.com/ringfence/ringfence/internal/trail"
)

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
