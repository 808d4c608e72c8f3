package replay

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/ownparts"
	"github.com/ringfence/ringfence/internal/target"
)

const ownKey = "arn:aws:kms:us-east-1:123456789012:key/0e2b41a3"

// disabledKey is in front of an AWS that has no keys, and no mappings: it has one key, which is disabled.
func disabledKey(t *testing.T, behind string) (endpoint string) {
	t.Helper()
	u, err := url.Parse(behind)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(u) }}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch of := r.Header.Get("X-Amz-Target"); {
		case of == "TrentService.DescribeKey":
			fmt.Fprint(w, `{"KeyMetadata": {"KeyId": "0e2b41a3", "Enabled": false, "KeyState": "Disabled"}}`)
		case of == "TrentService.GetKeyPolicy":
			fmt.Fprintf(w, `{"Policy": %q}`, attribute(t, wants(t, ownKey)["KeyPolicy"]))
		case strings.HasPrefix(r.URL.Path, "/2015-03-31/event-source-mappings"):
			w.Header().Set("X-Amzn-Errortype", "AccessDeniedException")
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, `{"message": "no"}`)
		default:
			proxy.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// wants is what the template says of a part.
func wants(t *testing.T, arn string) ownparts.Facts {
	t.Helper()
	parts, err := ownparts.Expected(ownparts.Stack{Partition: "aws", Region: "us-east-1", Account: localaws.DefaultAccount, Name: "ringfence", Key: ownKey})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(parts, func(p ownparts.Part) bool { return p.ARN == arn })
	if i < 0 {
		t.Fatalf("no part %s", arn)
	}
	return parts[i].Expected()
}

func attribute(t *testing.T, fact any) string {
	t.Helper()
	if s, ok := fact.(string); ok {
		return s
	}
	text, err := json.Marshal(fact)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// queue makes a queue of the stack as the template says, but for some attributes.
func (s *sweeps) queue(name string, but map[string]string) {
	s.t.Helper()
	attributes := map[string]string{}
	for name, fact := range wants(s.t, "arn:aws:sqs:us-east-1:123456789012:"+name) {
		attributes[name] = attribute(s.t, fact)
	}
	for name, value := range but {
		attributes[name] = value
	}
	if _, err := s.sqs.CreateQueue(s.t.Context(), &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes}); err != nil {
		s.t.Fatal(err)
	}
}

// The built function compares the parts of its stack with the template, and enforce tells of those that differ:
// what may not be read is told in the log, and counts as neither.
func TestTheBuiltSweepComparesItsOwnParts(t *testing.T) {
	t.Parallel()
	s := newSweeps(t, nil)
	s.queue("ringfence-rule-dead-letters", nil)
	s.queue("ringfence-events", map[string]string{
		"Policy":        `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}}`,
		"RedrivePolicy": "",
	})
	s.server.Inject(localaws.Fault{On: "sns:GetTopicAttributes", Do: localaws.Refuse{Status: http.StatusForbidden, Code: "AuthorizationError", Message: "no"}})
	s.check(s.process.Close())
	s.env["AWS_ENDPOINT_URL"] = disabledKey(t, s.env["AWS_ENDPOINT_URL"])
	s.env[boot.EnvStack], s.env[boot.EnvKey] = "arn:aws:cloudformation:us-east-1:123456789012:stack/ringfence/0e2b41a3", ownKey
	s.restart()
	states, printed := s.run()
	differ := map[string]string{}
	for _, message := range s.waiting(boot.LocalFollowUp) {
		var f target.FollowUp
		if err := json.Unmarshal([]byte(message), &f); err != nil {
			t.Fatal(err)
		}
		differ[f.Detail.Target.ARN] = f.Detail.Target.Differs
	}
	const queues = "arn:aws:sqs:us-east-1:123456789012:ringfence-"
	for arn, want := range map[string]string{
		queues + "events": "Policy, RedrivePolicy", queues + "rule-dead-letters": "", ownKey: "KeyState",
		"arn:aws:sns:us-east-1:123456789012:ringfence-findings": "", "arn:aws:lambda:us-east-1:123456789012:function:ringfence-enforce": "",
	} {
		if differ[arn] != want {
			t.Errorf("%s differs in %q, want %q", arn, differ[arn], want)
		}
	}
	if len(states) < 2 || !strings.Contains(printed, "GetTopicAttributes of") || !strings.Contains(printed, "ListEventSourceMappings of") {
		t.Errorf("%d looks, printed\n%s", len(states), printed)
	}
	env := maps.Clone(s.desk.env)
	env[boot.EnvControl] = queues + "events," + ownKey
	delete(env, boot.EnvLocal)
	dir, err := binaries()
	s.check(err)
	s.pair.enforce = s.start(filepath.Join(dir, "enforce"), env)
	var told []string
	for _, f := range s.handled() {
		if f.Drift != finding.ControlTampered || f.Severity != finding.High || f.Actor.ARN != "" {
			t.Errorf("told:\n%s", lines(t, []finding.Finding{f}))
		}
		told = append(told, f.Reason)
	}
	slices.Sort(told)
	if len(told) != 2 || !strings.Contains(told[0], ownKey+": it differs from the template in: KeyState;") ||
		!strings.Contains(told[1], "events: it differs from the template in: Policy, RedrivePolicy;") {
		t.Errorf("told %q", told)
	}
}
