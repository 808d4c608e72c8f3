package ownparts

import (
	_ "embed" // the parts of the template
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// template contains the compared parts of the template, and what they refer to.
//
//go:embed parts.json
var template []byte

// Kind is the kind of a part.
type Kind string

// The kinds.
const (
	Queue    Kind = "queue"
	Topic    Kind = "topic"
	Table    Kind = "table"
	Key      Kind = "key"
	Function Kind = "function"
)

// Part is a part of the stack, and its expected facts.
type Part struct {
	Kind Kind
	ARN  string
	want Facts
}

// Expected returns the parts of a stack according to the template, with their ARNs.
func Expected(s Stack) ([]Part, error) {
	r := &resolver{stack: s}
	if err := json.Unmarshal(template, &r.resources); err != nil {
		return nil, fmt.Errorf("parts.json: %w", err)
	}
	parts := map[string]*Part{}
	part := func(id string) *Part {
		arn, _ := r.arn(id).(string)
		if parts[arn] == nil {
			parts[arn] = &Part{Kind: kinds[r.resources[id].Type], ARN: arn, want: Facts{}}
		}
		return parts[arn]
	}
	for _, id := range slices.Sorted(maps.Keys(r.resources)) {
		properties := r.resources[id].Properties
		switch r.resources[id].Type {
		case "AWS::SQS::Queue":
			part(id).expect(r, properties, queueDefaults, "VisibilityTimeout", "MessageRetentionPeriod", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "RedrivePolicy", "RedriveAllowPolicy")
		case "AWS::SNS::Topic":
			part(id).expect(r, properties, nil, "KmsMasterKeyId")
		case "AWS::DynamoDB::Table":
			part(id).expect(r, tableOf(properties), nil, tableFacts...)
		case "AWS::KMS::Key":
			part(id).expect(r, properties, Facts{"KeyState": "Enabled"}, "KeyPolicy", "EnableKeyRotation")
		case "AWS::SQS::QueuePolicy":
			for _, of := range refs(properties["Queues"]) {
				part(of).want["Policy"] = normal(r.value(properties["PolicyDocument"]))
			}
		case "AWS::SNS::TopicPolicy":
			for _, of := range refs(properties["Topics"]) {
				part(of).want["Policy"] = normal(r.value(properties["PolicyDocument"]))
			}
		case "AWS::Lambda::EventSourceMapping":
			for _, of := range refs([]any{properties["FunctionName"]}) {
				mapping(part(of).want, r.value(properties["EventSourceArn"]), "Enabled", r.value(properties["BatchSize"]), r.value(properties["ScalingConfig"]), r.value(properties["FunctionResponseTypes"]))
			}
		}
	}
	all := make([]Part, 0, len(parts))
	for _, arn := range slices.Sorted(maps.Keys(parts)) {
		all = append(all, *parts[arn])
	}
	return all, r.err
}

// expect sets the expected facts from the template's properties, or their defaults.
func (p *Part) expect(r *resolver, properties map[string]any, defaults Facts, names ...string) {
	maps.Copy(p.want, defaults)
	for _, name := range names {
		if v, ok := properties[name]; ok {
			p.want[name] = normal(r.value(v))
		}
	}
}

// refs returns the resources that a list refers to.
func refs(list any) (ids []string) {
	all, _ := list.([]any)
	for _, e := range all {
		if m, ok := e.(map[string]any); ok {
			ids = append(ids, fmt.Sprint(m["Ref"]))
		}
	}
	return ids
}

var kinds = map[string]Kind{
	"AWS::SQS::Queue": Queue, "AWS::SNS::Topic": Topic, "AWS::DynamoDB::Table": Table, "AWS::KMS::Key": Key, "AWS::Lambda::Function": Function,
}
