package trail

import (
	"encoding/json"
	"fmt"
	"time"
)

// driftEvent is the type of event with which CloudFormation reports the result of drift detection on a stack.
// It has no CloudTrail record.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/event-detail-stack-drift-detection-change.html
const driftEvent = "CloudFormation Drift Detection Status Change"

// StackDrift is the subject of an event that a stack differs from its template.
type StackDrift struct {
	// Stack is the ARN of the stack. Resources is the number of its resources that differ.
	Stack     string
	Resources int
}

func (StackDrift) subject() {}

// drift returns the stack drift in an event. It returns nil for all other events, including those that
// report that drift detection began or found no difference.
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
	// Only AWS can put events with this source on a bus.
	// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
	if o.Source != "aws.cloudformation" || o.DetailType != driftEvent || json.Unmarshal(o.Detail, &d) != nil ||
		d.Stack == "" || d.Status.Drift != "DRIFTED" || d.Status.Detection != "DETECTION_COMPLETE" {
		return nil
	}
	return &StackDrift{Stack: d.Stack, Resources: d.Details.Resources}
}

// eventID makes a stack reported once a day while the same number of its resources differs: each drift
// detection is a separate event and finds the same drift again until it is fixed.
func (d StackDrift) eventID(at time.Time) string {
	return fmt.Sprintf("drift-%s-%d", at.UTC().Format(time.DateOnly), d.Resources)
}
