package publish

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/localaws"
)

// hubOver is Security Hub over HTTP, and a notifier for it.
func hubOver(t *testing.T) (*localaws.Server, *Notifier) {
	t.Helper()
	server := localaws.New(localaws.Options{Seed: 1})
	listener, err := server.ListenTo("127.0.0.1:0", t.Output())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	config := listener.Config("us-east-1", "123456789012")
	config.HTTPClient = awserr.NewHTTPClient()
	return server, New(nil, nil, To{Hub: NewHub(config)})
}

// Ensure that a finding is one in Security Hub, of its latest revision, and archived when it is
// resolved.
func TestSecurityHubKeepsTheLatestRevision(t *testing.T) {
	server, n := hubOver(t)
	first := with(failedTwice)
	over := replaced()
	over.Revision, over.Time = 2, first.Time
	for _, f := range []finding.Finding{first, over, over, first} {
		if err := n.SecurityHub(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	all := server.SecurityHub.Findings()
	if len(all) != 1 {
		t.Fatalf("%d findings", len(all))
	}
	f := all[0]
	if *f.Id != "ringfence/"+over.ID || *f.RecordState != "ARCHIVED" || *f.Compliance.Status != "PASSED" || f.ProductFields["ringfence/revision"] != "2" {
		t.Errorf("%s is %s: %v", *f.Id, *f.RecordState, f.ProductFields)
	}
	if *f.Workflow.Status != "NEW" {
		t.Errorf("the workflow is %s, which people set after the import", *f.Workflow.Status)
	}
	if calls := server.Calls(); calls["securityhub:BatchImportFindings"] != 4 {
		t.Errorf("calls %v", calls)
	}
}

// Ensure that Security Hub takes whatever a finding holds.
func TestSecurityHubTakesAnyFinding(t *testing.T) {
	server, n := hubOver(t)
	for name, f := range examples() {
		if err := n.SecurityHub(t.Context(), f); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	before := len(server.SecurityHub.Findings())
	for seed := range uint64(100) {
		f := anything{rand.New(rand.NewPCG(seed, 1))}.finding()
		f.ID, f.Partition = finding.ID("any", f.Drift, string(rune(seed))), "aws"
		if err := n.SecurityHub(t.Context(), f); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
	if n := len(server.SecurityHub.Findings()) - before; n != 100 {
		t.Errorf("%d of 100 findings arrived", n)
	}
	if err := n.SecurityHub(t.Context(), finding.Finding{}); errclass.ClassOf(err) != errclass.Refused {
		t.Errorf("a finding of no account: %v", err)
	}
}

// Ensure that what Security Hub answers is of its class, and is tried again at once only where that
// can be of use: what passes, and no more than a few times.
func TestSecurityHubFails(t *testing.T) {
	id := "ringfence/" + replaced().ID
	for name, test := range map[string]struct {
		fail  func(*localaws.Server)
		class errclass.Class
		says  string
	}{
		"it throttles":       {inject(localaws.Refuse{Status: 429, Code: "LimitExceededException", Message: "slow down"}), errclass.Retryable, "LimitExceededException: slow down"},
		"it throttles alike": {inject(localaws.Throttle{}), errclass.Retryable, "Throttling"},
		"it breaks":          {inject(localaws.ServerError{Status: 503}), errclass.Retryable, ""},
		"it breaks inside":   {inject(localaws.Refuse{Status: 500, Code: "InternalException", Message: "sorry"}), errclass.Retryable, "InternalException: sorry"},
		"it hangs up":        {inject(localaws.Drop{}), errclass.Retryable, ""},
		"it hangs":           {inject(localaws.Hang{}), errclass.Retryable, ""},
		"it denies":          {inject(localaws.Refuse{Status: 403, Code: "AccessDeniedException", Message: "no"}), errclass.Refused, "AccessDeniedException: no"},
		"it is not enabled":  {func(s *localaws.Server) { s.SecurityHub.SetEnabled(false) }, errclass.Refused, "InvalidAccessException: Account 123456789012"},
		"not this one":       {func(s *localaws.Server) { s.SecurityHub.Fail(id, "InvalidInput") }, errclass.Refused, "InvalidInput: failed by the test"},
		"not for this one":   {func(s *localaws.Server) { s.SecurityHub.Fail(id, "InvalidAccess") }, errclass.Refused, "InvalidAccess"},
		"not now":            {func(s *localaws.Server) { s.SecurityHub.Fail(id, "LimitExceeded") }, errclass.Retryable, "LimitExceeded"},
		"something new":      {func(s *localaws.Server) { s.SecurityHub.Fail(id, "Surprise") }, errclass.Unknown, "Surprise"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, n := hubOver(t)
			test.fail(server)
			err := n.SecurityHub(t.Context(), replaced())
			if err == nil || errclass.ClassOf(err) != test.class || !strings.HasPrefix(err.Error(), "importing finding "+replaced().ID+": "+test.says) {
				t.Errorf("error %v of class %v, want class %v", err, errclass.ClassOf(err), test.class)
			}
			want := 1
			if test.class == errclass.Retryable && name != "it hangs" {
				want = awserr.NewRetryer().MaxAttempts()
			}
			if calls := server.Calls()["securityhub:BatchImportFindings"]; calls != want {
				t.Errorf("%d calls, want %d", calls, want)
			}
			other := replaced()
			other.ID = "other"
			if strings.HasPrefix(name, "not") && n.SecurityHub(t.Context(), other) != nil {
				t.Error("another finding fails too")
			}
		})
	}
}

// Ensure that what lasts a moment is not told to anybody.
func TestSecurityHubFailsForAMoment(t *testing.T) {
	for _, effect := range []localaws.Effect{localaws.Throttle{}, localaws.ServerError{Status: 503}, localaws.Drop{}, localaws.Drop{Done: true}} {
		server, n := hubOver(t)
		server.Inject(localaws.Fault{On: "securityhub:BatchImportFindings", Times: 2, Do: effect})
		if err := n.SecurityHub(t.Context(), replaced()); err != nil || len(server.SecurityHub.Findings()) != 1 {
			t.Errorf("%T: %v, %d findings", effect, err, len(server.SecurityHub.Findings()))
		}
	}
	server, n := hubOver(t)
	server.Inject(localaws.Fault{On: "securityhub:BatchImportFindings", Do: localaws.Throttle{}})
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := n.SecurityHub(ctx, replaced()); !errclass.Temporary(err) || server.Calls()["securityhub:BatchImportFindings"] != 1 {
		t.Errorf("without time for another attempt: %v, %v", err, server.Calls())
	}
}

func inject(e localaws.Effect) func(*localaws.Server) {
	return func(s *localaws.Server) { s.Inject(localaws.Fault{On: "securityhub:BatchImportFindings", Do: e}) }
}

// Ensure that an answer which is none of Security Hub's is an error that passes.
func TestAnswersThatAreNotSecurityHubs(t *testing.T) {
	for name, answer := range map[string]struct {
		status int
		body   string
		class  errclass.Class
	}{
		"a page":                     {http.StatusOK, "<html>", errclass.Unknown},
		"a page of a proxy":          {http.StatusBadGateway, "<html>", errclass.Retryable},
		"nothing":                    {http.StatusForbidden, "", errclass.Unknown},
		"JSON of another":            {http.StatusOK, `{}`, errclass.Unknown},
		"no JSON object":             {http.StatusOK, `null`, errclass.Unknown},
		"a count without a finding":  {http.StatusOK, `{"FailedCount": 1}`, errclass.Unknown},
		"a code in the body":         {http.StatusForbidden, `{"Code": "AccessDeniedException", "Message": "no"}`, errclass.Refused},
		"a code behind its space":    {http.StatusBadRequest, `{"__type": "com.amazonaws#ThrottlingException"}`, errclass.Retryable},
		"a status that is not known": {599, "", errclass.Retryable},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(answer.status)
			_, _ = w.Write([]byte(answer.body))
		}))
		config := aws.Config{Region: "us-east-1", BaseEndpoint: &server.URL, HTTPClient: server.Client()}
		config.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "secret", SessionToken: "token"}, nil
		})
		err := New(nil, nil, To{Hub: NewHub(config)}).SecurityHub(t.Context(), replaced())
		server.Close()
		if err == nil || errclass.ClassOf(err) != answer.class {
			t.Errorf("%s: error %v of class %v, want %v", name, err, errclass.ClassOf(err), answer.class)
		}
	}
}

