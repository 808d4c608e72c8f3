package iamread

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/principal"
)

const (
	readOnly = "arn:aws:iam::aws:policy/ReadOnlyAccess"
	deploy   = "arn:aws:iam::123456789012:policy/deploy"
)

func newHoldings() *holdings {
	h := &holdings{
		groups: []string{"devs", "ops"},
		attached: map[string][]string{
			"role app": {readOnly, deploy}, "user alice": {deploy}, "group devs": {readOnly, deploy}, "group ops": {readOnly},
		},
		inline: map[string][]string{"role app": {"one", "two"}, "user alice": {"own"}, "group ops": {"pager"}},
	}
	p := newPolicies()
	h.getPolicy, h.getPolicyVersion = p.getPolicy, p.getPolicyVersion
	return h
}

func TestIdentityPoliciesOfARole(t *testing.T) {
	h := newHoldings()
	got, err := New(h).IdentityPolicies(ctx, app)
	if err != nil {
		t.Fatal(err)
	}
	managed := []byte(`{"first":"50% + 1"}`)
	want := []principal.IdentityPolicy{
		{Source: principal.Attached, Name: "ReadOnlyAccess", ARN: readOnly, Document: managed},
		{Source: principal.Attached, Name: "deploy", ARN: deploy, Document: managed},
		{Source: principal.Inline, Name: "one", Document: []byte(`{"Sid":"role app+one"}`)},
		{Source: principal.Inline, Name: "two", Document: []byte(`{"Sid":"role app+two"}`)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestIdentityPoliciesOfAUserIncludeGroups(t *testing.T) {
	h := newHoldings()
	got, err := New(h).IdentityPolicies(ctx, alice)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range got {
		if len(p.Document) == 0 {
			t.Errorf("%s has no document", p)
		}
		names = append(names, string(p.Source)+" "+p.String())
	}
	want := []string{
		"attached " + deploy,
		"inline inline policy own",
		"group-attached " + readOnly + " through group devs",
		"group-attached " + deploy + " through group devs",
		"group-attached " + readOnly + " through group ops",
		"group-inline inline policy pager through group ops",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// Both managed policies apply several times, and are read once.
	if h.calls["GetPolicy"] != 2 || h.calls["GetPolicyVersion"] != 2 {
		t.Errorf("calls %v", h.calls)
	}
}

func TestNoIdentityPolicies(t *testing.T) {
	h := &holdings{}
	if got, err := New(h).IdentityPolicies(ctx, app); err != nil || len(got) != 0 || h.total() != 2 {
		t.Errorf("got %v, %v in %d calls", got, err, h.total())
	}
	if got, err := New(h).IdentityPolicies(ctx, alice); err != nil || len(got) != 0 || h.total() != 5 {
		t.Errorf("got %v, %v in %d calls", got, err, h.total())
	}
}

func TestIdentityPoliciesThatCannotBeRead(t *testing.T) {
	for _, test := range []struct {
		name, gone string
		of         principal.Ref
		class      errclass.Class
	}{
		{"no such role", "role app", app, errclass.Gone},
		{"no such user", "user alice", alice, errclass.Gone},
		{"an inline policy went away", "two", app, errclass.Retryable},
		{"a group went away", "group ops", alice, errclass.Retryable},
		{"a group's policy went away", "pager", alice, errclass.Retryable},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := newHoldings()
			h.gone = test.gone
			got, err := New(h).IdentityPolicies(ctx, test.of)
			wantClass(t, err, test.class)
			if got != nil {
				t.Errorf("got %v beside the error", got)
			}
		})
	}
	h := newHoldings()
	h.getPolicy = func(*iam.GetPolicyInput) (*iam.GetPolicyOutput, error) { return nil, gone }
	_, err := New(h).IdentityPolicies(ctx, app)
	wantClass(t, err, errclass.Retryable)
	h.getPolicy = func(*iam.GetPolicyInput) (*iam.GetPolicyOutput, error) { return nil, throttle }
	_, err = New(h).IdentityPolicies(ctx, app)
	wantClass(t, err, errclass.Retryable)
}
