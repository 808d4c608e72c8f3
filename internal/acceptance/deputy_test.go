package acceptance

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ringfence/ringfence/internal/finding"
)

// deputyConfig has three boundaries: reads is narrower than people, and than all; workload and ci
// each allow what the other does not.
const deputyConfig = `version: 1
mode: enforce
boundaries:
  all: {arn: "arn:${partition}:iam::${account}:policy/all", document: all.json}
  reads: {arn: "arn:${partition}:iam::${account}:policy/reads", document: reads.json}
  workload: {arn: "arn:${partition}:iam::${account}:policy/workload", document: workload.json}
  ci: {arn: "arn:${partition}:iam::${account}:policy/ci", document: ci.json}
  own: {arn: "arn:${partition}:iam::${account}:policy/own", document: own.json}
rules:
  - {name: privileged, match: {kinds: [role], tags: {kind: privileged}}, boundary: all, accept: exact}
  - {name: pipelines, match: {kinds: [role], tags: {kind: ci}}, boundary: ci, accept: exact}
  - {name: workloads, match: {kinds: [role], names: [work*]}, boundary: workload, accept: narrower}
  - {name: trials, match: {kinds: [role], names: [intern], tags: {kind: trial}}, boundary: own, accept: exact}
  - {name: detainees, match: {names: [detainee]}, boundary: reads, accept: exact, onDrift: quarantine}
  - {name: everyone, match: {names: [auditor, builder, intern, made, worker]}, boundary: reads, accept: exact}
`

// newDeputy returns a story with a role that has a boundary.
func newDeputy(t *testing.T, name, boundary string) *story {
	t.Helper()
	documents := map[string]string{
		"all": document{allow("*")}.String(), "reads": document{allow("s3:Get*", "s3:List*")}.String(),
		"workload": document{allow("s3:*", "lambda:*")}.String(), "ci": document{allow("s3:*", "iam:CreateRole")}.String(),
		"own": document{allow("s3:GetObject")}.String(),
	}
	g := generator{}
	config := files{"ringfence.yaml": deputyConfig}
	var policies []any
	for _, policy := range []string{"all", "ci", "own", "reads", "workload"} {
		config[policy+".json"] = documents[policy]
		policies = append(policies, g.policy(policy, []string{documents[policy]}))
	}
	role := map[string]any{
		"RoleName": name, "RoleId": "AROADEPUTYEXAMPLE", "Path": "/", "Arn": arnOf("role", name), "CreateDate": "2026-01-01T00:00:00Z",
		"AssumeRolePolicyDocument": document{}, "RolePolicyList": []any{map[string]any{"PolicyName": "all", "PolicyDocument": document{allow("*")}}},
		"AttachedManagedPolicies": []any{}, "PermissionsBoundary": map[string]string{"PermissionsBoundaryArn": arnOf("policy", boundary)},
	}
	state, err := json.Marshal(map[string]any{"UserDetailList": []any{}, "GroupDetailList": []any{}, "RoleDetailList": []any{role}, "Policies": policies})
	if err != nil {
		t.Fatal(err)
	}
	return &story{world: newWorld(t, state, config)}
}

func (s *story) untags(role string) {
	s.t.Helper()
	must[*iam.UntagRoleOutput](s.t)(s.iam.UntagRole(context.Background(), &iam.UntagRoleInput{RoleName: &role, TagKeys: []string{"kind"}}))
}

func (s *story) tags(role, value string) {
	s.t.Helper()
	must[*iam.TagRoleOutput](s.t)(s.iam.TagRole(context.Background(), &iam.TagRoleInput{RoleName: &role, Tags: []types.Tag{{Key: aws.String("kind"), Value: &value}}}))
}

func (s *story) swaps(role, boundary string) {
	s.t.Helper()
	arn := arnOf("policy", boundary)
	must[*iam.PutRolePermissionsBoundaryOutput](s.t)(s.iam.PutRolePermissionsBoundary(context.Background(), &iam.PutRolePermissionsBoundaryInput{RoleName: &role, PermissionsBoundary: &arn}))
}

func (s *story) makes(role, boundary string) {
	s.t.Helper()
	trust := `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`
	must[*iam.CreateRoleOutput](s.t)(s.iam.CreateRole(context.Background(), &iam.CreateRoleInput{
		RoleName: &role, PermissionsBoundary: aws.String(arnOf("policy", boundary)), AssumeRolePolicyDocument: &trust,
		Tags: []types.Tag{{Key: aws.String("cost"), Value: aws.String("42")}},
	}))
}

// carries returns the boundary of a role.
func (s *story) carries(role string) string {
	s.t.Helper()
	out := must[*iam.GetRoleOutput](s.t)(s.iam.GetRole(context.Background(), &iam.GetRoleInput{RoleName: &role}))
	return aws.ToString(out.Role.PermissionsBoundary.PermissionsBoundaryArn)
}

