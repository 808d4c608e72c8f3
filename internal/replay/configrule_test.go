package replay

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/runtimeapi"
)

// configRule is the built function of the rule of AWS Config, on an AWS with one account.
type configRule struct {
	t       *testing.T
	server  *localaws.Server
	process *runtimeapi.Process
}

const teamBoundary = "arn:aws:iam::123456789012:policy/team-boundary"

func newConfigRule(t *testing.T) *configRule {
	t.Helper()
	build(t)
	c := &configRule{t: t, server: localaws.New(localaws.Options{Seed: 1})}
	c.create(nil)
	listener, err := c.server.ListenTo("127.0.0.1:0", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	document := filepath.Join(t.TempDir(), "boundary.json")
	if err := os.WriteFile(document, []byte(approvedDocument), 0o600); err != nil {
		t.Fatal(err)
	}
	c.process, err = runtimeapi.Start(context.WithoutCancel(t.Context()), filepath.Join(binaryDir, "configrule"), map[string]string{
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": localaws.DefaultAccount, "AWS_SECRET_ACCESS_KEY": "local", "AWS_ENDPOINT_URL": listener.URL,
		boot.EnvBoundary: teamBoundary, boot.EnvBoundaryDocument: document, boot.EnvPropagation: "1s",
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, end := range []io.Closer{c.process, listener} {
			if err := end.Close(); err != nil {
				t.Error(err)
			}
		}
	})
	return c
}

// create makes the boundary and roles, by name with the boundary that each carries, and
// gives their unique ids.
func (c *configRule) create(roles map[string]string) map[string]string {
	c.t.Helper()
	client, ids := iam.NewFromConfig(c.server.Config("us-east-1", localaws.DefaultAccount)), map[string]string{}
	if roles == nil {
		if _, err := client.CreatePolicy(c.t.Context(), &iam.CreatePolicyInput{PolicyName: aws.String("team-boundary"), PolicyDocument: aws.String(approvedDocument)}); err != nil {
			c.t.Fatal(err)
		}
	}
	for name, boundary := range roles {
		in := &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(trust)}
		if boundary != "" {
			in.PermissionsBoundary = &boundary
		}
		out, err := client.CreateRole(c.t.Context(), in)
		if err != nil {
			c.t.Fatal(err)
		}
		ids[name] = *out.Role.RoleId
	}
	return ids
}

// invoke gives the function an event, as AWS Config does.
func (c *configRule) invoke(invoking string) (string, error) {
	c.t.Helper()
	event, err := json.Marshal(map[string]any{
		"invokingEvent": invoking, "ruleParameters": "{}", "resultToken": c.server.ConfigService.Token(), "eventLeftScope": false,
		"configRuleName": "ringfence", "accountId": localaws.DefaultAccount, "version": "1.0",
	})
	if err != nil {
		c.t.Fatal(err)
	}
	answer, err := c.process.Invoke(c.t.Context(), event)
	return string(answer.Body), err
}

// said is the last result of a resource.
func (c *configRule) said(id string) string {
	for _, e := range slices.Backward(c.server.ConfigService.Results()) {
		if *e.ComplianceResourceId == id {
			return string(e.ComplianceType) + ": " + *e.Annotation
		}
	}
	return ""
}

func summaryOf(id, name string, at time.Time) string {
	return fmt.Sprintf(`{"messageType": "OversizedConfigurationItemChangeNotification", "configurationItemSummary": {"changeType": "UPDATE",
		"configurationItemCaptureTime": %q, "configurationItemStatus": "OK", "awsAccountId": "123456789012", "resourceType": "AWS::IAM::Role",
		"resourceId": %q, "resourceName": null, "ARN": "arn:aws:iam::123456789012:role/%s"}}`, at.UTC().Format(time.RFC3339Nano), id, name)
}

const periodicRun = `{"awsAccountId": "123456789012", "notificationCreationTime": "2026-02-18T00:00:00Z", "messageType": "ScheduledNotification", "recordVersion": "1.0"}`

// The built function answers AWS Config over HTTP; where it cannot, it fails, and answers
// when Lambda invokes it again.
func TestTheFunctionOfTheConfigRule(t *testing.T) {
	c := newConfigRule(t)
	ids := c.create(map[string]string{"inside": teamBoundary, "outside": ""})
	c.server.Inject(localaws.Fault{On: "iam:GetRole", Do: localaws.Throttle{}, Times: attempts})
	changed := time.Now()
	if answer, err := c.invoke(summaryOf(ids["inside"], "inside", changed)); err == nil || c.said(ids["inside"]) != "" {
		t.Fatalf("throttled: %s, and AWS Config was told %q", answer, c.said(ids["inside"]))
	}
	for name, want := range map[string]string{
		"inside":  "COMPLIANT: it carries the required boundary",
		"outside": "NON_COMPLIANT: medium: it has no permissions boundary; rule everyone requires team-boundary",
	} {
		if answer, err := c.invoke(summaryOf(ids[name], name, changed)); err != nil || c.said(ids[name]) != want {
			t.Errorf("%s: %s, %v, and AWS Config was told %q", name, answer, err, c.said(ids[name]))
		}
	}
	if since := time.Since(changed); since < time.Second {
		t.Errorf("IAM had %v to settle", since)
	}
	if _, err := c.invoke(`{"messageType": "ConfigurationSnapshotDeliveryCompleted"}`); err == nil || !strings.Contains(err.Error(), "ConfigurationSnapshotDeliveryCompleted") {
		t.Errorf("an event of another kind: %v", err)
	}
	if _, err := c.invoke(periodicRun); err != nil {
		t.Error(err)
	}
	if got := len(c.server.ConfigService.Results()); got != 4 {
		t.Errorf("%d results", got)
	}
}

// A run over many who are all outside, which is the most work: everybody gets a result, and
// it fits into the memory of a small function.
func TestTheConfigRuleOverManyPrincipals(t *testing.T) {
	const many = 1500
	c := newConfigRule(t)
	roles := map[string]string{}
	for i := range many {
		roles[fmt.Sprint("role-", i)] = ""
	}
	c.create(roles)
	began := time.Now()
	answer, err := c.invoke(periodicRun)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(c.server.ConfigService.Results()); got != many {
		t.Errorf("%d results for %d principals", got, many)
	}
	peak, err := c.process.PeakRSS()
	if err == nil && peak > 200<<20 {
		t.Errorf("it took %d MB", peak>>20)
	}
	t.Logf("%d principals, all outside: %v, %d MB, %s", many, time.Since(began).Round(time.Millisecond), peak>>20, answer)
}
