package configrule_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/boot/evaluating"
	"github.com/ringfence/ringfence/internal/configrule"
	"github.com/ringfence/ringfence/internal/localaws"
)

const (
	home     = "123456789012"
	approved = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`
	wider    = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:*", "iam:*"], "Resource": "*"}]}`
	trust    = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`
	config   = `
version: 1
mode: alert
boundaries:
  team: {arn: "arn:aws:iam::${account}:policy/team-boundary", document: team.json}
rules:
  - name: pipelines
    match: {paths: ["/pipeline/"]}
    boundary: none
    owner: platform@example.com
    reason: they deploy
  - name: teams
    match: {paths: ["/", "/team/", "/aws-service-role/*"]}
    boundary: team
    mode: observe
    accept: exact
exemptions:
  - {principal: "arn:aws:iam::123456789012:role/breakglass", owner: security@example.com, reason: "for the night", expires: 2999-01-01}
  - {principal: "arn:aws:iam::123456789012:role/lapsed", owner: security@example.com, reason: "for the day", expires: 2020-01-01}
`
)

// world is the rule on its own AWS.
type world struct {
	t      *testing.T
	server *localaws.Server
	iam    *iam.Client
	rule   *configrule.Rule
	log    bytes.Buffer
	token  string
	ids    map[string]string // of the principals that were made
}

func newWorld(t *testing.T, env ...string) *world {
	t.Helper()
	w := &world{t: t, server: localaws.New(localaws.Options{Seed: 1}), ids: map[string]string{}}
	client := w.server.Config("us-east-1", home)
	w.iam, w.token = iam.NewFromConfig(client), w.server.ConfigService.Token()
	settings := map[string]string{
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": home, "AWS_SECRET_ACCESS_KEY": "local", "AWS_ENDPOINT_URL": "http://127.0.0.1",
		boot.EnvPropagation: "0s",
	}
	for i := 0; i < len(env); i += 2 {
		settings[env[i]] = env[i+1]
	}
	files := map[string]string{"ringfence.yaml": config, "team.json": approved}
	rule, err := evaluating.New(func(name string) string { return settings[name] }, func(name string) ([]byte, error) {
		if text, ok := files[name]; ok {
			return []byte(text), nil
		}
		return nil, fs.ErrNotExist
	}, w.server.Client(), &w.log)
	if err != nil {
		t.Fatal(err)
	}
	w.rule = rule
	w.policy("team-boundary", approved)
	return w
}

func (w *world) check(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) policy(name, document string) string {
	w.t.Helper()
	out, err := w.iam.CreatePolicy(w.t.Context(), &iam.CreatePolicyInput{PolicyName: &name, PolicyDocument: &document})
	w.check(err)
	return *out.Policy.Arn
}

func (w *world) role(path, name, boundary string) string {
	w.t.Helper()
	in := &iam.CreateRoleInput{RoleName: &name, Path: &path, AssumeRolePolicyDocument: aws.String(trust)}
	if boundary != "" {
		in.PermissionsBoundary = aws.String("arn:aws:iam::" + home + ":policy/" + boundary)
	}
	out, err := w.iam.CreateRole(w.t.Context(), in)
	w.check(err)
	w.ids[name] = *out.Role.RoleId
	return *out.Role.RoleId
}

func (w *world) user(name, boundary string) string {
	w.t.Helper()
	in := &iam.CreateUserInput{UserName: &name}
	if boundary != "" {
		in.PermissionsBoundary = aws.String("arn:aws:iam::" + home + ":policy/" + boundary)
	}
	out, err := w.iam.CreateUser(w.t.Context(), in)
	w.check(err)
	w.ids[name] = *out.User.UserId
	return *out.User.UserId
}

// widen changes what the required boundary allows.
func (w *world) widen() {
	w.t.Helper()
	_, err := w.iam.CreatePolicyVersion(w.t.Context(), &iam.CreatePolicyVersionInput{
		PolicyArn: aws.String("arn:aws:iam::" + home + ":policy/team-boundary"), PolicyDocument: aws.String(wider), SetAsDefault: true,
	})
	w.check(err)
}

func (w *world) handle(invoking string) error { return w.handleIn(w.t.Context(), invoking) }

func (w *world) handleIn(ctx context.Context, invoking string) error {
	w.t.Helper()
	event, err := json.Marshal(map[string]any{"invokingEvent": invoking, "resultToken": w.token, "accountId": home, "eventLeftScope": false})
	w.check(err)
	_, err = w.rule.Handle(ctx, event)
	return err
}

var captured = time.Date(2026, 2, 17, 1, 36, 34, 43e6, time.UTC)

// changed returns the notice of a change of a principal.
func changed(kind, id, name string, status ...string) string {
	return fmt.Sprintf(`{"messageType": "ConfigurationItemChangeNotification", "configurationItem": {"configurationItemCaptureTime": %q,
		"configurationItemStatus": %q, "awsAccountId": "123456789012", "resourceType": "AWS::IAM::%s", "resourceId": %q, "resourceName": %q}}`,
		captured.Format(time.RFC3339Nano), slices.Concat(status, []string{"OK"})[0], kind, id, name)
}

const run = `{"messageType": "ScheduledNotification", "awsAccountId": "123456789012", "notificationCreationTime": "2026-02-18T00:00:00Z"}`

// result returns the result that AWS Config keeps for a resource: the latest.
func (w *world) result(id string) (string, string) {
	w.t.Helper()
	all := w.server.ConfigService.Results()
	for _, e := range slices.Backward(all) {
		if *e.ComplianceResourceId == id {
			return string(e.ComplianceType), *e.Annotation
		}
	}
	return "", ""
}

// account has one principal for each possible result, by name.
func (w *world) account() map[string][2]string {
	w.t.Helper()
	w.policy("other", wider)
	w.role("/", "inside", "team-boundary")
	w.user("user-inside", "team-boundary")
	w.role("/", "missing", "")
	w.user("user-missing", "")
	w.role("/", "danger", "")
	_, err := w.iam.PutRolePolicy(w.t.Context(), &iam.PutRolePolicyInput{RoleName: aws.String("danger"), PolicyName: aws.String("p"), PolicyDocument: aws.String(wider)})
	w.check(err)
	w.role("/team/", "replaced", "other")
	w.role("/", "breakglass", "")
	w.role("/", "lapsed", "")
	w.role("/pipeline/", "deploy", "")
	w.role("/elsewhere/", "elsewhere", "")
	linked, err := w.iam.CreateServiceLinkedRole(w.t.Context(), &iam.CreateServiceLinkedRoleInput{AWSServiceName: aws.String("elasticbeanstalk.amazonaws.com")})
	w.check(err)
	w.ids["linked"] = *linked.Role.RoleId
	return map[string][2]string{
		"inside":       {"COMPLIANT", "it carries the required boundary"},
		"user-inside":  {"COMPLIANT", "it carries the required boundary"},
		"missing":      {"NON_COMPLIANT", "medium: it has no permissions boundary; rule teams requires team-boundary"},
		"user-missing": {"NON_COMPLIANT", "medium: it has no permissions boundary; rule teams requires team-boundary"},
		"danger":       {"NON_COMPLIANT", "critical: it has no permissions boundary; rule teams requires team-boundary"},
		"replaced":     {"NON_COMPLIANT", "medium: its boundary other allows more than the required one; rule teams requires team-boundary"},
		"lapsed":       {"NON_COMPLIANT", "medium: its exemption ended on 2020-01-01; it has no permissions boundary; rule teams requires team-boundary"},
		"breakglass":   {"NOT_APPLICABLE", "it is exempt until 2999-01-01 (security@example.com: for the night)"},
		"deploy":       {"NOT_APPLICABLE", "it is out of scope under rule pipelines, which requires no boundary (platform@example.com: they deploy)"},
		"elsewhere":    {"NOT_APPLICABLE", "no rule applies to it"},
		"linked":       {"NOT_APPLICABLE", "it is a service-linked role, which only its service can change"},
	}
}

func (w *world) holds(want map[string][2]string) {
	w.t.Helper()
	for name, want := range want {
		if got, why := w.result(w.ids[name]); got != want[0] || why != want[1] {
			w.t.Errorf("%s: %s, %s\nwant %s, %s", name, got, why, want[0], want[1])
		}
	}
}

func TestEachChangeIsAnswered(t *testing.T) {
	w := newWorld(t)
	want := w.account()
	for name, id := range w.ids {
		kind, called := "Role", name
		if strings.HasPrefix(name, "user-") {
			kind = "User"
		}
		if name == "linked" {
			called = "AWSServiceRoleForElasticBeanstalk"
		}
		w.check(w.handle(changed(kind, id, called)))
	}
	w.holds(want)
	for _, e := range w.server.ConfigService.Results() {
		if !e.OrderingTimestamp.Equal(captured) || *e.ComplianceResourceType != map[bool]string{true: "AWS::IAM::Role", false: "AWS::IAM::User"}[strings.HasPrefix(*e.ComplianceResourceId, "AROA")] {
			t.Errorf("%+v", e)
		}
	}
}

// A periodic run returns results for all principals, in calls of at most 100, and the same
// results again.
func TestAPeriodicRunReturnsAllResults(t *testing.T) {
	w := newWorld(t)
	want := w.account()
	for i := range 120 {
		w.role("/team/", fmt.Sprint("in-", i), "team-boundary")
		w.user(fmt.Sprint("out-", i), "")
	}
	w.check(w.handle(run))
	w.holds(want)
	all := w.server.ConfigService.Results()
	if len(all) != len(w.ids) {
		t.Errorf("%d results for %d principals", len(all), len(w.ids))
	}
	for _, e := range all {
		if !e.OrderingTimestamp.Equal(time.Date(2026, 2, 18, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%s is of %v", *e.ComplianceResourceId, e.OrderingTimestamp)
		}
	}
	if n := w.server.Calls()["config:PutEvaluations"]; n < 3 || n > 6 {
		t.Errorf("%d calls", n)
	}
}

// A principal that carries the required boundary is outside while that boundary allows more
// than approved, both in a run and after a change.
func TestAWidenedBoundaryMakesAllNonCompliant(t *testing.T) {
	w := newWorld(t)
	id := w.role("/", "app", "team-boundary")
	w.widen()
	for _, invoking := range []string{changed("Role", id, "app"), run} {
		w.check(w.handle(invoking))
		if got, why := w.result(id); got != "NON_COMPLIANT" || why != "critical: the policy that it must carry allows more than was approved; rule teams requires team-boundary" {
			t.Errorf("%s: %s", got, why)
		}
	}
}

// Ringfence's own roles carry their own boundary; without it they are treated like any other.
func TestOwnRoles(t *testing.T) {
	const own = "arn:aws:iam::123456789012:role/ringfence-enforce,arn:aws:iam::123456789012:role/ringfence-report,arn:aws:iam::123456789012:policy/own"
	w := newWorld(t, boot.EnvControl, own)
	w.policy("own", approved)
	w.role("/", "ringfence-enforce", "own")
	w.role("/", "ringfence-report", "")
	w.check(w.handle(run))
	w.holds(map[string][2]string{
		"ringfence-enforce": {"NOT_APPLICABLE", "it is a role of Ringfence, under the boundary that was made for it"},
		"ringfence-report":  {"NON_COMPLIANT", "medium: it has no permissions boundary; rule teams requires team-boundary"},
	})
}

// A principal is identified by its unique id: another one of its name says nothing about it.
func TestAnotherPrincipalOfTheSameName(t *testing.T) {
	w := newWorld(t)
	first := w.role("/", "app", "")
	_, err := w.iam.DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: aws.String("app")})
	w.check(err)
	w.check(w.handle(changed("Role", first, "app")))
	if got, why := w.result(first); got != "NOT_APPLICABLE" || why != "IAM has no role of its name any more" {
		t.Errorf("of nobody: %s, %s", got, why)
	}
	second := w.role("/", "app", "team-boundary")
	w.check(w.handle(changed("Role", first, "app")))
	if got, why := w.result(first); got != "NOT_APPLICABLE" || why != "its name is that of another role now: "+second {
		t.Errorf("of another one: %s, %s", got, why)
	}
	if got, _ := w.result(second); got != "" {
		t.Errorf("nobody asked about the other one: %s", got)
	}
}

// The result for a deleted resource needs no call to IAM.
func TestADeletedResourceIsNotApplicable(t *testing.T) {
	w := newWorld(t)
	before := len(w.server.Calls())
	for _, status := range []string{"ResourceDeleted", "ResourceDeletedNotRecorded"} {
		w.check(w.handle(changed("User", "AIDA"+status, "", status)))
		if got, why := w.result("AIDA" + status); got != "NOT_APPLICABLE" || why != "it was deleted" {
			t.Errorf("%s: %s, %s", status, got, why)
		}
	}
	if n := w.server.Calls(); n["iam:GetUser"] != 0 || len(n) > before+1 {
		t.Errorf("calls %v", n)
	}
}

// An error is never a result: the invocation fails, and Lambda retries it.
func TestAnErrorFailsTheInvocation(t *testing.T) {
	denied := localaws.Refuse{Status: 403, Code: "AccessDenied", Message: "no"}
	for name, f := range map[string]localaws.Fault{
		"the principal is denied":      {On: "iam:GetRole", Do: denied},
		"the principal is throttled":   {On: "iam:GetRole", Do: localaws.Throttle{}},
		"the policy is throttled":      {On: "iam:GetPolicy", Do: localaws.Throttle{}},
		"IAM is away":                  {On: "iam:*", Do: localaws.ServerError{}},
		"AWS Config is away":           {On: "config:PutEvaluations", Do: localaws.ServerError{}},
		"AWS Config may not be called": {On: "config:PutEvaluations", Do: denied},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			id := w.role("/", "app", "team-boundary")
			remove := w.server.Inject(f)
			if err := w.handle(changed("Role", id, "app")); err == nil {
				t.Error("the invocation did not fail")
			}
			if got, why := w.result(id); got != "" {
				t.Errorf("AWS Config was told %s, %s", got, why)
			}
			if !strings.Contains(w.log.String(), `"msg":"not answered"`) {
				t.Errorf("the log says\n%s", w.log.String())
			}
			remove()
			w.check(w.handle(changed("Role", id, "app")))
			if got, _ := w.result(id); got != "COMPLIANT" {
				t.Errorf("the second time: %s", got)
			}
		})
	}
}

// If a boundary policy cannot be read, no principal that carries it is compliant.
func TestAnUnreadablePolicyMakesAllNonCompliant(t *testing.T) {
	w := newWorld(t)
	id := w.role("/", "app", "team-boundary")
	w.server.Inject(localaws.Fault{On: "iam:GetPolicy", Do: localaws.Refuse{Status: 403, Code: "AccessDenied", Message: "no"}})
	w.check(w.handle(changed("Role", id, "app")))
	if got, why := w.result(id); got != "NON_COMPLIANT" || !strings.Contains(why, "is not proven to allow no more than was approved") {
		t.Errorf("%s, %s", got, why)
	}
}

// In a run, an error does not affect the results of others, and still fails the run.
func TestARunContinuesAfterAnError(t *testing.T) {
	w := newWorld(t)
	w.account()
	bad := w.ids["missing"]
	w.server.ConfigService.Refuse(bad)
	if err := w.handle(run); err == nil || !strings.Contains(err.Error(), bad) {
		t.Errorf("a result that was not taken: %v", err)
	}
	if got := len(w.server.ConfigService.Results()); got != len(w.ids)-1 {
		t.Errorf("%d results for %d principals", got, len(w.ids))
	}
	w.server.Inject(localaws.Fault{On: "iam:GetAccountAuthorizationDetails", Do: localaws.Refuse{Status: 403, Code: "AccessDenied", Message: "no"}})
	if err := w.handle(run); err == nil || !strings.Contains(err.Error(), "AccessDenied") {
		t.Errorf("an account that cannot be read: %v", err)
	}
}

// If there is no time for severities, all results are returned anyway, and the log counts those
// without a severity.
func TestARunWithoutTimeToExplain(t *testing.T) {
	w := newWorld(t)
	w.account()
	ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second) // of which 45 are kept
	defer cancel()
	w.check(w.handleIn(ctx, run))
	if got := len(w.server.ConfigService.Results()); got != len(w.ids) {
		t.Errorf("%d results for %d principals", got, len(w.ids))
	}
	if got, why := w.result(w.ids["missing"]); got != "NON_COMPLIANT" || why != "it has no permissions boundary; rule teams requires team-boundary" {
		t.Errorf("%s, %s", got, why)
	}
	if !strings.Contains(w.log.String(), `"unexplained":5`) {
		t.Errorf("the log says\n%s", w.log.String())
	}
}

// A run without time to read the account fails, and makes no principal compliant.
func TestARunWithoutTimeFails(t *testing.T) {
	w := newWorld(t)
	w.account()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second) // of which 15 are kept
	defer cancel()
	if err := w.handleIn(ctx, run); err == nil || !strings.Contains(err.Error(), "after 0 principals") {
		t.Errorf("%v", err)
	}
	if got := w.server.ConfigService.Results(); len(got) != 0 {
		t.Errorf("%d results", len(got))
	}
}

// AWS Config checks the results of a test event, and does not keep them. An unknown token is
// returned as well: only AWS Config knows its tokens.
func TestTokens(t *testing.T) {
	w := newWorld(t)
	id := w.role("/", "app", "team-boundary")
	w.token = "TESTMODE"
	w.check(w.handle(changed("Role", id, "app")))
	if n := w.server.Calls()["config:PutEvaluations"]; n != 1 || len(w.server.ConfigService.Results()) != 0 {
		t.Errorf("%d calls, %d results", n, len(w.server.ConfigService.Results()))
	}
	w.token = "No token found."
	if err := w.handle(changed("Role", id, "app")); err == nil || !strings.Contains(err.Error(), "InvalidResultToken") {
		t.Errorf("%v", err)
	}
}

// IAM may return the state before a change for some seconds: the rule waits.
func TestAChangeWaitsForPropagation(t *testing.T) {
	w := newWorld(t, boot.EnvPropagation, "1h")
	id := w.role("/", "app", "team-boundary")
	w.check(w.handle(changed("Role", id, "app"))) // it was long ago
	now := strings.Replace(changed("Role", id, "app"), captured.Format(time.RFC3339Nano), time.Now().UTC().Format(time.RFC3339Nano), 1)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := w.handleIn(ctx, now); err == nil || !strings.Contains(err.Error(), "settle") {
		t.Errorf("%v", err)
	}
	if n := len(w.server.ConfigService.Results()); n != 1 {
		t.Errorf("%d results", n)
	}
}

func TestTheAnswerCountsResults(t *testing.T) {
	w := newWorld(t)
	w.account()
	event, err := json.Marshal(map[string]string{"invokingEvent": run, "resultToken": w.token, "accountId": home})
	w.check(err)
	got, err := w.rule.Handle(t.Context(), event)
	w.check(err)
	if fmt.Sprint(got.(configrule.Answer).Results) != fmt.Sprint(map[types.ComplianceType]int{"COMPLIANT": 2, "NON_COMPLIANT": 5, "NOT_APPLICABLE": 4}) {
		t.Errorf("%v", got)
	}
}
