// Package boot makes a running Ringfence out of its environment: settings, configuration,
// AWS clients, logger. Nothing else in the program reads the environment.
package boot

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/ownparts"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/queue"
	"github.com/ringfence/ringfence/internal/tamper"
)

// The environment variables that the function reads, beside those that Lambda sets.
const (
	// EnvBoundary is the ARN of the one boundary that everybody must carry, for a
	// function without a configuration file.
	EnvBoundary = "RINGFENCE_BOUNDARY_ARN"
	// EnvBoundaryDocument is the path of the approved document of that boundary. Without
	// it, what the policy says in the account is what counts.
	EnvBoundaryDocument = "RINGFENCE_BOUNDARY_DOCUMENT"
	// EnvConfig is the path of the configuration file; without it ringfence.yaml is
	// read where it exists.
	EnvConfig = "RINGFENCE_CONFIG"
	// EnvMode is observe, alert or enforce: no rule goes further than this. A function
	// without a configuration file alerts when it is not set.
	EnvMode = "RINGFENCE_MODE"
	// EnvLedgerTable is the name of the DynamoDB table that keeps the ledger.
	EnvLedgerTable = "RINGFENCE_LEDGER_TABLE"
	// EnvReportQueue, EnvFollowUpQueue and EnvDeadLetters are the URLs of the queues of the
	// report function, of later looks, and of messages that can never be handled.
	EnvReportQueue   = "RINGFENCE_REPORT_QUEUE_URL"
	EnvFollowUpQueue = "RINGFENCE_FOLLOW_UP_QUEUE_URL"
	EnvDeadLetters   = "RINGFENCE_DEAD_LETTERS_URL"
	// EnvSweepQueue is the URL of the queue in which a sweep goes on.
	EnvSweepQueue = "RINGFENCE_SWEEP_QUEUE_URL"
	// EnvSweepOverride is until when a sweep may have as much written as it finds, as
	// 2026-03-01T12:00:00Z; empty for never.
	EnvSweepOverride = "RINGFENCE_SWEEP_OVERRIDE_UNTIL"
	// EnvStack is the ARN of the stack that the function sweep is of, EnvKey that of its key, and
	// EnvOperator and EnvConfigRule are two parameters of the template. Without EnvStack no part is
	// compared with the template.
	EnvStack      = "RINGFENCE_STACK_ID"
	EnvKey        = "RINGFENCE_KEY_ARN"
	EnvOperator   = "RINGFENCE_OPERATOR_ROLE_ARN"
	EnvConfigRule = "RINGFENCE_CONFIG_RULE"
	// EnvRolePath and EnvRoleNamePrefix are two more parameters of that template.
	EnvRolePath       = "RINGFENCE_ROLE_PATH"
	EnvRoleNamePrefix = "RINGFENCE_ROLE_NAME_PREFIX"
	// EnvTopic is the ARN of the topic to which findings are published.
	EnvTopic = "RINGFENCE_TOPIC_ARN"
	// EnvBus is the event bus to which findings go; "default" without it.
	EnvBus = "RINGFENCE_EVENT_BUS"
	// EnvSecurityHub is whether findings are imported into Security Hub, and EnvOCSF whether
	// the bus gets them in the format of OCSF too: true, or false (without it).
	EnvSecurityHub = "RINGFENCE_SECURITY_HUB"
	EnvOCSF        = "RINGFENCE_OCSF"
	// EnvDashboard is the name of the stack's dashboard, which findings link to.
	EnvDashboard = "RINGFENCE_DASHBOARD"
	// EnvLogLevel is debug, info (without it), warn or error.
	EnvLogLevel = "RINGFENCE_LOG_LEVEL"
	// EnvPropagation is how long after an event IAM may not know its principal yet, as
	// 30s (without it) or 1m.
	EnvPropagation = "RINGFENCE_PROPAGATION"
	// EnvControl lists the ARNs of what Ringfence itself consists of, with commas between
	// them; see [tamper.Parse]. Calls that change any of it are told.
	EnvControl = "RINGFENCE_CONTROL"
	// EnvMemberRole is the ARN of the role that the function assumes in each account of an organization, with
	// ${account} in place of the account; empty for a function of one account. EnvExternalID is the external id that
	// the role asks for, and EnvAccount the function's own account, for which it assumes no role.
	EnvMemberRole = "RINGFENCE_MEMBER_ROLE"
	EnvExternalID = "RINGFENCE_EXTERNAL_ID"
	EnvAccount    = "RINGFENCE_ACCOUNT"
	// EnvExcluded lists the accounts of the organization that no sweep enters, with commas between them: the
	// management account, where a stack set deploys nothing.
	EnvExcluded = "RINGFENCE_EXCLUDED_ACCOUNTS"
	// EnvClock set to "event" makes the time of each event the present, as replaying a
	// log asks for, and "event+5s" that time and five seconds. It is refused unless AWS_ENDPOINT_URL is on this machine: an account
	// with a clock that events set would honor exemptions that have lapsed.
	EnvClock = "RINGFENCE_CLOCK"
	// EnvAccounts is the path of a file with what AWS Organizations says of accounts, as ringfence accounts
	// prints it. It is refused without [EnvClock]: in an organization the ledger has this, and a file would be
	// outdated when an account moves.
	EnvAccounts = "RINGFENCE_ACCOUNTS"
	// EnvLocal is set to "true" by the SAM CLI for what it runs on this machine, and by nobody in
	// an account. There, and in a replay, a function takes events that come without a queue.
	// https://github.com/aws/aws-sam-cli/blob/develop/samcli/local/lambdafn/env_vars.py
	EnvLocal = "AWS_SAM_LOCAL"
)

