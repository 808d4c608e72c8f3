package publish

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/finding"
)

// roles are findings of a deployment that made so many roles without a boundary.
func roles(n int) []finding.Finding {
	var all []finding.Finding
	for i := range n {
		all = append(all, with(func(f *finding.Finding) {
			f.ID = fmt.Sprintf("%032x", i+1)
			f.Principal = &finding.Principal{ARN: fmt.Sprintf("arn:aws:iam::123456789012:role/dev/app-%d", i+1), Kind: "role", ID: fmt.Sprintf("AROA%d", i+1)}
			f.Drift, f.Attached, f.Relation, f.Escape, f.Severity = finding.Missing, "", "", false, finding.High
			f.Reason = "it has no permissions boundary"
			f.Actor.ARN = "arn:aws:sts::123456789012:assumed-role/deployer/run-4711"
			f.Event.Name, f.Event.ID = "CreateRole", fmt.Sprintf("e-%d", i+1)
			f.Event.Time = f.Event.Time.Add(time.Duration(i) * time.Second)
			f.Exposure.From = ptr(f.Event.Time)
			f.Exposure.To = ptr(f.Event.Time.Add(3600 * time.Millisecond))
			f.OpenedBy = &finding.Call{Actor: f.Actor, Event: f.Event}
			f.Evidence = finding.Calls{*f.OpenedBy}
		}))
	}
	return all
}

// each changes findings.
func each(all []finding.Finding, changes ...func(*finding.Finding)) []finding.Finding {
	for i := range all {
		for _, change := range changes {
			change(&all[i])
		}
		settle(&all[i])
	}
	return all
}

func policy(d finding.Drift, a finding.Action) func(*finding.Finding) {
	return func(f *finding.Finding) {
		f.Required = "arn:aws:iam::123456789012:policy/" + f.Principal.ARN[strings.LastIndexByte(f.Principal.ARN, '/')+1:]
		f.Principal, f.Drift, f.Action = nil, d, a
	}
}

func alerted(d finding.Drift) func(*finding.Finding) {
	return func(f *finding.Finding) { f.Drift, f.Action, f.Outcome = d, finding.Alert, finding.Done }
}

