package ownparts

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Facts are the compared properties of a part, in normal form.
type Facts map[string]any

// Differs returns the sorted names of the facts that differ from the template. Facts that the
// template does not have must not exist.
func (p Part) Differs(is Facts) (names []string) {
	all := maps.Clone(p.want)
	maps.Copy(all, is)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if text(p.want[name]) != text(is[name]) {
			names = append(names, name)
		}
	}
	return names
}

// Expected returns the facts of the template, in normal form.
func (p Part) Expected() Facts { return maps.Clone(p.want) }

// queueDefaults are SQS's defaults.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
var queueDefaults = Facts{"DelaySeconds": "0", "VisibilityTimeout": "30"}

// leastSize is the smallest default of the maximum message size: 256 KiB, and 1 MiB for newer
// queues.
const leastSize = 256 << 10

// QueueFacts returns the facts of a queue from its attributes.
func QueueFacts(attributes map[string]string) Facts {
	f := Facts{}
	for _, name := range []string{"DelaySeconds", "VisibilityTimeout", "MessageRetentionPeriod", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds"} {
		f.set(name, attributes[name])
	}
	for _, name := range []string{"Policy", "RedrivePolicy", "RedriveAllowPolicy"} {
		f.document(name, attributes[name])
	}
	if size, err := strconv.Atoi(attributes["MaximumMessageSize"]); err != nil || size < leastSize {
		f["MaximumMessageSize"] = attributes["MaximumMessageSize"]
	}
	return f
}

// TopicFacts returns the facts of a topic from its attributes.
func TopicFacts(attributes map[string]string) Facts {
	f := Facts{}
	f.set("KmsMasterKeyId", attributes["KmsMasterKeyId"])
	f.document("Policy", attributes["Policy"])
	return f
}

// KeyFacts returns the facts of a key: its state, its policy, and whether it is rotated.
func KeyFacts(state, policy string, rotated bool) Facts {
	f := Facts{"KeyState": state, "EnableKeyRotation": strconv.FormatBool(rotated)}
	f.document("KeyPolicy", policy)
	return f
}

// TableFacts returns the facts of a table. ttl is the TTL attribute, empty if there is none.
func TableFacts(billing, key, ttl, policy string, kept, backedUp bool) Facts {
	f := Facts{
		"BillingMode": billing, "DeletionProtectionEnabled": strconv.FormatBool(kept),
		"PointInTimeRecoveryEnabled": strconv.FormatBool(backedUp),
	}
	f.set("KMSMasterKeyId", key)
	f.set("TimeToLive", ttl)
	f.document("ResourcePolicy", policy)
	return f
}

var tableFacts = []string{"BillingMode", "DeletionProtectionEnabled", "PointInTimeRecoveryEnabled", "KMSMasterKeyId", "TimeToLive", "ResourcePolicy"}

// tableOf returns the properties of a table under the names of its facts.
func tableOf(p map[string]any) map[string]any {
	inner := func(name, of string) any {
		m, _ := p[name].(map[string]any)
		return m[of]
	}
	all := maps.Clone(p)
	all["PointInTimeRecoveryEnabled"] = inner("PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled")
	all["KMSMasterKeyId"] = inner("SSESpecification", "KMSMasterKeyId")
	all["ResourcePolicy"] = inner("ResourcePolicy", "PolicyDocument")
	all["TimeToLive"] = inner("TimeToLiveSpecification", "AttributeName")
	if inner("TimeToLiveSpecification", "Enabled") != true {
		delete(all, "TimeToLive")
	}
	return all
}

// Mapping is an event source mapping of a function.
type Mapping struct {
	Source, State string
	Batch         int
	// Most is the maximum concurrency, 0 for no limit.
	Most      int
	Responses []string
	// Filtered is set if a filter drops messages.
	Filtered bool
}

// FunctionFacts returns the facts of the mappings of a function.
func FunctionFacts(mappings []Mapping) Facts {
	f := Facts{}
	for _, m := range mappings {
		responses := make([]any, len(m.Responses))
		for i, r := range m.Responses {
			responses[i] = r
		}
		state := m.State
		if m.Filtered {
			state += ", filtered"
		}
		mapping(f, m.Source, state, m.Batch, map[string]any{"MaximumConcurrency": m.Most}, responses)
	}
	return f
}

// mapping adds the mapping of a queue. The states Creating, Enabling and Updating count as enabled.
func mapping(f Facts, source any, state string, batch, scaling, responses any) {
	queue, _ := source.(string)
	if state == "Enabling" || state == "Updating" || state == "Creating" {
		state = "Enabled"
	}
	f["mapping of "+queue[strings.LastIndexByte(queue, ':')+1:]] = normal(map[string]any{
		"EventSourceArn": source, "State": state, "BatchSize": batch, "ScalingConfig": scaling, "FunctionResponseTypes": responses,
	})
}

func (f Facts) set(name, value string) {
	if value != "" {
		f[name] = value
	}
}

func (f Facts) document(name, value string) {
	if value != "" {
		f[name] = parsed(value)
	}
}
