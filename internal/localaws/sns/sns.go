// Package sns is a notification service in memory that answers as Amazon SNS does: topics,
// subscriptions with filter policies, and delivery to queues. E-mail and HTTPS messages are only
// stored, never sent.
//
// https://docs.aws.amazon.com/sns/latest/api/API_Operations.html
package sns

import (
	"net/http"
	"slices"
	"sync"
	"time"

	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// Service holds the topics of all accounts and regions.
type Service struct {
	now  func() time.Time
	ids  *wire.IDs
	send Send

	mu            sync.Mutex
	topics        map[string]*topic        // by ARN
	subscriptions map[string]*subscription // by ARN
	published     []Published
	deliveries    []Delivery
}

// Send adds a message to a queue by ARN, and reports whether the queue exists.
type Send func(arn, body string, attributes map[string]sqstypes.MessageAttributeValue) bool

// New returns the service.
func New(now func() time.Time, ids *wire.IDs, send Send) *Service {
	return &Service{now: now, ids: ids, send: send, topics: map[string]*topic{}, subscriptions: map[string]*subscription{}}
}

// Call is one request to the service.
type Call struct {
	*Service
	*wire.Call
}

// Operations are the operations served.
var Operations = wire.Table(
	wire.Write(Call.createTopic),
	wire.Read(Call.getTopicAttributes),

	wire.Write(Call.subscribe),

	wire.Data(Call.publish),
)

// Published is a published message.
type Published struct {
	Time       time.Time
	TopicARN   string
	MessageID  string
	Subject    string
	Message    string // with Structure "json", an object with a text per protocol
	Structure  string
	Attributes map[string]string // String, Number and String.Array attributes
}

// Published returns all published messages, oldest first.
func (s *Service) Published() []Published {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.published)
}

// Delivery is a message to one subscription. It is only stored if the protocol is not served.
type Delivery struct {
	SubscriptionARN string
	TopicARN        string
	Protocol        string // email, https, sqs, lambda, …
	Endpoint        string
	Subject         string
	Body            string
}

// Deliveries returns the messages to subscriptions, oldest first.
func (s *Service) Deliveries() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.deliveries)
}

func invalid(format string, args ...any) error {
	return wire.Errorf(http.StatusBadRequest, "InvalidParameter", "Invalid parameter: "+format, args...)
}

func notFound(what string) error {
	return wire.Errorf(http.StatusNotFound, "NotFound", "%s does not exist", what)
}