// sent is what a client sent.
type sent struct {
	*http.Request
	findings int
}

type recording struct{ got *sent }

func (r recording) Do(req *http.Request) (*http.Response, error) {
	var body struct{ Findings []json.RawMessage }
	if err := json.NewDecoder(req.Body).Decode(&body); err != nil {
		return nil, err
	}
	*r.got = sent{req, len(body.Findings)}
	return nil, errors.New("no network")
}

// Ensure that a request is signed for Security Hub of the region, with the session of the role.
func TestRequestsToSecurityHubAreSigned(t *testing.T) {
	for region, host := range map[string]string{
		"us-east-1": "securityhub.us-east-1.amazonaws.com", "cn-north-1": "securityhub.cn-north-1.amazonaws.com.cn", "us-gov-west-1": "securityhub.us-gov-west-1.amazonaws.com",
	} {
		var got sent
		config := aws.Config{Region: region, HTTPClient: recording{&got}}
		config.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "secret", SessionToken: "token"}, nil
		})
		if err := New(nil, nil, To{Hub: NewHub(config)}).SecurityHub(t.Context(), replaced()); !errclass.Temporary(err) {
			t.Errorf("%s: %v", region, err)
		}
		signature := got.Header.Get("Authorization")
		if got.URL.String() != "https://"+host+"/findings/import" || got.Method != http.MethodPost || got.findings != 1 ||
			!strings.Contains(signature, "/"+region+"/securityhub/aws4_request") || !strings.Contains(signature, "x-amz-security-token") ||
			got.Header.Get("X-Amz-Security-Token") != "token" {
			t.Errorf("%s %s, %d findings, signed %s", got.Method, got.URL, got.findings, signature)
		}
	}
}