func TestDigestLines(t *testing.T) {
	const in = " in account shop-production (123456789012) "
	outcome := func(o finding.Outcome) func(*finding.Finding) { return func(f *finding.Finding) { f.Outcome = o } }
	same := func(f *finding.Finding) { f.Principal = replaced().Principal }
	for _, test := range []struct {
		name              string
		findings          []finding.Finding
		subject, sentence string
	}{
		{
			"open", each(roles(40), failedTwice),
			"[HIGH] OPEN: 40 roles outside their boundary, by deployer (shop-production 123456789012)",
			"40 roles" + in + "are outside their boundary; Ringfence could not repair them",
		},
		{
			"resolved", roles(40),
			"[HIGH] RESOLVED: 40 roles were outside their boundary, by deployer (shop-production 123456789012)",
			"40 roles" + in + "were outside their boundary; Ringfence repaired them",
		},
		{
			"all escaped, one worse", append(each(roles(3), func(f *finding.Finding) { f.Escape = true }), with(func(f *finding.Finding) { f.Drift = finding.Missing })),
			"[CRITICAL] RESOLVED: 4 roles escaped their boundary (shop-production 123456789012)",
			"4 roles" + in + "escaped their boundary; Ringfence repaired them",
		},
		{
			"different outcomes", append(append(each(roles(5), failedTwice)[2:], each(roles(1), open, outcome(finding.Deferred))...), each(roles(2), open, outcome(finding.Planned))[1:]...),
			"[HIGH] OPEN: 5 roles outside their boundary, by deployer (shop-production 123456789012)",
			"5 roles" + in + "are outside their boundary; Ringfence could not repair 3, Ringfence would repair 1 (mode enforce), Ringfence holds back the repair of 1, since somebody keeps undoing it",
		},
		{
			"planned", each(roles(2), open, outcome(finding.Planned), func(f *finding.Finding) { f.Mode = "alert" }),
			"[HIGH] OPEN: 2 roles outside their boundary, by deployer (shop-production 123456789012)",
			"2 roles" + in + "are outside their boundary; Ringfence would repair them (mode alert)",
		},
		{
			"deferred", each(roles(2), open, outcome(finding.Deferred)),
			"[HIGH] OPEN: 2 roles outside their boundary, by deployer (shop-production 123456789012)",
			"2 roles" + in + "are outside their boundary; Ringfence holds back the repair of them, since somebody keeps undoing it",
		},
		{
			"not enough", each(roles(2), func(f *finding.Finding) { f.Status = finding.Open }),
			"[HIGH] OPEN: 2 roles outside their boundary, by deployer (shop-production 123456789012)",
			"2 roles" + in + "are outside their boundary; Ringfence repaired them, which is not enough",
		},
		{
			"unconfirmed", each(roles(2), byOthersOf, outcome(finding.Unconfirmed)),
			"[HIGH] RESOLVED: 2 roles were outside their boundary, by deployer (shop-production 123456789012)",
			"2 roles" + in + "were outside their boundary; Ringfence had begun to repair them, and the repair is in place",
		},
		{
			"back again", each(roles(2), byOthersOf, outcome(finding.NoOutcome)),
			"[HIGH] RESOLVED: 2 roles were outside their boundary, by deployer (shop-production 123456789012)",
			"2 roles" + in + "were outside their boundary; they are inside again",
		},
		{
			"one by others", append(roles(2), each(roles(3), byOthersOf, outcome(finding.Planned))[2]),
			"[HIGH] RESOLVED: 3 roles were outside their boundary, by deployer (shop-production 123456789012)",
			"3 roles" + in + "were outside their boundary; Ringfence repaired 2, somebody else put 1 right",
		},
		{
			"one role again and again", each(roles(3), same),
			"[HIGH] RESOLVED: role dev/service-app was outside its boundary 3 times, by deployer (123456789012)",
			"role dev/service-app" + in + "was outside its boundary 3 times; Ringfence repaired it",
		},
		{
			"two roles, one of them twice", append(roles(2), each(roles(3)[2:], func(f *finding.Finding) { f.Principal = roles(1)[0].Principal })...),
			"[HIGH] RESOLVED: 2 roles were outside their boundary, 3 times in all, by deployer (123456789012)",
			"2 roles" + in + "were outside their boundary, 3 times in all; Ringfence repaired them",
		},
		{
			"two roles, one of them twice, open", each(append(roles(2), each(roles(3)[2:], func(f *finding.Finding) { f.Principal = roles(1)[0].Principal })...), failedTwice),
			"[HIGH] OPEN: 2 roles outside their boundary (3 findings), by deployer (123456789012)",
			"2 roles" + in + "are outside their boundary (3 findings); Ringfence could not repair them",
		},
		{
			"roles and users", append(roles(2), with(func(f *finding.Finding) { f.Principal.Kind = "user" })),
			"[CRITICAL] RESOLVED: 3 principals were outside what is required (shop-production 123456789012)",
			"3 principals" + in + "were outside what is required; Ringfence repaired them",
		},
		{
			"widened policies", each(roles(3), policy(finding.Widened, finding.Restore)),
			"[HIGH] RESOLVED: 3 boundary policies allowed more than was approved, by deployer (123456789012)",
			"3 boundary policies" + in + "allowed more than was approved; Ringfence repaired them",
		},
		{
			"altered policies, open", each(roles(3), policy(finding.Altered, finding.Restore), failedTwice),
			"[HIGH] OPEN: 3 boundary policies differ from what was approved, by deployer (123456789012)",
			"3 boundary policies" + in + "differ from what was approved; Ringfence could not repair them",
		},
		{
			"one policy twice, open", each(roles(2), policy(finding.AbsentPolicy, finding.CreatePolicy), failedTwice, func(f *finding.Finding) { f.Required = replaced().Required }),
			"[HIGH] OPEN: boundary policy team-boundary does not exist (2 findings), by deployer (123456789012)",
			"boundary policy team-boundary" + in + "does not exist (2 findings); Ringfence could not repair it",
		},
		{
			"policies back again", each(roles(2), policy(finding.Altered, finding.NoAction), byOthersOf, outcome(finding.NoOutcome)),
			"[HIGH] RESOLVED: 2 boundary policies differed from what was approved, by deployer (123456789012)",
			"2 boundary policies" + in + "differed from what was approved; they are as approved again",
		},
		{
			"no boundary policy for roles", each(roles(2), func(f *finding.Finding) { f.Drift = finding.AbsentPolicy }),
			"[HIGH] RESOLVED: 2 roles were outside their boundary, by deployer (shop-production 123456789012)",
			"2 roles" + in + "were outside their boundary; Ringfence repaired them",
		},
		{
			"permission sets", each(roles(2), open, alerted(finding.Protected), func(f *finding.Finding) { f.Principal = nil }),
			"[HIGH] OPEN: IAM Identity Center permission sets lost their boundary 2 times (123456789012)",
			"IAM Identity Center permission sets" + in + "lost their boundary 2 times; Ringfence changed nothing",
		},
		{
			"tampering", each(roles(4), open, alerted(finding.ControlTampered), func(f *finding.Finding) { f.Principal, f.OpenedBy = nil, nil }),
			"[HIGH] OPEN: Ringfence itself may have been tampered with 4 times, by deployer (123456789012)",
			"Ringfence itself" + in + "may have been tampered with 4 times; Ringfence changed nothing",
		},
		{
			"moved", each(roles(2), open, alerted(finding.Moved)),
			"[HIGH] OPEN: 2 roles were moved out of the reach of a rule, by deployer (123456789012)",
			"2 roles" + in + "were moved out of the reach of a rule; Ringfence changed nothing",
		},
		{
			"exempt no more, one repaired elsewhere", append(each(roles(2), open, alerted(finding.ExemptionExpired)), each(roles(3), alerted(finding.ExemptionExpired), failedTwice, func(f *finding.Finding) { f.Action = finding.Reattach })[2]),
			"[HIGH] OPEN: 3 roles outside their boundary, by deployer (shop-production 123456789012)",
			"3 roles" + in + "are outside their boundary; Ringfence left 2 as found, Ringfence could not repair 1",
		},
		{
			"several accounts", append(roles(1), each(roles(2), func(f *finding.Finding) { f.Account = "210987654321" })[1]),
			"[HIGH] RESOLVED: 2 roles were outside their boundary, by deployer (several accounts)",
			"2 roles were outside their boundary; Ringfence repaired them",
		},
		{
			"nobody knows who", each(roles(2), func(f *finding.Finding) { f.OpenedBy = nil }),
			"[HIGH] RESOLVED: 2 roles were outside their boundary (shop-production 123456789012)",
			"2 roles" + in + "were outside their boundary; Ringfence repaired them",
		},
		{
			"long names", each(roles(2), func(f *finding.Finding) {
				f.OpenedBy.Actor.ARN = "arn:aws:iam::123456789012:user/" + strings.Repeat("n", 64)
				f.Severity = finding.Critical
			}),
			"[CRITICAL] RESOLVED: 2 roles were outside their boundary, by nnnnnnnnnnnnnnnnnnnnnn~ (123456789012)",
			"2 roles" + in + "were outside their boundary; Ringfence repaired them",
		},
	} {
		d := newDigest(test.findings)
		if got := d.subject(); got != test.subject {
			t.Errorf("%s:\ngot  %s\nwant %s", test.name, got, test.subject)
		}
		if got := d.sentence(); got != test.sentence {
			t.Errorf("%s:\ngot  %s\nwant %s", test.name, got, test.sentence)
		}
		harmlessDigest(t, test.findings)
	}
}

