package events

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	state "github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/tamper"
	"github.com/ringfence/ringfence/internal/target"
	"github.com/ringfence/ringfence/internal/trail"
)

func all(t *testing.T) []Scenario {
	t.Helper()
	list, err := All()
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 28 {
		t.Fatalf("%d scenarios, want 28 or more", len(list))
	}
	return list
}

// Ensure that each event has the form that EventBridge delivers, and nothing from a real account.
func TestEventsAreAsDelivered(t *testing.T) {
	name := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	ids := map[string]string{}
	for _, s := range all(t) {
		t.Run(s.Name, func(t *testing.T) {
			if !name.MatchString(s.Name) {
				t.Error("the name is not in kebab-case")
			}
			if _, ok := followUp(t, s); ok {
				return // see TestFollowUpsAreAsSent
			}
			if compared(t, s) {
				return
			}
			var e struct {
				Version, ID, Source, Account, Time, Region string
				DetailType                                 string `json:"detail-type"`
				Resources                                  []string
				Detail                                     struct {
					EventVersion, EventTime, EventSource, AWSRegion, SourceIPAddress, UserAgent string
					RequestID, EventID, EventType, RecipientAccountID, EventCategory            string
					ReadOnly, ManagementEvent                                                   *bool
					RequestParameters, ResponseElements                                         json.RawMessage
					UserIdentity                                                                struct {
						Type, PrincipalID, ARN, AccountID, AccessKeyID string
					}
				}
			}
			if err := json.Unmarshal(s.Event, &e); err != nil {
				t.Fatal(err)
			}
			d := e.Detail
			for field, value := range map[string]string{
				"id": e.ID, "requestID": d.RequestID, "eventVersion": d.EventVersion, "userAgent": d.UserAgent,
				"userIdentity.principalId": d.UserIdentity.PrincipalID, "userIdentity.arn": d.UserIdentity.ARN,
				"requestParameters": string(d.RequestParameters), "responseElements": string(d.ResponseElements),
			} {
				if value == "" {
					t.Errorf("%s is missing", field)
				}
			}
			for field, pair := range map[string][2]string{
				"version": {e.Version, "0"}, "detail-type": {e.DetailType, "AWS API Call via CloudTrail"},
				"source": {e.Source + ".com", "aws." + strings.Replace(d.EventSource, ".amazonaws.com", ".com", 1)},
				"time":   {e.Time, d.EventTime}, "region": {e.Region, d.AWSRegion},
				"eventType": {d.EventType, "AwsApiCall"}, "eventCategory": {d.EventCategory, "Management"},
				"account": {e.Account, "123456789012"}, "recipientAccountId": {d.RecipientAccountID, "123456789012"},
				"userIdentity.accountId": {d.UserIdentity.AccountID, "123456789012"},
			} {
				if pair[0] != pair[1] {
					t.Errorf("%s is %q, want %q", field, pair[0], pair[1])
				}
			}
			if d.ReadOnly == nil || *d.ReadOnly || d.ManagementEvent == nil || !*d.ManagementEvent {
				t.Error("readOnly or managementEvent is wrong")
			}
			if e.Resources == nil || len(e.Resources) > 0 {
				t.Error("resources is not []")
			}
			if key := d.UserIdentity.AccessKeyID; key != "AKIAIOSFODNN7EXAMPLE" && key != "ASIAIOSFODNN7EXAMPLE" {
				t.Errorf("access key %q is not that of the documentation", key)
			}
			if ip, err := netip.ParseAddr(d.SourceIPAddress); err == nil {
				if !netip.MustParsePrefix("192.0.2.0/24").Contains(ip) && !netip.MustParsePrefix("203.0.113.0/24").Contains(ip) {
					t.Errorf("address %s is not one for documentation", ip)
				}
			} else if !strings.HasSuffix(d.SourceIPAddress, ".amazonaws.com") {
				t.Errorf("address %q", d.SourceIPAddress)
			}
			if other, twice := ids[d.EventID]; twice || d.EventID == "" {
				t.Errorf("the eventID is that of %s too", other)
			}
			ids[d.EventID] = s.Name
		})
	}
}

