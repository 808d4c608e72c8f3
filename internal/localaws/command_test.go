package localaws_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/localaws"
)

// awsCommand runs the AWS CLI on a server, in a clean environment.
type awsCommand struct {
	path, home, endpoint string
	key                  string
}

func newAWSCommand(t *testing.T, endpoint string) *awsCommand {
	t.Helper()
	if testing.Short() {
		t.Skip("the aws command takes most of a second for each call")
	}
	t.Parallel()
	path, err := exec.LookPath("aws")
	if err != nil {
		t.Skip("the aws command is not installed")
	}
	return &awsCommand{path: path, home: t.TempDir(), endpoint: endpoint, key: account}
}

// run runs aws ARGS…, and returns its standard output and standard error.
func (c *awsCommand) run(t *testing.T, args ...string) (stdout, stderr string, ok bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), c.path, append([]string{"--endpoint-url", c.endpoint, "--output", "json"}, args...)...)
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + c.home, "AWS_EC2_METADATA_DISABLED=true", "AWS_DEFAULT_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=" + c.key, "AWS_SECRET_ACCESS_KEY=local", "AWS_MAX_ATTEMPTS=1", "AWS_PAGER=",
	}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	return out.String(), errs.String(), err == nil
}

// do runs a command that must succeed, and decodes its output.
func do[T any](t *testing.T, c *awsCommand, args ...string) (v T) {
	t.Helper()
	out, errs, ok := c.run(t, args...)
	if !ok {
		t.Fatalf("aws %s: %s", strings.Join(args, " "), errs)
	}
	if strings.TrimSpace(out) == "" {
		return v
	}
	if err := json.Unmarshal([]byte(out), &v); err != nil {
		t.Fatalf("aws %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return v
}

type bounded struct {
	Arn                 string
	PermissionsBoundary struct{ PermissionsBoundaryArn string }
	Tags                []struct{ Key, Value string }
}

func TestAWSCommandBoundsPrincipals(t *testing.T) {
	server := localaws.New(localaws.Options{Seed: 1})
	aws := newAWSCommand(t, listen(t, server).URL)
	do[any](t, aws, "iam", "create-policy", "--policy-name", "boundary", "--path", "/team/", "--policy-document", document)
	do[any](t, aws, "iam", "create-user", "--user-name", "jane", "--permissions-boundary", boundary, "--tags", "Key=team,Value=a b")
	do[any](t, aws, "iam", "create-role", "--role-name", "app", "--path", "/dev/", "--assume-role-policy-document", trust, "--permissions-boundary", boundary)
	user := do[struct{ User bounded }](t, aws, "iam", "get-user", "--user-name", "jane").User
	if user.Arn != "arn:aws:iam::123456789012:user/jane" || user.PermissionsBoundary.PermissionsBoundaryArn != boundary || user.Tags[0].Value != "a b" {
		t.Errorf("%+v", user)
	}
	role := do[struct {
		Role struct {
			bounded
			AssumeRolePolicyDocument struct{ Statement []any }
		}
	}](t, aws, "iam", "get-role", "--role-name", "app").Role
	if role.Arn != "arn:aws:iam::123456789012:role/dev/app" || role.PermissionsBoundary.PermissionsBoundaryArn != boundary || len(role.AssumeRolePolicyDocument.Statement) != 1 {
		t.Errorf("%+v", role)
	}
	for _, args := range [][]string{
		{"iam", "create-user", "--user-name", "joe", "--permissions-boundary", boundary + "x"},
		{"iam", "put-role-permissions-boundary", "--role-name", "app", "--permissions-boundary", boundary + "x"},
	} {
		if _, errs, ok := aws.run(t, args...); ok || !strings.Contains(errs, "(NoSuchEntity)") || !strings.Contains(errs, "does not exist or is not attachable") {
			t.Errorf("aws %s: %v %s", strings.Join(args, " "), ok, errs)
		}
	}
	if _, errs, ok := aws.run(t, "iam", "delete-policy", "--policy-arn", boundary); ok || !strings.Contains(errs, "(DeleteConflict)") {
		t.Errorf("%v %s", ok, errs)
	}
	users := do[struct {
		PolicyUsers, PolicyRoles []struct{ UserName, RoleName string }
	}](t, aws,
		"iam", "list-entities-for-policy", "--policy-arn", boundary, "--policy-usage-filter", "PermissionsBoundary")
	if len(users.PolicyUsers) != 1 || len(users.PolicyRoles) != 1 {
		t.Errorf("%+v", users)
	}
}

func TestAWSCommandPages(t *testing.T) {
	server := localaws.New(localaws.Options{Seed: 1})
	populate(server)
	aws := newAWSCommand(t, listen(t, server).URL)
	type details struct {
		UserDetailList, RoleDetailList, GroupDetailList, Policies []json.RawMessage
		NextToken                                                 string
	}
	all, _, _ := aws.run(t, "iam", "get-account-authorization-details", "--page-size", "7")
	var d details
	if err := json.Unmarshal([]byte(all), &d); err != nil || len(d.UserDetailList) != 30 || len(d.RoleDetailList) != 25 || len(d.GroupDetailList) != 5 || len(d.Policies) != 1 {
		t.Errorf("%v: %d users, %d roles, %d groups, %d policies", err, len(d.UserDetailList), len(d.RoleDetailList), len(d.GroupDetailList), len(d.Policies))
	}
	if n := server.Calls()["iam:GetAccountAuthorizationDetails"]; n != 9 {
		t.Errorf("61 things by 7 took %d calls", n)
	}
	part := do[details](t, aws, "iam", "get-account-authorization-details", "--filter", "User", "--max-items", "12", "--page-size", "10")
	if len(part.UserDetailList) != 12 || part.NextToken == "" {
		t.Errorf("%d users, token %q", len(part.UserDetailList), part.NextToken)
	}
	rest := do[details](t, aws, "iam", "get-account-authorization-details", "--filter", "User", "--page-size", "10", "--starting-token", part.NextToken)
	if len(rest.UserDetailList) != 18 || rest.NextToken != "" {
		t.Errorf("%d users, token %q", len(rest.UserDetailList), rest.NextToken)
	}

	// Load accepts what the command prints.
	file := filepath.Join(t.TempDir(), "state.json")
	if err := os.WriteFile(file, []byte(all), 0o600); err != nil {
		t.Fatal(err)
	}
	again := localaws.New(localaws.Options{})
	if loaded, err := load(again, []byte(all)); err != nil || len(loaded.Assumed) != 0 {
		t.Fatalf("%+v, %v", loaded, err)
	}
	if a, b := server.IAM(account).Describe(), again.IAM(account).Describe(); !bytes.Equal(a, b) {
		t.Errorf("the loaded state differs from the printed one:\n%s\n%s", a, b)
	}
}

func TestAWSCommandSpeaksToAllServices(t *testing.T) {
	server := localaws.New(localaws.Options{Seed: 1})
	aws := newAWSCommand(t, listen(t, server).URL)
	if who := do[struct{ Account string }](t, aws, "sts", "get-caller-identity"); who.Account != account {
		t.Errorf("%+v", who)
	}
	url := do[struct{ QueueUrl string }](t, aws, "sqs", "create-queue", "--queue-name", "q").QueueUrl //nolint:revive // AWS's name
	arn := "arn:aws:sqs:us-east-1:123456789012:q"
	topic := do[struct{ TopicArn string }](t, aws, "sns", "create-topic", "--name", "findings").TopicArn
	do[any](t, aws, "sns", "subscribe", "--topic-arn", topic, "--protocol", "sqs", "--notification-endpoint", arn, "--attributes", "RawMessageDelivery=true")
	do[any](t, aws, "sns", "publish", "--topic-arn", topic, "--message", "from sns", "--subject", "s", "--message-attributes", `{"a":{"DataType":"String","StringValue":"b"}}`)
	do[any](t, aws, "events", "put-rule", "--name", "r", "--event-pattern", `{"source":["aws.iam","me"]}`)
	do[any](t, aws, "events", "put-targets", "--rule", "r", "--targets", "Id=q,Arn="+arn)
	do[any](t, aws, "events", "put-events", "--entries", `[{"Source":"me","DetailType":"T","Detail":"{\"n\":1}"}]`)
	do[any](t, aws, "iam", "create-group", "--group-name", "g")
	got := do[struct{ Messages []struct{ Body string } }](t, aws, "sqs", "receive-message", "--queue-url", url, "--max-number-of-messages", "10", "--message-attribute-names", "All", "--wait-time-seconds", "1")
	if len(got.Messages) != 3 || got.Messages[0].Body != "from sns" || !strings.Contains(got.Messages[1].Body, `"detail":{"n":1}`) || !strings.Contains(got.Messages[2].Body, `"eventName":"CreateGroup"`) {
		t.Errorf("%+v", got)
	}
	seen := do[struct {
		Events []struct{ EventName, CloudTrailEvent string }
	}](t, aws, "cloudtrail", "lookup-events", "--lookup-attributes", "AttributeKey=EventName,AttributeValue=CreateGroup")
	if len(seen.Events) != 1 || !strings.Contains(seen.Events[0].CloudTrailEvent, `"groupName":"g"`) {
		t.Errorf("%+v", seen)
	}
}
