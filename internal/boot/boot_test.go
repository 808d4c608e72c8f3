package boot

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// unreachable is an HTTP client that reaches nothing.
type unreachable struct{}

func (unreachable) Do(*http.Request) (*http.Response, error) { return nil, errors.New("no network") }

func TestStart(t *testing.T) {
	var log bytes.Buffer
	read := files(map[string]string{"ringfence.yaml": packagedConfig, "boundaries/team.json": document})
	env := map[string]string{EnvClock: "event", "AWS_ENDPOINT_URL": "http://127.0.0.1:4566", EnvLogLevel: "warn", EnvLedgerTable: "ledger"}
	b, err := Start(lambdaEnv(env), read, unreachable{}, &log, EnvLedgerTable)
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Config.Rules()) != 1 || b.LedgerTable != "ledger" || b.AWS.Region != "us-east-1" || *b.AWS.BaseEndpoint != env["AWS_ENDPOINT_URL"] || b.AWS.HTTPClient != (unreachable{}) {
		t.Errorf("%+v", b)
	}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	if b.Clock.Set(at); !b.Clock.Now().Equal(at) {
		t.Error("the clock does not follow what is replayed")
	}
	b.Log.Info("quiet")
	b.Log.Warn("loud")
	if got := log.String(); strings.Contains(got, "quiet") || !strings.Contains(got, `"msg":"loud"`) {
		t.Errorf("log: %s", got)
	}
}

func TestStartNamesAllThatIsMissing(t *testing.T) {
	env := func(name string) string { return map[string]string{EnvMode: "enfroce"}[name] }
	_, err := Start(env, files(nil), unreachable{}, io.Discard, EnvLedgerTable, EnvReportQueue)
	for _, part := range []string{`"enfroce"`, "AWS_REGION", EnvLedgerTable + " is not set", EnvReportQueue + " is not set"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("the error does not name %s: %v", part, err)
		}
	}
	if _, err := Start(lambdaEnv(nil), files(nil), unreachable{}, io.Discard); err == nil || !strings.Contains(err.Error(), "which boundary is required") {
		t.Errorf("without a configuration: %v", err)
	}
}

// Rules by organizational unit need an organization: without one, no function starts, rather than guess.
func TestRulesByUnitNeedAnOrganization(t *testing.T) {
	read := func(string) ([]byte, error) {
		return []byte(`version: 1
mode: alert
boundaries: {b: {arn: "arn:${partition}:iam::aws:policy/b"}}
rules: [{name: r, match: {organizationalUnits: [r-a1b2]}, boundary: b}]
`), nil
	}
	env := map[string]string{"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "secret"}
	getenv := func(name string) string { return env[name] }
	if _, err := Start(getenv, read, nil, io.Discard); err == nil || !strings.Contains(err.Error(), "organizationalUnits") || !strings.Contains(err.Error(), "OrganizationId") {
		t.Errorf("%v", err)
	}
	env[EnvMemberRole], env[EnvExternalID], env[EnvAccount] = "arn:aws:iam::${account}:role/r", "an external id", "123456789012"
	if _, err := Start(getenv, read, nil, io.Discard); err != nil {
		t.Error(err)
	}
}
