package reconcile_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/trail"
)

const (
	queues = "arn:aws:iam::123456789012:policy/queues"
	tables = "arn:aws:iam::123456789012:policy/tables"

	queuesDocument = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]}`
	tablesDocument = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}]}`

	tagged = `
version: 1
mode: enforce
boundaries:
  queues: {arn: "arn:${partition}:iam::${account}:policy/queues", document: '` + queuesDocument + `'}
  tables: {arn: "arn:${partition}:iam::${account}:policy/tables", document: '` + tablesDocument + `'}
rules:
  - {name: stores, match: {tags: {kind: store}}, boundary: tables}
  - {name: everyone, match: {names: ["*"]}, boundary: queues}
`
)

func tagEvent(at time.Time) trail.Change {
	return eventAt(at, "TagRole", `{"roleName": "app", "tags": [{"key": "kind", "value": "store"}]}`)
}

func putEvent(at time.Time, boundary string) trail.Change {
	return eventAt(at, "PutRolePermissionsBoundary", `{"roleName": "app", "permissionsBoundary": "`+boundary+`"}`)
}

// newTagged returns a world with a role that a tag has brought under another rule.
func newTagged(t *testing.T) *world {
	w := newWorld(t)
	w.policies[queues] = state(queues, []byte(queuesDocument))
	w.policies[tables] = state(tables, []byte(tablesDocument))
	w.role("app", queues)
	s := w.principals["app"]
	s.Tags = map[string]string{"kind": "store"}
	w.principals["app"] = s
	return w
}

// A swap between two incomparable boundaries is repaired at once. If the record of a tag
// arrives later, its effect is reported.
func TestALateTagRecordIsReported(t *testing.T) {
	w := newTagged(t)
	w.pass(10 * time.Second)
	w.settled(tagged, putEvent(start, queues))
	w.wantBoundary("app", tables)
	told, tag := len(w.events), tagEvent(start.Add(2*time.Second))
	w.settled(tagged, tag)
	if len(w.events) != told+1 {
		t.Fatalf("reported %d times more", len(w.events)-told)
	}
	f := w.events[told]
	if f.Drift != finding.Moved || f.Severity == finding.Low || f.Event.Name != "TagRole" {
		t.Errorf("%+v", f)
	}
	w.settled(tagged, tag)
	if len(w.events) != told+1 {
		t.Error("it is told again")
	}
}

// If a batch has the tag and an earlier boundary change, no boundary that grants access is
// attached. A boundary attached after the tag is replaced.
func TestOnlyASwapAfterATagIsRepaired(t *testing.T) {
	for name, c := range map[string]struct {
		put  time.Duration
		want string
	}{
		"before":             {-2 * time.Second, queues},
		"in the same second": {0, queues},
		"after":              {2 * time.Second, tables},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTagged(t)
			w.pass(10 * time.Second)
			w.settled(tagged, tagEvent(start), putEvent(start.Add(c.put), queues))
			w.wantBoundary("app", c.want)
		})
	}
}

const (
	few         = "arn:aws:iam::123456789012:policy/few"
	fewDocument = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}]}`

	// narrowed are the boundaries of rules in which few allows less than queues.
	narrowed = `
version: 1
mode: enforce
boundaries:
  queues: {arn: "arn:${partition}:iam::${account}:policy/queues", document: '` + queuesDocument + `'}
  tables: {arn: "arn:${partition}:iam::${account}:policy/tables", document: '` + tablesDocument + `'}
  few: {arn: "arn:${partition}:iam::${account}:policy/few", document: '` + fewDocument + `'}