// compared reports whether a scenario is CloudFormation's own event about drift detection of a
// stack, and checks that the event has the documented form.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/event-detail-stack-drift-detection-change.html
func compared(t *testing.T, s Scenario) bool {
	t.Helper()
	if !bytes.Contains(s.Event, []byte(`"CloudFormation Drift Detection Status Change"`)) {
		return false
	}
	var e struct {
		Version, ID, Source, Account, Time, Region string
		DetailType                                 string `json:"detail-type"`
		Resources                                  []string
		Detail                                     struct {
			Stack  string `json:"stack-id"`
			ID     string `json:"stack-drift-detection-id"`
			Status struct {
				Drift     string `json:"stack-drift-status"`
				Detection string `json:"detection-status"`
			} `json:"status-details"`
			Details struct {
				Count *int `json:"drifted-stack-resource-count"`
			} `json:"drift-detection-details"`
			Token *string `json:"client-request-token"`
		}
	}
	d := json.NewDecoder(bytes.NewReader(s.Event))
	d.DisallowUnknownFields()
	if err := d.Decode(&e); err != nil {
		t.Fatal(err)
	}
	if e.Source != "aws.cloudformation" || e.Version != "0" || e.ID == "" || e.Account != "123456789012" || e.Time == "" || e.Region != "us-east-1" ||
		!slices.Equal(e.Resources, []string{e.Detail.Stack}) || e.Detail.ID == "" || e.Detail.Details.Count == nil || e.Detail.Token == nil {
		t.Errorf("not as documented: %+v", e)
	}
	if drifted := e.Detail.Status.Drift == "DRIFTED"; drifted != (*e.Detail.Details.Count > 0) || e.Detail.Status.Detection != "DETECTION_COMPLETE" {
		t.Errorf("%+v with %d resources", e.Detail.Status, *e.Detail.Details.Count)
	}
	return true
}

// followUp reads the message of a second look; ok is false for other scenarios.
func followUp(t *testing.T, s Scenario) (f target.FollowUp, ok bool) {
	t.Helper()
	record, err := trail.Read(s.Event)
	if err != nil {
		t.Fatal(err)
	}
	if record.Source != target.Source || record.Name != target.Form {
		return f, false
	}
	d := json.NewDecoder(bytes.NewReader(s.Event))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		t.Errorf("%s: %v", s.Name, err)
	}
	return f, true
}

// Ensure that follow-ups have the form in which Ringfence sends them to itself: a minute after the
// call, about the target of the finding.
func TestFollowUpsAreAsSent(t *testing.T) {
	found, ids := 0, map[string]bool{}
	for _, s := range all(t) {
		f, ok := followUp(t, s)
		if !ok {
			continue
		}
		found++
		var file, sent any
		text, err := json.Marshal(f)
		if err == nil {
			err = errors.Join(json.Unmarshal(text, &sent), json.Unmarshal(s.Event, &file))
		}
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(sent, file); diff != "" {
			t.Errorf("%s: as sent (-) and as in the file (+):\n%s", s.Name, diff)
		}
		w := f.Detail
		if f.Account != "123456789012" || w.Target.Account != f.Account || w.Target.Partition != "aws" || len(w.Causes) != 1 {
			t.Errorf("%s: %+v", s.Name, f)
			continue
		}
		c := w.Causes[0]
		if c.Kind != target.SecondLook || len(c.Finding) != 32 || ids[c.Finding] || c.Event.ID == "" || c.Actor.ARN == "" || !f.Time.Equal(c.Event.Time.Add(time.Minute)) {
			t.Errorf("%s: cause %+v", s.Name, c)
		}
		ids[c.Finding] = true
	}
	if found < 3 {
		t.Errorf("%d follow-ups, want 3 or more", found)
	}
}

// Ensure that the function accepts the control parts.
func TestPartsOfTheControlAreRead(t *testing.T) {
	for _, s := range all(t) {
		if _, err := tamper.Parse(strings.Join(s.Control, ",")); err != nil || len(s.Control) == 0 {
			t.Errorf("%s: %d parts: %v", s.Name, len(s.Control), err)
		}
	}
}

