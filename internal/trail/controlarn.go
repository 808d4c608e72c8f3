package trail

import (
	"strings"

	"github.com/ringfence/ringfence/internal/principal"
)

// arn returns the name if it is an ARN, otherwise the ARN of a resource in the region and account of the call.
func (r Raw) arn(service, name, resource string) string {
	if strings.HasPrefix(name, "arn:") {
		return name
	}
	return "arn:" + r.Partition + ":" + service + ":" + r.Region + ":" + r.Account + ":" + resource
}

// as is for names that follow the type of their resource in the ARN.
func as(service, kind string) func(Raw, string) string {
	return func(r Raw, name string) string { return r.arn(service, name, kind+name) }
}

// itself is for fields that only accept ARNs.
func itself(_ Raw, name string) string {
	if strings.HasPrefix(name, "arn:") {
		return name
	}
	return ""
}

// ruleARN returns the ARN of a rule. It contains the event bus unless that is the default bus. The record may
// have the ARN of the bus.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DisableRule.html
func ruleARN(r Raw, name string) string {
	resource := "rule/" + name
	if buses, _ := r.at("requestParameters.eventBusName"); len(buses) > 0 {
		if bus := buses[0][strings.LastIndexByte(buses[0], '/')+1:]; bus != "default" {
			resource = "rule/" + bus + "/" + name
		}
	}
	return r.arn("events", name, resource)
}

// ruleOrBusARN is for a field with the name of a rule or a bus, depending on the call.
func ruleOrBusARN(r Raw, name string) string {
	switch {
	case strings.Contains(r.Name, "EventBus"):
		return r.arn("events", name, "event-bus/"+name)
	case has(r.Name, "Connection", "ApiDestination", "Endpoint", "EventSource"):
		return ""
	}
	return ruleARN(r, name)
}

// busARN returns the bus of a call on a bus. In other calls the field says where a rule is.
func busARN(r Raw, name string) string {
	if !isPermission(r) {
		return ""
	}
	return r.arn("events", name, "event-bus/"+name)
}

// functionARN returns the ARN of a function. Lambda accepts the name, the ARN and the end of the ARN from the
// account on, each optionally followed by a version or an alias.
func functionARN(r Raw, name string) string {
	if parts := strings.Split(name, ":"); len(parts) > 2 && principal.IsAccount(parts[0]) && parts[1] == "function" {
		r.Account, name = parts[0], strings.Join(parts[2:], ":")
	}
	return r.arn("lambda", name, "function:"+strings.TrimPrefix(name, "function:"))
}

// queueARN is for the URL of a queue, https://sqs.REGION.amazonaws.com/ACCOUNT/NAME. The host has other forms
// too, so only the last two parts count.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
func queueARN(r Raw, url string) string {
	parts := strings.Split(strings.TrimRight(url, "/"), "/")
	name := parts[len(parts)-1]
	if len(parts) > 1 && principal.IsAccount(parts[len(parts)-2]) {
		r.Account = parts[len(parts)-2]
	}
	return r.arn("sqs", name, name)
}

// scheduleARN returns the ARN of a schedule, which is in the group default unless the call names another group.
// For a call on a group, it returns the ARN of the group.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html
func scheduleARN(r Raw, name string) string {
	if strings.HasSuffix(r.Name, "ScheduleGroup") {
		return r.arn("scheduler", name, "schedule-group/"+name)
	}
	group := "default"
	if groups, _ := r.at("requestParameters.groupName"); len(groups) > 0 {
		group = groups[0]
	}
	return r.arn("scheduler", name, "schedule/"+group+"/"+name)
}

// trailARN is for a field that has the name of a trail in some calls and of another resource in others.
func trailARN(r Raw, name string) string {
	if has(r.Name, "EventDataStore", "Channel", "Dashboard") {
		return ""
	}
	return r.arn("cloudtrail", name, "trail/"+name)
}

// keyARN is for the id or ARN of a key, or the name of an alias.
// https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id
func keyARN(r Raw, name string) string {
	if strings.HasPrefix(name, "alias/") {
		return r.arn("kms", name, name)
	}
	return r.arn("kms", name, "key/"+name)
}

// dashboardARN returns an ARN without a region: dashboards belong to the account.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
func dashboardARN(r Raw, name string) string {
	r.Region = ""
	return r.arn("cloudwatch", name, "dashboard/"+name)
}

func has(name string, parts ...string) bool {
	for _, p := range parts {
		if strings.Contains(name, p) {
			return true
		}
	}
	return false
}