// touches makes a call on a role that changes nothing.
func (s *story) touches(role string) {
	s.t.Helper()
	must[*iam.AttachRolePolicyOutput](s.t)(s.iam.AttachRolePolicy(context.Background(), &iam.AttachRolePolicyInput{RoleName: &role, PolicyArn: aws.String(arnOf("policy", "own"))}))
}

// handleAll handles the waiting events and everything that follows from them.
func (s *story) handleAll() (reported []finding.Finding) {
	for len(s.queue) > 0 {
		waiting := s.queue
		s.queue = nil
		for _, e := range waiting {
			reported = append(reported, s.handle(e)...)
		}
	}
	return reported
}

// TestNobodyIsMadeStrongerByATag: tags select the rule. A principal that may only set tags must
// not make Ringfence attach a boundary that allows the role more.
func TestNobodyIsMadeStrongerByATag(t *testing.T) {
	for _, c := range []struct {
		name, role, carries string
		do                  func(*story)
		boundary            string
		severity            finding.Severity // of the alert; empty if it is repaired
	}{
		{"to a wider boundary", "auditor", "reads", func(s *story) { s.tags("auditor", "privileged") }, "reads", finding.High},
		{"to another boundary", "worker", "workload", func(s *story) { s.tags("worker", "ci") }, "workload", finding.High},
		{"from a boundary of its own that its rule accepted", "worker", "own", func(s *story) { s.tags("worker", "privileged") }, "own", finding.High},
		{"seen first by another call", "auditor", "reads", func(s *story) {
			s.tags("auditor", "privileged")
			s.queue = nil
			s.touches("auditor")
		}, "reads", finding.High},
		{"a swap, and no tag", "worker", "workload", func(s *story) { s.swaps("worker", "ci") }, "workload", ""},
		{"a swap that a tag is to hide", "worker", "workload", func(s *story) {
			s.swaps("worker", "reads")
			s.tags("worker", "privileged")
		}, "reads", finding.High},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newDeputy(t, c.role, c.carries)
			c.do(s)
			reported := s.handleAll()
			if got := s.carries(c.role); got != arnOf("policy", c.boundary) {
				t.Errorf("its boundary is %s, want %s\n%s", got, c.boundary, lines(reported))
			}
			if c.severity == "" {
				return
			}
			if len(reported) == 0 {
				t.Fatal("nothing is reported")
			}
			last := reported[len(reported)-1] // earlier findings may wait for the record of a move
			if reported[0].ID != last.ID || len(reported) != last.Revision || last.Drift != finding.Replaced || last.Action != finding.Alert || last.Severity != c.severity ||
				!strings.Contains(last.Reason, "accepts the boundary that it carries") || strings.Contains(last.Reason, "is waiting for") {
				t.Errorf("reported %s", lines(reported))
			}
		})
	}
}

// TestASwapThatATagCoversIsTold: with a wider boundary and another tag at the same time, a role is
// inside the rule that now applies, whichever call Ringfence sees first.
func TestASwapThatATagCoversIsTold(t *testing.T) {
	covered := func(s *story, calls ...func()) []finding.Finding {
		s.tags("builder", "ci")
		s.swaps("builder", "ci")
		s.handleAll()
		s.clock.Advance(time.Hour)
		var reported []finding.Finding
		for _, call := range calls {
			call()
			reported = append(reported, s.handleAll()...)
		}
		return reported
	}
	for name, c := range map[string]struct {
		order    func(*story) []finding.Finding
		reported bool
	}{
		"swap, then untag": {func(s *story) []finding.Finding {
			return covered(s, func() { s.swaps("builder", "all"); s.tags("builder", "privileged") })
		}, true},
		"tag, then swap": {func(s *story) []finding.Finding {
			return covered(s, func() { s.tags("builder", "privileged"); s.swaps("builder", "all") })
		}, true},
		"a message each": {func(s *story) []finding.Finding {
			s.tags("builder", "ci")
			s.swaps("builder", "ci")
			s.handleAll()
			s.clock.Advance(time.Hour)
			s.swaps("builder", "all")
			s.tags("builder", "privileged")
			first, last := s.queue[0], s.queue[1]
			s.queue = nil
			return append(s.handle(last), s.handle(first)...)
		}, true},
		"to a boundary that allows less": {func(s *story) []finding.Finding {
			s.swaps("builder", "all")
			s.tags("builder", "privileged")
			s.handleAll()
			s.clock.Advance(time.Hour)
			s.swaps("builder", "reads")
			s.untags("builder")
			return s.handleAll()
		}, false},
		"an hour apart": {func(s *story) []finding.Finding {
			return covered(s, func() { s.tags("builder", "privileged") }, func() { s.clock.Advance(time.Hour); s.swaps("builder", "all") })
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			reported := c.order(newDeputy(t, "builder", "reads"))
			i := slices.IndexFunc(reported, func(f finding.Finding) bool { return f.Drift == finding.Moved })
			if (i >= 0) != c.reported {
				t.Fatalf("reported: %v, want %v\n%s", i >= 0, c.reported, lines(reported))
			}
			if c.reported && (reported[i].Severity == finding.Low || !strings.Contains(reported[i].Reason, "replaced at about the same time")) {
				t.Errorf("%s", line(reported[i]))
			}
		})
	}
}

