package events

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// Service holds the event buses of all accounts and regions.
type Service struct {
	now     func() time.Time
	ids     *wire.IDs
	targets Targets

	mu    sync.Mutex
	buses map[string]*bus // by ARN, including default buses
	put   []Event
}

// Targets deliver to the targets of rules. The functions for queues and topics report whether the
// target exists.
type Targets struct {
	Queue func(arn, body, group string, attributes map[string]sqstypes.MessageAttributeValue) bool
	Topic func(arn, text string) bool
	// Function runs a Lambda function; nil means that no function exists.
	Function func(arn string, payload []byte) error
}

// New returns the service.
func New(now func() time.Time, ids *wire.IDs, targets Targets) *Service {
	return &Service{now: now, ids: ids, targets: targets, buses: map[string]*bus{}}
}

// Call is one request to the service.
type Call struct {
	*Service
	*wire.Call
}

// Operations are the operations served.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Operations.html
var Operations = wire.Table(
	wire.Write(Call.createEventBus),
	wire.Write(Call.putRule),

	wire.Write(Call.putTargets),
	wire.Data(Call.putEvents),
)

// Published returns all events sent with PutEvents, oldest first.
func (s *Service) Published() []Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.put)
}

func validation(format string, args ...any) error {
	return wire.Errorf(http.StatusBadRequest, "ValidationException", format, args...)
}

func notFound(format string, args ...any) error {
	return wire.Errorf(http.StatusBadRequest, "ResourceNotFoundException", format, args...)
}

// validName checks the names of rules, targets and buses.
func validName(name string, limit int) bool {
	for _, r := range name {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune(".-_", r):
		default:
			return false
		}
	}
	return name != "" && len(name) <= limit
}