func TestDigestRenderings(t *testing.T) {
	mixed := each(roles(3), failedTwice)
	mixed[1].OpenedBy, mixed[1].Exposure.From, mixed[1].Cause = nil, nil, "walk"
	mixed[2].Severity, mixed[2].Escape = finding.Critical, true
	for name, findings := range map[string][]finding.Finding{
		"digest-2": roles(2), "digest-40": each(roles(40), failedTwice), "digest-300": roles(300), "digest-mixed": mixed,
		"digest-hostile": {examples()["hostile"], examples()["hostile"]},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDigest(findings)
			golden(t, name+".txt", []byte("Subject: "+d.subject()+"\n\n"+d.text()))
			golden(t, name+".chat.json", indented(t, d.notification()))
			harmlessDigest(t, findings)
		})
	}
}

// harmlessDigest checks all that people are shown of several findings.
func harmlessDigest(t *testing.T, findings []finding.Finding) {
	t.Helper()
	line, d := checker(t), newDigest(findings)
	head := d.subject()
	line("subject", head, subjectLimit)
	if head == "" || ascii(head) != head {
		t.Errorf("subject %q", head)
	}
	lines := strings.Split(strings.TrimSuffix(d.text(), "\n"), "\n")
	if len(lines) > digestLines+12+digestSteps+2+digestCommands+3 {
		t.Errorf("%d lines", len(lines))
	}
	most := lineWidth + 12
	for _, l := range lines {
		line("text", l, most)
		if l == repairsBelow {
			most = commandLimit
		}
	}
	harmlessChat(t, d.notification(), line)
}