// TestNobodyIsLetOutOfQuarantineByATag: a rule that accepts only its own boundary also accepts the
// quarantine once Ringfence has attached it. So a tag must not lead out of it.
func TestNobodyIsLetOutOfQuarantineByATag(t *testing.T) {
	s := newDeputy(t, "detainee", "reads")
	s.swaps("detainee", "all")
	s.handleAll()
	const denyAll = "arn:aws:iam::aws:policy/AWSDenyAll"
	if got := s.carries("detainee"); got != denyAll {
		t.Fatalf("its boundary is %s", got)
	}
	s.clock.Advance(time.Hour)
	s.tags("detainee", "privileged")
	reported := s.handleAll()
	if got := s.carries("detainee"); got != denyAll {
		t.Errorf("its boundary is %s", got)
	}
	if len(reported) != 1 || reported[0].Action != finding.Alert || reported[0].Severity != finding.High {
		t.Errorf("reported %s", lines(reported))
	}
}

// TestNoOrderOfRecordsMakesATagADeputy: records arrive late and in any order. A record that shows
// how a role got its boundary says nothing about the tag set since then. It does not matter
// whether another actor attached the boundary, Ringfence did, or the role was created with it, nor
// whether a rule applied before.
func TestNoOrderOfRecordsMakesATagADeputy(t *testing.T) {
	for _, c := range []struct {
		name, role, carries string
		put                 func(*story) // leads to a record that a boundary was attached
		tag, kept           string
	}{
		{"put on by others", "intern", "reads", func(s *story) { s.swaps("intern", "reads") }, "privileged", "reads"},
		{"put on by Ringfence, since a tag asks for less", "intern", "reads", func(s *story) {
			s.tags("intern", "trial")
			tag := s.queue[0]
			s.queue = nil
			s.handle(tag)
		}, "privileged", "own"},
		{"made with it", "made", "", func(s *story) { s.makes("made", "reads") }, "privileged", "reads"},
		{"made with one that the other rule does not take", "worker2", "", func(s *story) { s.makes("worker2", "workload") }, "ci", "workload"},
		{"no rule before", "loner", "workload", func(*story) {}, "ci", "workload"},
		{"no rule before, made with it", "loner2", "", func(s *story) { s.makes("loner2", "workload") }, "ci", "workload"},
	} {
		for _, order := range []string{
			"put, tag", "tag, put", "another call, tag, put", "put, another call, tag", "another call, put, tag", "tag, another call, put",
		} {
			t.Run(c.name+": "+order, func(t *testing.T) {
				s := newDeputy(t, "unconcerned", "reads")
				if c.carries != "" {
					s = newDeputy(t, c.role, c.carries)
				}
				taken := func(calls func()) [][]byte {
					calls()
					events := s.queue
					s.queue = nil
					s.clock.Advance(2 * time.Second)
					return events
				}
				put := taken(func() { c.put(s) })
				tag := taken(func() { s.tags(c.role, c.tag) })
				other := taken(func() { s.touches(c.role) })
				var reported []finding.Finding
				for _, e := range map[string][][]byte{
					"put, tag": slices.Concat(put, tag), "tag, put": slices.Concat(tag, put),
					"another call, tag, put": slices.Concat(other, tag, put), "put, another call, tag": slices.Concat(put, other, tag),
					"another call, put, tag": slices.Concat(other, put, tag), "tag, another call, put": slices.Concat(tag, other, put),
				}[order] {
					reported = append(reported, s.handle(e)...)
				}
				for range 4 {
					s.clock.Advance(10 * time.Minute)
					for _, m := range s.take(s.followUps) {
						reported = append(reported, s.handle(m)...)
					}
				}
				if got := s.carries(c.role); got != arnOf("policy", c.kept) {
					t.Errorf("its boundary is %s, want %s", got, c.kept)
				}
				if len(reported) == 0 || reported[len(reported)-1].Action != finding.Alert || reported[len(reported)-1].Severity != finding.High && reported[len(reported)-1].Severity != finding.Critical {
					t.Errorf("reported %s", lines(reported))
				}
			})
		}
	}
}

// TestWhatNoMoveExplainsIsRepaired: if another actor attached a boundary that is narrower than the
// required one, it is replaced once the record of a move would have arrived.
func TestWhatNoMoveExplainsIsRepaired(t *testing.T) {
	s := newDeputy(t, "loner", "workload")
	s.tags("loner", "privileged")
	s.swaps("loner", "all")
	s.handleAll()
	s.clock.Advance(time.Hour)
	s.swaps("loner", "own")
	s.handleAll()
	if got := s.carries("loner"); got != arnOf("policy", "own") {
		t.Fatalf("its boundary is %s at once", got)
	}
	s.clock.Advance(20 * time.Minute)
	for _, m := range s.take(s.followUps) {
		s.handle(m)
	}
	if got := s.carries("loner"); got != arnOf("policy", "all") {
		t.Errorf("its boundary is %s", got)
	}
}
