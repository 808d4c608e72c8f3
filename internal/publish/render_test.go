package publish

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/links"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func replaced() finding.Finding {
	event := time.Date(2026, 9, 3, 3, 12, 5, 0, time.UTC)
	alice := finding.Call{
		Actor: finding.Actor{
			ARN: "arn:aws:sts::123456789012:assumed-role/developer/alice@example.com", Type: "AssumedRole",
			SourceIP: "203.0.113.7", UserAgent: "APN/1.0 HashiCorp/1.0 Terraform/1.5.0 (+https://www.terraform.io)",
			AccessKeyID: "ASIAEXAMPLEEXAMPLE12", SessionIssuer: "arn:aws:iam::123456789012:role/developer", MFA: "false",
		},
		Event: finding.Event{ID: "7a1f0f4b-1d0c-4b8e-9c57-2f3f6f1f2b11", Name: "PutRolePermissionsBoundary", Time: event, Region: "us-east-1"},
	}
	return finding.Finding{
		SchemaVersion: finding.SchemaVersion,
		ID:            "85e9530137b0da1489519e71ff082627",
		Revision:      1,
		Status:        finding.Resolved,
		Resolution:    finding.Repaired,
		Time:          event.Add(4 * time.Second),
		Account:       "123456789012",
		Partition:     "aws",
		AccountName:   "shop-production",
		AccountUnit:   "Workloads/Production",
		Owner:         "team@example.com",
		Principal:     &finding.Principal{ARN: "arn:aws:iam::123456789012:role/dev/service-app", Kind: "role", ID: "AROAEXAMPLEEXAMPLE123"},
		Rule:          "team-roles",
		Drift:         finding.Replaced,
		Severity:      finding.Critical,
		Required:      "arn:aws:iam::123456789012:policy/team-boundary",
		Attached:      "arn:aws:iam::aws:policy/AdministratorAccess",
		Relation:      "wider",
		Escape:        true,
		Services:      finding.Strings{"iam", "sts"},
		Exposure:      finding.Exposure{From: ptr(event), To: ptr(event.Add(3600 * time.Millisecond)), Seconds: ptr(3.6)},
		Witness: &finding.Witness{
			Action: "iam:CreateUser", Resource: "*",
			Context: map[string][]string{"aws:RequestedRegion": {"us-east-1", "us-east-2"}, "aws:MultiFactorAuthPresent": {"false"}},
		},
		Mode:    "enforce",
		Action:  finding.Reattach,
		Outcome: finding.Done,
		Reason:  "it carries arn:aws:iam::aws:policy/AdministratorAccess instead of the required boundary, which allows more",
		Undo:    "aws iam put-role-permissions-boundary --role-name service-app --permissions-boundary arn:aws:iam::aws:policy/AdministratorAccess",
		Attack: finding.Techniques{{
			ID: "T1098.003", Name: "Account Manipulation: Additional Cloud Roles", URL: "https://attack.mitre.org/techniques/T1098/003/",
		}},
		Links: finding.Links{
			Event:     "https://us-east-1.console.aws.amazon.com/cloudtrailv2/home?region=us-east-1#/events/" + alice.Event.ID,
			Principal: "https://us-east-1.console.aws.amazon.com/iam/home?region=us-east-1#/roles/details/service-app",
			Dashboard: "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#dashboards/dashboard/ringfence",
			Runbook:   "https://github.com/ringfence/ringfence/blob/main/docs/operations.md#findings",
		},
		OpenedBy: &alice,
		Cause:    "event",
		Actor:    alice.Actor,
		Event:    alice.Event,
		Evidence: finding.Calls{alice},
		Attempts: finding.Attempts{{
			Action: finding.Reattach, Begun: event.Add(3 * time.Second), Ended: ptr(event.Add(3600 * time.Millisecond)), Outcome: finding.Done,
		}},
	}
}

func ptr[T any](v T) *T { return &v }

// bob is somebody else, who did something else a while later.
func bob() finding.Call {
	return finding.Call{
		Actor: finding.Actor{ARN: "arn:aws:iam::123456789012:user/ops/bob", Name: "bob", Type: "IAMUser", SourceIP: "198.51.100.9", UserAgent: "aws-cli/2.31.0"},
		Event: finding.Event{
			ID: "0d1c2b3a-1111-4222-8333-444455556666", Name: "AttachRolePolicy",
			Time: time.Date(2026, 9, 3, 4, 0, 0, 0, time.UTC), Region: "us-east-1",
		},
	}
}

// settle sets how a finding was resolved by what became of its repair, unless a test says it.
func settle(f *finding.Finding) {
	done := false
	for _, a := range f.Attempts {
		done = done || a.Outcome == finding.Done
	}
	switch {
	case f.Status != finding.Resolved:
		f.Resolution = finding.Unresolved
	case f.Resolution != finding.Repaired:
	case f.Outcome == finding.Done && f.Action.Writes(), done:
	case f.Outcome == finding.Unconfirmed:
		f.Resolution = finding.MaybeRepaired
	case f.Outcome == finding.NoOutcome && len(f.Attempts) == 0:
		f.Resolution = finding.WasBack
	default:
		f.Resolution = finding.FoundInside
	}
}

// with is the replaced boundary with some things changed.
func with(change func(*finding.Finding)) finding.Finding {
	f := replaced()
	change(&f)
	settle(&f)
	return f
}

// The changes that make a finding one of another state.
func open(f *finding.Finding) {
	f.Status, f.Undo, f.Exposure.To, f.Exposure.Seconds, f.Attempts = finding.Open, "", nil, nil, nil
	if f.Repair = ""; f.Principal != nil {
		f.Repair = "aws iam put-role-permissions-boundary --role-name " + path.Base(f.Principal.ARN) + " --permissions-boundary arn:aws:iam::123456789012:policy/team-boundary"
	}
}

func alert(f *finding.Finding) { f.Action, f.Outcome, f.Repair = finding.Alert, finding.Done, "" }

func policyIs(f *finding.Finding, d finding.Drift, a finding.Action) {
	f.Principal, f.Drift, f.Action = nil, d, a
	f.Links.Principal = "https://us-east-1.console.aws.amazon.com/iam/home?region=us-east-1#/policies/details/arn%3Aaws%3Aiam%3A%3A123456789012%3Apolicy%2Fteam-boundary"
	for i := range f.Attempts {
		f.Attempts[i].Action = a
	}
}

func failedTwice(f *finding.Finding) {
	open(f)
	f.Outcome = finding.Failed
	f.Links.Runbook = "https://github.com/ringfence/ringfence/blob/main/docs/operations.md#repairs-failed"
	begun := f.Event.Time.Add(2 * time.Second)
	f.Attempts = finding.Attempts{
		{Action: f.Action, Begun: begun, Outcome: finding.Unconfirmed},
		{Action: f.Action, Begun: begun.Add(time.Minute), Ended: ptr(begun.Add(61 * time.Second)), Outcome: finding.Failed, Error: "AccessDenied: no"},
	}
}

func byOthersOf(f *finding.Finding) { f.Undo, f.Attempts = "", nil }

// evil is what an attacker might put wherever text can be chosen.
const evil = "x\n\nALL CLEAR: nothing happened\r\n<!channel> <@U123> @here @Everyone <https://evil.example/|click> " +
	"[click](https://evil.example) `code` ```block``` *bold* www.evil.example \u202eevil\u2066 \u200b\x00\x1b[31mred \u2028\u2029 é 中 \xff &lt;!here&gt;"

