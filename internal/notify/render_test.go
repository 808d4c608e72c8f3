package notify

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
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
)

var update = flag.Bool("update", false, "rewrite the golden files")

func replaced() finding.Finding {
	event := time.Date(2026, 9, 3, 3, 12, 5, 0, time.UTC)
	return finding.Finding{
		SchemaVersion: finding.SchemaVersion,
		ID:            "85e9530137b0da1489519e71ff082627",
		Time:          event.Add(4 * time.Second),
		Account:       "123456789012",
		Partition:     "aws",
		Principal:     &finding.Principal{ARN: "arn:aws:iam::123456789012:role/dev/service-app", Kind: "role", ID: "AROAEXAMPLEEXAMPLE123"},
		Rule:          "team-roles",
		Drift:         finding.Replaced,
		Severity:      finding.Critical,
		Required:      "arn:aws:iam::123456789012:policy/team-boundary",
		Attached:      "arn:aws:iam::aws:policy/AdministratorAccess",
		Relation:      "wider",
		Escape:        true,
		Services:      finding.Strings{"iam", "sts"},
		Exposure:      &finding.Exposure{From: event, To: event.Add(3600 * time.Millisecond), Seconds: 3.6},
		Witness: &finding.Witness{
			Action: "iam:CreateUser", Resource: "*",
			Context: map[string][]string{"aws:RequestedRegion": {"us-east-1", "us-east-2"}, "aws:MultiFactorAuthPresent": {"false"}},
		},
		Mode:    "enforce",
		Action:  finding.Reattach,
		Outcome: finding.Done,
		Reason:  "it carries arn:aws:iam::aws:policy/AdministratorAccess instead of the required boundary, which allows more",
		Undo:    "aws iam put-role-permissions-boundary --role-name service-app --permissions-boundary arn:aws:iam::aws:policy/AdministratorAccess",
		Actor: finding.Actor{
			ARN: "arn:aws:sts::123456789012:assumed-role/developer/alice@example.com", Type: "AssumedRole",
			SourceIP: "203.0.113.7", UserAgent: "APN/1.0 HashiCorp/1.0 Terraform/1.5.0 (+https://www.terraform.io)",
		},
		Event: finding.Event{ID: "7a1f0f4b-1d0c-4b8e-9c57-2f3f6f1f2b11", Name: "PutRolePermissionsBoundary", Time: event, Region: "us-east-1"},
	}
}

// with is the replaced boundary with some things changed.
func with(change func(*finding.Finding)) finding.Finding {
	f := replaced()
	change(&f)
	return f
}

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
	principal, witness := *f.Principal, *f.Witness
	f.Principal, f.Witness, f.GivesUp = &principal, &witness, &finding.Witness{Action: s}
	f.Services, f.Affects, f.Diff = finding.Strings{s, s}, finding.Strings{s, s, s, s}, make(finding.Strings, 40)
	f.Contested = &finding.Contested{Repairs: 4, Actors: finding.Strings{s}}
	f.Witness.Context = map[string][]string{s: {s, s}}
	fill(reflect.ValueOf(&f).Elem())
	return f
}

