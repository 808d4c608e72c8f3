package trail

import (
	"strings"

	"github.com/ringfence/ringfence/internal/principal"
)

// arn is the name itself where it is an ARN already.
func (r Raw) arn(service, name, resource string) string {
	if strings.HasPrefix(name, "arn:") {
		return name
	}
	return "arn:" + r.Partition + ":" + service + ":" + r.Region + ":" + r.Account + ":" + resource
}

// as is for names that stand behind the kind of their resource.
func as(service, kind string) func(Raw, string) string {
	return func(r Raw, name string) string { return r.arn(service, name, kind+name) }
}

// itself is for places that take ARNs alone.
func itself(_ Raw, name string) string {
	if strings.HasPrefix(name, "arn:") {
		return name
	}
	return ""
}

// ruleARN is the resource of a rule, which is named with its bus unless that is the
// account's own. The bus may be given as an ARN.
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

// ruleOrBusARN is for a field that is the name of whatever the call is on.
func ruleOrBusARN(r Raw, name string) string {
	switch {
	case strings.Contains(r.Name, "EventBus"):
		return r.arn("events", name, "event-bus/"+name)
	case has(r.Name, "Connection", "ApiDestination", "Endpoint", "EventSource"):
		return ""
	}
	return ruleARN(r, name)
}

// busARN is the bus of a call that is on a bus. Other calls only say by it where a rule is.
func busARN(r Raw, name string) string {
	if !isPermission(r) {
		return ""
	}
	return r.arn("events", name, "event-bus/"+name)
}

// functionARN is the ARN of a function. Lambda takes its name, its ARN and the end of its
// ARN from the account on, each with a version or alias behind it.
func functionARN(r Raw, name string) string {
	if parts := strings.Split(name, ":"); len(parts) > 2 && principal.IsAccount(parts[0]) && parts[1] == "function" {
		r.Account, name = parts[0], strings.Join(parts[2:], ":")
	}
	return r.arn("lambda", name, "function:"+strings.TrimPrefix(name, "function:"))
}

// queueARN is for a queue's URL, https://sqs.REGION.amazonaws.com/ACCOUNT/NAME, whose
// beginning has had other forms. The last two parts of it count.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
func queueARN(r Raw, url string) string {
	parts := strings.Split(strings.TrimRight(url, "/"), "/")
	name := parts[len(parts)-1]
	if len(parts) > 1 && principal.IsAccount(parts[len(parts)-2]) {
		r.Account = parts[len(parts)-2]
	}
	return r.arn("sqs", name, name)
}

// scheduleARN is the resource of a schedule, which is in the group default unless the call
// says otherwise; a call on a group names that.
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

// trailARN is for a field that is the name of whatever the call is on.
func trailARN(r Raw, name string) string {
	if has(r.Name, "EventDataStore", "Channel", "Dashboard") {
		return ""
	}
	return r.arn("cloudtrail", name, "trail/"+name)
}

// keyARN is for a key's id or ARN, or the name of an alias.
// https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id
func keyARN(r Raw, name string) string {
	if strings.HasPrefix(name, "alias/") {
		return r.arn("kms", name, name)
	}
	return r.arn("kms", name, "key/"+name)
}

// dashboardARN has no region: dashboards are the account's.
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