// infest puts s into every text of a finding.
func infest(f finding.Finding, s string) finding.Finding {
	var fill func(v reflect.Value)
	fill = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.String:
			v.SetString(v.String() + s)
		case reflect.Pointer:
			if !v.IsNil() {
				fill(v.Elem())
			}
		case reflect.Slice:
			for i := range v.Len() {
				fill(v.Index(i))
			}
		case reflect.Struct:
			for i := range v.NumField() {
				if v.Type().Field(i).IsExported() {
					fill(v.Field(i))
				}
			}
		}
	}
	principal, witness, opener := *f.Principal, *f.Witness, bob()
	f.Principal, f.Witness, f.GivesUp, f.Undenied, f.OpenedBy = &principal, &witness, &finding.Witness{Action: s}, &finding.Witness{Action: s}, &opener
	f.Services, f.Affects, f.Diff = finding.Strings{s, s}, finding.Strings{s, s, s, s}, make(finding.Strings, 40)
	f.Contested = &finding.Contested{Repairs: 4, Actors: finding.Strings{s}}
	f.Evidence = finding.Calls{bob(), bob(), bob(), bob()}
	f.Attempts = finding.Attempts{{Outcome: finding.Failed}, {Outcome: finding.Failed}}
	f.Witness.Context = map[string][]string{s: {s, s}}
	fill(reflect.ValueOf(&f).Elem())
	return f
}

func examples() map[string]finding.Finding {
	return map[string]finding.Finding{
		"replaced": replaced(),
		"missing-observed": with(func(f *finding.Finding) {
			open(f)
			f.Drift, f.Severity, f.Escape, f.Witness, f.Attached, f.Relation = finding.Missing, finding.Medium, false, nil, "", ""
			f.Services = nil
			f.Mode, f.Outcome, f.Reason = "observe", finding.Planned, "it has no permissions boundary"
		}),
		"missing-failed": with(func(f *finding.Finding) {
			failedTwice(f)
			f.Drift, f.Severity, f.Attached, f.Relation = finding.Missing, finding.High, "", ""
			f.Reason = "it has no permissions boundary; the repair failed: putting the boundary: operation error IAM: PutRolePermissionsBoundary, AccessDenied"
		}),
		"policy-widened": with(func(f *finding.Finding) {
			policyIs(f, finding.Widened, finding.Restore)
			f.Attached, f.Services, f.Escape = "", nil, false
			f.Affects = finding.Strings{
				"arn:aws:iam::123456789012:role/dev/a", "arn:aws:iam::123456789012:role/dev/b",
				"arn:aws:iam::123456789012:role/dev/c", "arn:aws:iam::123456789012:user/d", "arn:aws:iam::123456789012:user/e",
			}
			f.Diff = finding.Strings{"- Allow s3:Get*", "+ Allow *"}
			f.Reason = "its default version v4 allows more than the approved document"
			f.Attempts[0].Action = finding.Restore
			f.Undo = "aws iam set-default-policy-version --policy-arn arn:aws:iam::123456789012:policy/team-boundary --version-id v4"
			f.Event.Name = "CreatePolicyVersion"
			f.OpenedBy = &finding.Call{Actor: f.Actor, Event: f.Event}
		}),
		"contested": with(func(f *finding.Finding) {
			f.Contested = &finding.Contested{
				Repairs: 3, Since: f.Event.Time.Add(-40 * time.Minute),
				Actors: finding.Strings{"arn:aws:iam::123456789012:user/mallory", "arn:aws:sts::123456789012:assumed-role/developer/alice@example.com"},
			}
		}),
		"gives-up": with(func(f *finding.Finding) {
			f.Relation, f.GivesUp = "incomparable", &finding.Witness{Action: "s3:GetObject", Resource: "arn:aws:s3:::logs/*"}
		}),
		// The boundary allows the same, and the explicit Deny of the required one is missing.
		"denies-less": with(func(f *finding.Finding) {
			f.Severity, f.Escape, f.Witness, f.Services = finding.High, false, nil, nil
			f.Attached, f.Relation = "arn:aws:iam::123456789012:policy/my-boundary", "equal"
			f.Undenied = &finding.Witness{Action: "s3:GetObject", Resource: "arn:aws:s3:::crown-jewels/example"}
			f.Undo = "aws iam put-role-permissions-boundary --role-name service-app --permissions-boundary " + f.Attached
			f.Reason = "it carries arn:aws:iam::123456789012:policy/my-boundary, which allows the same as the required boundary, but does not explicitly deny everything that the required one does " +
				"(such as s3:GetObject on arn:aws:s3:::crown-jewels/example), so a resource policy may have granted that"
		}),
		"protected": with(func(f *finding.Finding) {
			open(f)
			f.Principal.ARN = "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_admin_0123456789abcdef"
			f.Drift = finding.Protected
			alert(f)
		}),
		// Somebody took the boundary off, and put it back before anybody looked.
		"was-back": with(func(f *finding.Finding) {
			byOthersOf(f)
			f.Drift, f.Severity, f.Attached, f.Relation = finding.Missing, finding.Medium, "", ""
			f.Action, f.Outcome = finding.NoAction, finding.NoOutcome
			f.Exposure.To, f.Exposure.Seconds = ptr(bob().Event.Time), ptr(2875.0)
			f.OpenedBy.Event.Name, f.Event.Name = "DeleteRolePermissionsBoundary", "DeleteRolePermissionsBoundary"
			back := bob()
			back.Event.Name = "PutRolePermissionsBoundary"
			f.Evidence = finding.Calls{*f.OpenedBy, back}
			f.Reason = "it has no permissions boundary; this was the case for a time, and no longer when Ringfence looked"
		}),
		// A call of bob's made Ringfence look, and alice had taken the boundary off before.
		"opened-before": with(func(f *finding.Finding) {
			f.Actor, f.Event = bob().Actor, bob().Event
			f.Exposure.To, f.Exposure.Seconds = ptr(bob().Event.Time.Add(2*time.Second)), nil
		}),
		// Somebody made a policy of the boundary policy's name below a path that a shell would read
		// as a command.
		"name-taken": with(func(f *finding.Finding) {
			failedTwice(f)
			policyIs(f, finding.AbsentPolicy, finding.CreatePolicy)
			f.Severity, f.Escape, f.Witness, f.Services, f.Attached, f.Relation = finding.High, false, nil, nil, "", ""
			f.Repair = "aws iam create-policy --policy-name team-boundary --path / --policy-document '{}'"
			f.Attempts[1].Unblock = "aws iam delete-policy --policy-arn 'arn:aws:iam::123456789012:policy/$(id)/team-boundary'"
			f.Attempts[1].Error = "policy arn:aws:iam::123456789012:policy/$(id)/team-boundary has its name: detach it, delete its other versions, and then " + f.Attempts[1].Unblock + ": EntityAlreadyExists"
			f.Reason = "the required boundary policy does not exist in the account; the repair failed: " + f.Attempts[1].Error
		}),
		"exempt-changed": with(func(f *finding.Finding) {
			open(f)
			alert(f)
			f.Drift, f.Attached, f.Relation, f.OpenedBy, f.Evidence = finding.ExemptChanged, "", "", nil, nil
			f.Event.Name, f.Exposure = "AttachRolePolicy", finding.Exposure{}
			f.Reason = "its permissions were changed, and no boundary limits it: it is exempt until 2027-01-31 (security@example.com: incident response); if this was not intended, delete the principal or revert the change"
		}),
		"policy-changed": with(func(f *finding.Finding) {
			open(f)
			policyIs(f, finding.PolicyChanged, finding.Alert)
			alert(f)
			f.Escape, f.Attached, f.Services, f.OpenedBy, f.Evidence = false, "", nil, nil, nil
			f.Event.Name, f.Exposure = "CreatePolicyVersion", finding.Exposure{}
			f.Diff = finding.Strings{"- Allow s3:Get*", "+ Allow *"}
			f.Reason = "it was changed, and there is no approved document to compare it with; it allows more than the previous version v1; approve a document, or revert the change"
		}),
		"second-look": with(func(f *finding.Finding) {
			open(f)
			f.Cause, f.OpenedBy, f.Evidence, f.Outcome = "second-look", nil, nil, finding.Failed
			f.Exposure = finding.Exposure{}
		}),
		// A restore that failed: the document is in the command.
		"policy-failed": with(func(f *finding.Finding) {
			failedTwice(f)
			policyIs(f, finding.Widened, finding.Restore)
			f.Attached, f.Services, f.Escape = "", nil, false
			f.Diff = finding.Strings{"- Allow s3:Get*", "+ Allow *"}
			f.Event.Name = "CreatePolicyVersion"
			f.OpenedBy = &finding.Call{Actor: f.Actor, Event: f.Event}
			f.Reason = "its default version v4 allows more than the approved document; the repair failed: AccessDenied"
			f.Repair = "aws iam create-policy-version --policy-arn arn:aws:iam::123456789012:policy/team-boundary " +
				`--policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}' --set-as-default`
		}),
		// A change of a part of Ringfence, with a long-term key.
		"control-tampered": with(func(f *finding.Finding) {
			open(f)
			alert(f)
			f.Principal, f.Drift, f.Rule, f.Required, f.Attached, f.Relation, f.Escape, f.Witness, f.Services = nil, finding.ControlTampered, "", "", "", "", false, nil, nil
			f.Actor, f.Event = bob().Actor, bob().Event
			f.Actor.AccessKeyID, f.Event.Name = "AKIAEXAMPLEEXAMPLE12", "DisableRule"
			f.OpenedBy, f.Evidence, f.Exposure, f.Owner = nil, nil, finding.Exposure{}, "security@example.com"
			f.Links.Principal, f.Links.Runbook = "", "https://github.com/ringfence/ringfence/blob/main/docs/operations.md#control-tampered"
			f.Links.Event = "https://us-east-1.console.aws.amazon.com/cloudtrailv2/home?region=us-east-1#/events/" + f.Event.ID
			f.Attack = finding.Techniques{{ID: "T1685", Name: "Disable or Modify Tools", URL: "https://attack.mitre.org/techniques/T1685/"}}
			f.Reason = "DisableRule on ringfence-changes: events of IAM do not arrive any more"
		}),
		// A repair that nobody could have used to escape: how to reverse it is last.
		"missing-repaired": with(func(f *finding.Finding) {
			f.Drift, f.Severity, f.Escape, f.Witness, f.Services, f.Attached, f.Relation = finding.Missing, finding.Medium, false, nil, nil, "", ""
			f.Reason, f.Undo = "it has no permissions boundary", "aws iam delete-role-permissions-boundary --role-name service-app"
		}),
		"on-a-walk": with(func(f *finding.Finding) {
			f.Cause, f.OpenedBy, f.Evidence = "walk", nil, nil
			f.Exposure.From, f.Exposure.Seconds = nil, nil
		}),
		"without-a-record": with(func(f *finding.Finding) {
			open(f)
			f.Cause, f.OpenedBy, f.Evidence, f.Outcome = "second-look", nil, nil, finding.Deferred
			f.Actor, f.Event, f.Exposure = finding.Actor{}, finding.Event{}, finding.Exposure{}
		}),
		// Whatever others choose, as bad as can be: names that IAM would not allow too.
		"hostile": with(func(f *finding.Finding) {
			failedTwice(f)
			f.Principal.ARN += evil
			f.Reason += evil
			f.Actor = finding.Actor{ARN: evil, Name: evil, Type: evil, SourceIP: evil, UserAgent: evil}
			f.OpenedBy = &finding.Call{Actor: finding.Actor{Name: evil, SourceIP: evil}, Event: finding.Event{ID: evil, Name: evil, Region: evil}}
			f.Evidence = finding.Calls{*f.OpenedBy, *f.OpenedBy}
			f.Attempts[1].Error = evil
			f.Witness = &finding.Witness{Action: "s3:*", Resource: "arn:aws:s3:::" + evil}
			f.Diff, f.Affects = finding.Strings{"- " + evil, "+ " + evil}, finding.Strings{evil}
			f.Contested = &finding.Contested{Repairs: 12, Since: f.Event.Time, Actors: finding.Strings{evil}}
		}),
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("(-%s +got):\n%s", path, diff)
	}
}

