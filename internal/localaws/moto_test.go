package localaws_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/localaws"
)

// startMoto runs moto_server, another AWS emulator, on a free loopback port.
func startMoto(t *testing.T) (endpoint string) {
	t.Helper()
	if testing.Short() {
		t.Skip("moto_server takes seconds to start")
	}
	path, err := exec.LookPath("moto_server")
	if err != nil {
		t.Skip("moto_server is not installed")
	}
	listener := must((&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path, "-H", "127.0.0.1", "-p", port)
	cmd.Stdout, cmd.Stderr = io.Discard, io.Discard
	if err := cmd.Start(); err != nil {
		t.Skipf("moto_server does not start: %v", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
	})
	endpoint = "http://127.0.0.1:" + port
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	for range 1200 {
		select {
		case err := <-ended:
			ended <- err
			t.Skipf("moto_server ended: %v", err)
		case <-poll.C:
		}
		r := must(http.NewRequestWithContext(t.Context(), http.MethodGet, endpoint+"/moto-api/", nil))(t)
		if r, err := http.DefaultClient.Do(r); err == nil {
			_ = r.Body.Close()
			return endpoint
		}
	}
	t.Fatal("moto_server does not answer")
	return ""
}

// TestSameAnswersAsMoto makes the same calls on localaws and on moto, where moto is known to be
// right: roles and their boundaries, policy versions, topics to queues, rules to queues, roles of
// other accounts, and tables with their items.
func TestSameAnswersAsMoto(t *testing.T) {
	t.Parallel()
	endpoint := startMoto(t)
	server := localaws.New(localaws.Options{})
	ours := listen(t, server).Config("us-east-1", account)
	theirs := ours.Copy()
	theirs.BaseEndpoint = &endpoint
	for name, story := range map[string]func(*testing.T, aws.Config) []string{
		"roles": roleStory, "policies": policyStory, "messages": messageStory, "rules": ruleStory, "accounts": accountStory,
		"tables": tableStory, "items": itemStory, "conditions": conditionStory, "updates": updateStory, "ranges": rangeStory, "refusals": refusalStory,
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(story(t, theirs), story(t, ours)); diff != "" {
				t.Errorf("moto (-) and localaws (+) differ:\n%s", diff)
			}
		})
	}
}

// tell returns a line of a story: the call, and the answer without random parts.
func tell(what string, answer any, err error) string {
	if err != nil {
		return what + ": " + code(err)
	}
	b, _ := json.Marshal(answer)
	return what + ": " + random.ReplaceAllString(string(b), `"…"`)
}

// random matches what differs between runs, and the type of a boundary: moto uses the SDK's word,
// AWS another.
var random = regexp.MustCompile(`"(A(ROA|NPA|IPA)[A-Z0-9]{17}|\d{4}-\d\d-\d\dT[0-9:.]+(Z|\+00:00)|Policy|PermissionsBoundaryPolicy)"`)

