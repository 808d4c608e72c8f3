package events

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

// tagged gives the tags of a rule or bus by ARN. The mutex must be held.
func (c Call) tagged(arn *string) (map[string]string, error) {
	for _, b := range c.buses {
		if b.arn == aws.ToString(arn) {
			return b.tags, nil
		}
		for _, r := range b.rules {
			if r.arn == aws.ToString(arn) {
				return r.tags, nil
			}
		}
	}
	return nil, notFound("Resource %s does not exist.", aws.ToString(arn))
}

func (c Call) tagResource(in *eventbridge.TagResourceInput) (*eventbridge.TagResourceOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	tags, err := c.tagged(in.ResourceARN)
	if err != nil {
		return nil, err
	}
	for _, tag := range in.Tags {
		tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return &eventbridge.TagResourceOutput{}, nil
}

func (c Call) untagResource(in *eventbridge.UntagResourceInput) (*eventbridge.UntagResourceOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	tags, err := c.tagged(in.ResourceARN)
	if err != nil {
		return nil, err
	}
	for _, key := range in.TagKeys {
		delete(tags, key)
	}
	return &eventbridge.UntagResourceOutput{}, nil
}

func (c Call) listTagsForResource(in *eventbridge.ListTagsForResourceInput) (*eventbridge.ListTagsForResourceOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	tags, err := c.tagged(in.ResourceARN)
	if err != nil {
		return nil, err
	}
	out := &eventbridge.ListTagsForResourceOutput{Tags: []types.Tag{}}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		out.Tags = append(out.Tags, types.Tag{Key: aws.String(key), Value: aws.String(tags[key])})
	}
	return out, nil
}
