package trail

import (
	"encoding/json"
	"fmt"
	"time"
)

// driftEvent is the sort of event by which CloudFormation tells how a comparison of a stack
// with its template ended. No record of CloudTrail's is in it.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/event-detail-stack-drift-detection-change.html
const driftEvent = "CloudFormation Drift Detection Status Change"

// StackDrift is the subject of an event that a stack is not as its template says.
type StackDrift struct {
	// Stack is the ARN of the stack, and Resources how many of its resources differ.
	Stack     string
	Resources int
}

func (StackDrift) subject() {}

// drift is what an event says of a stack that differs from its template, nil for all others:
// also for one that a comparison began, or that found no difference.
func (o other) drift() *StackDrift {
	var d struct {
		Stack  string `json:"stack-id"`
		Status struct {
			Drift     string `json:"stack-drift-status"`
			Detection string `json:"detection-status"`
		} `json:"status-details"`
		Details struct {
			Resources int `json:"drifted-stack-resource-count"`
		} `json:"drift-detection-details"`
	}
	// Nobody but AWS can put events of this source on a bus.
	// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
	if o.Source != "aws.cloudformation" || o.DetailType != driftEvent || json.Unmarshal(o.Detail, &d) != nil ||
		d.Stack == "" || d.Status.Drift != "DRIFTED" || d.Status.Detection != "DETECTION_COMPLETE" {
		return nil
	}
	return &StackDrift{Stack: d.Stack, Resources: d.Details.Resources}
}

// eventID has a stack told of once a day while the same number of its resources differs: each
// comparison is an event of its own and finds again what nobody has put right.
func (d StackDrift) eventID(at time.Time) string {
	return fmt.Sprintf("drift-%s-%d", at.UTC().Format(time.DateOnly), d.Resources)
}