// Ensure that a scenario expects verdicts only on the targets of its event.
func TestExpectationsAreAboutTheEvent(t *testing.T) {
	for _, s := range all(t) {
		t.Run(s.Name, func(t *testing.T) {
			change, err := trail.Parse(s.Event)
			if err != nil {
				t.Fatal(err)
			}
			own, err := tamper.Parse(strings.Join(s.Control, ","))
			if err != nil {
				t.Fatal(err)
			}
			touch, touched := own.Affected(change)
			i := slices.IndexFunc(s.Expect, func(e Expectation) bool { return e.Drift == finding.ControlTampered })
			if touched != (i >= 0) {
				t.Fatalf("touches %s, but expects %+v", touch.Resources, s.Expect)
			}
			if touched {
				severity := finding.Critical
				if touch.Unsure || touch.Found {
					severity = finding.High
				}
				if e := s.Expect[i]; e.Severity != severity || (touch.Principal != nil) != (e.Principal != "") ||
					touch.Principal != nil && touch.Principal.ARN() != e.Principal {
					t.Errorf("touches %s, but expects %+v", touch.Resources, e)
				}
				s.Expect = slices.Delete(slices.Clone(s.Expect), i, i+1)
			}
			if f, ok := followUp(t, s); ok {
				change.Subject = subject(f.Detail.Target)
			}
			switch subject := change.Subject.(type) {
			case trail.Control:
				if len(s.Expect) > 0 {
					t.Errorf("%d verdicts besides the one on the control", len(s.Expect))
				}
			case trail.Unwatched:
				if len(s.Expect) > 0 {
					t.Errorf("%d verdicts on an event that is ignored", len(s.Expect))
				}
			case trail.Principal:
				if subject.Deleted {
					if len(s.Expect) > 0 {
						t.Errorf("%d verdicts on a principal that is gone", len(s.Expect))
					}
					return
				}
				verdicts := slices.DeleteFunc(slices.Clone(s.Expect), func(e Expectation) bool {
					return e.Principal == "" && (e.Action == finding.Restore || e.Action == finding.CreatePolicy) // of the policy to attach
				})
				if len(verdicts) != 1 {
					t.Fatalf("%d verdicts, want 1", len(verdicts))
				}
				ref, err := principal.Parse(verdicts[0].Principal)
				if err != nil {
					t.Fatal(err)
				}
				if !subject.Ref.PathKnown() {
					ref.Path = ""
				}
				if strings.EqualFold(ref.Name, subject.Ref.Name) {
					ref.Name = subject.Ref.Name // IAM ignores the case of names
				}
				if ref != subject.Ref {
					t.Errorf("a verdict on %s, want one on %s", verdicts[0].Principal, subject.Ref)
				}
			case trail.ManagedPolicy, trail.PermissionSet:
				remade := slices.ContainsFunc(s.Expect, func(e Expectation) bool { return e.Action == finding.CreatePolicy })
				for _, e := range s.Expect {
					if e.Principal != "" && !remade && !carries(t, s, e.Principal, subject) { // a recreated policy is attached again to every principal
						t.Errorf("a verdict on %s, want one on no principal", e.Principal)
					}
				}
			}
			for _, e := range s.Expect {
				if (e.Drift == finding.None) != (e.Action == finding.NoAction) {
					t.Errorf("drift %s with action %s", e.Drift, e.Action)
				}
			}
		})
	}
}

// carries reports whether a principal has the policy of an event before the event.
func carries(t *testing.T, s Scenario, arn string, subject trail.Subject) bool {
	d, err := state.Read(bytes.NewReader(s.State))
	if err != nil {
		t.Fatal(err)
	}
	policy, _ := subject.(trail.ManagedPolicy)
	return slices.ContainsFunc(d.Principals, func(p state.Principal) bool { return p.ARN() == arn && p.Boundary == policy.ARN })
}

// subject returns the target of a follow-up in the form of an event's subject.
func subject(t target.Target) trail.Subject {
	if t.Kind == target.Policy {
		return trail.ManagedPolicy{ARN: t.ARN}
	}
	return trail.Principal{Ref: t.Ref, ID: t.ID}
}