rules:
`
)

// newNarrowed is newTagged with a boundary on the role, and a tag kind if given.
func newNarrowed(t *testing.T, carries, kind string) *world {
	w := newTagged(t)
	w.policies[few] = state(few, []byte(fewDocument))
	w.role("app", carries)
	w.tag(kind)
	w.pass(10 * time.Second)
	return w
}

// tag gives the role another kind, or none.
func (w *world) tag(kind string) {
	s := w.principals["app"]
	s.Tags = nil
	if kind != "" {
		s.Tags = map[string]string{"kind": kind}
	}
	w.principals["app"] = s
}

// Whatever rule may have applied to a role before, no boundary that grants access is attached:
// even if that rule requires the same boundary and accepts less, or only reports.
func TestATagNeverGrantsAccess(t *testing.T) {
	for name, rule := range map[string]string{
		"that accepts less":        `boundary: queues, accept: narrower`,
		"that only alerts":         `boundary: tables, onDrift: alert`,
		"that alerts of others":    `boundary: tables, onIncomparable: alert`,
		"that is not enforced yet": `boundary: tables, mode: alert`,
		"that asks for nothing":    `boundary: none, owner: o, reason: r`,
	} {
		t.Run(name, func(t *testing.T) {
			w := newNarrowed(t, few, "")
			w.settled(narrowed+"  - {name: before, match: {tags: {kind: before}}, "+rule+"}\n  - {name: everyone, match: {names: [\"*\"]}, boundary: queues, accept: exact}",
				eventAt(start, "UntagRole", `{"roleName": "app", "tagKeys": ["kind"]}`))
			w.wantBoundary("app", few)
			w.wantTold("replaced done open #1")
		})
	}
}

// A role created under a rule that accepts less gets no more because another rule with the same
// boundary applies now, whenever the record of the tag arrives.
func TestTheRuleAtCreationCounts(t *testing.T) {
	w := newNarrowed(t, few, "")
	rules := narrowed + `  - {name: before, match: {tags: {kind: before}}, boundary: queues, accept: narrower}
  - {name: everyone, match: {names: ["*"]}, boundary: queues, accept: exact}`
	w.settled(rules, eventAt(start, "CreateRole", `{"roleName": "app", "permissionsBoundary": "`+few+`", "tags": [{"key": "kind", "value": "before"}]}`))
	w.pass(time.Hour)
	w.followUps()
	w.wantBoundary("app", few)
}

// The record of Ringfence's own repair is recognized whenever it arrives, even if the repair
// was reported and something else was found since: it is neither a swap nor an opening.
func TestALateRecordOfOurRepairIsNotASwap(t *testing.T) {
	rules := narrowed + `  - {name: stores, match: {tags: {kind: store}}, boundary: tables, accept: exact}
  - {name: few, match: {tags: {kind: few}}, boundary: few, accept: exact}
  - {name: everyone, match: {names: ["*"]}, boundary: queues, accept: exact}`
	w := newNarrowed(t, queues, "few")
	w.settled(rules, tagEvent(start))
	w.wantBoundary("app", few)
	own := putEvent(w.now.Truncate(time.Second), few)
	w.pass(20 * time.Second)
	w.tag("store")
	tag := tagEvent(w.now)
	w.pass(2 * time.Second)
	w.settled(rules, eventAt(w.now, "AttachRolePolicy", `{"roleName": "app"}`))
	w.settled(rules, own)
	w.settled(rules, tag)
	w.wantBoundary("app", few)
	w.wantTold("replaced done resolved #1", "replaced done open #1")
}

// A boundary that was right when it was attached is not a swap if its record arrives again.
func TestARepeatedRecordOfAnAcceptedSwapIsNotASwap(t *testing.T) {
	w := newNarrowed(t, queues, "")
	put := putEvent(start, queues)
	w.settled(tagged, put)
	w.pass(3 * time.Hour)
	w.tag("store")
	tag := tagEvent(w.now)
	w.pass(2 * time.Second)
	w.settled(tagged, put)
	w.settled(tagged, tag)
	w.wantBoundary("app", queues)
}

// A change of the policy that a role carries does not count as a swap of its boundary, neither
// when it arrives nor from the ledger.
func TestAPolicyChangeIsNotASwap(t *testing.T) {
	rules := narrowed + `  - {name: stores, match: {tags: {kind: store}}, boundary: tables, accept: exact}
  - {name: everyone, match: {names: ["*"]}, boundary: queues, accept: narrower}`
	w := newNarrowed(t, few, "store")
	w.settled(rules, tagEvent(start))
	const fewer = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:ReceiveMessage", "Resource": "*"}]}`
	w.policies[few] = state(few, []byte(fewDocument), []byte(fewer))
	w.pass(time.Minute)
	w.settled(rules, eventAt(start.Add(20*time.Second), "CreatePolicyVersion", fmt.Sprintf(`{"policyArn": %q, "setAsDefault": true, "policyDocument": %q}`, few, fewer)))
	w.settled(rules, eventAt(start.Add(time.Minute), "AttachRolePolicy", `{"roleName": "app"}`))
	w.wantBoundary("app", few)
}

