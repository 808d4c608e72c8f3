package configrule

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/principal"
)

// event returns an event as AWS documents it, around an invoking event.
// https://docs.aws.amazon.com/config/latest/developerguide/evaluate-config_develop-rules_example-events.html
func event(invoking string, more ...string) string {
	inner, _ := json.Marshal(invoking)
	return fmt.Sprintf(`{"invokingEvent": %s, "ruleParameters": "{}", "resultToken": "myResultToken", "eventLeftScope": false, "executionRoleArn": "arn:aws:iam::123456789012:role/config-role",
		"configRuleArn": "arn:aws:config:us-east-1:123456789012:config-rule/config-rule-0123456", "configRuleName": "ringfence", "configRuleId": "config-rule-0123456",
		"accountId": "123456789012", "version": "1.0"%s}`, inner, strings.Join(more, ""))
}

const (
	roleItem = `"configurationItemCaptureTime": "2026-02-17T01:36:34.043Z", "configurationItemStatus": "OK", "awsAccountId": "123456789012", "awsRegion": "global",
		"resourceType": "AWS::IAM::Role", "resourceId": "AROAEXAMPLE0000000001", "resourceName": "app", "ARN": "arn:aws:iam::123456789012:role/team/app",
		"configurationStateId": 1455672994043, "relationships": [], "tags": {}`
	change   = `{"messageType": "ConfigurationItemChangeNotification", "notificationCreationTime": "2026-02-17T01:36:35Z", "configurationItemDiff": null, "recordVersion": "1.3", "configurationItem": {` + roleItem + `, "configuration": {"path": "/team/"}}}`
	summary  = `{"messageType": "OversizedConfigurationItemChangeNotification", "notificationCreationTime": "2026-02-17T01:36:35Z", "recordVersion": "1.0", "configurationItemSummary": {"changeType": "UPDATE", ` + roleItem + `}}`
	periodic = `{"awsAccountId": "123456789012", "notificationCreationTime": "2026-02-18T00:00:00.5Z", "messageType": "ScheduledNotification", "recordVersion": "1.0"}`
)