// Ensure that users may write such configurations, without even a warning.
func TestConfigurationsLoad(t *testing.T) {
	for _, s := range all(t) {
		f, err := config.Load("ringfence.yaml", s.Config, Open)
		if err != nil {
			t.Errorf("%s: %v", s.Name, err)
			continue
		}
		if w := f.Warnings(); len(w) > 0 {
			t.Errorf("%s: %s", s.Name, w)
		}
	}
}

// details are the parts of AWS's output that the states have too.
type details struct {
	UserDetailList, RoleDetailList, GroupDetailList []struct {
		Arn, UserName, RoleName, GroupName string
		GroupList                          []string
		AttachedManagedPolicies            []struct{ PolicyArn, PolicyName string }
		PermissionsBoundary                struct{ PermissionsBoundaryArn, PermissionsBoundaryType string }
	}
	Policies []struct {
		Arn, PolicyName, DefaultVersionID string
		PolicyVersionList                 []struct {
			VersionID        string
			IsDefaultVersion bool
			Document         json.RawMessage
		}
	}
}

// Ensure that each state is complete: it has everything that it refers to.
func TestStatesHoldTogether(t *testing.T) {
	for _, s := range all(t) {
		t.Run(s.Name, func(t *testing.T) {
			var state details
			if err := json.Unmarshal(s.State, &state); err != nil {
				t.Fatal(err)
			}
			if state := string(s.State); strings.Contains(state, "${account}") || strings.Contains(state, "${partition}") {
				t.Error("it still has a placeholder")
			}
			policies, groups := map[string]bool{}, map[string]bool{}
			for _, p := range state.Policies {
				policies[p.Arn] = true
				if parsed, err := principal.ParsePolicy(p.Arn); err != nil || parsed.Name != p.PolicyName {
					t.Errorf("policy %s of name %s: %v", p.Arn, p.PolicyName, err)
				}
				defaults := 0
				for _, v := range p.PolicyVersionList {
					if v.IsDefaultVersion && v.VersionID == p.DefaultVersionID {
						defaults++
					}
				}
				if defaults != 1 {
					t.Errorf("policy %s has %d default versions", p.Arn, defaults)
				}
			}
			for _, g := range state.GroupDetailList {
				groups[g.GroupName] = true
			}
			for _, p := range slices.Concat(state.UserDetailList, state.RoleDetailList, state.GroupDetailList) {
				for _, a := range p.AttachedManagedPolicies {
					if !policies[a.PolicyArn] {
						t.Errorf("%s has the policy %s, which does not exist", p.Arn, a.PolicyArn)
					}
				}
				if b := p.PermissionsBoundary.PermissionsBoundaryArn; b != "" && !policies[b] {
					t.Errorf("%s has the boundary %s, which does not exist", p.Arn, b)
				}
				for _, g := range p.GroupList {
					if !groups[g] {
						t.Errorf("%s is in the group %s, which does not exist", p.Arn, g)
					}
				}
			}
		})
	}
}

