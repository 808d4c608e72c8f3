package events

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// maxTargets is the quota of targets per rule.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
const maxTargets = 5

// putTargets adds targets, or replaces those with the same id.
func (c Call) putTargets(in *eventbridge.PutTargetsInput) (*eventbridge.PutTargetsOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, err := c.rule(in.EventBusName, in.Rule)
	if err != nil {
		return nil, err
	}
	targets := slices.Clone(r.targets)
	for _, t := range in.Targets {
		if err := checkTarget(t); err != nil {
			return nil, err
		}
		if i := targetIndex(targets, *t.Id); i >= 0 {
			targets[i] = t
		} else {
			targets = append(targets, t)
		}
	}
	if len(targets) > maxTargets {
		return nil, wire.Errorf(400, "LimitExceededException", "The requested resource exceeds the maximum number allowed.")
	}
	r.targets = targets
	return &eventbridge.PutTargetsOutput{FailedEntries: []types.PutTargetsResultEntry{}}, nil
}

func targetIndex(targets []types.Target, id string) int {
	return slices.IndexFunc(targets, func(t types.Target) bool { return *t.Id == id })
}

func checkTarget(t types.Target) error {
	switch {
	case !validName(aws.ToString(t.Id), 64):
		return validation("Target id %q is not valid.", aws.ToString(t.Id))
	case len(strings.SplitN(aws.ToString(t.Arn), ":", 6)) != 6 || !strings.HasPrefix(*t.Arn, "arn:"):
		return validation("Parameter %s is not valid. Reason: Provided Arn is not in correct format.", aws.ToString(t.Arn))
	}
	given := 0
	for _, set := range []bool{t.Input != nil, t.InputPath != nil, t.InputTransformer != nil} {
		if set {
			given++
		}
	}
	if given > 1 {
		return validation("Only one of Input, InputPath, or InputTransformer must be provided for target %s.", *t.Id)
	}
	if t.InputPath != nil && !validPath(*t.InputPath) {
		return validation("Invalid InputPath for target %s.", *t.Id)
	}
	if t.InputTransformer != nil && t.InputTransformer.InputTemplate == nil {
		return validation("Invalid InputTemplate for target %s.", *t.Id)
	}
	return nil
}
