package impact

import (
	"fmt"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/config"
)

const rules = `version: 1
mode: alert
boundaries:
  team: {arn: "arn:aws:iam::${account}:policy/team", document: team.json}
  unread: {arn: "arn:aws:iam::${account}:policy/unread"}
exemptions:
  - {principal: "%s", owner: me, reason: a test, expires: "2026-04-01"}
rules:
  - {name: roles, match: {kinds: [role]}, boundary: team}
  - {name: users, match: {kinds: [user]}, boundary: unread}
`

// required reads the rules with one exemption.
func required(t *testing.T, exempt string) *config.Config {
	t.Helper()
	f, err := config.Load("ringfence.yaml", fmt.Appendf(nil, rules, exempt), func(string) ([]byte, error) {
		return []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:*","Resource":"*"}]}`), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Each principal is asked about the boundary that its rule requires. What it used is known of all of them.
func TestUses(t *testing.T) {
	const role, user = "arn:aws:iam::111122223333:role/dev/app", "arn:aws:iam::111122223333:user/jane"
	own := parse(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`)
	states := []*authdetails.Details{account(t, own, nil)}
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for exempt, asked := range map[string]bool{user: true, role: false} {
		q := Question{New: Required(required(t, exempt), states, at), States: states}
		a, b := New(q), New(q)
		a.Add(record(3, "GetObject", `{"bucketName":"b","key":"k"}`))
		b.Add(record(1, "GetObject", `{"bucketName":"b","key":"k"}`))
		b.Add(record(2, "ListBuckets", `null`))
		b.Add([]byte(`{"eventVersion":"1.08","eventTime":"2026-03-01T12:00:09Z","eventSource":"ec2.amazonaws.com","eventName":"DescribeInstances","awsRegion":"us-east-1",
			"recipientAccountId":"111122223333","eventType":"AwsApiCall","userIdentity":{"type":"IAMUser","arn":"` + user + `","accountId":"111122223333"}}`))
		a.Merge(b)
		uses := a.Uses()
		app, jane := uses[role], uses[user]
		if len(uses) != 2 || app.Last["s3"] != "2026-03-01T12:00:03Z" || jane.Last["ec2"] != "2026-03-01T12:00:09Z" {
			t.Fatalf("%+v", uses)
		}
		if jane.Calls != 0 || len(jane.Denials)+len(jane.Unknowns) != 0 {
			t.Errorf("the boundary of jane has no document, and there is an answer: %+v", jane)
		}
		denied := 0
		for _, g := range app.Denials {
			denied += g.Count
		}
		if want := map[bool]int{true: 3}[asked]; app.Calls != want || denied != want {
			t.Errorf("exempt %s: %d calls, %d denied, want %d", exempt, app.Calls, denied, want)
		}
		if r := a.Report(); r.Apart[NotAsked] != r.Calls-app.Calls {
			t.Errorf("%+v", r)
		}
	}
}
