// Package sqs is a message queue service in memory that answers as Amazon SQS does: standard
// queues with visibility timeouts, delays, dead-letter queues and fair message groups, all with the
// given clock. FIFO queues are refused.
//
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html
package sqs

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// Service holds the queues of all accounts and regions.
type Service struct {
	now func() time.Time
	ids *wire.IDs
	// wait says whether ReceiveMessage may wait for messages. With a clock that is moved by hand,
	// it would never return.
	wait bool

	mu      sync.Mutex
	queues  map[string]*queue // by ARN
	arrived chan struct{}     // closed and replaced when a message arrives
}

// New returns the service. Long polling waits only if wait is set.
func New(now func() time.Time, ids *wire.IDs, wait bool) *Service {
	return &Service{now: now, ids: ids, wait: wait, queues: map[string]*queue{}, arrived: make(chan struct{})}
}

// Call is one request to the service.
type Call struct {
	*Service
	*wire.Call
}

// Operations are the operations served.
var Operations = wire.Table(
	wire.Write(Call.createQueue),
	wire.Read(Call.getQueueAttributes),

	wire.Data(Call.sendMessage), wire.Data(Call.sendMessageBatch), wire.Data(Call.receiveMessage),
	wire.Data(Call.deleteMessage),
	wire.Data(Call.changeMessageVisibility), wire.Data(Call.changeMessageVisibilityBatch),
)

func (c Call) arn(name string) string {
	return "arn:" + c.Partition + ":sqs:" + c.Region + ":" + c.Account + ":" + name
}

// find returns the queue with a URL, which ends in /account/name. The mutex must be held.
func (c Call) find(url *string) (*queue, error) {
	if url != nil {
		parts := strings.Split(*url, "/")
		if n := len(parts); n >= 2 {
			arn := "arn:" + c.Partition + ":sqs:" + c.Region + ":" + parts[n-2] + ":" + parts[n-1]
			if q := c.queues[arn]; q != nil {
				return q, nil
			}
		}
	}
	return nil, noQueue()
}

func (c Call) url(name string) *string {
	url := c.Endpoint + "/" + c.Account + "/" + name
	return &url
}

func noQueue() error {
	e := wire.Errorf(http.StatusBadRequest, "QueueDoesNotExist", "The specified queue does not exist.")
	e.QueryCode = "AWS.SimpleQueueService.NonExistentQueue"
	return e
}

func invalid(code, format string, args ...any) error {
	return wire.Errorf(http.StatusBadRequest, code, format, args...)
}

// Send adds a message of a group, or of none, to a queue by ARN, for services that deliver to queues. It reports
// whether the queue exists.
func (s *Service) Send(arn, body, group string, attributes map[string]types.MessageAttributeValue) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queues[arn]
	if q == nil {
		return false
	}
	s.put(q, body, group, attributes, time.Duration(q.number("DelaySeconds"))*time.Second)
	return true
}

// Bodies returns the bodies of all messages in a queue in the order they were sent, whether or not
// they can be received now.
func (s *Service) Bodies(arn string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var bodies []string
	if q := s.queues[arn]; q != nil {
		for _, m := range q.messages {
			bodies = append(bodies, m.body)
		}
	}
	return bodies
}

// Taken is a message taken from a queue, and its delay.
type Taken struct {
	Body  string
	Delay time.Duration
}

// Take removes and returns the messages that can be received now.
func (s *Service) Take(arn string) (taken []Taken) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queues[arn]
	if q == nil {
		return nil
	}
	now := s.now()
	q.messages = slices.DeleteFunc(q.live(now), func(m *message) bool {
		due := !m.visible.After(now)
		if due {
			taken = append(taken, Taken{m.body, m.visible.Sub(m.sent)})
		}
		return due
	})
	return taken
}

// Due returns when the next message of a queue can be received, and whether there is one.
func (s *Service) Due(arn string) (at time.Time, any bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queues[arn]
	if q == nil {
		return at, false
	}
	for _, m := range q.messages {
		if !any || m.visible.Before(at) {
			at, any = m.visible, true
		}
	}
	return at, any
}

// parseRedrive reads a RedrivePolicy; its count may be a number or a string.
func parseRedrive(s string) (arn string, limit int, err error) {
	var r struct {
		DeadLetterTargetARN string `json:"deadLetterTargetArn"`
		MaxReceiveCount     any    `json:"maxReceiveCount"`
	}
	if err := json.Unmarshal([]byte(s), &r); err != nil || r.DeadLetterTargetARN == "" {
		return "", 0, invalid("InvalidAttributeValue", "Value %s for parameter RedrivePolicy is invalid. Reason: Redrive policy is not a valid JSON map.", s)
	}
	switch n := r.MaxReceiveCount.(type) {
	case float64:
		limit = int(n)
	case string:
		limit = atoi(n)
	}
	if limit < 1 || limit > 1000 {
		return "", 0, invalid("InvalidAttributeValue", "Value %s for parameter RedrivePolicy is invalid. "+
			"Reason: Invalid value for maxReceiveCount: %v, valid values are from 1 to 1000 both inclusive.", s, r.MaxReceiveCount)
	}
	return r.DeadLetterTargetARN, limit, nil
}