func published(t *testing.T, findings []finding.Finding) (texts map[string]string, digest finding.Digest, attributes map[string]string) {
	t.Helper()
	topic := &fakeTopic{}
	if err := New(topic, nil, everywhere).Topic(t.Context(), "", findings); err != nil {
		t.Fatal(err)
	}
	if n := len(*topic.got.Message); n > 256<<10-1000 {
		t.Errorf("a message of %d bytes", n)
	}
	if err := json.Unmarshal([]byte(*topic.got.Message), &texts); err != nil {
		t.Fatal(err)
	}
	valid(t, schemas(t, finding.DigestSchema), "digest", texts["default"])
	if err := json.Unmarshal([]byte(texts["default"]), &digest); err != nil {
		t.Fatal(err)
	}
	return texts, digest, attributesOf(topic.got)
}

func TestTopicTakesADigest(t *testing.T) {
	findings := each(roles(3), failedTwice)
	findings[1].Severity, findings[1].Outcome, findings[1].Action = finding.Critical, finding.Planned, finding.Quarantine
	texts, got, attributes := published(t, findings)
	want := finding.Digest{
		SchemaVersion: finding.SchemaVersion, Digest: true, Account: "123456789012", Status: finding.Open, Count: 3, Severity: finding.Critical,
		Findings: finding.Findings{findings[1], findings[0], findings[2]}, // the worst first
	}
	for i := range want.Findings {
		want.Findings[i].Affects, want.Findings[i].Diff = finding.Strings{}, finding.Strings{}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	d := newDigest(findings)
	if len(texts) != 4 || texts["email"] != d.text() || texts["sms"] != d.subject() {
		t.Errorf("texts %q", texts)
	}
	var chat notification
	if err := json.Unmarshal([]byte(texts["https"]), &chat); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(d.notification(), chat); diff != "" {
		t.Errorf("chat (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{
		"severity": "String critical", "account": "String 123456789012", "drift": "String missing",
		"owner": "String team@example.com", "outcome": `String.Array ["failed","planned"]`, "status": "String open", "count": "Number 3",
	}, attributes); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
	if findings[1].Severity != finding.Critical {
		t.Error("the caller's list was sorted")
	}
}

func TestLongDigestsAreShortened(t *testing.T) {
	long := func(n int) func(*finding.Finding) {
		return func(f *finding.Finding) { f.Actor.UserAgent = strings.Repeat("<é\"", n) }
	}
	for _, test := range []struct {
		name     string
		findings []finding.Finding
		least    int // findings that fit
	}{
		{"2", roles(2), 2},
		{"40", roles(40), 40},
		{"60", roles(60), 60},
		{"300", roles(300), 65},
		{"60 long ones", each(roles(60), long(2000)), 40},
		{"60 very long ones", each(roles(60), long(100_000)), 40},
		{"one very long one", append(each(roles(1), long(100_000)), roles(60)[1:]...), 55},
		{"much evidence", each(roles(60), func(f *finding.Finding) {
			for range 20 {
				f.Evidence = append(f.Evidence, bob())
			}
		}), 30},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, got, attributes := published(t, test.findings)
			n := len(test.findings)
			t.Logf("%d of %d", len(got.Findings), n)
			if got.Count != n || got.Omitted != n-len(got.Findings) || len(got.Findings) < test.least {
				t.Errorf("%d of %d findings, omitted %d", len(got.Findings), got.Count, got.Omitted)
			}
			if attributes["count"] != fmt.Sprintf("Number %d", n) {
				t.Errorf("attributes %v", attributes)
			}
			for i, f := range got.Findings {
				if f.ID != test.findings[i].ID || f.Principal.ARN != test.findings[i].Principal.ARN {
					t.Errorf("finding %d is %s of %s", i, f.ID, f.Principal.ARN)
				}
			}
		})
	}
}

// A message that was kept back may hold an older revision of a finding too.
func TestTopicTellsTheLatestRevision(t *testing.T) {
	all := roles(3)
	newer := all[0]
	newer.Revision, newer.Severity = 2, finding.Critical
	topic := &fakeTopic{}
	if err := New(topic, nil, everywhere).Topic(t.Context(), "", []finding.Finding{newer, all[0]}); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(*topic.got.Subject, "[CRITICAL] RESOLVED: role dev/app-1 ") {
		t.Errorf("subject %s", *topic.got.Subject)
	}
	got := latest([]finding.Finding{all[0], all[1], newer, all[2], all[1]})
	if diff := cmp.Diff([]finding.Finding{newer, all[1], all[2]}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