func roleStory(t *testing.T, config aws.Config) (lines []string) {
	c, ctx := iam.NewFromConfig(config), t.Context()
	add := func(what string, answer any, err error) { lines = append(lines, tell(what, answer, err)) }
	_, err := c.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: s("boundary"), PolicyDocument: s(document)})
	add("policy", nil, err)
	arn := s("arn:aws:iam::123456789012:policy/boundary")
	_, err = c.CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: s("app"), Path: s("/dev/"), AssumeRolePolicyDocument: s(trust), PermissionsBoundary: arn, Description: s("d"), Tags: tags("team", "a"),
	})
	add("create", nil, err)
	_, err = c.CreateRole(ctx, &iam.CreateRoleInput{RoleName: s("app"), AssumeRolePolicyDocument: s(trust)})
	add("create again", nil, err)
	get := func(what, name string) {
		out, err := c.GetRole(ctx, &iam.GetRoleInput{RoleName: &name})
		if err != nil {
			add(what, nil, err)
			return
		}
		plain, _ := url.PathUnescape(*out.Role.AssumeRolePolicyDocument)
		out.Role.AssumeRolePolicyDocument, out.Role.RoleLastUsed = &plain, nil
		add(what, out.Role, nil)
	}
	get("get", "app")
	get("get none", "none")
	_, err = c.PutRolePermissionsBoundary(ctx, &iam.PutRolePermissionsBoundaryInput{RoleName: s("app"), PermissionsBoundary: s(denyAll)})
	add("put", nil, err)
	get("with another", "app")
	_, err = c.DeleteRolePermissionsBoundary(ctx, &iam.DeleteRolePermissionsBoundaryInput{RoleName: s("app")})
	add("delete boundary", nil, err)
	get("without", "app")
	_, err = c.PutRolePermissionsBoundary(ctx, &iam.PutRolePermissionsBoundaryInput{RoleName: s("none"), PermissionsBoundary: s(denyAll)})
	add("put none", nil, err)
	for range 2 {
		_, err = c.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: s("app"), PolicyArn: arn})
		add("attach", nil, err)
	}
	attached, err := c.ListAttachedRolePolicies(ctx, &iam.ListAttachedRolePoliciesInput{RoleName: s("app")})
	add("attached", attached.AttachedPolicies, err)
	_, err = c.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: s("app")})
	add("delete, attached", nil, err)
	for range 2 {
		_, err = c.DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: s("app"), PolicyArn: arn})
		add("detach", nil, err)
	}
	_, err = c.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: s("app"), PolicyName: s("p"), PolicyDocument: s(document)})
	add("inline", nil, err)
	inline, err := c.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: s("app"), PolicyName: s("p")})
	if err == nil {
		plain, _ := url.PathUnescape(*inline.PolicyDocument)
		add("get inline", plain, nil)
	}
	names, err := c.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: s("app")})
	add("list inline", names.PolicyNames, err)
	_, err = c.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: s("app")})
	add("delete, inline", nil, err)
	_, err = c.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: s("app"), PolicyName: s("p")})
	add("delete inline", nil, err)
	_, err = c.TagRole(ctx, &iam.TagRoleInput{RoleName: s("app"), Tags: tags("x", "y")})
	add("tag", nil, err)
	_, err = c.UntagRole(ctx, &iam.UntagRoleInput{RoleName: s("app"), TagKeys: []string{"team"}})
	add("untag", nil, err)
	tagged, err := c.ListRoleTags(ctx, &iam.ListRoleTagsInput{RoleName: s("app")})
	add("tags", tagged.Tags, err)
	_, err = c.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: s("app")})
	add("delete", nil, err)
	get("gone", "app")
	return lines
}

func policyStory(t *testing.T, config aws.Config) (lines []string) {
	c, ctx := iam.NewFromConfig(config), t.Context()
	add := func(what string, answer any, err error) { lines = append(lines, tell(what, answer, err)) }
	arn := s("arn:aws:iam::123456789012:policy/versions")
	_, err := c.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: s("versions"), PolicyDocument: s(document)})
	add("create", nil, err)
	_, err = c.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: s("versions"), PolicyDocument: s(document)})
	add("create again", nil, err)
	for i := range 5 {
		out, err := c.CreatePolicyVersion(ctx, &iam.CreatePolicyVersionInput{PolicyArn: arn, PolicyDocument: s(document), SetAsDefault: i%2 == 0})
		if err != nil {
			add("version", nil, err)
			continue
		}
		add("version", fmt.Sprint(*out.PolicyVersion.VersionId, out.PolicyVersion.IsDefaultVersion), nil)
	}
	_, err = c.SetDefaultPolicyVersion(ctx, &iam.SetDefaultPolicyVersionInput{PolicyArn: arn, VersionId: s("v3")})
	add("default", nil, err)
	_, err = c.DeletePolicyVersion(ctx, &iam.DeletePolicyVersionInput{PolicyArn: arn, VersionId: s("v3")})
	add("delete default", nil, err)
	_, err = c.DeletePolicyVersion(ctx, &iam.DeletePolicyVersionInput{PolicyArn: arn, VersionId: s("v1")})
	add("delete v1", nil, err)
	_, err = c.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: arn, VersionId: s("v1")})
	add("get v1", nil, err)
	out, err := c.ListPolicyVersions(ctx, &iam.ListPolicyVersionsInput{PolicyArn: arn})
	var ids []string
	for _, v := range out.Versions {
		ids = append(ids, fmt.Sprint(*v.VersionId, v.IsDefaultVersion))
	}
	slices.Sort(ids)
	add("versions", ids, err)
	p, err := c.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: arn})
	add("get", fmt.Sprint(*p.Policy.DefaultVersionId, *p.Policy.AttachmentCount, p.Policy.IsAttachable), err)
	_, err = c.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: s(*arn + "x")})
	add("get none", nil, err)
	return lines
}