func examples() map[string]finding.Finding {
	return map[string]finding.Finding{
		"replaced": replaced(),
		"missing-observed": with(func(f *finding.Finding) {
			f.Drift, f.Severity, f.Escape, f.Witness, f.Attached, f.Relation = finding.Missing, finding.Medium, false, nil, "", ""
			f.Services, f.Exposure = nil, nil
			f.Mode, f.Outcome, f.Undo, f.Reason = "observe", finding.Planned, "", "it has no permissions boundary"
		}),
		"missing-failed": with(func(f *finding.Finding) {
			f.Drift, f.Severity, f.Attached, f.Relation = finding.Missing, finding.High, "", ""
			f.Outcome, f.Undo, f.Exposure = finding.Failed, "", nil
			f.Reason = "it has no permissions boundary; the repair failed: putting the boundary: operation error IAM: PutRolePermissionsBoundary, AccessDenied"
		}),
		"policy-widened": with(func(f *finding.Finding) {
			f.Principal, f.Drift, f.Action, f.Attached, f.Services = nil, finding.Widened, finding.Restore, "", nil
			f.Affects = finding.Strings{
				"arn:aws:iam::123456789012:role/dev/a", "arn:aws:iam::123456789012:role/dev/b",
				"arn:aws:iam::123456789012:role/dev/c", "arn:aws:iam::123456789012:user/d", "arn:aws:iam::123456789012:user/e",
			}
			f.Diff = finding.Strings{"- Allow s3:Get*", "+ Allow *"}
			f.Reason = "its default version v4 allows more than the approved document"
			f.Undo = "aws iam set-default-policy-version --policy-arn arn:aws:iam::123456789012:policy/team-boundary --version-id v4"
			f.Event.Name = "CreatePolicyVersion"
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
		"protected": with(func(f *finding.Finding) {
			f.Principal.ARN = "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_admin_0123456789abcdef"
			f.Drift, f.Action, f.Outcome, f.Undo, f.Exposure = finding.Protected, finding.Alert, finding.NoOutcome, "", nil
		}),
		// Whatever others choose, as bad as can be: names that IAM would not allow too.
		"hostile": with(func(f *finding.Finding) {
			f.Principal.ARN += evil
			f.Reason += evil
			f.Actor = finding.Actor{ARN: evil, Type: "AssumedRole", SourceIP: evil, UserAgent: evil}
			f.Witness = &finding.Witness{Action: "s3:*", Resource: "arn:aws:s3:::" + evil}
			f.Outcome, f.Undo, f.Exposure = finding.Failed, "", nil
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
	got := row{why, reason}.lines()
	want := []string{part + "1; " + part + "2;", part + "3; " + part + "4;", part + "5; " + part + "6; " + strings.Repeat("x", 13) + "…"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := (row{why, strings.Repeat("y", 400)}).lines(); len(got) != 1 || utf8.RuneCountInString(got[0]) != lineWidth {
		t.Errorf("%q", got)
	}
	if got := (row{why, ""}).lines(); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

func TestRenderings(t *testing.T) {
	for name, f := range examples() {
		t.Run(name, func(t *testing.T) {
			golden(t, name+".txt", []byte("Subject: "+subject(f)+"\n\n"+text(f)))
			var chat bytes.Buffer
			e := json.NewEncoder(&chat)
			e.SetEscapeHTML(false)
			e.SetIndent("", "  ")
			if err := e.Encode(chatNotification(f)); err != nil {
				t.Fatal(err)
			}
			golden(t, name+".chat.json", chat.Bytes())
			harmless(t, f)
		})
	}
}

func TestSubject(t *testing.T) {
	for _, test := range []struct {
		change func(*finding.Finding)
		want   string
	}{
		{func(*finding.Finding) {}, "[CRITICAL] OVER: role dev/service-app escaped its boundary (123456789012)"},
		{
			func(f *finding.Finding) {
				f.Principal.ARN = "arn:aws:iam::123456789012:role/" + strings.Repeat("p/", 50) + strings.Repeat("n", 64)
			},
			"[CRITICAL] OVER: role p/p/p/p/p/p/p/p/p/p/p/p/p/p/p/p/p/p/p/p/~ escaped its boundary (123456789012)",
		},
		{
			func(f *finding.Finding) { f.Principal, f.Drift, f.Severity = nil, finding.Widened, finding.High },
			"[HIGH] NOT OVER: boundary policy team-boundary allows more than was approved (123456789012)",
		},
		{
			func(f *finding.Finding) { f.Principal.ARN, f.Escape = "röle\r\nBcc: x", false },
			"[CRITICAL] OVER: role r?le Bcc: x was outside its boundary (123456789012)",
		},
	} {
		if got := subject(with(func(f *finding.Finding) {
			p := *f.Principal
			f.Principal = &p
			test.change(f)
			if f.Drift == finding.Widened {
				f.Action, f.Outcome = finding.Restore, finding.Failed
			}
		})); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

// The first line says how bad it is, whether it is over, and who did what.
func TestHeadline(t *testing.T) {
	for _, test := range []struct {
		change func(*finding.Finding)
		want   string
	}{
		{
			func(*finding.Finding) {},
			"[CRITICAL] OVER: role dev/service-app in account 123456789012 escaped its boundary (it had AdministratorAccess instead); Ringfence put team-boundary back",
		},
		{
			func(f *finding.Finding) { f.Drift, f.Escape, f.Outcome = finding.Missing, false, finding.Failed },
			"[CRITICAL] NOT OVER: role dev/service-app in account 123456789012 is outside its boundary (it has none); Ringfence could not put team-boundary back",
		},
		{
			func(f *finding.Finding) { f.Outcome, f.Mode = finding.Planned, "alert" },
			"[CRITICAL] NOT OVER: role dev/service-app in account 123456789012 escaped its boundary (it has AdministratorAccess instead); Ringfence would put team-boundary back (mode alert)",
		},
		{
			func(f *finding.Finding) { f.Action = finding.Quarantine },
			"[CRITICAL] OVER: role dev/service-app in account 123456789012 escaped its boundary (it had AdministratorAccess instead); Ringfence put it in quarantine",
		},
		{
			func(f *finding.Finding) {
				f.Drift, f.Action, f.Outcome = finding.ExemptionExpired, finding.Alert, finding.NoOutcome
			},
			"[CRITICAL] NOT OVER: role dev/service-app in account 123456789012 escaped its boundary (its exemption has ended); nothing was changed",
		},
		{
			func(f *finding.Finding) { f.Principal, f.Drift, f.Action = nil, finding.Altered, finding.Restore },
			"[CRITICAL] OVER: boundary policy team-boundary in account 123456789012 differed from what was approved; Ringfence restored the approved version",
		},
		{
			func(f *finding.Finding) {
				f.Principal, f.Drift, f.Action = nil, finding.AbsentPolicy, finding.CreatePolicy
			},
			"[CRITICAL] OVER: boundary policy team-boundary in account 123456789012 did not exist; Ringfence created it again",
		},
		{
			func(f *finding.Finding) { f.Drift = finding.AbsentPolicy },
			"[CRITICAL] OVER: role dev/service-app in account 123456789012 escaped its boundary (the boundary policy did not exist); Ringfence put team-boundary back",
		},
		{
			func(f *finding.Finding) {
				f.Principal, f.Drift, f.Action, f.Outcome = nil, finding.ControlTampered, finding.Alert, finding.NoOutcome
			},
			"[CRITICAL] NOT OVER: Ringfence in account 123456789012 itself was tampered with; nothing was changed",
		},
		{
			func(f *finding.Finding) {
				f.Drift, f.Severity, f.Action, f.Outcome = finding.None, finding.Info, finding.NoAction, finding.NoOutcome
			},
			"[INFO] OK: role dev/service-app in account 123456789012 is as it must be",
		},
	} {
		if got := headline(with(test.change)); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

func TestTextStaysShort(t *testing.T) {
	long := make(finding.Strings, 40)
	for i := range long {
		long[i] = "+ Allow s3:*"
	}
	full := infest(replaced(), "y")
	policy := examples()["policy-widened"]
	policy.Diff = long
	for name, f := range map[string]finding.Finding{"full": full, "policy": policy} {
		got := text(f)
		if n := strings.Count(got, "\n"); n > textLines {
			t.Errorf("%s: %d lines", name, n)
		}
		if !strings.HasSuffix(got, "\nTo undo:\n"+f.Undo+"\n") {
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
	if got := text(long); strings.Contains(got, "To undo") {
		t.Errorf("a command of %d characters is shown", len(long.Undo))
	}
	if got := text(replaced()); !strings.HasSuffix(got, "\n"+replaced().Undo+"\n") {
		t.Errorf("the command is not the last line of\n%s", got)
	}
	quoted := replaced()
	quoted.Undo = `aws iam delete-role-permissions-boundary --role-name 'a=b'`
	if steps := nextSteps(quoted); !strings.HasSuffix(steps[len(steps)-1], "`"+quoted.Undo+"`") {
		t.Errorf("steps %q", steps)
	}
}

var dangerous = regexp.MustCompile(`(?i)[<>]|@(here|channel|everyone|all)|://|\bwww\.|\]\(`)

// harmless holds what must be true of whatever people are shown.
func harmless(t *testing.T, f finding.Finding) {
	t.Helper()
	line := func(what, s string, most int) {
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
		if i > 0 && mail[i-1] == "To undo:" {
			most = 2000
		}
		line("text", l, most)
	}

	chat := chatNotification(f)
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
	drifts := []finding.Drift{finding.None, finding.Missing, finding.Replaced, finding.Widened, finding.Altered, finding.AbsentPolicy, finding.Protected, finding.ExemptionExpired, finding.ControlTampered}
	outcomes := []finding.Outcome{finding.Done, finding.Planned, finding.Failed, finding.NoOutcome}
	f.Fuzz(func(t *testing.T, s string, drift, outcome int) {
		x := replaced()
		x.Drift, x.Outcome = drifts[uint(drift)%uint(len(drifts))], outcomes[uint(outcome)%uint(len(outcomes))]
		harmless(t, x)
		bare := x
		bare.Principal, bare.Witness = nil, nil
		bare.Reason, bare.Required = s, s
		harmless(t, bare)
		whole := infest(replaced(), s)
		harmless(t, whole)
		whole.Drift, whole.Outcome, whole.Undo = x.Drift, x.Outcome, s
		harmless(t, whole)
		if message, err := message(whole); err != nil || len(message) > sizeLimit {
			t.Errorf("message of %d bytes, %v", len(message), err)
		}
	})
}
