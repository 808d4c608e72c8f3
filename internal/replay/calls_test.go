package replay

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// quarantining is a configuration with an approved document, under which users in
// /quarantine/ lose everything instead of getting their boundary back.
const quarantining = `version: 1
mode: enforce
boundaries:
  team: {arn: "arn:${partition}:iam::${account}:policy/team-boundary", document: team.json}
rules:
  - {name: strict, match: {paths: ["/quarantine/*"]}, boundary: team, onDrift: quarantine}
  - {name: everyone, match: {names: ["*"]}, boundary: team}
`

const approvedDocument = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`

func configured(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"ringfence.yaml": quarantining, "team.json": approvedDocument} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "ringfence.yaml")
}

func (d *desk) user(path, name, boundary string) {
	d.t.Helper()
	in := &iam.CreateUserInput{UserName: &name, Path: &path}
	if boundary != "" {
		in.PermissionsBoundary = &boundary
	}
	if _, err := d.iam.CreateUser(d.t.Context(), in); err != nil {
		d.t.Fatal(err)
	}
}

// policy makes a managed policy, each text a version of it, the last one in force.
func (d *desk) policy(name string, documents ...string) string {
	d.t.Helper()
	arn := "arn:aws:iam::123456789012:policy/" + name
	for i, text := range documents {
		var err error
		if i == 0 && arn != d.boundary {
			_, err = d.iam.CreatePolicy(d.t.Context(), &iam.CreatePolicyInput{PolicyName: &name, PolicyDocument: &text})
		} else {
			_, err = d.iam.CreatePolicyVersion(d.t.Context(), &iam.CreatePolicyVersionInput{PolicyArn: &arn, PolicyDocument: &text, SetAsDefault: true})
		}
		if err != nil {
			d.t.Fatal(err)
		}
	}
	return arn
}

func userEvent(name, user string) string {
	return strings.Replace(event(name, user, 0), `"roleName"`, `"userName"`, 1)
}

func policyEvent(name, arn string) string {
	return strings.Replace(event(name, arn, 0), `"roleName"`, `"policyArn"`, 1)
}

// recorder notes the calls on IAM.
type recorder struct {
	mu    sync.Mutex
	calls []string
}

func (r *recorder) note(c wire.Call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c.Service == "iam" {
		r.calls = append(r.calls, c.Operation)
	}
}

func (r *recorder) begin() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = nil
}

// untilRepair gives the calls up to the first that writes, that one included, or all.
func (r *recorder) untilRepair() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	write := slices.IndexFunc(r.calls, func(s string) bool { return !strings.HasPrefix(s, "Get") && !strings.HasPrefix(s, "List") })
	if write < 0 {
		return slices.Clone(r.calls)
	}
	return slices.Clone(r.calls[:write+1])
}

// TestHowManyCallsAVerdictCosts counts the calls on IAM: all of them where nothing is to
// be done, and those up to the repair where there is one. A document that was read before
// costs no call again; that its version is still the one in force is always asked, but
// for policies that only AWS can change.
func TestHowManyCallsAVerdictCosts(t *testing.T) {
	const (
		narrow = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}`
		wide   = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}`
		other  = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}]}`
	)
	d := newDesk(t, build(t), configured(t))
	powerUser := "arn:aws:iam::aws:policy/PowerUserAccess"
	d.role("good", d.boundary)
	d.user("/", "good", d.boundary)
	d.role("bare", "")
	d.user("/", "bare", "")
	d.user("/quarantine/", "bad", "")
	for _, name := range []string{"narrow", "narrow-again"} {
		d.role(name, d.policy(name, narrow))
	}
	for _, name := range []string{"wide", "wide-again"} {
		d.role(name, d.policy(name, wide))
	}
	d.role("aws", powerUser)
	d.role("aws-again", powerUser)

	calls := &recorder{}
	d.server.OnCall(calls.note)

	putRole, putUser := "PutRolePermissionsBoundary", "PutUserPermissionsBoundary"
	for _, c := range []struct {
		name  string
		event string
		first []string // calls of the test itself, before the event
		want  []string // up to the repair, or all
	}{
		{name: "1: a role inside its boundary", event: event("CreateRole", "good", 0), want: []string{"GetRole"}},
		{name: "1: a user inside its boundary", event: userEvent("CreateUser", "good"), want: []string{"GetUser"}},
		{name: "2: a role without a boundary", event: event("CreateRole", "bare", 0), want: []string{"GetRole", putRole}},
		{name: "2: a user without a boundary", event: userEvent("CreateUser", "bare"), want: []string{"GetUser", putUser}},
		{name: "2: a quarantine", event: userEvent("CreateUser", "bad"), want: []string{"GetUser", putUser}},
		{name: "3: a narrower boundary that was never seen", event: event("CreateRole", "narrow", 0), want: []string{"GetRole", "GetPolicy", "GetPolicyVersion"}},
		{name: "2: a narrower boundary that was seen before", event: event("CreateRole", "narrow", 0), want: []string{"GetRole", "GetPolicy"}},
		{
			name: "6: a wider boundary, neither policy seen before", event: event("CreateRole", "wide", 0),
			want: []string{"GetRole", "GetPolicy", "GetPolicyVersion", "GetPolicy", "GetPolicyVersion", putRole},
		},
		{
			name: "5: a wider boundary that was never seen", event: event("CreateRole", "wide-again", 0),
			want: []string{"GetRole", "GetPolicy", "GetPolicyVersion", "GetPolicy", putRole},
		},
		{
			name: "5: a wider boundary of AWS's own that was never seen", event: event("CreateRole", "aws", 0),
			want: []string{"GetRole", "GetPolicy", "GetPolicyVersion", "GetPolicy", putRole},
		},
		{
			name: "3: a wider boundary of AWS's own that was seen before", event: event("CreateRole", "aws-again", 0),
			want: []string{"GetRole", "GetPolicy", putRole},
		},
		{name: "1: a boundary policy as approved", event: policyEvent("CreatePolicyVersion", d.boundary), want: []string{"GetPolicy"}},
		{
			name: "6: a boundary policy that is widened, and has a version as approved", event: policyEvent("CreatePolicyVersion", d.boundary), first: []string{other},
			want: []string{"GetPolicy", "GetPolicyVersion", "ListPolicyVersions", "GetPolicyVersion", "GetPolicyVersion", "SetDefaultPolicyVersion"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			d.t = t
			if c.first != nil {
				d.policy("team-boundary", c.first...)
			}
			calls.begin()
			if failed := d.send(c.event); len(failed) > 0 {
				t.Fatalf("came back: %v", failed)
			}
			if got := calls.untilRepair(); !slices.Equal(got, c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
			if n, _, _ := strings.Cut(c.name, ":"); n != strconv.Itoa(len(c.want)) {
				t.Errorf("%d calls are wanted", len(c.want))
			}
		})
	}
	if got, err := d.iam.GetUser(t.Context(), &iam.GetUserInput{UserName: aws.String("bad")}); err != nil || aws.ToString(valueOf(got.User.PermissionsBoundary)) != "arn:aws:iam::aws:policy/AWSDenyAll" {
		t.Errorf("the user that was to be in quarantine: %+v, %v", got, err)
	}
}
