// Package tamper tells whether a call was on one of Ringfence's own parts. An attacker
// who can change IAM will first switch off what watches IAM, and each way of doing so
// is itself an API call that CloudTrail records.
//
// What is Ringfence's own is said by the ARNs in one environment variable, which the
// template fills: see [Parse]. Everybody else's functions, queues and topics concern
// nobody here.
//
// Who made the call decides nothing. A deployment changes the control just as an
// attacker does, and a name that is trusted is a name to take on.
package tamper

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/config"
)

// Own is what a deployment of Ringfence consists of. The zero value is nothing.
type Own struct{ parts []ownPart }

// ownPart is one entry of the list, as it was written and as it is compared.
type ownPart struct {
	entry string
	arn   config.Glob
}

// Parse reads a list of ARNs with commas between them. An entry may stand for several
// parts: "alarm:ringfence-{backlog|errors}" is two alarms. What the stack makes is listed
// so, name by name, since with a pattern anybody who may make a rule could raise alarms at will.
// What it does not make needs one: * and ? stand for any characters and for one, and
// "arn:aws:cloudtrail:*:123456789012:trail/*" is every trail of an account, wherever it is
// at home. Empty entries and spaces around them are passed over, since templates make such.
//
// The parts may be: the EventBridge rules, archives and replays, the account's event bus, the
// functions and event source mappings, queues, tables, topics, keys and their aliases, alarms
// and dashboards, log groups, schedules, the stack, the trails that feed EventBridge, the rule of AWS Config
// and the recorder that feeds it, and the roles that Ringfence runs as, with the policies on them. A
// boundary policy that Ringfence restores is not one of them: its own repairs would
// raise the alarm.
//
// Roles and policies go by their names alone, since most calls on them give no path:
// role/ringfence/* would be every role, and is refused.
//
// All faults are reported together, each with its entry.
func Parse(list string) (Own, error) {
	var own Own
	var errs []error
	for _, entry := range strings.Split(list, ",") {
		entry = strings.TrimSpace(entry)
		if entry == "" {
			continue
		}
		for _, entry := range alternatives(entry) {
			if err := check(entry); err != nil {
				errs = append(errs, err)
				continue
			}
			own.parts = append(own.parts, ownPart{entry, config.Glob(part(entry))})
		}
	}
	return own, errors.Join(errs...)
}

// Has tells whether an ARN is, to the letter, one of the parts. Entries with a wildcard
// do not count: nobody becomes a part by a choice of name.
func (o Own) Has(arn string) bool {
	return slices.ContainsFunc(o.parts, func(p ownPart) bool { return p.entry == arn })
}

// check refuses what could match nothing, and what would match all of a service.
func check(entry string) error {
	fields := strings.SplitN(entry, ":", 6)
	switch {
	case len(fields) != 6 || fields[0] != "arn" || fields[1] == "":
		return fmt.Errorf("%q is not an ARN (arn:partition:service:region:account:resource)", entry)
	case !services[fields[2]]:
		return fmt.Errorf("%q: no call on service %q is watched", entry, fields[2])
	case fields[2] != "cloudtrail" && !strings.HasPrefix(fields[5], "configuration-recorder/") && strings.Trim(name(part(entry)), "*?") == "":
		return fmt.Errorf("%q would be all that the account has of a kind; give the beginning of a name", entry)
	}
	return nil
}

// name is what stands in an ARN behind the kind of its resource, where it has one.
func name(arn string) string {
	resource := strings.SplitN(arn, ":", 6)[5]
	return resource[strings.IndexAny(resource, ":/")+1:]
}

// services are those of the ARNs that the calls name.
var services = map[string]bool{
	"cloudformation": true, "cloudtrail": true, "cloudwatch": true, "config": true, "dynamodb": true, "events": true, "iam": true,
	"kms": true, "lambda": true, "logs": true, "scheduler": true, "sns": true, "sqs": true,
}

// of lists the parts that are of the service of a call.
func (o Own) of(source string) []string {
	service := strings.TrimSuffix(source, ".amazonaws.com")
	if service == "monitoring" {
		service = "cloudwatch"
	}
	var entries []string
	for _, p := range o.parts {
		if strings.SplitN(p.entry, ":", 6)[2] == service {
			entries = append(entries, p.entry)
		}
	}
	return entries
}

// entry finds the entry of the part that an ARN names, or that what it names belongs to.
func (o Own) entry(arn string) (string, bool) {
	arn = part(arn)
	for _, own := range o.parts {
		if own.arn.Match(arn) {
			return own.entry, true
		}
	}
	return "", false
}