func TestParse(t *testing.T) {
	captured := time.Date(2026, 2, 17, 1, 36, 34, 43e6, time.UTC)
	app := Resource{Type: roleType, ID: "AROAEXAMPLE0000000001", Ref: principal.Ref{Account: "123456789012", Kind: principal.Role, Name: "app"}}
	user := Resource{Type: userType, ID: "AIDAEXAMPLE0000000001", Ref: principal.Ref{Account: "123456789012", Kind: principal.User, Name: "app"}}
	left := func(why string) *Resource { return &Resource{Type: roleType, ID: app.ID, MovedOut: why} }
	asUser := strings.NewReplacer("AWS::IAM::Role", "AWS::IAM::User", "AROA", "AIDA")
	for name, c := range map[string]struct {
		input string
		want  Event
	}{
		"a change":              {event(change), Event{Resource: &app}},
		"a change of a user":    {event(asUser.Replace(change)), Event{Resource: &user}},
		"an oversized one":      {event(summary), Event{Resource: &app}},
		"one without a name":    {event(strings.Replace(summary, `"resourceName": "app"`, `"resourceName": null`, 1)), Event{Resource: &app}},
		"a discovery":           {event(strings.Replace(change, `"OK"`, `"ResourceDiscovered"`, 1)), Event{Resource: &app}},
		"a deletion":            {event(strings.Replace(change, `"OK"`, `"ResourceDeleted"`, 1)), Event{Resource: left("it was deleted")}},
		"an oversized deletion": {event(strings.Replace(summary, `"OK"`, `"ResourceDeleted"`, 1)), Event{Resource: left("it was deleted")}},
		"a deletion of what was not recorded": {
			event(strings.NewReplacer(`"OK"`, `"ResourceDeletedNotRecorded"`, `"app"`, `null`, "arn:aws:iam::123456789012:role/team/app", "").Replace(change)),
			Event{Resource: left("it was deleted")},
		},
		"one that left the scope": {
			strings.Replace(event(change), `"eventLeftScope": false`, `"eventLeftScope": true`, 1), Event{Resource: left("it left the scope of this rule")},
		},
		"another type": {
			event(strings.Replace(change, "AWS::IAM::Role", "AWS::IAM::Group", 1)),
			Event{Resource: &Resource{Type: "AWS::IAM::Group", ID: app.ID, MovedOut: "only users and roles can carry a permissions boundary"}},
		},
		"a periodic run": {event(periodic), Event{At: time.Date(2026, 2, 18, 0, 0, 0, 5e8, time.UTC)}},
	} {
		t.Run(name, func(t *testing.T) {
			c.want.Token, c.want.Account = "myResultToken", "123456789012"
			if c.want.Resource != nil {
				c.want.At = captured
			}
			got, err := Parse([]byte(c.input))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for name, c := range map[string]struct{ input, want string }{
		"no JSON":                 {"x", "not an event of AWS Config"},
		"no invoking event":       {`{"resultToken": "x"}`, "invokingEvent"},
		"an invoking object":      {`{"invokingEvent": {}, "resultToken": "x"}`, "not an event"},
		"a snapshot":              {event(`{"messageType": "ConfigurationSnapshotDeliveryCompleted"}`), "is not one that this rule uses"},
		"a change without item":   {event(strings.Replace(change, "configurationItem\"", "item\"", 1)), "without its configuration item"},
		"a change with summary":   {event(strings.Replace(summary, "Oversized", "", 1)), "without its configuration item"},
		"no resource id":          {event(strings.Replace(change, "AROAEXAMPLE0000000001", "", 1)), "resourceId is missing"},
		"no name":                 {event(strings.NewReplacer(`"app"`, `""`, "arn:aws:iam::123456789012:role/team/app", "").Replace(change)), "names the role AROA"},
		"the name of a user":      {event(strings.NewReplacer(`"app"`, `""`, ":role/", ":user/").Replace(change)), "names the role AROA"},
		"no token":                {strings.Replace(event(change), "myResultToken", "", 1), "resultToken is missing"},
		"no time":                 {event(strings.Replace(change, "configurationItemCaptureTime", "x", 1)), "time of the event is missing"},
		"a time that is none":     {event(strings.Replace(change, "2026-02-17T01:36:34.043Z", "yesterday", 1)), "invokingEvent"},
		"no account":              {strings.ReplaceAll(event(periodic), "123456789012", ""), "accountId"},
		"a periodic one, no time": {event(strings.Replace(periodic, "notificationCreationTime", "x", 1)), "time of the event is missing"},
	} {
		if _, err := Parse([]byte(c.input)); err == nil || !strings.Contains(err.Error(), c.want) || errclass.ClassOf(err) != errclass.BadInput {
			t.Errorf("%s: %v (%v), want %q", name, err, errclass.ClassOf(err), c.want)
		}
	}
}

// Any input is refused, or decoded into an event that can be answered.
func FuzzParse(f *testing.F) {
	for _, invoking := range []string{change, summary, periodic, `{}`, `null`, `{"messageType": "ConfigurationItemChangeNotification", "configurationItem": null}`} {
		f.Add([]byte(event(invoking)))
	}
	f.Add([]byte(`{"invokingEvent": "", "resultToken": "TESTMODE", "eventLeftScope": true}`))
	f.Fuzz(func(t *testing.T, input []byte) {
		e, err := Parse(input)
		if err != nil {
			if errclass.ClassOf(err) != errclass.BadInput {
				t.Errorf("%v is %v", err, errclass.ClassOf(err))
			}
			return
		}
		if e.Token == "" || e.At.IsZero() || len(e.Account) != 12 {
			t.Errorf("nobody can be answered: %+v", e)
		}
		if r := e.Resource; r != nil && (r.Type == "" || r.ID == "" || (r.MovedOut == "") == (r.Ref.Name == "")) {
			t.Errorf("nobody can be judged: %+v", r)
		}
	})
}

func TestCut(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want int // characters that are left
	}{
		"short":           {"it carries the required boundary", 32},
		"just enough":     {strings.Repeat("x", 256), 256},
		"one too many":    {strings.Repeat("x", 257), 256},
		"of two bytes":    {strings.Repeat("é", 300), 256},
		"of two for Java": {strings.Repeat("😀", 200), 128},
		"not UTF-8":       {strings.Repeat("\xff ", 300), 256},
	} {
		got := cut(c.text)
		if n := len([]rune(got)); n != c.want || !strings.HasPrefix(strings.ToValidUTF8(c.text, "?"), strings.TrimSuffix(got, "…")) {
			t.Errorf("%s: %d characters: %s", name, n, got)
		}
	}
}
