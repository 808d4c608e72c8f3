package replay

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/logs"
)

// roleOf is a role of a state, with its boundary where it has one.
func roleOf(id, name, created, boundary string) string {
	if boundary != "" {
		boundary = fmt.Sprintf(`, "PermissionsBoundary": {"PermissionsBoundaryArn": %q}`, boundary)
	}
	return fmt.Sprintf(`{"RoleName": %q, "RoleId": "AROA%s", "Arn": "arn:aws:iam::%s:role/%s", "Path": "/", "CreateDate": %q%s}`, name, name, id, name, created, boundary)
}

func stateOf(name string, entities ...string) State {
	return State{name, []byte(`[{"RoleDetailList": [` + strings.Join(entities, ",") + `]}]`)}
}

const (
	own = "123456789012"
	old = "2025-01-01T00:00:00Z"
)

func with(taken string, states ...State) Options {
	o := approved
	o.States = states
	if taken != "" {
		o.StateTaken, _ = time.Parse(time.RFC3339, taken)
	}
	return o
}

// Ensure that what a state tells is not assumed, and that states come together.
func TestStatesTellWhatExistedBefore(t *testing.T) {
	records := log(
		[3]string{"TagRole", "12:00:00", `{"roleName": "in", "tags": []}`},
		[3]string{"TagRole", "12:01:00", `{"roleName": "out", "tags": []}`},
		[3]string{"TagRole", "12:02:00", `{"roleName": "unknown", "tags": []}`},
	)
	all, s := summed(t, logs.Of(records...), with("", stateOf("a", roleOf(own, "in", old, ours)), stateOf("b", roleOf(own, "out", old, ""))))
	got := drifted(all)
	if len(got) != 2 || !strings.HasSuffix(got[0].Principal.ARN, "/out") || len(got[0].Assumed) != 0 || !strings.HasSuffix(got[1].Principal.ARN, "/unknown") || s.Assumed != 1 || len(s.Contradictions) != 0 {
		t.Errorf("%+v\n%s", s, lines(t, got))
	}
}

// Ensure that the state of an account that the log is not about ends in an error that names both,
// and that one with many accounts may have some that did nothing.
func TestAStateOfAnotherAccountIsAnError(t *testing.T) {
	records := log([3]string{"TagRole", "12:00:00", `{"roleName": "in", "tags": []}`})
	run := func(states ...State) (Summary, error) {
		return Run(t.Context(), logs.Of(records...), with("", states...), func(Step) error { return nil })
	}
	const other = "210987654321"
	s, err := run(stateOf("mine", roleOf(own, "in", old, ours)), stateOf("theirs", roleOf(other, "in", old, ours)))
	if err == nil || s.Complete || !strings.Contains(err.Error(), "theirs") || !strings.Contains(err.Error(), own) || !strings.Contains(err.Error(), other) {
		t.Errorf("%+v, %v", s, err)
	}
	if s, err := run(stateOf("all", roleOf(other, "in", old, ours), roleOf(own, "in", old, ours))); err != nil || !s.Complete {
		t.Errorf("%+v, %v", s, err)
	}
}