// If a new version of the carried policy fits the rule of another tag and no longer its own,
// the boundary is replaced once the record of a tag would have arrived.
func TestAVersionThatFitsAnotherRuleIsRepaired(t *testing.T) {
	rules := narrowed + `  - {name: stores, match: {tags: {kind: store}}, boundary: tables, accept: narrower}
  - {name: everyone, match: {names: ["*"]}, boundary: queues, accept: narrower}`
	version := eventAt(start.Add(time.Minute), "CreatePolicyVersion", fmt.Sprintf(`{"policyArn": %q, "setAsDefault": true, "policyDocument": %q}`, few, tablesDocument))
	untag := func(at time.Duration) []trail.Change {
		return []trail.Change{eventAt(start.Add(at), "UntagRole", `{"roleName": "app", "tagKeys": ["kind"]}`)}
	}
	for name, c := range map[string]struct {
		first, last []trail.Change // before the version, and after it
		want        string
	}{
		"by itself":                         {nil, nil, queues},
		"after a move that left it inside":  {untag(0), nil, queues},
		"after a move, as its record shows": {nil, untag(59 * time.Second), few},
	} {
		t.Run(name, func(t *testing.T) {
			w := newNarrowed(t, few, "")
			if c.first != nil {
				w.settled(rules, c.first...)
			}
			w.policies[few] = state(few, []byte(fewDocument), []byte(tablesDocument))
			w.pass(time.Minute)
			w.settled(rules, version)
			if c.last != nil {
				w.settled(rules, c.last...)
			}
			for range 3 {
				w.pass(time.Minute)
				w.followUps()
			}
			w.wantBoundary("app", c.want)
		})
	}
}

// A record that shows how a role got outside under one rule is not a swap under the next rule,
// to which a tag brought it, neither from the ledger nor when it arrives again.
func TestASwapUnderAnotherRuleDoesNotCount(t *testing.T) {
	rules := narrowed + `  - {name: before, match: {tags: {kind: before}}, boundary: queues, accept: exact, onDrift: alert}
  - {name: everyone, match: {names: ["*"]}, boundary: tables, accept: exact}`
	for name, again := range map[string]bool{"remembered": false, "comes again": true} {
		t.Run(name, func(t *testing.T) {
			w := newNarrowed(t, few, "before")
			put := putEvent(start, few)
			w.settled(rules, put)
			w.tag("")
			w.pass(time.Hour)
			next := []trail.Change{eventAt(w.now, "AttachRolePolicy", `{"roleName": "app"}`)}
			if again {
				next = append(next, put)
			}
			w.settled(rules, next...)
			w.wantBoundary("app", few)
		})
	}
}

// The wait for the record of a move is not shortened because the role was outside for long
// under a rule that only reports.
func TestAnOldFindingDoesNotShortenTheWaitForAMove(t *testing.T) {
	rules := narrowed + `  - {name: before, match: {tags: {kind: before}}, boundary: tables, mode: alert}
  - {name: everyone, match: {names: ["*"]}, boundary: queues, accept: exact}`
	w := newNarrowed(t, few, "before")
	w.settled(rules, eventAt(start, "AttachRolePolicy", `{"roleName": "app"}`))
	w.pass(72 * time.Hour)
	w.tag("")
	untag := eventAt(w.now, "UntagRole", `{"roleName": "app", "tagKeys": ["kind"]}`)
	w.pass(2 * time.Second)
	w.settled(rules, eventAt(w.now, "AttachRolePolicy", `{"roleName": "app"}`))
	w.settled(rules, untag)
	w.pass(time.Hour)
	w.followUps()
	w.wantBoundary("app", few)
}

