package boot

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/queue"
)

// underSAM is what the SAM CLI gives a function: logical ids where the template names parts.
func underSAM(endpoint string) map[string]string {
	const part = "arn:aws:sns:us-east-1:123456789012:other"
	return map[string]string{
		EnvEndpoint: endpoint, EnvLedgerTable: "Ledger", EnvTopic: "Topic", EnvControl: "RoleBoundary," + part + ", Key.Arn ,Topic",
		EnvReportQueue: "ReportQueue", EnvFollowUpQueue: "FollowUpQueue", EnvDeadLetters: "DeadLetters", EnvSweepQueue: "SweepQueue",
		EnvBoundary: "arn:aws:iam::123456789012:policy/team",
	}
}

// On this machine, the names that SAM cannot know are those of the embedded AWS.
func TestLogicalIDsAreLocalNamesOnThisMachine(t *testing.T) {
	for _, host := range []string{"127.0.0.1", "localhost", "host.docker.internal"} {
		endpoint := "http://" + host + ":4580"
		s, err := ReadSettings(lambdaEnv(underSAM(endpoint)))
		if err != nil {
			t.Fatal(err)
		}
		url := endpoint + "/123456789012/"
		want := queue.URLs{Report: url + LocalReport, FollowUp: url + LocalFollowUp, DeadLetters: url + LocalDeadLetters, Sweep: url + LocalSweep}
		if s.Queues != want || s.LedgerTable != LocalLedger || s.Topic != "arn:aws:sns:us-east-1:123456789012:"+LocalTopic {
			t.Errorf("%s: %+v, %s, %s", host, s.Queues, s.LedgerTable, s.Topic)
		}
		if !s.Control.Contains("arn:aws:sns:us-east-1:123456789012:other") {
			t.Errorf("%s: a part with a name is forgotten", host)
		}
		if len(s.Unresolved) != 9 {
			t.Errorf("%s: unresolved %v", host, s.Unresolved)
		}
	}
}

// What is a name already stays.
func TestNamesThatAreGivenStay(t *testing.T) {
	env := underSAM("http://127.0.0.1:4580")
	env[EnvLedgerTable], env[EnvReportQueue], env[EnvTopic] = "my-ledger", "http://127.0.0.1:4580/1/q", "arn:aws:sns:eu-west-1:1:t"
	s, err := ReadSettings(lambdaEnv(env))
	if err != nil || s.LedgerTable != "my-ledger" || s.Queues.Report != "http://127.0.0.1:4580/1/q" || s.Topic != "arn:aws:sns:eu-west-1:1:t" {
		t.Errorf("%+v, %v", s, err)
	}
}

// In an account, or wherever else the endpoint may lead, they stop the function.
func TestLogicalIDsStopAFunctionInAnAccount(t *testing.T) {
	for _, endpoint := range []string{"", "https://sqs.us-east-1.amazonaws.com", "http://10.0.0.1:4580", "http://localhost.example.com"} {
		s, err := ReadSettings(lambdaEnv(underSAM(endpoint)))
		if err == nil || !strings.Contains(err.Error(), `"RoleBoundary" is not an ARN`) || len(s.Unresolved) > 0 {
			t.Errorf("%q: %v, %v", endpoint, err, s.Unresolved)
		}
		if s.LedgerTable != "Ledger" || s.Queues.Report != "ReportQueue" {
			t.Errorf("%q: names were replaced: %+v", endpoint, s)
		}
	}
}

// The log says so in one line.
func TestUnresolvedNamesAreLogged(t *testing.T) {
	none := func(string) ([]byte, error) { return nil, fs.ErrNotExist }
	var log bytes.Buffer
	if _, err := Start(lambdaEnv(underSAM("http://127.0.0.1:1")), none, awserr.NewHTTPClient(), &log); err != nil {
		t.Fatal(err)
	}
	var line struct {
		Message string   `json:"msg"`
		Names   []string `json:"names"`
	}
	if err := json.Unmarshal(log.Bytes(), &line); err != nil || !slices.Contains(line.Names, EnvControl+" RoleBoundary") || !slices.Contains(line.Names, EnvLedgerTable+" Ledger") {
		t.Errorf("%v: %s", err, log.String())
	}
	log.Reset()
	if _, err := Start(lambdaEnv(map[string]string{EnvBoundary: "arn:aws:iam::123456789012:policy/team"}), none, awserr.NewHTTPClient(), &log); err != nil || log.Len() > 0 {
		t.Errorf("in an account: %v, %s", err, log.String())
	}
}
