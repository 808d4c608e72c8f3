package localaws

import (
	"net/http"
	"sync"
	"time"

	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/ringfence/ringfence/internal/localaws/cloudtrail"
	"github.com/ringfence/ringfence/internal/localaws/config"
	"github.com/ringfence/ringfence/internal/localaws/dynamodb"
	"github.com/ringfence/ringfence/internal/localaws/events"
	"github.com/ringfence/ringfence/internal/localaws/iam"
	"github.com/ringfence/ringfence/internal/localaws/organizations"
	"github.com/ringfence/ringfence/internal/localaws/securityhub"
	"github.com/ringfence/ringfence/internal/localaws/sns"
	"github.com/ringfence/ringfence/internal/localaws/sqs"
	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// DefaultAccount is the account of credentials that name no account.
const DefaultAccount = "123456789012"

// Options configure a [Server]; the zero value is ready to use.
type Options struct {
	// Now is the clock; nil means the machine's.
	Now func() time.Time
	// Account is the account of credentials that name no account; DefaultAccount if empty.
	Account string
	// Partition is the partition of accounts without a call of SetPartition: aws (default), aws-cn
	// or aws-us-gov.
	Partition string
	// Seed makes ids the same in each run of the same calls; 0 makes them random.
	Seed uint64
	// Authorize, if set, is called before each call. Its error becomes the message of an
	// AccessDenied answer.
	Authorize AuthorizeFunc
	// Invoke, if set, runs the Lambda functions that are targets of rules, with an event as
	// payload. An error sends the event to the target's dead-letter queue.
	Invoke func(functionARN string, payload []byte) error
}

// Server is the AWS of this machine. Its methods may be called concurrently.
type Server struct {
	// These services give access without HTTP to what was published, sent and imported, to
	// DynamoDB's items, to the results of AWS Config rules, and to the accounts of the organization.
	SNS           *sns.Service
	SQS           *sqs.Service
	DynamoDB      *dynamodb.Service
	EventBridge   *events.Service
	SecurityHub   *securityhub.Service
	ConfigService *config.Service
	Organizations *organizations.Service

	trail            *cloudtrail.Service
	now              func() time.Time
	ids              *wire.IDs
	account          string
	defaultPartition string
	authorize        AuthorizeFunc
	services         map[string]*service

	mu         sync.Mutex
	partitions map[string]string
	accounts   map[string]*iam.Account
	callers    map[string]wire.Caller // by access key id
	keys       map[string]string      // access key id → account, of keys created here
	faults     []*fault
	counts     map[string]int
	onCall     []func(wire.Call)
	feed       feed
}

// New returns an empty AWS.
func New(o Options) *Server {
	s := &Server{
		now: o.Now, ids: wire.NewIDs(o.Seed), account: o.Account, defaultPartition: o.Partition, authorize: o.Authorize,
		partitions: map[string]string{}, accounts: map[string]*iam.Account{},
		callers: map[string]wire.Caller{}, keys: map[string]string{}, counts: map[string]int{},
	}
	realTime := s.now == nil
	if realTime {
		s.now = time.Now
	}
	if s.account == "" {
		s.account = DefaultAccount
	}
	if s.defaultPartition == "" {
		s.defaultPartition = "aws"
	}
	s.SQS = sqs.New(s.now, s.ids, realTime)
	s.DynamoDB = dynamodb.New(s.ids)
	s.SNS = sns.New(s.now, s.ids, func(arn, body string, attributes map[string]sqstypes.MessageAttributeValue) bool {
		return s.SQS.Send(arn, body, "", attributes)
	})
	s.EventBridge = events.New(s.now, s.ids, events.Targets{Queue: s.SQS.Send, Topic: s.SNS.PublishText, Function: o.Invoke})
	s.SecurityHub = securityhub.New()
	s.ConfigService = config.New(s.ids)
	s.Organizations = organizations.New()
	s.trail = cloudtrail.New()
	s.services = s.newServices()
	return s
}

// SetPartition puts an account into a partition: aws, aws-cn or aws-us-gov. Call it before the
// account is first used.
func (s *Server) SetPartition(account, partition string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.partitions[account] = partition
}

// Partition returns the partition of an account.
func (s *Server) Partition(account string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.partition(account)
}

func (s *Server) partition(account string) string {
	if p := s.partitions[account]; p != "" {
		return p
	}
	return s.defaultPartition
}

// IAM returns the IAM state of an account. It starts empty.
func (s *Server) IAM(account string) *iam.Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts[account]
	if a == nil {
		a = iam.NewAccount(account, s.partition(account), s.now, s.ids)
		s.accounts[account] = a
	}
	return a
}

// large is the size in bytes from which an answer does not fit into the buffers of a connection.
const large = 32 << 10

// ServeHTTP answers one AWS request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	reply, err := s.serve(r)
	if err != nil {
		panic(http.ErrAbortHandler) // drops the connection
	}
	for name, value := range reply.header {
		w.Header().Set(name, value)
	}
	if len(reply.body) > large {
		time.Sleep(time.Millisecond) // for clients with the problem that plainClient avoids
	}
	w.WriteHeader(reply.status)
	_, _ = w.Write(reply.body) // the client has gone away
}
