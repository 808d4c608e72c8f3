package boot

import (
	"errors"
	"io/fs"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/queue"
	"github.com/ringfence/ringfence/internal/trail"
)

// lambdaEnv is what Lambda sets by itself.
func lambdaEnv(more map[string]string) func(string) string {
	env := map[string]string{"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}
	for k, v := range more {
		env[k] = v
	}
	return func(name string) string { return env[name] }
}

func TestReadSettings(t *testing.T) {
	const topic = "arn:aws:sns:us-east-1:123456789012:ringfence-findings"
	s, err := ReadSettings(lambdaEnv(map[string]string{
		EnvMode: "enforce", EnvLogLevel: "debug", EnvPropagation: "1m", EnvBus: "security", EnvTopic: topic, EnvDashboard: "ringfence", EnvControl: topic, EnvSecurityHub: "true", EnvOCSF: "true",
		EnvLedgerTable: "ledger", EnvReportQueue: "https://report", EnvFollowUpQueue: "https://follow-up", EnvDeadLetters: "https://dead-letters",
	}))
	if err != nil {
		t.Fatal(err)
	}
	if want := (queue.URLs{Report: "https://report", FollowUp: "https://follow-up", DeadLetters: "https://dead-letters"}); s.Queues != want || s.LedgerTable != "ledger" || s.Topic != topic || s.Dashboard != "ringfence" {
		t.Errorf("queues %+v, ledger %q, topic %q", s.Queues, s.LedgerTable, s.Topic)
	}
	if s.Mode != config.Enforce || s.LogLevel != slog.LevelDebug || s.Propagation != time.Minute || s.Bus != "security" || s.EventClock || !s.SecurityHub || !s.OCSF {
		t.Errorf("%+v", s)
	}
	gone := trail.Change{Record: trail.Record{Source: "sns.amazonaws.com", Name: "DeleteTopic"}, Subject: trail.Control{Resources: []string{topic}}}
	if _, ok := s.Control.Affected(gone); !ok {
		t.Error("the topic is not known as a part of the control")
	}
	if s, err = ReadSettings(lambdaEnv(nil)); err != nil || s.Bus != "default" || s.Propagation != 30*time.Second || s.LogLevel != slog.LevelInfo || s.SecurityHub || s.OCSF {
		t.Errorf("defaults: %+v, %v", s, err)
	}
}

func TestReadSettingsReportsEveryFaultAtOnce(t *testing.T) {
	_, err := ReadSettings(func(name string) string {
		return map[string]string{EnvMode: "enfroce", EnvLogLevel: "loud", EnvPropagation: "30", EnvClock: "yes", EnvControl: "ringfence-enforce", EnvSecurityHub: "yes", EnvOCSF: "1"}[name]
	})
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range []string{EnvMode, `"enfroce"`, EnvLogLevel, EnvPropagation, EnvClock, EnvControl, EnvSecurityHub, EnvOCSF, "AWS_REGION", "AWS_ACCESS_KEY_ID"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error does not name %s: %v", part, err)
		}
	}
	if strings.Contains(err.Error(), "secret") {
		t.Error("the error tells a secret")
	}
}

func TestHowTheAccountsOfAnOrganizationAreEntered(t *testing.T) {
	const role = "arn:aws:iam::${account}:role/ringfence/ringfence-member-enforce"
	read := func(role, id, account string) (Settings, error) {
		return ReadSettings(lambdaEnv(map[string]string{EnvMemberRole: role, EnvExternalID: id, EnvAccount: account}))
	}
	s, err := read(role, "id", "123456789012")
	if err != nil || s.MemberRole != role || s.ExternalID != "id" || s.Account != "123456789012" {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := read("", "", ""); err != nil {
		t.Errorf("of one account: %v", err)
	}
	for name, bad := range map[string][3]string{
		EnvMemberRole: {"arn:aws:iam::111122223333:role/ringfence-member", "id", "123456789012"},
		EnvExternalID: {role, "", "123456789012"},
		EnvAccount:    {role, "id", "12345"},
	} {
		if _, err := read(bad[0], bad[1], bad[2]); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v: the error does not name %s: %v", bad, name, err)
		}
	}
}

func TestTheEventClockMayBeLate(t *testing.T) {
	for clock, want := range map[string]time.Duration{"event": 0, "event+5s": 5 * time.Second, "event+x": -1, "event+-1s": -1, "now+5s": -1} {
		s, err := ReadSettings(func(name string) string {
			return lambdaEnv(map[string]string{EnvClock: clock, "AWS_ENDPOINT_URL": "http://127.0.0.1"})(name)
		})
		if (err == nil) != (want >= 0) || err == nil && s.EventsLate != want {
			t.Errorf("%s: %v late, %v", clock, s.EventsLate, err)
		}
	}
}

func TestTheEventClockIsForLoopbackOnly(t *testing.T) {
	for endpoint, ok := range map[string]bool{
		"":                                     false,
		"https://iam.amazonaws.com":            false,
		"http://10.0.0.1:4566":                 false,
		"http://127.0.0.1.evil.com":            false,
		"://":                                  false,
		"http://127.0.0.1:4566":                true,
		"http://localhost:4566":                true,
		"http://host.docker.internal:4566":     true,
		"http://host.docker.internal.evil.com": false,
		"http://[::1]:4566":                    true,
	} {
		s, err := ReadSettings(lambdaEnv(map[string]string{EnvClock: "event", "AWS_ENDPOINT_URL": endpoint}))
		if (err == nil) != ok || s.EventClock != ok {
			t.Errorf("endpoint %q: event clock %v, %v", endpoint, s.EventClock, err)
		}
	}
}