const (
	defaultConfig      = "ringfence.yaml"
	defaultBus         = "default"
	defaultPropagation = 30 * time.Second
)

// AccountVariable stands for an account in [EnvMemberRole].
const AccountVariable = "${account}"

// Settings is the environment, read and checked.
type Settings struct {
	Boundary         string
	BoundaryDocument string
	Config           string
	Accounts         string
	Mode             config.Mode
	LedgerTable      string
	Queues           queue.URLs
	Topic            string
	Bus              string
	Dashboard        string
	SecurityHub      bool
	OCSF             bool
	LogLevel         slog.Level
	Propagation      time.Duration
	SweepOverride    time.Time
	// MemberRole, ExternalID and Account are how accounts are entered; MemberRole is empty for one account.
	MemberRole string
	ExternalID string
	Account    string
	Excluded   []string
	// Stack is what the parts of Ringfence are compared by; zero where they are not.
	Stack      ownparts.Stack
	EventClock bool
	EventsLate time.Duration
	Direct     bool
	Control    tamper.Parts
	// Unresolved are the names that were replaced by those of the embedded AWS, each after its
	// variable; none in an account.
	Unresolved []string

	Region       string
	Endpoint     string
	AccessKeyID  string
	SecretKey    string
	SessionToken string
}

// ReadSettings reads the environment. All that is wrong with it is reported together.
func ReadSettings(getenv func(string) string) (Settings, error) {
	getenv, unresolved := local(getenv)
	s := Settings{
		Unresolved:       unresolved,
		Boundary:         getenv(EnvBoundary),
		BoundaryDocument: getenv(EnvBoundaryDocument),
		Config:           getenv(EnvConfig),
		Accounts:         getenv(EnvAccounts),
		Mode:             config.Mode(getenv(EnvMode)),
		LedgerTable:      getenv(EnvLedgerTable),
		Queues:           queue.URLs{Report: getenv(EnvReportQueue), FollowUp: getenv(EnvFollowUpQueue), DeadLetters: getenv(EnvDeadLetters), Sweep: getenv(EnvSweepQueue), Fair: getenv(EnvMemberRole) != ""},
		Topic:            getenv(EnvTopic),
		Bus:              or(getenv(EnvBus), defaultBus),
		Dashboard:        getenv(EnvDashboard),
		MemberRole:       getenv(EnvMemberRole),
		ExternalID:       getenv(EnvExternalID),
		Account:          getenv(EnvAccount),
		Excluded:         list(getenv(EnvExcluded)),
		Propagation:      defaultPropagation,
		Region:           or(getenv("AWS_REGION"), getenv("AWS_DEFAULT_REGION")),
		Endpoint:         getenv(EnvEndpoint),
		AccessKeyID:      getenv("AWS_ACCESS_KEY_ID"),
		SecretKey:        getenv("AWS_SECRET_ACCESS_KEY"),
		SessionToken:     getenv("AWS_SESSION_TOKEN"),
	}
	var errs []error
	problem := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	switch s.Mode {
	case "", config.Observe, config.Alert, config.Enforce:
	default:
		problem("%s: %q is no mode; it is one of observe, alert, enforce", EnvMode, s.Mode)
	}
	if v := getenv(EnvLogLevel); v != "" {
		if err := s.LogLevel.UnmarshalText([]byte(v)); err != nil {
			problem("%s: %q is no level; it is one of debug, info, warn, error", EnvLogLevel, v)
		}
	}
	for _, sink := range []struct {
		name string
		on   *bool
	}{{EnvSecurityHub, &s.SecurityHub}, {EnvOCSF, &s.OCSF}} {
		switch v := getenv(sink.name); v {
		case "true":
			*sink.on = true
		case "", "false":
		default:
			problem("%s: %q is neither true nor false", sink.name, v)
		}
	}
	if v := getenv(EnvPropagation); v != "" {
		d, err := time.ParseDuration(v)
		if err != nil || d < 0 {
			problem("%s: %q is no duration such as 30s", EnvPropagation, v)
		}
		s.Propagation = d
	}
	if v := getenv(EnvSweepOverride); v != "" {
		until, err := time.Parse(time.RFC3339, v)
		if err != nil {
			problem("%s: %q is no time such as 2026-03-01T12:00:00Z", EnvSweepOverride, v)
		}
		s.SweepOverride = until
	}
	if v := getenv(EnvStack); v != "" {
		stack, err := ownparts.Of(v)
		if err != nil {
			problem("%s: %w", EnvStack, err)
		}
		stack.Key, stack.Operator, stack.ConfigRule = getenv(EnvKey), getenv(EnvOperator), getenv(EnvConfigRule) == "true"
		stack.Organization = s.MemberRole != ""
		stack.RolePath, stack.RoleNamePrefix = getenv(EnvRolePath), getenv(EnvRoleNamePrefix)
		s.Stack = stack
	}
	if err := s.checkMember(); err != nil {
		errs = append(errs, err)
	}
	own, err := tamper.Parse(getenv(EnvControl))
	if err != nil {
		problem("%s: %w", EnvControl, err)
	}
	s.Control = own
	clock, late, isLate := strings.Cut(getenv(EnvClock), "+")
	if s.EventsLate, err = time.ParseDuration(late); isLate && (err != nil || s.EventsLate < 0) {
		problem("%s: %q is no duration such as 5s", EnvClock, late)
	}
	switch {
	case clock == "":
	case clock != "event":
		problem("%s: %q is not known; it is unset, event, or event+5s", EnvClock, clock)
	case !loopback(s.Endpoint):
		problem("%s: the clock may only follow the events where AWS_ENDPOINT_URL is on loopback, and it is %q", EnvClock, s.Endpoint)
	default:
		s.EventClock = true
	}
	if s.Accounts != "" && !s.EventClock {
		problem("%s: a file of accounts is for replays: in an organization, the functions ask AWS Organizations", EnvAccounts)
	}
	s.Direct = s.EventClock || getenv(EnvLocal) == "true"
	if s.Region == "" {
		problem("AWS_REGION is not set")
	}
	if s.AccessKeyID == "" || s.SecretKey == "" {
		problem("AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set")
	}
	return s, errors.Join(errs...)
}