// Ensure that a state from after the log is taken back as far as the log tells, that the rest is
// assumed, and that what contradicts is named.
func TestAStateOfLater(t *testing.T) {
	records := log(
		[3]string{"TagRole", "12:00:00", `{"roleName": "steady", "tags": []}`},
		[3]string{"TagRole", "12:01:00", `{"roleName": "bound", "tags": []}`},
		[3]string{"PutRolePermissionsBoundary", "12:02:00", `{"roleName": "bound", "permissionsBoundary": "` + ours + `"}`},
		[3]string{"TagRole", "12:03:00", `{"roleName": "bound", "tags": []}`},
		[3]string{"CreateRole", "12:04:00", `{"roleName": "made"}`},
		[3]string{"PutRolePermissionsBoundary", "12:20:00", `{"roleName": "made", "permissionsBoundary": "` + ours + `"}`},
	)
	const made = "2026-03-01T12:04:00Z"
	const taken = "2026-03-02T00:00:00Z"
	all, s := summed(t, logs.Of(records...), with(taken, stateOf("later",
		roleOf(own, "steady", old, ours), roleOf(own, "bound", old, ours), roleOf(own, "made", made, ours))))
	got := drifted(all)
	if len(got) < 2 || len(s.Contradictions) != 0 || s.Findings != 2 || s.Assumed != 1 {
		t.Fatalf("%+v\n%s", s, lines(t, got))
	}
	for _, f := range got {
		switch name := f.Principal.ARN[strings.LastIndexByte(f.Principal.ARN, '/')+1:]; {
		case name == "bound" && len(f.Assumed) == 1 && f.Event.Name == "TagRole":
		case name == "made" && len(f.Assumed) == 0 && f.Drift == finding.Missing:
		default:
			t.Errorf("finding:\n%s", lines(t, []Finding{f}))
		}
	}
	// Without the time of the state, what it has is taken for what was before, and that is said.
	if _, s := summed(t, logs.Of(records...), with("", stateOf("later", roleOf(own, "made", made, ours)))); len(s.Contradictions) != 1 || !strings.Contains(s.Contradictions[0], "say when the state was taken") {
		t.Errorf("%+v", s)
	}

	for want, c := range map[string]struct {
		records []logs.Record
		role    string
	}{
		"was deleted 2026-03-01T12:00:00Z by the log":        {log([3]string{"DeleteRole", "12:00:00", `{"roleName": "app"}`}), roleOf(own, "app", old, ours)},
		"after TagRole at 2026-03-01T12:00:00Z":              {log([3]string{"TagRole", "12:00:00", `{"roleName": "app", "tags": []}`}), roleOf(own, "app", "2026-03-01T18:00:00Z", ours)},
		"no boundary from 2026-03-01T12:00:00Z on":           {log([3]string{"DeleteRolePermissionsBoundary", "12:00:00", `{"roleName": "app"}`}), roleOf(own, "app", old, ours)},
		"created 2026-03-01T12:30:00Z by its state, and the": {log([3]string{"TagRole", "12:00:00", `{"roleName": "a", "tags": []}`}, [3]string{"TagRole", "13:00:00", `{"roleName": "a", "tags": []}`}), roleOf(own, "app", "2026-03-01T12:30:00Z", ours)},
		"made with the id AROAother by the log, and has AROAapp": {
			[]logs.Record{{Raw: []byte(strings.Replace(string(log([3]string{"CreateRole", "12:00:00", `{"roleName": "app", "permissionsBoundary": "` + ours + `"}`})[0].Raw),
				`"responseElements": null`, `"responseElements": {"role": {"roleName": "app", "roleId": "AROAother", "arn": "arn:aws:iam::`+own+`:role/app"}}`, 1))}},
			roleOf(own, "app", "2026-03-01T12:00:00Z", ours),
		},
	} {
		if _, s := summed(t, logs.Of(c.records...), with(taken, stateOf("later", c.role))); len(s.Contradictions) != 1 || !strings.Contains(s.Contradictions[0], want) {
			t.Errorf("%s: %q", want, s.Contradictions)
		}
	}
}

// Ensure that a boundary policy that the log widens is not taken for wide from the beginning.
func TestAPolicyOfLater(t *testing.T) {
	records := log(
		[3]string{"TagRole", "12:00:00", `{"roleName": "app", "tags": []}`},
		[3]string{"CreatePolicyVersion", "12:30:00", `{"policyArn": "` + ours + `", "setAsDefault": true, "policyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}"}`},
	)
	state := State{"later", []byte(`{"RoleDetailList": [` + roleOf(own, "app", old, ours) + `], "Policies": [{"PolicyName": "team-boundary", "Arn": "` + ours + `", "Path": "/",
		"DefaultVersionId": "v2", "CreateDate": "` + old + `", "PolicyVersionList": [
		{"VersionId": "v2", "IsDefaultVersion": true, "CreateDate": "2026-03-01T12:30:00Z", "Document": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}},
		{"VersionId": "v1", "IsDefaultVersion": false, "CreateDate": "` + old + `", "Document": ` + approvedDocument + `}]}]}`)}
	all := drifted(play(t, logs.Of(records...), with("2026-03-02T00:00:00Z", state)))
	if len(all) != 1 || all[0].Drift != finding.Widened || all[0].Event.Name != "CreatePolicyVersion" {
		t.Errorf("findings:\n%s", lines(t, all))
	}
}