// Ensure that a finding goes to the bus in the format of OCSF where that is wanted, and nowhere
// without a target.
func TestBusTakesOCSF(t *testing.T) {
	bus := &fakeBus{out: taken()}
	if err := New(nil, bus, To{Bus: "security", OCSF: true}).OCSF(t.Context(), replaced()); err != nil {
		t.Fatal(err)
	}
	e := bus.got.Entries[0]
	if *e.EventBusName != "security" || *e.Source != "ringfence" || *e.DetailType != "OCSF Detection Finding" || !e.Time.Equal(replaced().Time) || len(e.Resources) != 2 {
		t.Errorf("event %+v", e)
	}
	for _, wrong := range conforms(t, []byte(*e.Detail)) {
		t.Error(wrong)
	}
	bus.got = nil
	for _, to := range []To{{Bus: "security"}, {OCSF: true}} {
		n := New(nil, bus, to)
		if err := errors.Join(n.OCSF(t.Context(), replaced()), n.SecurityHub(t.Context(), replaced())); err != nil || bus.got != nil {
			t.Errorf("%+v: %v, %v", to, err, bus.got)
		}
	}
	bus.out = refused("ThrottlingException")
	if err := New(nil, bus, To{Bus: "security", OCSF: true}).OCSF(t.Context(), replaced()); errclass.ClassOf(err) != errclass.Retryable {
		t.Errorf("throttled: %v", err)
	}
}
