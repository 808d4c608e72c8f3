package ownparts

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Facts are what is compared of a part, in their normal form.
type Facts map[string]any

// Differs names what is otherwise than the template has it, in order. What the template does
// not say must not be there.
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

// Wants are the facts that the template has, in their normal form.
func (p Part) Wants() Facts { return maps.Clone(p.want) }

// queueDefaults are what SQS has where the template says nothing.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
var queueDefaults = Facts{"DelaySeconds": "0", "VisibilityTimeout": "30"}

// leastSize is the least size of messages that is a default: 256 KiB, and 1 MiB for younger queues.
const leastSize = 256 << 10

// QueueFacts are those of a queue's attributes.
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

// TopicFacts are those of a topic's attributes.
func TopicFacts(attributes map[string]string) Facts {
	f := Facts{}
	f.set("KmsMasterKeyId", attributes["KmsMasterKeyId"])
	f.document("Policy", attributes["Policy"])
	return f
}

// KeyFacts are those of a key: its state, its policy, and whether it is rotated.
func KeyFacts(state, policy string, rotated bool) Facts {
	f := Facts{"KeyState": state, "EnableKeyRotation": strconv.FormatBool(rotated)}
	f.document("KeyPolicy", policy)
	return f
}

// TableFacts are those of a table. TTL is the attribute by which items go, empty where none do.
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

// tableOf are the properties of a table, brought to the names of its facts.
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

// Mapping is one by which a function takes messages.
type Mapping struct {
	Source, State string
	Batch         int
	// Most is how many invocations it may have at once, 0 for any number.
	Most      int
	Responses []string
	// Filtered is set where it drops messages that a filter does not want.
	Filtered bool
}

// FunctionFacts are those of the mappings of a function.
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

// mapping adds that of a queue. While it changes, its state says so: Enabling counts as enabled.
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