// checkMember checks how the accounts of an organization are entered.
func (s *Settings) checkMember() error {
	if s.MemberRole == "" {
		return nil
	}
	for _, account := range s.Excluded {
		if !principal.IsAccount(account) {
			return fmt.Errorf("%s: %q is not an account of 12 digits", EnvExcluded, account)
		}
	}
	role := strings.ReplaceAll(s.MemberRole, AccountVariable, "123456789012")
	ref, err := principal.Parse(role)
	switch {
	case err != nil || ref.Kind != principal.Role || role == s.MemberRole:
		return fmt.Errorf("%s: %q is not the ARN of a role with %s as its account", EnvMemberRole, s.MemberRole, AccountVariable)
	case s.ExternalID == "":
		return fmt.Errorf("%s is not set, and %s is", EnvExternalID, EnvMemberRole)
	case !principal.IsAccount(s.Account):
		return fmt.Errorf("%s: %q is not an account of 12 digits, and %s is set", EnvAccount, s.Account, EnvMemberRole)
	}
	return nil
}

// need reports all of the variables that a function cannot do without and that are not set.
func need(getenv func(string) string, names []string) error {
	var errs []error
	for _, name := range names {
		if getenv(name) == "" {
			errs = append(errs, fmt.Errorf("%s is not set", name))
		}
	}
	return errors.Join(errs...)
}

// dockerHost is the name by which a container knows the machine that it runs on.
// https://docs.docker.com/reference/cli/docker/container/run/#add-host
const dockerHost = "host.docker.internal"

// loopback reports whether a URL leads to this machine, or from a container to the one
// that it runs on.
func loopback(endpoint string) bool {
	u, err := url.Parse(endpoint)
	if err != nil {
		return false
	}
	if h := u.Hostname(); h == "localhost" || h == dockerHost {
		return true
	}
	ip := net.ParseIP(u.Hostname())
	return ip != nil && ip.IsLoopback()
}

// list splits a list with commas.
func list(text string) (all []string) {
	for entry := range strings.SplitSeq(text, ",") {
		if entry = strings.TrimSpace(entry); entry != "" {
			all = append(all, entry)
		}
	}
	return all
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