// Ensure that a long reason is not cut where it has become interesting.
func TestALongReasonHasSeveralLines(t *testing.T) {
	part := strings.Repeat("x", 140)
	reason := strings.Join([]string{part + "1", part + "2", part + "3", part + "4", part + "5", part + "6", part + "7"}, "; ")
	got := row{label: why, value: reason}.lines()
	want := []string{part + "1; " + part + "2;", part + "3; " + part + "4;", part + "5; " + part + "6; " + strings.Repeat("x", 13) + "…"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := (row{label: why, value: strings.Repeat("y", 400)}).lines(); len(got) != 1 || utf8.RuneCountInString(got[0]) != lineWidth {
		t.Errorf("%q", got)
	}
	if got := (row{label: why}).lines(); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

func TestRenderings(t *testing.T) {
	for name, f := range examples() {
		t.Run(name, func(t *testing.T) {
			golden(t, name+".txt", []byte("Subject: "+subject(f)+"\n\n"+text(f)))
			golden(t, name+".chat.json", indented(t, chatNotification(f)))
			harmless(t, f)
		})
	}
}

func indented(t *testing.T, v any) []byte {
	t.Helper()
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}

func TestSubject(t *testing.T) {
	for _, test := range []struct {
		change func(*finding.Finding)
		want   string
	}{
		{func(*finding.Finding) {}, "[CRITICAL] RESOLVED: role dev/service-app escaped its boundary (shop-production 123456789012)"},
		{
			func(f *finding.Finding) {
				f.Principal.ARN = "arn:aws:iam::123456789012:role/" + strings.Repeat("p/", 50) + strings.Repeat("n", 64)
			},
			"[CRITICAL] RESOLVED: role p/p/p/p/p/p/p/p/p/p/p/p/p/p/p/p/p/p/~ escaped its boundary (123456789012)",
		},
		{
			func(f *finding.Finding) {
				f.Principal, f.Drift, f.Severity, f.Action, f.Outcome = nil, finding.Widened, finding.High, finding.Restore, finding.Failed
				open(f)
			},
			"[HIGH] OPEN: boundary policy team-boundary allows more than was approved (123456789012)",
		},
		{
			func(f *finding.Finding) { f.Principal.ARN, f.Escape = "röle\r\nBcc: x", false },
			"[CRITICAL] RESOLVED: role r?le Bcc: x was outside its boundary (shop-production 123456789012)",
		},
	} {
		if got := subject(with(test.change)); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

// The first line says how bad it is, whether it is over, and who did what.
func TestHeadline(t *testing.T) {
	const role, policy = "role dev/service-app in account shop-production (123456789012) ", "boundary policy team-boundary in account shop-production (123456789012) "
	missing := func(f *finding.Finding) { f.Drift, f.Escape, f.Attached = finding.Missing, false, "" }
	for _, test := range []struct {
		change func(*finding.Finding)
		want   string
	}{
		// Each drift, open and resolved.
		{func(*finding.Finding) {}, "RESOLVED: " + role + "escaped its boundary (it had AdministratorAccess instead); Ringfence put team-boundary back"},
		{
			func(f *finding.Finding) { failedTwice(f) },
			"OPEN: " + role + "escaped its boundary (it has AdministratorAccess instead); Ringfence could not put team-boundary back",
		},
		{
			func(f *finding.Finding) { missing(f); failedTwice(f) },
			"OPEN: " + role + "is outside its boundary (it has none); Ringfence could not put team-boundary back",
		},
		{missing, "RESOLVED: " + role + "was outside its boundary (it had none); Ringfence put team-boundary back"},
		{
			func(f *finding.Finding) { policyIs(f, finding.Widened, finding.Restore); failedTwice(f) },
			"OPEN: " + policy + "allows more than was approved; Ringfence could not restore the approved version",
		},
		{
			func(f *finding.Finding) { policyIs(f, finding.Widened, finding.Restore) },
			"RESOLVED: " + policy + "allowed more than was approved; Ringfence restored the approved version",
		},
		{
			func(f *finding.Finding) { policyIs(f, finding.Altered, finding.Restore) },
			"RESOLVED: " + policy + "differed from what was approved; Ringfence restored the approved version",
		},
		{
			func(f *finding.Finding) {
				policyIs(f, finding.Altered, finding.Restore)
				open(f)
				f.Outcome, f.Mode = finding.Planned, "alert"
			},
			"OPEN: " + policy + "differs from what was approved; Ringfence would restore the approved version (mode alert)",
		},
		{
			func(f *finding.Finding) { policyIs(f, finding.AbsentPolicy, finding.CreatePolicy) },
			"RESOLVED: " + policy + "did not exist; Ringfence created it again",
		},
		{
			func(f *finding.Finding) { policyIs(f, finding.AbsentPolicy, finding.CreatePolicy); failedTwice(f) },
			"OPEN: " + policy + "does not exist; Ringfence could not create it again",
		},
		{
			func(f *finding.Finding) { f.Drift = finding.AbsentPolicy },
			"RESOLVED: " + role + "escaped its boundary (the boundary policy did not exist); Ringfence put team-boundary back",
		},
		{
			func(f *finding.Finding) { f.Drift = finding.Protected; alert(f); open(f) },
			"OPEN: " + role + "escaped its boundary (only its AWS service can repair it); Ringfence changed nothing",
		},
		{
			func(f *finding.Finding) { f.Drift, f.Escape = finding.Protected, false; alert(f); byOthersOf(f) },
			"RESOLVED: " + role + "was outside its boundary (only its AWS service can repair it); somebody else put it right",
		},
		{
			func(f *finding.Finding) { policyIs(f, finding.Protected, finding.Alert); alert(f); open(f) },
			"OPEN: an IAM Identity Center permission set in account shop-production (123456789012) lost its boundary (only IAM Identity Center can give it back); Ringfence changed nothing",
		},
		{
			func(f *finding.Finding) { f.Drift = finding.ExemptionExpired; alert(f); open(f) },
			"OPEN: " + role + "escaped its boundary (its exemption has ended); Ringfence changed nothing",
		},
		{
			func(f *finding.Finding) { policyIs(f, finding.ControlTampered, finding.Alert); alert(f); open(f) },
			"OPEN: Ringfence itself in account shop-production (123456789012) was tampered with; Ringfence changed nothing",
		},
		{
			func(f *finding.Finding) { f.Drift = finding.ControlTampered; alert(f); open(f) },
			"OPEN: " + role + "was tampered with (it is a part of Ringfence); Ringfence changed nothing",
		},
		{
			func(f *finding.Finding) { f.Drift = finding.Moved; alert(f); open(f) },
			"OPEN: " + role + "escaped its boundary (it was moved out of the reach of a rule); Ringfence changed nothing",
		},
		{
			func(f *finding.Finding) { f.Drift, f.Escape = finding.Moved, false; alert(f); byOthersOf(f) },
			"RESOLVED: " + role + "was moved out of the reach of a rule; somebody else put it right",
		},
		{
			func(f *finding.Finding) { f.Drift = finding.ExemptChanged; alert(f); open(f) },
			"OPEN: " + role + "is exempt, and was given other permissions (it may do more than its rule's boundary allows); Ringfence changed nothing",
		},
		{
			func(f *finding.Finding) {
				f.Drift, f.Escape, f.OpenedBy.Event.Name = finding.ExemptChanged, false, "UpdateAssumeRolePolicy"
				alert(f)
				open(f)
			},
			"OPEN: " + role + "is exempt, and was given another trust policy; Ringfence changed nothing",
		},
		{
			func(f *finding.Finding) {
				f.Drift, f.Escape, f.Required, f.OpenedBy.Event.Name = finding.ExemptChanged, false, "", "CreateRole"
				alert(f)
				open(f)
			},
			"OPEN: " + role + "is out of scope, and was made; Ringfence changed nothing",
		},
		{
			func(f *finding.Finding) { policyIs(f, finding.PolicyChanged, finding.Alert); alert(f); open(f) },
			"OPEN: boundary policy team-boundary in account shop-production (123456789012) was changed, and has no approved document; Ringfence changed nothing",
		},
		{
			func(f *finding.Finding) { policyIs(f, finding.SweepHeld, finding.Alert); alert(f); open(f) },
			"OPEN: the sweep in account shop-production (123456789012) is held, since it would change too many at once; Ringfence changed nothing",
		},
		{
			func(f *finding.Finding) {
				policyIs(f, finding.SweepHeld, finding.Alert)
				alert(f)
				f.Status, f.Resolution = finding.Resolved, finding.FoundInside
			},
			"RESOLVED: the sweep in account shop-production (123456789012) was held, since it would change too many at once; a later one went through",
		},
		{
			func(f *finding.Finding) { policyIs(f, finding.Unreachable, finding.Alert); alert(f); open(f) },
			"OPEN: Ringfence's access in account shop-production (123456789012) is refused (nobody there is looked at); Ringfence changed nothing",
		},
		{
			func(f *finding.Finding) {
				policyIs(f, finding.Unreachable, finding.Alert)
				alert(f)
				f.Status, f.Resolution = finding.Resolved, finding.FoundInside
			},
			"RESOLVED: Ringfence's access in account shop-production (123456789012) was refused (nobody there is looked at); a later sweep entered the account",
		},
		{
			func(f *finding.Finding) {
				f.Drift, f.Action, f.Outcome = finding.None, finding.NoAction, finding.NoOutcome
			},
			"OK: " + role + "is as it must be",
		},
		// Each outcome.
		{
			func(f *finding.Finding) { f.Action, f.Attempts[0].Action = finding.Quarantine, finding.Quarantine },
			"RESOLVED: " + role + "escaped its boundary (it had AdministratorAccess instead); Ringfence put it in quarantine",
		},
		{
			func(f *finding.Finding) { open(f); f.Outcome, f.Mode = finding.Planned, "alert" },
			"OPEN: " + role + "escaped its boundary (it has AdministratorAccess instead); Ringfence would put team-boundary back (mode alert)",
		},
		{
			func(f *finding.Finding) { open(f); f.Outcome, f.Mode = finding.Planned, "" },
			"OPEN: " + role + "escaped its boundary (it has AdministratorAccess instead); Ringfence would put team-boundary back",
		},
		{
			func(f *finding.Finding) { open(f); f.Outcome = finding.Deferred },
			"OPEN: " + role + "escaped its boundary (it has AdministratorAccess instead); Ringfence holds the repair back, since somebody keeps undoing it",
		},
		{
			func(f *finding.Finding) {
				missing(f)
				attempts := f.Attempts
				open(f)
				f.Outcome, f.Attempts = finding.Done, attempts
			},
			"OPEN: " + role + "is outside its boundary (it had none); Ringfence put team-boundary back, which is not enough",
		},
		{
			func(f *finding.Finding) { missing(f); open(f); f.Outcome = finding.NoOutcome },
			"OPEN: " + role + "is outside its boundary (it has none); Ringfence changed nothing",
		},
		{
			func(f *finding.Finding) { missing(f); failedTwice(f); f.Outcome = finding.Unconfirmed },
			"OPEN: " + role + "is outside its boundary (it has none); Ringfence had begun a repair, and whether it was done is not known",
		},
		{
			func(f *finding.Finding) {
				missing(f)
				f.Outcome, f.Attempts[0].Outcome = finding.Unconfirmed, finding.Unconfirmed
			},
			"RESOLVED: " + role + "was outside its boundary (it had none); Ringfence had begun to put team-boundary back; it is in place",
		},
		{
			func(f *finding.Finding) {
				policyIs(f, finding.Widened, finding.Restore)
				f.Outcome, f.Attempts[0].Outcome = finding.Unconfirmed, finding.Unconfirmed
			},
			"RESOLVED: " + policy + "allowed more than was approved; Ringfence had begun to restore the approved version; it is in force",
		},
		{
			func(f *finding.Finding) {
				missing(f)
				byOthersOf(f)
				f.Action, f.Outcome = finding.NoAction, finding.NoOutcome
			},
			"RESOLVED: " + role + "was outside its boundary (it had none); it is inside again",
		},
		{
			func(f *finding.Finding) {
				policyIs(f, finding.Widened, finding.NoAction)
				byOthersOf(f)
				f.Outcome = finding.NoOutcome
			},
			"RESOLVED: " + policy + "allowed more than was approved; it is as approved again",
		},
		{
			func(f *finding.Finding) {
				policyIs(f, finding.AbsentPolicy, finding.NoAction)
				byOthersOf(f)
				f.Outcome = finding.NoOutcome
			},
			"RESOLVED: " + policy + "did not exist; it exists again",
		},
		{
			func(f *finding.Finding) { missing(f); byOthersOf(f); f.Outcome = finding.Planned },
			"RESOLVED: " + role + "was outside its boundary (it had none); somebody else put it right",
		},
		{
			func(f *finding.Finding) { missing(f); byOthersOf(f); f.Outcome = finding.Deferred },
			"RESOLVED: " + role + "was outside its boundary (it had none); somebody else put it right",
		},
		{
			func(f *finding.Finding) {
				missing(f)
				f.Outcome, f.Attempts[0].Outcome = finding.Failed, finding.Failed
			},
			"RESOLVED: " + role + "was outside its boundary (it had none); Ringfence could not put team-boundary back; somebody else put it right",
		},
		{
			// The repair was done, and an alert is all that is due by now.
			func(f *finding.Finding) { missing(f); f.Action, f.Outcome = finding.Alert, finding.NoOutcome },
			"RESOLVED: " + role + "was outside its boundary (it had none); Ringfence put team-boundary back",
		},
		{
			func(f *finding.Finding) {
				missing(f)
				byOthersOf(f)
				f.Outcome = finding.Planned
				f.Resolution = finding.Gone
			},
			"RESOLVED: " + role + "was outside its boundary (it had none); it was deleted",
		},
		// Somebody keeps undoing it.
		{
			func(f *finding.Finding) { missing(f); f.Contested = &finding.Contested{Repairs: 3} },
			"RESOLVED: " + role + "was outside its boundary (it had none); Ringfence put team-boundary back, the 3rd time",
		},
		{
			func(f *finding.Finding) {
				missing(f)
				open(f)
				f.Outcome, f.Contested = finding.Deferred, &finding.Contested{Repairs: 10}
			},
			"OPEN: " + role + "is outside its boundary (it has none); Ringfence holds the repair back, since somebody keeps undoing it (10 repairs so far)",
		},
	} {
		f := with(test.change)
		if got, want := headline(f), "[CRITICAL] "+test.want; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		harmless(t, f)
	}
}

func TestExposure(t *testing.T) {
	from := time.Date(2026, 9, 3, 3, 12, 5, 0, time.UTC)
	for _, test := range []struct {
		exposure finding.Exposure
		want     string
	}{
		{finding.Exposure{}, ""},
		{finding.Exposure{From: &from}, "since 2026-09-03T03:12:05Z"},
		{finding.Exposure{To: &from}, "until 2026-09-03T03:12:05Z; since when is not known"},
		{
			finding.Exposure{From: &from, To: ptr(from.Add(4 * time.Second)), Seconds: ptr(3.6)},
			"for 4s, from 2026-09-03T03:12:05Z to 2026-09-03T03:12:09Z",
		},
		{
			finding.Exposure{From: &from, To: &from, Seconds: ptr(0.2)},
			"for less than a second, from 2026-09-03T03:12:05Z to 2026-09-03T03:12:05Z",
		},
		{
			finding.Exposure{From: &from, To: ptr(from.Add(90 * time.Minute))},
			"for 1h30m0s, from 2026-09-03T03:12:05Z to 2026-09-03T04:42:05Z",
		},
		{
			finding.Exposure{From: &from, To: ptr(from.AddDate(0, 0, 40).Add(time.Hour))},
			"for 40 days, from 2026-09-03T03:12:05Z to 2026-10-13T04:12:05Z",
		},
	} {
		f := with(func(f *finding.Finding) { f.Exposure = test.exposure })
		if got := exposure(f); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
		f.Drift = finding.None
		if got := exposure(f); got != "" {
			t.Errorf("nothing was outside: %s", got)
		}
	}
}

// No record says what a call of high severity was on, so nobody may read that it was ours.
func TestWhatIsNotSureIsNotSaid(t *testing.T) {
	f := with(func(f *finding.Finding) {
		f.Principal, f.Drift, f.Severity = nil, finding.ControlTampered, finding.High
		f.Action, f.Outcome = finding.Alert, finding.Done
		open(f)
	})
	const want = "Ringfence itself in account shop-production (123456789012) may have been tampered with; Ringfence changed nothing"
	if got := headline(f); !strings.HasSuffix(got, want) {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// Who let it out, and what brought that to light, need not be the same.
func TestCallRows(t *testing.T) {
	alice := "arn:aws:sts::123456789012:assumed-role/developer/alice@example.com"
	aliceFrom := "203.0.113.7, APN/1.0 HashiCorp/1.0 Terraform/1.5.0 (+https[:]//www[.]terraform.io)"
	aliceCall := "PutRolePermissionsBoundary 2026-09-03T03:12:05Z us-east-1 7a1f0f4b-1d0c-4b8e-9c57-2f3f6f1f2b11"
	bobARN := "arn:aws:iam::123456789012:user/ops/bob"
	bobCall := "AttachRolePolicy 2026-09-03T04:00:00Z us-east-1 0d1c2b3a-1111-4222-8333-444455556666"
	byBob := func(f *finding.Finding) { f.Actor, f.Event = bob().Actor, bob().Event }
	for _, test := range []struct {
		name   string
		change func(*finding.Finding)
		want   []row
	}{
		{"the same call", func(*finding.Finding) {}, []row{{label: "By", value: alice + ", AssumedRole"}, {label: "From", value: aliceFrom}, {label: "Event", value: aliceCall}}},
		{"another call", byBob, []row{
			{label: "Opened by", value: alice + ", AssumedRole"},
			{label: "From", value: aliceFrom},
			{label: "Call", value: aliceCall},
			{label: "Found", value: "at " + bobCall + ", by " + bobARN + ", from 198.51.100.9"},
		}},
		{"not known", func(f *finding.Finding) { byBob(f); f.OpenedBy = nil }, []row{
			{label: "Opened by", value: "not known"}, {label: "Found", value: "at " + bobCall + ", by " + bobARN + ", from 198.51.100.9"},
		}},
		{"a call is the finding", func(f *finding.Finding) { byBob(f); f.OpenedBy, f.Drift = nil, finding.ControlTampered }, []row{
			{label: "By", value: bobARN + ", IAMUser"}, {label: "From", value: "198.51.100.9, aws-cli/2.31.0"}, {label: "Event", value: bobCall},
		}},
		{"a second look", func(f *finding.Finding) { f.OpenedBy, f.Cause = nil, "second-look" }, []row{
			{label: "Opened by", value: "not known"}, {label: "Found", value: "at a second look, after " + aliceCall + ", by " + alice + ", from 203.0.113.7"},
		}},
		{"a second look, after the same call", func(f *finding.Finding) { f.Cause = "second-look" }, []row{
			{label: "By", value: alice + ", AssumedRole"},
			{label: "From", value: aliceFrom},
			{label: "Event", value: aliceCall},
			{label: "Found", value: "at a second look"},
		}},
		{"a second look without a record", func(f *finding.Finding) {
			f.OpenedBy, f.Cause, f.Actor, f.Event = nil, "second-look", finding.Actor{}, finding.Event{}
		}, []row{{label: "Opened by", value: "not known"}, {label: "Found", value: "at a second look"}}},
		{"a walk", func(f *finding.Finding) { byBob(f); f.Cause = "walk" }, []row{
			{label: "Opened by", value: alice + ", AssumedRole"},
			{label: "From", value: aliceFrom},
			{label: "Call", value: aliceCall},
			{label: "Found", value: "on a walk over the account, after " + bobCall + ", by " + bobARN + ", from 198.51.100.9"},
		}},
		{"as required", func(f *finding.Finding) { f.Cause, f.OpenedBy, f.Event = "required", nil, finding.Event{} }, []row{
			{label: "Opened by", value: "not known"}, {label: "Found", value: "when a principal that requires it was looked at"},
		}},
		{"a caller without an ARN", func(f *finding.Finding) {
			f.OpenedBy.Actor = finding.Actor{Name: "cloudformation.amazonaws.com", Type: "AWSService"}
		}, []row{{label: "By", value: "cloudformation.amazonaws.com, AWSService"}, {label: "Event", value: aliceCall}}},
		{"nothing was opened", func(f *finding.Finding) { f.OpenedBy, f.Drift = nil, finding.None }, []row{
			{label: "By", value: alice + ", AssumedRole"}, {label: "From", value: aliceFrom}, {label: "Event", value: aliceCall},
		}},
		{"with a history", func(f *finding.Finding) {
			f.Evidence = finding.Calls{*f.OpenedBy, bob(), bob(), bob()}
		}, []row{
			{label: "By", value: alice + ", AssumedRole"},
			{label: "From", value: aliceFrom},
			{label: "Event", value: aliceCall},
			{label: "History", value: "2026-09-03T03:12:05Z PutRolePermissionsBoundary by developer; 2026-09-03T04:00:00Z AttachRolePolicy by bob; " +
				"1 more record; 2026-09-03T04:00:00Z AttachRolePolicy by bob", spare: 3},
		}},
	} {
		var got []row
		for _, r := range callRows(with(test.change)) {
			if r.value != "" && r.label != "Key" {
				got = append(got, row{label: r.label, value: clean(r.value, lineWidth), spare: r.spare})
			}
		}
		if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(row{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestAttempts(t *testing.T) {
	begun := time.Date(2026, 9, 3, 3, 12, 5, 0, time.UTC)
	try := func(outcome finding.Outcome, err string) finding.Attempt {
		return finding.Attempt{Begun: begun, Outcome: outcome, Error: err}
	}
	for _, test := range []struct {
		all  finding.Attempts
		want string
	}{
		{nil, ""},
		{finding.Attempts{try(finding.Failed, "no")}, ""},
		{finding.Attempts{try(finding.Failed, "a"), try(finding.Failed, "b")}, "2 since 2026-09-03T03:12:05Z; the last one: b"},
		{finding.Attempts{try(finding.Failed, "a"), try(finding.Failed, "")}, "2 since 2026-09-03T03:12:05Z; the last one failed"},
		{finding.Attempts{try(finding.Failed, "a"), try(finding.Done, "")}, "2 since 2026-09-03T03:12:05Z; the last error: a"},
		{finding.Attempts{try(finding.Unconfirmed, ""), try(finding.Done, "")}, "2 since 2026-09-03T03:12:05Z"},
	} {
		if got := attempts(test.all); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

func TestShort(t *testing.T) {
	for _, test := range []struct {
		actor finding.Actor
		want  string
	}{
		{finding.Actor{ARN: "arn:aws:sts::123456789012:assumed-role/deployer/anything"}, "deployer"},
		{finding.Actor{ARN: "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_admin_0123456789abcdef/alice@example.com"}, "alice@example.com"},
		{finding.Actor{ARN: "arn:aws:iam::123456789012:user/ops/bob", Name: "b"}, "bob"},
		{finding.Actor{ARN: "arn:aws:iam::123456789012:root"}, "root"},
		{finding.Actor{ARN: "arn:aws:sts::123456789012:federated-user/carol"}, "carol"},
		{finding.Actor{ARN: "none"}, "none"},
		{finding.Actor{Name: "cloudformation.amazonaws.com", Type: "AWSService"}, "cloudformation.amazonaws.com"},
		{finding.Actor{Type: "AWSAccount"}, "AWSAccount"},
		{finding.Actor{}, ""},
	} {
		if got := short(test.actor); got != test.want {
			t.Errorf("%+v is %q, want %q", test.actor, got, test.want)
		}
	}
}

func TestSign(t *testing.T) {
	for _, test := range []struct {
		severity finding.Severity
		state    string
		want     string
	}{
		{finding.Critical, "OPEN", "🚨"},
		{finding.Critical, "RESOLVED", "🚨"},
		{finding.High, "OPEN", "🔴"},
		{finding.High, "RESOLVED", "✅"},
		{finding.Medium, "OPEN", "🟠"},
		{finding.Low, "OPEN", "🟡"},
		{finding.Info, "OK", "✅"},
	} {
		if got := sign(test.severity, test.state); got != test.want {
			t.Errorf("%s, %s is %s, want %s", test.severity, test.state, got, test.want)
		}
	}
}

// What a responder is told to do depends on how it stands.
func TestNextSteps(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*finding.Finding)
		want   []string // the beginnings
	}{
		{"repaired", func(*finding.Finding) {}, []string{"Find out in CloudTrail"}}, // and not how to let it out again
		{"failed", func(f *finding.Finding) { failedTwice(f); f.Escape = false }, []string{"Ringfence could not repair this: check its permissions and log. Repair it with this command: `aws iam put-role"}},
		{"failed, and put right", func(f *finding.Finding) { byOthersOf(f); f.Outcome, f.Escape = finding.Failed, false }, nil},
		{"planned", func(f *finding.Finding) { open(f); f.Outcome, f.Escape = finding.Planned, false }, []string{"Nothing was changed. If it was meant, give an exemption; mode enforce repairs what is not. Repair it with this command: `aws iam put-role"}},
		{"deferred", func(f *finding.Finding) { open(f); f.Outcome, f.Escape = finding.Deferred, false }, []string{"Somebody keeps undoing", "Repair it with this command: `aws iam put-role"}},
		{"not enough", func(f *finding.Finding) { f.Status, f.Escape, f.Undo = finding.Open, false, "" }, []string{"The boundary is back, and is not enough."}},
		{"protected", func(f *finding.Finding) {
			open(f)
			f.Drift, f.Action, f.Outcome, f.Escape = finding.Protected, finding.Alert, finding.Done, false
		}, []string{"Set the boundary in the AWS service"}},
		{"tampering", func(f *finding.Finding) {
			open(f)
			f.Drift, f.Action, f.Outcome, f.Escape = finding.ControlTampered, finding.Alert, finding.Done, false
		}, []string{"Put the changed part"}},
		{"repaired, and only an alert is due now", func(f *finding.Finding) { f.Action, f.Escape = finding.Alert, false }, []string{"Reverse this repair (lets the role out again): `aws iam"}},
		{"repaired, and no escape", func(f *finding.Finding) { f.Escape = false }, []string{"Reverse this repair (lets the role out again): `aws iam"}},
		{"in the way", func(f *finding.Finding) {
			failedTwice(f)
			f.Escape, f.Attempts[1].Unblock = false, "aws iam delete-policy --policy-arn arn:aws:iam::123456789012:policy/squat/team-boundary"
		}, []string{"Something is in the way of the repair. Make sure that nothing needs it, detach it and delete its other versions. " +
			"Ringfence tries again every 15 minutes. Then delete it with this command: `aws iam delete-policy"}},
		{"in the way, and put right", func(f *finding.Finding) {
			byOthersOf(f)
			f.Outcome, f.Escape = finding.Failed, false
			f.Attempts = finding.Attempts{{Outcome: finding.Failed, Unblock: "aws iam delete-policy --policy-arn x"}}
		}, nil},
		{"exempt", func(f *finding.Finding) { open(f); f.Drift, f.Escape = finding.ExemptChanged, false; alert(f) }, []string{"Ask the actor whether"}},
		{"unapproved", func(f *finding.Finding) {
			open(f)
			policyIs(f, finding.PolicyChanged, finding.Alert)
			f.Escape = false
			alert(f)
		}, []string{"Approve a document"}},
		{"unapproved, deleted", func(f *finding.Finding) {
			open(f)
			policyIs(f, finding.AbsentPolicy, finding.Alert)
			f.Escape = false
			alert(f)
		}, []string{"Make the policy again, and approve"}},
		{"moved", func(f *finding.Finding) { open(f); f.Drift, f.Escape = finding.Moved, false; alert(f) }, []string{"Find out whether the move"}},
		{"only an alert", func(f *finding.Finding) { open(f); f.Escape = false; alert(f) }, []string{"Ringfence only tells of this."}},
		{"fine", func(f *finding.Finding) { f.Drift, f.Undo = finding.None, "" }, nil},
		{"restored", func(f *finding.Finding) {
			f.Principal, f.Escape, f.Witness, f.Action, f.Attempts[0].Action = nil, false, nil, finding.Restore, finding.Restore
		}, []string{"Reverse this repair (puts the changed version back in force): `aws iam"}},
		{"restored, and it had allowed more", func(f *finding.Finding) {
			f.Principal, f.Escape, f.Action, f.Attempts[0].Action = nil, false, finding.Restore, finding.Restore
		}, nil},
		{"too long for a chat", func(f *finding.Finding) {
			open(f)
			f.Outcome, f.Escape, f.Repair = finding.Planned, false, "aws iam "+strings.Repeat("x", 700)
		}, []string{"Nothing was changed. If it was meant, give an exemption; mode enforce repairs what is not. Repair it with the command in its field repair"}},
		{"without a command", func(f *finding.Finding) { failedTwice(f); f.Escape, f.Repair = false, "" }, []string{"Ringfence could not repair this: check its permissions and log. See why, and repair it"}},
	} {
		f := with(test.change)
		f.Actor.AccessKeyID = ""
		if f.OpenedBy != nil {
			f.OpenedBy.Actor.AccessKeyID = ""
		}
		got := nextSteps(f)
		if len(got) != len(test.want) {
			t.Errorf("%s: %q", test.name, got)
			continue
		}
		for i, step := range got {
			if !strings.HasPrefix(step, test.want[i]) {
				t.Errorf("%s: %q, want %q", test.name, step, test.want[i])
			}
		}
	}
}

// Whatever the drift, and however the repair ended: who gets a finding that is open is told what
// to do next, as far as there is anything.
func TestEveryOpenFindingHasANextStep(t *testing.T) {
	var schema struct {
		Properties struct {
			Drift struct{ Enum []finding.Drift }
		}
	}
	if err := json.Unmarshal([]byte(finding.Schema), &schema); err != nil {
		t.Fatal(err)
	}
	drifts := schema.Properties.Drift.Enum[1:] // but for none
	if len(drifts) < 12 {
		t.Fatalf("%v", drifts)
	}
	for _, drift := range drifts {
		for _, outcome := range []finding.Outcome{finding.Done, finding.Planned, finding.Failed, finding.Deferred} {
			for _, action := range []finding.Action{finding.Alert, finding.Reattach} {
				f := with(func(f *finding.Finding) {
					open(f)
					f.Drift, f.Action, f.Outcome, f.Escape = drift, action, outcome, false
				})
				if len(nextSteps(f)) == 0 {
					t.Errorf("%s, %s %s: nothing", drift, action, outcome)
				}
				f.Principal = nil
				if len(nextSteps(f)) == 0 {
					t.Errorf("%s of no principal, %s %s: nothing", drift, action, outcome)
				}
			}
		}
	}
}

func TestTextStaysShort(t *testing.T) {
	long := make(finding.Strings, 40)
	for i := range long {
		long[i] = "+ Allow s3:*"
	}
	full := infest(replaced(), "y")
	full.Escape = false
	policy := examples()["policy-widened"]
	policy.Witness = nil // else its reversal is not shown
	policy.Diff = long
	for name, f := range map[string]finding.Finding{"full": full, "policy": policy} {
		got := text(f)
		if n := strings.Count(got, "\n"); n > textLines {
			t.Errorf("%s: %d lines", name, n)
		}
		if !strings.HasSuffix(got, "\n"+reversing(f)+"\n"+f.Undo+"\n") {
			t.Errorf("%s: the undo command went missing:\n%s", name, got)
		}
	}
	if got := text(policy); !strings.Contains(got, "more lines: see the finding itself") || !strings.Contains(got, "  + Allow s3:*\n") {
		t.Errorf("no sign of what changed:\n%s", got)
	}
}

func TestOrdinal(t *testing.T) {
	for n, want := range map[int]string{1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 11: "11th", 12: "12th", 13: "13th", 21: "21st", 102: "102nd", 111: "111th"} {
		if got := ordinal(n); got != want {
			t.Errorf("%d is %s", n, got)
		}
	}
}

func TestUndoIsShownWholeOrNotAtAll(t *testing.T) {
	long := replaced()
	long.Undo = "aws iam " + strings.Repeat("x", 3000)
	long.Escape = false
	if got := text(long); strings.Contains(got, "Reverse this") {
		t.Errorf("a command of %d characters is shown", len(long.Undo))
	}
	quoted := with(func(f *finding.Finding) { f.Escape = false })
	if got := text(quoted); !strings.HasSuffix(got, "\n"+quoted.Undo+"\n") {
		t.Errorf("the command is not the last line of\n%s", got)
	}
	quoted.Undo = `aws iam delete-role-permissions-boundary --role-name 'a=b'`
	if steps := nextSteps(quoted); !strings.HasSuffix(steps[len(steps)-1], "`"+quoted.Undo+"`") {
		t.Errorf("steps %q", steps)
	}
}

var dangerous = regexp.MustCompile(`(?i)[<>]|@(here|channel|everyone|all)|://|\bwww\.|\]\(`)

// checker gives a function that checks one line that people are shown.
func checker(t *testing.T) func(what, s string, most int) {
	return func(what, s string, most int) {
		t.Helper()
		if !utf8.ValidString(s) {
			t.Errorf("%s is not UTF-8: %q", what, s)
		}
		if n := utf8.RuneCountInString(s); n > most {
			t.Errorf("%s has %d characters, more than %d", what, n, most)
		}
		for _, r := range s {
			if r != '\u200b' && !unicode.IsPrint(r) {
				t.Errorf("%s has the character %U: %q", what, r, s)
			}
		}
	}
}

// harmless checks all that people are shown of a finding.
func harmless(t *testing.T, f finding.Finding) {
	t.Helper()
	line := checker(t)

	head := subject(f)
	line("subject", head, subjectLimit)
	if head == "" || strings.IndexFunc(head, func(r rune) bool { return r < ' ' || r > '~' }) >= 0 {
		t.Errorf("subject %q", head)
	}

	mail := strings.Split(strings.TrimSuffix(text(f), "\n"), "\n")
	if len(mail) > textLines {
		t.Errorf("%d lines", len(mail))
	}
	for i, l := range mail {
		most := lineWidth + 12
		if i > 0 && (strings.HasPrefix(mail[i-1], "Reverse this repair") || strings.HasPrefix(mail[i-1], "Take away what") || mail[i-1] == repairBelow) {
			most = commandLimit
		}
		line("text", l, most)
	}

	harmlessChat(t, chatNotification(f), line)
}

// harmlessChat checks a notification, each line of it with the function.
func harmlessChat(t *testing.T, chat notification, line func(what, s string, most int)) {
	t.Helper()
	c, m := chat.Content, chat.Metadata
	if c.Description == "" || len(c.Description) > descriptionLimit {
		t.Errorf("description of %d bytes", len(c.Description))
	}
	shown := append([]string{c.Title, m.Summary, m.ThreadID, m.EventType, chat.ID}, strings.Split(c.Description, "\n")...)
	shown = append(append(append(shown, c.NextSteps...), c.Keywords...), m.RelatedResources...)
	for key, value := range m.AdditionalContext {
		shown = append(shown, key, value)
	}
	for _, s := range shown {
		line("chat", s, 1000)
		if label, address, ok := strings.Cut(s, ":* "); ok && strings.HasPrefix(label, "*") && links.Safe(address) {
			continue // a page, and nothing else
		}
		if found := dangerous.FindString(s); found != "" {
			t.Errorf("chat has %q: %q", found, s)
		}
		if strings.Count(s, "`")%2 != 0 || strings.Count(s, "`") > 2 {
			t.Errorf("chat has a code span that another can end: %q", s)
		}
	}
}

func FuzzRenderings(f *testing.F) {
	seeds := []string{evil, "", "@h\x00ere", "@\u200bhere", "w\u200bww.", "\xf0\x9f", strings.Repeat("é", 400), strings.Repeat("www.", 100), ":\u202e//", "'; rm -rf /", "a  b"}
	for i, s := range seeds {
		f.Add(s, i, i)
	}
	drifts := []finding.Drift{finding.None, finding.Missing, finding.Replaced, finding.Widened, finding.Altered, finding.AbsentPolicy, finding.Protected, finding.ExemptionExpired, finding.ControlTampered, finding.Moved, finding.PolicyChanged, finding.ExemptChanged, finding.SweepHeld, finding.Unreachable}
	outcomes := []finding.Outcome{finding.Done, finding.Planned, finding.Failed, finding.Unconfirmed, finding.Deferred, finding.NoOutcome}
	causes := []string{"event", "second-look", "walk", "required", "sweep", ""}
	f.Fuzz(func(t *testing.T, s string, drift, outcome int) {
		x := replaced()
		x.Drift, x.Outcome = drifts[uint(drift)%uint(len(drifts))], outcomes[uint(outcome)%uint(len(outcomes))]
		x.Cause = causes[uint(drift/2)%uint(len(causes))]
		if outcome%2 == 0 {
			open(&x)
		}
		harmless(t, x)
		bare := x
		bare.Principal, bare.Witness = nil, nil
		bare.Reason, bare.Required = s, s
		harmless(t, bare)
		whole := infest(replaced(), s)
		harmless(t, whole)
		whole.Drift, whole.Outcome, whole.Undo, whole.Status, whole.Cause = x.Drift, x.Outcome, s, x.Status, x.Cause
		harmless(t, whole)
		if message, err := message(whole); err != nil || len(message) > sizeLimit {
			t.Errorf("message of %d bytes, %v", len(message), err)
		}
		harmlessDigest(t, []finding.Finding{x, bare, whole, whole})
	})
}

// Ensure that a responder is told which credentials to take away, where somebody should ask.
func TestCredentialsToRevoke(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*finding.Finding)
		want   string
	}{
		{"a session", func(*finding.Finding) {}, "If the call was not meant, revoke the sessions of arn:aws:iam::123456789012:role/developer (this one's access key is ASIAEXAMPLEEXAMPLE12)."},
		{"a long-term key", func(f *finding.Finding) {
			f.OpenedBy.Actor = bob().Actor
			f.OpenedBy.Actor.AccessKeyID = "AKIAEXAMPLEEXAMPLE12"
		}, "If the call was not meant, deactivate access key AKIAEXAMPLEEXAMPLE12 of bob."},
		{"no key", func(f *finding.Finding) { f.OpenedBy.Actor.AccessKeyID = "" }, ""},
		{"nobody knows who it was", func(f *finding.Finding) { f.OpenedBy, f.Cause = nil, "walk" }, ""},
		{"not bad", func(f *finding.Finding) { f.Severity = finding.Medium }, ""},
		{"an exemption ended", func(f *finding.Finding) { f.Drift = finding.ExemptionExpired }, ""},
	} {
		if got := revoke(with(c.change)); got != c.want {
			t.Errorf("%s: %q, and not %q", c.name, got, c.want)
		}
	}
}

// Ensure that no message for people has the command that lets somebody out again who escaped,
// and that the JSON of the finding has it.
func TestNobodyIsShownHowToLetAnEscapeOut(t *testing.T) {
	for name, f := range map[string]finding.Finding{"principal": replaced(), "policy": examples()["policy-widened"]} {
		text, err := message(f)
		if err != nil {
			t.Fatal(err)
		}
		var protocols map[string]string
		if err := json.Unmarshal([]byte(text), &protocols); err != nil {
			t.Fatal(err)
		}
		for protocol, shown := range protocols {
			if has := strings.Contains(shown, f.Undo); has != (protocol == "default") {
				t.Errorf("%s: %s has the command: %v", name, protocol, has)
			}
		}
		if facts(f)["undo"] != "" {
			t.Errorf("%s: the formats of others have it", name)
		}
	}
}

// Ensure that a subject has one form that filters can rely on, whatever it is about.
func TestSubjectsHaveOneForm(t *testing.T) {
	form := regexp.MustCompile(`^\[(CRITICAL|HIGH|MEDIUM|LOW|INFO)\] (OPEN|RESOLVED): \S.* \(([ -~]+ )?123456789012\)$`)
	all := examples()
	for _, s := range []string{evil, strings.Repeat("é", 300), strings.Repeat("x", 300)} {
		f := replaced()
		f.Principal.ARN, f.AccountName, f.AccountUnit = f.Principal.ARN+s, s, s
		all["name "+s], all["policy "+s] = f, with(func(f *finding.Finding) {
			policyIs(f, finding.PolicyChanged, finding.Alert)
			f.Required, f.AccountName = s, s
		})
	}
	all["a long matter"] = with(func(f *finding.Finding) {
		f.Drift, f.Required = finding.ExemptChanged, ""
		f.OpenedBy.Event.Name = "UpdateAssumeRolePolicy"
	})
	for name, f := range all {
		for _, severity := range finding.Severities {
			f.Severity = severity
			for _, f.Status = range []finding.Status{finding.Open, finding.Resolved} {
				if got := subject(f); !form.MatchString(got) || len(got) > subjectLimit {
					t.Errorf("%s: %q", name, got)
				}
				if got := newDigest([]finding.Finding{f, f}).subject(); !form.MatchString(got) || len(got) > subjectLimit {
					t.Errorf("%s, a digest: %q", name, got)
				}
			}
		}
	}
	if got, want := subject(replaced()), "[CRITICAL] RESOLVED: role dev/service-app escaped its boundary (shop-production 123456789012)"; got != want {
		t.Errorf("%q, and not %q", got, want)
	}
}

// Ensure that only pages that are known are shown as addresses.
func TestOnlyKnownPagesAreShown(t *testing.T) {
	f := with(func(f *finding.Finding) {
		f.Links.Event, f.Links.Dashboard = "https://evil.example/", f.Links.Dashboard+" https://evil.example/"
		f.Links.Principal += "/" + strings.Repeat("x", lineWidth)
	})
	for what, shown := range map[string]string{"mail": text(f), "chat": description(f)} {
		if strings.Count(shown, "https://") != 1 || !strings.Contains(shown, f.Links.Runbook) {
			t.Errorf("%s:\n%s", what, shown)
		}
	}
}