// Ensure that the account's boundary policies are the approved ones.
func TestAccountHoldsTheApprovedBoundaries(t *testing.T) {
	var state details
	event, err := files.ReadFile("create-role-china.json")
	if err != nil {
		t.Fatal(err)
	}
	whole, err := account(files, event, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(whole, &state); err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, p := range state.Policies {
		approved, err := Open("boundaries/" + p.PolicyName + ".json")
		if err != nil {
			continue
		}
		found++
		if want := "arn:aws-cn:iam::123456789012:policy/" + p.PolicyName; p.Arn != want {
			t.Errorf("%s, want %s", p.Arn, want)
		}
		var a, b any
		if err := json.Unmarshal(approved, &a); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(p.PolicyVersionList[0].Document, &b); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(a, b); diff != "" {
			t.Errorf("%s:\n%s", p.PolicyName, diff)
		}
	}
	if found != 2 {
		t.Errorf("%d boundary policies in the account, want 2", found)
	}
}

func TestExpectationsAreReadStrictly(t *testing.T) {
	for text, want := range map[string]string{
		`[{"principal":null,"drift":"missing","action":"reattach","outcome":"done","severity":"high"}]`: "",
		`[]`:   "",
		`null`: "not an array",
		`{}`:   "cannot unmarshal object",
		`[{"principal":null,"drift":"mising","action":"reattach","outcome":"done"}]`:                   `unknown drift "mising"`,
		`[{"principal":null,"drift":"missing","action":"attach","outcome":"done"}]`:                    `unknown action "attach"`,
		`[{"principal":null,"drift":"missing","action":"reattach"}]`:                                   `unknown outcome ""`,
		`[{"principal":null,"drift":"missing","action":"reattach","outcome":"none"}]`:                  `action "reattach" cannot have`,
		`[{"principal":null,"drift":"missing","action":"reattach","outcome":"done","severity":"bad"}]`: `unknown severity "bad"`,
		`[{"who":null,"drift":"missing","action":"reattach","outcome":"done"}]`:                        `unknown field "who"`,
	} {
		_, err := expectations([]byte(text))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("expectations(%s): %v, want %q", text, err, want)
		}
	}
}

// Ensure that a scenario with a missing or misspelt part is reported, and that the others are
// still loaded.
func TestFaultsOfScenariosAreTold(t *testing.T) {
	const event = `{"eventSource":"iam.amazonaws.com","eventName":"CreateRole","awsRegion":"us-east-1"}`
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	list, err := load(fstest.MapFS{
		"ringfence.yaml":                     file("version: 1"),
		"control.txt":                        file("# one a line\n\n arn:a \narn:b"),
		"account/authorization-details.json": file(`{"Policies":["arn:${partition}"],"UserDetailList":[]}`),
		"good.json":                          file(event), "good.txtar": file("All is well.\n-- state.json --\n{\"UserDetailList\":[1]}\n-- expect.json --\n[]\n"),
		"lone.json":       file(event),
		"orphan.txtar":    file("Nothing happens.\n-- expect.json --\n[]\n"),
		"section.json":    file(event),
		"section.txtar":   file("A.\n-- exepct.json --\n[]\n"),
		"silent.json":     file(event),
		"silent.txtar":    file("-- expect.json --\n[]\n"),
		"hopeless.json":   file(event),
		"hopeless.txtar":  file("A.\n"),
		"verdict.json":    file(event),
		"verdict.txtar":   file("A.\n-- expect.json --\n[{}]\n"),
		"event.json":      file("{"),
		"event.txtar":     file("A.\n-- expect.json --\n[]\n"),
		"key.json":        file(event),
		"key.txtar":       file("A.\n-- state.json --\n{\"Users\":[]}\n-- expect.json --\n[]\n"),
		"malformed.json":  file(event),
		"parts.json":      file(event),
		"parts.txtar":     file("B.\n-- control.txt --\narn:c\n-- expect.json --\n[]\n"),
		"malformed.txtar": file("A.\n-- state.json --\n[]\n-- expect.json --\n[]\n"),
	})
	if len(list) != 2 || list[0].Name != "good" || list[0].Situation != "All is well." || list[1].Name != "parts" {
		t.Errorf("scenarios %+v, want only the good ones", list)
	} else if got := strings.Join(append(list[0].Control, list[1].Control...), " "); got != "arn:a arn:b arn:c" {
		t.Errorf("parts of the control: %s", got)
	} else if diff := cmp.Diff(`{"Policies":["arn:aws"],"UserDetailList":[1]}`, strings.NewReplacer(" ", "", "\n", "").Replace(string(list[0].State))); diff != "" {
		t.Error(diff)
	}
	for _, want := range []string{
		"lone.json has no lone.txtar", "orphan.txtar has no orphan.json", `section: unknown section "exepct.json"`,
		"silent: the first line is empty", "hopeless: no section expect.json", "verdict: expect.json: verdict 1: unknown drift",
		"event: not JSON", `key: state.json: unknown key "Users"`, "malformed: state.json: json",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v\nlacks %q", err, want)
		}
	}
}