// A move is reported if its record arrives after a repair that granted access, even if the role
// carried a boundary that its rule only accepted. A move that caused the repair is not
// reported, however often its record arrives, nor is one followed by a swap.
func TestALateMoveIsReportedOnlyIfTheRepairGrantedAccess(t *testing.T) {
	const everyone = "\n  - {name: everyone, match: {names: [\"*\"]}, boundary: queues, accept: narrower}"
	put := func(at time.Duration, boundary string) []trail.Change {
		return []trail.Change{putEvent(start.Add(at), boundary)}
	}
	tag := []trail.Change{tagEvent(start.Add(2 * time.Second))}
	for name, c := range map[string]struct {
		carries, boundary string
		events            [][]trail.Change
		moved             bool
	}{
		"after one of what was accepted": {few, "tables", [][]trail.Change{put(0, few), tag}, true},
		"the record of it comes again":   {queues, "few", [][]trail.Change{tag, tag}, false},
		"a swap came after it":           {few, "tables", [][]trail.Change{append(put(4*time.Second, few), tag...), tag}, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newNarrowed(t, c.carries, "store")
			for _, events := range c.events {
				w.settled(narrowed+"  - {name: stores, match: {tags: {kind: store}}, boundary: "+c.boundary+", accept: exact}"+everyone, events...)
				w.pass(time.Minute)
			}
			if len(w.writes) != 1 {
				t.Errorf("%+v", w.writes)
			}
			if last := w.events[len(w.events)-1]; (last.Drift == finding.Moved) != c.moved {
				t.Errorf("%s of %s", last.Drift, last.Event.Name)
			}
		})
	}
}

// An actor that creates a role with the boundary of another rule cannot keep it by padding the
// request until CloudTrail omits the tags.
func TestWithheldTagsAreNotAMove(t *testing.T) {
	w := newNarrowed(t, queues, "store")
	e := eventAt(start, "CreateRole", `{"omitted": true, "originalSize": 104444, "reason": "requestParameters too large"}, "responseElements":
		{"role": {"roleName": "app", "path": "/", "roleId": "AROAapp", "permissionsBoundary": {"permissionsBoundaryArn": "`+queues+`"}}}`)
	w.settled(tagged, e)
	w.wantBoundary("app", tables)
}

// A new revision is reported when the record of a move arrives that was waited for: the earlier
// one said that the required boundary would be attached otherwise.
func TestTheEndOfTheWaitIsReported(t *testing.T) {
	rules := narrowed + `  - {name: none, match: {tags: {kind: none}}, boundary: none, owner: o, reason: r}
  - {name: everyone, match: {names: ["*"]}, boundary: queues, accept: exact}`
	w := newNarrowed(t, few, "")
	w.settled(rules, eventAt(start, "AttachRolePolicy", `{"roleName": "app"}`))
	w.settled(rules, eventAt(start, "UntagRole", `{"roleName": "app", "tagKeys": ["kind"]}`))
	if w.wantTold("replaced done open #1", "replaced done open #2"); t.Failed() {
		return
	}
	for n, waits := range []bool{true, false} {
		if strings.Contains(w.events[n].Reason, "Ringfence is waiting for the record") != waits {
			t.Errorf("%s", w.events[n].Reason)
		}
	}
}

// If Ringfence restores the carried policy as well, the finding does not claim to know what the
// repair grants: the restore may come just before it.
func TestAccessThatARestoreMayChangeIsUnproven(t *testing.T) {
	for name, c := range map[string]struct {
		document []byte
		want     bool
	}{
		"widened":     {anything, true},
		"as approved": {[]byte(tablesDocument), false}, // what it gives up is known
	} {
		t.Run(name, func(t *testing.T) {
			w := newTagged(t)
			w.role("app", tables) // without the tag
			w.policies[tables] = state(tables, c.document)
			w.pass(10 * time.Second)
			w.settled(tagged, putEvent(start, tables))
			w.wantBoundary("app", queues)
			i := slices.IndexFunc(w.events, func(f finding.Finding) bool { return f.Drift == finding.Replaced })
			if i < 0 {
				t.Fatalf("reported %+v", w.events)
			}
			if got := strings.Contains(w.events[i].Reason, "may be restored at any time: could not prove"); got != c.want || c.want != (w.events[i].GivesUp == nil) {
				t.Errorf("%s, grants %+v", w.events[i].Reason, w.events[i].GivesUp)
			}
		})
	}
}
