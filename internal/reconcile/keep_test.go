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

// newTagged is a world with a role that a tag has brought under another rule.
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

// Ensure that a swap from one boundary to another, each of which allows what the other does
// not, is put right at once, and that it is told what a tag led to by that whose record
// comes later.
func TestATagThatIsSeenTooLateIsTold(t *testing.T) {
	w := newTagged(t)
	w.pass(10 * time.Second)
	w.settled(tagged, putEvent(start, queues))
	w.wantBoundary("app", tables)
	told, tag := len(w.events), tagEvent(start.Add(2*time.Second))
	w.settled(tagged, tag)
	if len(w.events) != told+1 {
		t.Fatalf("told %d times more", len(w.events)-told)
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

// Ensure that nothing is put on that gives something up in a batch of the tag and of the
// boundary that was put on before it, and that one which was put on since is replaced.
func TestOnlyASwapAfterATagIsPutRight(t *testing.T) {
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

	// narrowed are the boundaries of rules of which few allows less than queues does.
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

// newNarrowed is newTagged, where the role carries a boundary and has a tag kind, if any.
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

// Ensure that whatever rule a role may have been under before, nothing is put on that gives
// something up: also one that asks for the same boundary and accepts less, or that only tells.
func TestATagLeadsOutOfNoRuleToMore(t *testing.T) {
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

// Ensure that a role which was made under a rule that accepts less is not given more because
// another rule, which asks for the same boundary, applies by now: the record of the tag may
// come whenever it wants.
func TestWhatARoleWasMadeUnderCounts(t *testing.T) {
	w := newNarrowed(t, few, "")
	rules := narrowed + `  - {name: before, match: {tags: {kind: before}}, boundary: queues, accept: narrower}
  - {name: everyone, match: {names: ["*"]}, boundary: queues, accept: exact}`
	w.settled(rules, eventAt(start, "CreateRole", `{"roleName": "app", "permissionsBoundary": "`+few+`", "tags": [{"key": "kind", "value": "before"}]}`))
	w.pass(time.Hour)
	w.followUps()
	w.wantBoundary("app", few)
}

// Ensure that the record of Ringfence's own repair is known whenever it comes, also when the
// repair was told and something else was found since: it is neither a swap nor an opening.
func TestOnesOwnRepairIsNoSwapHoweverLate(t *testing.T) {
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

// Ensure that a boundary which was seen to be right when it was put on is no swap when its record
// comes once more.
func TestASwapThatWasInsideIsNoneWhenItComesAgain(t *testing.T) {
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

// Ensure that a change of the policy that a role carries is not taken for a swap of its
// boundary, neither when it comes nor from what the ledger keeps of it.
func TestAChangeOfAPolicyIsNoSwap(t *testing.T) {
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

// Ensure that a policy that a role carries, of which another version goes out of its rule and
// into that of another tag, is replaced as well, when the record of a tag would be here.
func TestAVersionThatFitsAnotherRuleIsPutRight(t *testing.T) {
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

// Ensure that what showed how a role got outside of one rule is no swap out of the next one, to
// which a tag brought it, neither as it is remembered nor when it comes again.
func TestASwapUnderAnotherRuleIsNone(t *testing.T) {
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

// Ensure that there is time for the record of a move although the role was outside, under a rule
// that only tells, for long.
func TestAnOldFindingLeavesTimeForTheRecordOfAMove(t *testing.T) {
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

// Ensure that a move is told whose record comes after a repair that gave something up, also where
// what the role carried was one that its rule only accepted; and that none is told which the
// repair was for, however often its record comes, or that a swap came after.
func TestALateMoveIsToldOnlyOfARepairThatGaveSomethingUp(t *testing.T) {
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

// Ensure that who makes a role with a boundary of another rule does not keep it by padding the
// request until CloudTrail leaves the tags out.
func TestTagsThatAreWithheldAreNoMove(t *testing.T) {
	w := newNarrowed(t, queues, "store")
	e := eventAt(start, "CreateRole", `{"omitted": true, "originalSize": 104444, "reason": "requestParameters too large"}, "responseElements":
		{"role": {"roleName": "app", "path": "/", "roleId": "AROAapp", "permissionsBoundary": {"permissionsBoundaryArn": "`+queues+`"}}}`)
	w.settled(tagged, e)
	w.wantBoundary("app", tables)
}

// Ensure that people are told again when the record of a move comes that was waited for: what they
// were told, that the required boundary is put on else, is not so any more.
func TestThatNothingIsWaitedForIsTold(t *testing.T) {
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

// Ensure that nothing is said to be given up for certain, or not, where the policy that was
// carried is one that Ringfence restores: that may come just before the repair.
func TestWhatMayBeRestoredMeanwhileIsNotProven(t *testing.T) {
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
				t.Fatalf("told %+v", w.events)
			}
			if got := strings.Contains(w.events[i].Reason, "may be restored at any time: could not prove"); got != c.want || c.want != (w.events[i].GivesUp == nil) {
				t.Errorf("%s, gives up %+v", w.events[i].Reason, w.events[i].GivesUp)
			}
		})
	}
}