func messageStory(t *testing.T, config aws.Config) (lines []string) {
	topics, ctx := sns.NewFromConfig(config), t.Context()
	url, arn := makeQueue(t, config, "messages")
	topic := must(topics.CreateTopic(ctx, &sns.CreateTopicInput{Name: s("findings")}))(t).TopicArn
	lines = append(lines, *topic, arn)
	must(topics.Subscribe(ctx, &sns.SubscribeInput{TopicArn: topic, Protocol: s("sqs"), Endpoint: &arn, Attributes: map[string]string{"RawMessageDelivery": "true"}}))(t)
	_, err := topics.Publish(ctx, &sns.PublishInput{TopicArn: topic, Message: s(`{"default":"d","sqs":"q"}`), MessageStructure: s("json")})
	lines = append(lines, tell("publish", nil, err))
	_, err = topics.Publish(ctx, &sns.PublishInput{TopicArn: topic, Message: s("m"), Subject: s(strings.Repeat("x", 101))})
	lines = append(lines, tell("long subject", nil, err))
	_, err = topics.Publish(ctx, &sns.PublishInput{TopicArn: s(*topic + "x"), Message: s("m")})
	lines = append(lines, tell("no topic", nil, err))
	return append(lines, received(t, config, url)...)
}

func makeQueue(t *testing.T, config aws.Config, name string) (url, arn string) {
	t.Helper()
	w := &world{sqs: sqs.NewFromConfig(config)}
	return w.queue(t, name, nil)
}

func received(t *testing.T, config aws.Config, url string) []string {
	t.Helper()
	out := must(sqs.NewFromConfig(config).ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, MaxNumberOfMessages: 10}))(t)
	return bodies(out.Messages)
}

func ruleStory(t *testing.T, config aws.Config) (lines []string) {
	bus, ctx := eventbridge.NewFromConfig(config), t.Context()
	url, arn := makeQueue(t, config, "events")
	rule, err := bus.PutRule(ctx, &eventbridge.PutRuleInput{
		Name: s("r"), EventPattern: s(`{"source":["me"],"detail":{"name":[{"prefix":"Put"},{"anything-but":["Get","List"]}],"n":[{"numeric":[">",1]}],"error":[{"exists":false}]}}`),
	})
	lines = append(lines, tell("rule", aws.ToString(rule.RuleArn), err))
	must(bus.PutTargets(ctx, &eventbridge.PutTargetsInput{Rule: s("r"), Targets: []eventtypes.Target{{Id: s("q"), Arn: &arn}}}))(t)
	for _, detail := range []string{
		`{"name":"PutRole","n":2}`, `{"name":"Get","n":2}`, `{"name":"Other","n":2}`, `{"name":"PutRole","n":1}`, `{"name":"PutRole","n":2,"error":"x"}`,
	} {
		must(bus.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []eventtypes.PutEventsRequestEntry{
			{Source: s("me"), DetailType: s("T"), Detail: &detail},
		}}))(t)
	}
	for _, body := range received(t, config, url) {
		var e map[string]any
		if err := json.Unmarshal([]byte(body), &e); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"id", "time", "account"} { // moto omits the account
			delete(e, name)
		}
		lines = append(lines, tell("received", e, nil))
	}
	_, err = bus.PutTargets(ctx, &eventbridge.PutTargetsInput{Rule: s("none"), Targets: []eventtypes.Target{{Id: s("q"), Arn: &arn}}})
	return append(lines, tell("targets of none", nil, err))
}

func accountStory(t *testing.T, config aws.Config) (lines []string) {
	ctx := t.Context()
	tokens := sts.NewFromConfig(config)
	other := config.Copy()
	// Here a role must exist to be assumed; moto does not check.
	role := s("arn:aws:iam::210987654321:role/reader")
	direct := config.Copy()
	direct.Credentials = keys("210987654321")
	must(iam.NewFromConfig(direct).CreateRole(ctx, &iam.CreateRoleInput{RoleName: s("reader"), AssumeRolePolicyDocument: s(trust)}))(t)
	out, err := tokens.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: role, RoleSessionName: s("sweep")})
	if err != nil {
		return append(lines, tell("assume", nil, err))
	}
	lines = append(lines, *out.AssumedRoleUser.Arn)
	other.Credentials = keys(*out.Credentials.AccessKeyId)
	who, err := sts.NewFromConfig(other).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	lines = append(lines, tell("who", aws.ToString(who.Account)+" "+aws.ToString(who.Arn), err))
	made, err := iam.NewFromConfig(other).CreateRole(ctx, &iam.CreateRoleInput{RoleName: s("there"), AssumeRolePolicyDocument: s(trust)})
	if err == nil {
		lines = append(lines, *made.Role.Arn)
	}
	_, err = iam.NewFromConfig(config).GetRole(ctx, &iam.GetRoleInput{RoleName: s("there")})
	return append(lines, tell("not here", nil, err))
}
