package config

import (
	"strings"
	"testing"
)

const pinConfig = `# kept
version: 1
mode: alert
boundaries: {team: {arn: "arn:${partition}:iam::${account}:policy/team"}}
rules:
  - {name: everyone, match: {names: ["*"]}, boundary: team} # kept too
exemptions:
  # the first
  - principal: "arn:aws:iam::123456789012:role/ops/break-glass"   # ünïcode
    owner: o
    reason: r
    expires: 2027-01-31
  - {owner: ö, principal: "arn:aws:iam::123456789012:user/legacy", reason: r, expires: 2027-01-31}
  - owner: o
    reason: r
    principal: >-
      arn:aws:iam::123456789012:role/folded
    expires: 2027-01-31
  - {principal: "arn:aws:iam::123456789012:role/gone", owner: o, reason: r, expires: 2027-01-31}
  - {principal: "arn:aws:iam::${account}:role/everywhere", owner: o, reason: r, expires: 2027-01-31}
  - {principal: "arn:aws:iam::123456789012:role/pinned", id: AROA0000000000000007, owner: o, reason: r, expires: 2027-01-31}
`

// Ensure that known ids are filled in, and that nothing else in the file changes.
func TestPin(t *testing.T) {
	ids := map[string]string{
		"arn:aws:iam::123456789012:role/ops/break-glass": "AROA0000000000000001",
		"arn:aws:iam::123456789012:user/legacy":          "AIDA0000000000000002",
		"arn:aws:iam::123456789012:role/folded":          "AROA0000000000000003",
		"arn:aws:iam::${account}:role/everywhere":        "AROA0000000000000004",
		"arn:aws:iam::123456789012:role/pinned":          "AROA0000000000000005",
	}
	find := func(arn string) (string, bool) { id, ok := ids[arn]; return id, ok }
	for name, data := range map[string]string{"LF": pinConfig, "CRLF": strings.ReplaceAll(pinConfig, "\n", "\r\n")} {
		got, err := Pin([]byte(data), find)
		if err != nil {
			t.Fatal(err)
		}
		f, err := Load("f", got, nil)
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, got)
		}
		var now []string
		for _, e := range f.Exemptions() {
			now = append(now, e.ID)
		}
		if got := strings.Join(now, " "); got != "AROA0000000000000001 AIDA0000000000000002 AROA0000000000000003   AROA0000000000000007" {
			t.Errorf("%s: ids %s", name, got)
		}
		rest := string(got)
		for _, added := range []string{"id: AROA0000000000000001\n    ", "id: AIDA0000000000000002, ", "id: AROA0000000000000003\n    "} {
			rest = strings.Replace(rest, added, "", 1)
		}
		if rest != data {
			t.Errorf("%s: more than ids changed:\n%s", name, got)
		}
		if again, err := Pin(got, find); err != nil || string(again) != string(got) {
			t.Errorf("%s: pinned twice: %v\n%s", name, err, again)
		}
	}
	const none = "version: 1\n"
	if got, err := Pin([]byte(none), find); err != nil || string(got) != none {
		t.Errorf("without exemptions: %q, %v", got, err)
	}
}

// Ensure that an exemption with an id is only for that principal. The rule applies to another principal
// with its name, and the exemption is reported.
func TestExemptionsAreForOnePrincipal(t *testing.T) {
	f := load(t, "scope.yaml")
	s := snapshot(t, "arn:aws:iam::123456789012:role/break-glass", nil)
	s.ID = "AROA3BRKGLSS7EXAMPLE"
	if q := f.Requirement(s, now); q.Exempt == nil || q.Namesake != nil || q.Exempt.ID != s.ID {
		t.Errorf("the exempt principal: %+v", q)
	}
	if q := f.Requirement(s, now.AddDate(1, 0, 0)); q.Exempt != nil || q.Lapsed == nil || q.Namesake != nil {
		t.Errorf("the exempt principal, lapsed: %+v", q)
	}
	s.ID = "AROA3ATTCKR77EXAMPLE"
	if q := f.Requirement(s, now); q.Exempt != nil || q.Lapsed != nil || q.Namesake == nil || q.Rule != "everyone" {
		t.Errorf("another principal: %+v", q)
	}
	s.Name = "break-glass-2"
	if q := f.Requirement(s, now); q.Exempt != nil || q.Namesake != nil {
		t.Errorf("another name: %+v", q)
	}
}
