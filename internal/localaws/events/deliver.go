package events

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// maxHops is how many buses an event can be passed on to, one after the other.
const maxHops = 5

// DefaultBus returns the ARN of an account's default bus in a region.
func DefaultBus(partition, region, account string) string {
	return "arn:" + partition + ":events:" + region + ":" + account + ":event-bus/" + defaultBus
}

// Deliver puts an event on a bus and sends it to each target of each enabled rule that matches.
// Queues and topics come first. Functions come last because they may call back.
func (s *Service) Deliver(busARN string, event Event) { s.deliver(busARN, event, 0) }

// match is a target of a matching rule.
type match struct {
	rule   string
	target types.Target
}

func (s *Service) deliver(busARN string, event Event, hops int) {
	if !s.watched(busARN) {
		return
	}
	payload := event.JSON()
	var functions []match
	for _, m := range s.match(busARN, payload) {
		if service(*m.target.Arn) == "lambda" {
			functions = append(functions, m)
			continue
		}
		s.send(m, event, payload, hops)
	}
	for _, m := range functions {
		s.send(m, event, payload, hops)
	}
}

// watched reports whether the bus exists and has rules.
func (s *Service) watched(busARN string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.buses[busARN]
	return b != nil && len(b.rules) > 0
}

// match returns the targets of the matching rules, ordered by rule name.
func (s *Service) match(busARN string, payload []byte) []match {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.buses[busARN]
	if b == nil {
		return nil // deleted since
	}
	var found []match
	for _, name := range slices.Sorted(maps.Keys(b.rules)) {
		r := b.rules[name]
		if !r.enabled() || r.pattern == nil {
			continue
		}
		if ok, err := r.pattern.Match(payload); err != nil || !ok {
			continue
		}
		for _, t := range r.targets {
			found = append(found, match{r.arn, t})
		}
	}
	return found
}

// service returns the service in an ARN.
func service(arn string) string { return strings.Split(arn, ":")[2] }

// send sends an event to one target. If that fails, the event goes to the target's dead-letter
// queue, if it has one.
func (s *Service) send(m match, event Event, payload []byte, hops int) {
	arn := *m.target.Arn
	body, err := input(m.target, m.rule, payload)
	if err != nil {
		s.deadLetter(m, payload, "INVALID_INPUT", err.Error())
		return
	}
	switch service(arn) {
	case "sqs":
		group, err := group(m.target, payload)
		if err != nil {
			s.deadLetter(m, payload, "INVALID_PARAMETER", err.Error())
		} else if !s.targets.Queue(arn, string(body), group, nil) {
			s.deadLetter(m, payload, "RESOURCE_NOT_FOUND", "The queue does not exist.")
		}
	case "sns":
		if !s.targets.Topic(arn, string(body)) {
			s.deadLetter(m, payload, "RESOURCE_NOT_FOUND", "The topic does not exist.")
		}
	case "events":
		if hops < maxHops {
			s.deliver(arn, event, hops+1)
		}
	case "lambda":
		if s.targets.Function == nil {
			s.deadLetter(m, payload, "RESOURCE_NOT_FOUND", "The function does not exist.")
		} else if err := s.targets.Function(arn, body); err != nil {
			s.deadLetter(m, payload, "SDK_CLIENT_ERROR", err.Error())
		}
	default:
		s.deadLetter(m, payload, "NO_PERMISSIONS", fmt.Sprintf("Targets of service %s are not served.", service(arn)))
	}
}

// deadLetter sends an event to the dead-letter queue, with attributes for the error, rule and
// target.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
func (s *Service) deadLetter(m match, payload []byte, code, message string) {
	if m.target.DeadLetterConfig == nil || m.target.DeadLetterConfig.Arn == nil {
		return
	}
	attributes := map[string]sqstypes.MessageAttributeValue{}
	for name, value := range map[string]string{
		"RULE_ARN": m.rule, "TARGET_ARN": *m.target.Arn, "ERROR_CODE": code, "ERROR_MESSAGE": message,
	} {
		attributes[name] = sqstypes.MessageAttributeValue{DataType: aws.String("String"), StringValue: aws.String(value)}
	}
	s.targets.Queue(*m.target.DeadLetterConfig.Arn, string(payload), "", attributes)
}
