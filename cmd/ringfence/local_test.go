package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ringfence/ringfence/internal/localaws"
)

// watched is a buffer that signals when it contains a text.
type watched struct {
	mu   sync.Mutex
	text bytes.Buffer
	come chan struct{}
	want string
}

func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	before := strings.Contains(w.text.String(), w.want)
	n, err := w.text.Write(p)
	if !before && strings.Contains(w.text.String(), w.want) {
		close(w.come)
	}
	return n, err
}

func (w *watched) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

func TestLocalawsServesUntilInterrupted(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state.json")
	if err := os.WriteFile(state, []byte(`{"RoleDetailList":[{"RoleName":"app","RoleId":"AROA1","Path":"/","Arn":"arn:aws:iam::210987654321:role/app",
		"AssumeRolePolicyDocument":{"Statement":[]},"AttachedManagedPolicies":[{"PolicyName":"x","PolicyArn":"arn:aws:iam::210987654321:policy/x"}]}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	stderr := &watched{come: make(chan struct{}), want: "and needs --endpoint-url"}
	stdout := &watched{come: make(chan struct{}), want: "\x00"}
	cmd := root()
	cmd.SetArgs([]string{"localaws", "--listen", "127.0.0.1:0", "--state", state, "--calls"})
	cmd.SetErr(stderr)
	cmd.SetOut(stdout)
	code := make(chan int)
	go func() { code <- run(ctx, cmd) }()
	select {
	case <-stderr.come:
	case c := <-code:
		t.Fatalf("ended with %d: %s", c, stderr)
	}
	url := regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(stderr.String())
	config := localaws.New(localaws.Options{}).Config("us-east-1", "210987654321")
	config.HTTPClient, config.BaseEndpoint = nil, &url
	got, err := iam.NewFromConfig(config).GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("app")})
	if err != nil || *got.Role.RoleId != "AROA1" {
		t.Errorf("%+v, %v", got, err)
	}
	stop()
	if c := <-code; c != exitNothing {
		t.Errorf("exit status %d", c)
	}
	for _, want := range []string{"test and demonstration tool", "assumed: arn:aws:iam::210987654321:policy/x", "AWS_ACCESS_KEY_ID=210987654321"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("%q is not in\n%s", want, stderr)
		}
	}
	if !strings.Contains(stdout.String(), "210987654321 iam:GetRole") {
		t.Errorf("calls: %s", stdout)
	}
}

func TestLocalawsRefusesBadInput(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.json")
	if err := os.WriteFile(bad, []byte(`{"UserDetailList":[{"Arn":"x"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"--partition":        {"--partition", "azure"},
		"--account":          {"--account", "12"},
		"--listen":           {"--listen", "127.0.0.1:70000"},
		"--situation":        {"--situation", "nosuch"},
		"of its own":         {"--situation", "mode-observe"},
		"aws-cn":             {"--situation", "create-role-china"},
		"no such file":       {"--state", filepath.Join(t.TempDir(), "none")},
		"bad.json":           {"--state", bad},
		"takes no arguments": {"extra"},
	} {
		cmd := root()
		cmd.SetArgs(append([]string{"localaws"}, args...))
		cmd.SetErr(&bytes.Buffer{})
		if err := cmd.ExecuteContext(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v", args, err)
		}
	}
}