// A file of accounts would be outdated when an account moves: an account's own function takes none.
func TestAFileOfAccountsIsForReplays(t *testing.T) {
	env := map[string]string{EnvAccounts: "accounts.json", EnvClock: "event", "AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}
	if s, err := ReadSettings(lambdaEnv(env)); err != nil || s.Accounts != "accounts.json" {
		t.Errorf("%q, %v", s.Accounts, err)
	}
	delete(env, EnvClock)
	if _, err := ReadSettings(lambdaEnv(env)); err == nil || !strings.Contains(err.Error(), EnvAccounts) {
		t.Errorf("without the clock of a replay: %v", err)
	}
}

// In an account nothing is handled that does not come from a queue.
func TestEventsByThemselvesAreForThisMachineOnly(t *testing.T) {
	for _, c := range []struct {
		env    map[string]string
		direct bool
	}{
		{nil, false},
		{map[string]string{EnvLocal: "false"}, false},
		{map[string]string{EnvLocal: "1"}, false},
		{map[string]string{"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}, false},
		{map[string]string{EnvLocal: "true"}, true},
		{map[string]string{EnvClock: "event", "AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}, true},
		{map[string]string{EnvClock: "event"}, false},
	} {
		if s, _ := ReadSettings(lambdaEnv(c.env)); s.Direct != c.direct {
			t.Errorf("%v: %v", c.env, s.Direct)
		}
	}
}

const packagedConfig = `version: 1
mode: enforce
boundaries:
  team:
    arn: arn:${partition}:iam::${account}:policy/team
    document: boundaries/team.json
rules:
  - name: everyone
    match: {kinds: [role, user]}
    boundary: team
`

const document = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`

func files(list map[string]string) ReadFile {
	return func(name string) ([]byte, error) {
		if text, ok := list[name]; ok {
			return []byte(text), nil
		}
		return nil, fs.ErrNotExist
	}
}

func TestLoadConfig(t *testing.T) {
	const arn = "arn:aws:iam::123456789012:policy/team"
	packaged := map[string]string{"ringfence.yaml": packagedConfig, "boundaries/team.json": document, "conf/other.yaml": packagedConfig, "conf/boundaries/team.json": document}
	tests := []struct {
		name     string
		settings Settings
		files    map[string]string
		mode     config.Mode
		err      string
	}{
		{"packaged file", Settings{}, packaged, config.Enforce, ""},
		{"named file, its documents beside it", Settings{Config: "conf/other.yaml"}, packaged, config.Enforce, ""},
		{"mode turns all rules down", Settings{Mode: config.Observe}, packaged, config.Observe, ""},
		{"one boundary", Settings{Boundary: arn, Mode: config.Observe}, nil, config.Observe, ""},
		{"nothing is enforced that nobody approved", Settings{Boundary: arn, Mode: config.Enforce}, nil, "", "nobody approved what " + arn + " may say"},
		{"what is approved is enforced", Settings{Boundary: arn, BoundaryDocument: "d.json", Mode: config.Enforce}, map[string]string{"d.json": document}, config.Enforce, ""},
		{"a policy of AWS needs no approval", Settings{Boundary: "arn:aws:iam::aws:policy/ReadOnlyAccess", Mode: config.Enforce}, nil, config.Enforce, ""},
		{"a replay needs no approval", Settings{Boundary: arn, Mode: config.Enforce, EventClock: true}, nil, config.Enforce, ""},
		{"one boundary alerts unless told", Settings{Boundary: arn}, nil, config.Alert, ""},
		{"one boundary with its document", Settings{Boundary: arn, BoundaryDocument: "d.json"}, map[string]string{"d.json": document}, config.Alert, ""},
		{"its document is missing", Settings{Boundary: arn, BoundaryDocument: "d.json"}, nil, "", "reading the document"},
		{"both", Settings{Boundary: arn}, packaged, "", "said once"},
		{"neither", Settings{}, nil, "", "which boundary is required"},
		{"named file is missing", Settings{Config: "x.yaml", Boundary: arn}, packaged, "", "reading the configuration"},
		{"faulty file", Settings{}, map[string]string{"ringfence.yaml": "version: 2"}, "", "version"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := LoadConfig(tt.settings, files(tt.files))
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Fatalf("error %v, want one with %q", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if rules := f.Rules(); len(rules) != 1 || rules[0].Mode != tt.mode {
				t.Errorf("rules %+v, want mode %s", rules, tt.mode)
			}
		})
	}
}

func TestAConfigurationThatCannotBeReadIsNotTakenAsAbsent(t *testing.T) {
	denied := errors.New("permission denied")
	read := func(string) ([]byte, error) { return nil, denied }
	if _, err := LoadConfig(Settings{Boundary: "arn:aws:iam::123456789012:policy/team"}, read); !errors.Is(err, denied) {
		t.Errorf("got %v", err)
	}
}
