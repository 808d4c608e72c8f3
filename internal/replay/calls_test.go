package replay

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

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

// userEvent is an event about a user.
func userEvent(name, user string) string {
	return strings.Replace(event(name, user, 0), `"roleName"`, `"userName"`, 1)
}

// policyEvent is an event about a managed policy.
func policyEvent(name, arn string) string {
	return strings.Replace(event(name, arn, 0), `"roleName"`, `"policyArn"`, 1)
}

// putEvent is the event of a call that put a boundary on a role.
func putEvent(role, boundary string) string {
	return strings.Replace(event("PutRolePermissionsBoundary", role, 0), `"requestParameters": {`, fmt.Sprintf(`"requestParameters": {"permissionsBoundary": %q, `, boundary), 1)
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

// seen gives the calls, sorted, since those of one invocation are made side by side; and
// how many were made up to the first that writes, that one included.
func (r *recorder) seen() (all []string, untilRepair int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	write := slices.IndexFunc(r.calls, func(s string) bool { return !strings.HasPrefix(s, "Get") && !strings.HasPrefix(s, "List") })
	return slices.Sorted(slices.Values(r.calls)), write + 1
}

// TestHowManyCallsADecisionCosts counts the calls on IAM of an invocation, and bounds those
// that come before the repair. A document that was read before costs no call again; that
// its version is still the one in force is always asked, but for policies that only AWS can
// change.
//
// The required policy is part of what a principal is in, so that each batch asks once for
// its version. Of these calls none comes before the repair of a principal without any
// boundary: they are made beside it, and two calls are all that it waits for.
func TestHowManyCallsADecisionCosts(t *testing.T) {
	const (
		narrow = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}`
		wide   = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}`
		other  = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}]}`
	)
	d := newDesk(t, configured(t))
	powerUser := "arn:aws:iam::aws:policy/PowerUserAccess"
	carried := map[string]string{"good": d.boundary, "bare": "", "aws": powerUser, "aws-again": powerUser}
	d.before(func() {
		carried["narrow"], carried["wide"] = d.policy("narrow", narrow), d.policy("wide", wide)
		for role, boundary := range carried {
			d.role(role, boundary)
		}
		d.user("/", "good", d.boundary)
		d.user("/", "bare", "")
		d.user("/quarantine/", "bad", "")
	})
	calls := &recorder{}
	d.server.OnCall(calls.note)

	const (
		role, user, policy, version, versions = "GetRole", "GetUser", "GetPolicy", "GetPolicyVersion", "ListPolicyVersions"
		putRole, putUser, restore             = "PutRolePermissionsBoundary", "PutUserPermissionsBoundary", "SetDefaultPolicyVersion"
	)
	for _, c := range []struct {
		name  string
		event string
		first []string // versions of the boundary policy that the test makes before the event
		most  int      // calls up to the repair; 0 where there is none
		want  []string // all calls
	}{
		{name: "a role inside its boundary, the required policy never seen", event: putEvent("good", d.boundary), want: []string{role, policy, version}},
		{name: "a role inside its boundary", event: putEvent("good", d.boundary), want: []string{role, policy}},
		{name: "a user inside its boundary", event: userEvent("PutUserPolicy", "good"), want: []string{user, policy}},
		{name: "a role without a boundary", event: event("CreateRole", "bare", 0), most: 2 + 1, want: []string{role, policy, putRole}},
		{name: "a user without a boundary", event: userEvent("CreateUser", "bare"), most: 2 + 1, want: []string{user, policy, putUser}},
		{name: "a quarantine", event: userEvent("CreateUser", "bad"), most: 2 + 1, want: []string{user, policy, putUser}},
		{
			name: "a narrower boundary that was never seen", event: putEvent("narrow", carried["narrow"]),
			want: []string{role, policy, policy, version},
		},
		{name: "a narrower boundary that was seen before", event: putEvent("narrow", carried["narrow"]), want: []string{role, policy, policy}},
		{
			name: "a wider boundary that was never seen", event: putEvent("wide", carried["wide"]), most: 5,
			want: []string{role, policy, policy, version, putRole},
		},
		{
			name: "a wider boundary of AWS's own that was never seen", event: putEvent("aws", powerUser), most: 5,
			want: []string{role, policy, policy, version, putRole},
		},
		{
			name: "a wider boundary of AWS's own that was seen before", event: putEvent("aws-again", powerUser), most: 3,
			want: []string{role, policy, putRole},
		},
		{name: "a boundary policy as approved", event: policyEvent("SetDefaultPolicyVersion", d.boundary), want: []string{policy}},
		{
			name: "a boundary policy that is widened, and has a version as approved", event: policyEvent("CreatePolicyVersion", d.boundary), first: []string{other},
			most: 6, want: []string{policy, version, versions, version, version, restore},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d.t = t; c.first != nil {
				d.policy("team-boundary", c.first...)
			}
			calls.begin()
			if back := d.send(c.event); len(back) > 0 {
				t.Fatalf("come back: %v", back)
			}
			all, untilRepair := calls.seen()
			if want := slices.Sorted(slices.Values(c.want)); !slices.Equal(all, want) {
				t.Errorf("%v, want %v", all, want)
			}
			if untilRepair > c.most {
				t.Errorf("%d calls up to the repair, at most %d are wanted", untilRepair, c.most)
			}
		})
	}
	d.t = t
	if got := d.carried("bad"); got != "arn:aws:iam::aws:policy/AWSDenyAll" {
		t.Errorf("the user that was to be in quarantine carries %q", got)
	}
}
