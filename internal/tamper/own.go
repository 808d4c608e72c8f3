// Package tamper decides whether a call affects a part of Ringfence itself. An attacker who can
// change IAM first switches off what watches IAM, and each way to do that is an API call that
// CloudTrail records.
//
// One environment variable, filled by the template, lists the ARNs of the parts: see [Parse].
// Other functions, queues and topics are ignored.
//
// The actor of a call does not matter. A deployment makes the same changes as an attacker, and
// an attacker could use any trusted name.
package tamper

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/config"
)

// Parts are the parts of a deployment of Ringfence. The zero value has none.
type Parts struct{ parts []ownPart }

// ownPart is one entry of the list, as written and as compared.
type ownPart struct {
	entry string
	arn   config.Glob
}

// Parse reads a comma-separated list of ARNs. An entry may stand for several parts:
// "alarm:ringfence-{backlog|errors}" is two alarms, and braces may be nested. Parts that the stack creates are listed by
// name: with a pattern, anyone who may create a rule could trigger alarms at will. Other parts
// need a pattern: * stands for any characters, ? for one, and
// "arn:aws:cloudtrail:*:123456789012:trail/*" for every trail of an account in any Region.
// Empty entries and surrounding spaces are ignored, since templates produce them.
//
// The parts may be: the EventBridge rules, archives and replays, the account's event bus, the
// functions and event source mappings, queues, tables, topics, keys and their aliases, alarms
// and dashboards, log groups, schedules, the stack, the trails that feed EventBridge, the rule
// of AWS Config and the recorder that feeds it, and Ringfence's roles with their policies. A
// boundary policy that Ringfence restores is not a part: its own repairs would trigger the
// alarm.
//
// Roles and policies are matched by name alone, since most calls on them give no path.
// role/ringfence/* would match every role, and is refused.
//
// All errors are returned together, each with its entry.
func Parse(list string) (Parts, error) {
	var own Parts
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

// Contains reports whether an ARN is exactly one of the parts. Entries with a wildcard do not
// count: a resource must not become a part by its name. But the account may be *, for the parts
// that every account of an organization has.
func (o Parts) Contains(arn string) bool {
	everywhere := inEveryAccount(arn)
	return slices.ContainsFunc(o.parts, func(p ownPart) bool {
		return p.entry == arn || p.entry == everywhere && strings.Count(everywhere, "*") == 1
	})
}

// inEveryAccount returns an ARN with * in the place of its account, and "" if that is not a
// number of 12 digits.
func inEveryAccount(arn string) string {
	fields := strings.SplitN(arn, ":", 6)
	if len(fields) != 6 || len(fields[4]) != 12 || strings.Trim(fields[4], "0123456789") != "" {
		return ""
	}
	fields[4] = "*"
	return strings.Join(fields, ":")
}

// check refuses entries that match nothing, and those that match everything of a service.
func check(entry string) error {
	fields := strings.SplitN(entry, ":", 6)
	switch {
	case len(fields) != 6 || fields[0] != "arn" || fields[1] == "":
		return fmt.Errorf("%q is not an ARN (arn:partition:service:region:account:resource)", entry)
	case !services[fields[2]]:
		return fmt.Errorf("%q: no call on service %q is watched", entry, fields[2])
	case fields[2] != "cloudtrail" && !strings.HasPrefix(fields[5], "configuration-recorder/") && strings.Trim(name(part(entry)), "*?") == "":
		return fmt.Errorf("%q would match every resource of its type; give at least the beginning of a name", entry)
	}
	return nil
}

// name returns the name of the resource of an ARN, without its type.
func name(arn string) string {
	resource := strings.SplitN(arn, ":", 6)[5]
	return resource[strings.IndexAny(resource, ":/")+1:]
}

// services are the services in the ARNs of watched calls.
var services = map[string]bool{
	"cloudformation": true, "cloudtrail": true, "cloudwatch": true, "config": true, "dynamodb": true, "events": true, "iam": true,
	"kms": true, "lambda": true, "logs": true, "scheduler": true, "sns": true, "sqs": true,
}

// ofService returns the entries of the service of a call.
func (o Parts) ofService(source string) []string {
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

// match returns the entry of the part that an ARN names or belongs to.
func (o Parts) match(arn string) (string, bool) {
	arn = part(arn)
	for _, own := range o.parts {
		if own.arn.Match(arn) {
			return own.entry, true
		}
	}
	return "", false
}
