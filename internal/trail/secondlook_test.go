package trail

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/fault"
	"github.com/ringfence/ringfence/internal/finding"
)

const findingID = "0123456789abcdef0123456789abcdef"

// comesBack is a finding as EventBridge delivers it.
func comesBack(t testing.TB, detail any, changes fields) []byte {
	t.Helper()
	all := fields{"source": finding.Source, "detail-type": finding.DetailType, "time": "2026-03-02T09:16:00Z"}
	for key, value := range changes {
		all[key] = value
	}
	return envelope(t, marshal(t, detail), all)
}

func repair(action finding.Action, p *finding.Principal) finding.Finding {
	return finding.Finding{
		SchemaVersion: finding.SchemaVersion, ID: findingID, Account: "123456789012", Partition: "aws", Principal: p,
		Drift: finding.Missing, Required: boundary, Action: action, Outcome: finding.Done,
		Actor: finding.Actor{ARN: "arn:aws:iam::123456789012:user/eve"},
		Event: finding.Event{ID: "5d1c9f6e-0000-4000-8000-000000000001", Name: "CreateRole"},
	}
}

func TestARepairIsLookedAtAgain(t *testing.T) {
	app := &finding.Principal{ARN: "arn:aws:iam::123456789012:role/dev/app", Kind: "role"}
	for action, want := range map[finding.Action]Subject{
		finding.Reattach: Principal{Ref: role("/dev/", "app")}, finding.Quarantine: Principal{Ref: role("/dev/", "app")},
		finding.Restore: ManagedPolicy{ARN: boundary}, finding.CreatePolicy: ManagedPolicy{ARN: boundary},
		finding.Alert: Unwatched{}, finding.NoAction: Unwatched{},
	} {
		p := app
		if _, ok := want.(ManagedPolicy); ok {
			p = nil
		}
		got := parse(t, comesBack(t, repair(action, p), nil))
		if !reflect.DeepEqual(got.Subject, want) {
			t.Errorf("%s: %+v, want %+v", action, got.Subject, want)
		}
		if !got.SecondLook() || got.EventID != findingID || got.Account != "123456789012" || got.Time.Format("15:04:05") != "09:16:00" || got.Partition != "aws" {
			t.Errorf("%s: %+v", action, got.Record)
		}
		// Who it was says the first finding. This one anybody can have written.
		if got.Actor != (Actor{}) {
			t.Errorf("%s: actor %+v", action, got.Actor)
		}
	}
	for _, outcome := range []finding.Outcome{finding.Planned, finding.Failed, finding.NoOutcome} {
		f := repair(finding.Reattach, app)
		f.Outcome = outcome
		if got := parse(t, comesBack(t, f, nil)); got.Subject != (Unwatched{}) {
			t.Errorf("%s: %+v", outcome, got.Subject)
		}
	}
}

// Ensure that what a second look finds is another finding than what the first did.
func TestASecondLookHasAnIdentityOfItsOwn(t *testing.T) {
	const arn = "arn:aws:iam::123456789012:role/app"
	first := parse(t, bare(t, nil))
	f := repair(finding.Reattach, &finding.Principal{ARN: arn})
	f.ID = finding.ID(first.EventID, arn, finding.Missing)
	second := parse(t, comesBack(t, f, nil))
	if again := finding.ID(second.EventID, arn, finding.Missing); again == f.ID {
		t.Errorf("both are %s", again)
	}
}

// Ensure that a finding of a later version, with fields and forms unknown here, is read.
func TestFindingsOfOtherVersionsAreRead(t *testing.T) {
	var f fields
	if err := json.Unmarshal(marshal(t, repair(finding.Reattach, &finding.Principal{ARN: "arn:aws:iam::123456789012:user/jane"})), &f); err != nil {
		t.Fatal(err)
	}
	f["schemaVersion"], f["somethingNew"], f["time"], f["escape"] = 2, fields{}, 5, "yes"
	if got, want := parse(t, comesBack(t, f, nil)).Subject, (Principal{Ref: user("/", "jane")}); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestForgedFindingsAreBadInput(t *testing.T) {
	with := func(change func(*finding.Finding)) []byte {
		f := repair(finding.Reattach, &finding.Principal{ARN: "arn:aws:iam::123456789012:role/app"})
		change(&f)
		return comesBack(t, f, nil)
	}
	for want, data := range map[string][]byte{
		`detail.id: "" is not`:                       with(func(f *finding.Finding) { f.ID = "" }),
		`detail.id: "0123456789ABCDEF`:               with(func(f *finding.Finding) { f.ID = strings.ToUpper(findingID) }),
		`detail.account: "x" is not`:                 with(func(f *finding.Finding) { f.Account = "x" }),
		`detail.principal.arn: "jane" is not an ARN`: with(func(f *finding.Finding) { f.Principal.ARN = "jane" }),
		`detail.principal.arn: arn:aws:iam::999999999999:role/app is not in account 123456789012`: with(func(f *finding.Finding) { f.Principal.ARN = "arn:aws:iam::999999999999:role/app" }),
		`detail.principal.arn: arn:aws-cn:iam::123456789012:role/app is not in`:                   with(func(f *finding.Finding) { f.Principal.ARN = "arn:aws-cn:iam::123456789012:role/app" }),
		`detail.required: missing`:                 with(func(f *finding.Finding) { f.Principal, f.Required = nil, "" }),
		`detail.required: "arn:aws:s3:::b" is not`: with(func(f *finding.Finding) { f.Principal, f.Required = nil, "arn:aws:s3:::b" }),
		`time: not a time`:                         comesBack(t, repair(finding.Restore, nil), fields{"time": "yesterday"}),
		`detail.action: a JSON number, where`:      comesBack(t, fields{"action": 1}, nil),
		`detail: not an object`:                    comesBack(t, "x", nil),
	} {
		change, err := Parse(data)
		if fault.ClassOf(err) != fault.BadInput || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("Parse(%s) = %+v, %v\nwant an error that begins with %q", data, change, err, want)
		}
	}
}

// Ensure that only Ringfence's own source and type of event is taken for a finding.
func TestOtherEventsAreNoFindings(t *testing.T) {
	f := repair(finding.Reattach, &finding.Principal{ARN: "arn:aws:iam::123456789012:role/app"})
	for _, changes := range []fields{{"source": "somebody"}, {"detail-type": "Another Finding"}} {
		if got := parse(t, comesBack(t, f, changes)); got.Subject != (Unwatched{}) || got.SecondLook() {
			t.Errorf("%v: %+v", changes, got)
		}
	}
	if got := parse(t, comesBack(t, nil, nil)); got.Subject != (Unwatched{}) {
		t.Errorf("an empty finding: %+v", got)
	}
	// A CloudTrail record cannot pass for one.
	record := bare(t, fields{"eventSource": finding.Source, "eventName": finding.DetailType})
	if got := parse(t, record); got.Subject != (Unwatched{}) {
		t.Errorf("a record: %+v", got)
	}
}
