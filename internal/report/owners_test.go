package report

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/target"
)

const (
	stackTopic = "arn:aws:sns:us-east-1:123456789012:ringfence-findings"
	shopTopic  = "arn:aws:sns:us-east-1:111122223333:shop"
	dataTopic  = "arn:aws:sns:eu-central-1:111122223333:data"
	mainTopic  = "arn:aws:sns:us-east-1:123456789012:account"
)

// owned returns a reporter whose configuration has rules with these topics, in which an empty topic
// is none, and an account with a topic, empty for none.
func (w *world) owned(t testing.TB, topics map[string]string, accounts string) *Reporter {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "version: 1\nmode: enforce\nboundaries: {b: {arn: %q, document: b.json}}\n", "arn:${partition}:iam::${account}:policy/team-boundary")
	if accounts != "" {
		fmt.Fprintf(&b, "accounts: {%q: {name: a, topic: %q}}\n", account, accounts)
	}
	b.WriteString("rules:\n")
	for _, rule := range slices.Sorted(maps.Keys(topics)) {
		fmt.Fprintf(&b, "  - {name: %s, match: {names: [%s-*]}, boundary: b%s}\n", rule, rule, map[bool]string{true: ", topic: \"" + topics[rule] + "\""}[topics[rule] != ""])
	}
	cfg, err := config.Load("ringfence.yaml", []byte(b.String()), func(string) ([]byte, error) { return approved, nil })
	if err != nil {
		t.Fatal(err)
	}
	return &Reporter{Config: cfg, Documents: new(exposure.Documents), Source: w, History: w, Ledger: w, Sinks: w, Queue: w, Topic: stackTopic, Now: func() time.Time { return w.now }}
}

// under returns the change of an entry that puts it under a rule.
func under(rule string) func(*ledger.Entry) {
	return func(e *ledger.Entry) { e.Decision.Rule = rule }
}

// failed makes the repair of an entry fail, so that its finding stays open.
func failed(e *ledger.Entry) { e.Attempt.Outcome, e.Attempt.Error = finding.Failed, "denied" }

// at makes an entry that of another moment.
func at(now time.Time) func(*ledger.Entry) {
	return func(e *ledger.Entry) {
		e.At, e.Attempt.ID, e.Attempt.Begun, e.Attempt.Ended = now, now.String(), now, now
	}
}

// digests sends all digests that are due and not sent yet, as often as needed, and returns the
// results by topic.
func (w *world) digests(t testing.TB, r *Reporter) map[string]Told {
	t.Helper()
	w.now = w.now.Add(ledger.Window)
	results := map[string]Told{}
	due := w.due
	w.due = nil
	for _, key := range due {
		d, err := w.LoadDigest(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		told := r.Digest(t.Context(), key)
		results[d.Topic] = told
		if told.After > 0 {
			w.due = append(w.due, key)
		}
	}
	return results
}

// got returns what each topic got: the names of the principals and the statuses, sorted.
func (w *world) got() map[string][]string {
	all := map[string][]string{}
	for _, m := range w.mails {
		for _, f := range m.findings {
			_, name, _ := strings.Cut(f.Principal.ARN, "/")
			all[m.topic] = append(all[m.topic], fmt.Sprintf("%s %s", name, f.Status))
		}
	}
	for _, list := range all {
		slices.Sort(list)
	}
	return all
}

func TestOwnersGetTheirOwnFindings(t *testing.T) {
	w := newWorld()
	r := w.owned(t, map[string]string{"shop": shopTopic, "data": dataTopic, "rest": "", "stack": stackTopic}, mainTopic)
	elsewhere := func(e *ledger.Entry) {
		e.Account, e.Key = "210987654321", ledger.PrincipalKey("210987654321", "AROA7")
		e.ARN = "arn:aws:iam::210987654321:role/app7"
	}
	for n, rule := range []string{"shop", "data", "shop", "rest", "stack", "", "no-longer-there"} {
		apply(t, r, entry(n, under(rule)))
	}
	apply(t, r, entry(7, under("rest"), elsewhere))
	w.digests(t, r)
	want := map[string][]string{
		"":        {"app0 resolved", "app1 resolved", "app2 resolved", "app3 resolved", "app4 resolved", "app5 resolved", "app6 resolved", "app7 resolved"},
		shopTopic: {"app0 resolved", "app2 resolved"},
		dataTopic: {"app1 resolved"},
		mainTopic: {"app3 resolved"},
	}
	if got := w.got(); !maps.EqualFunc(got, want, slices.Equal) {
		t.Errorf("got %v", got)
	}
	if len(w.due) > 0 {
		t.Errorf("still due: %v", w.due)
	}
}

// Ensure that an owner's topic that does not exist, or that is throttled, costs the topic of the
// stack and the other owners nothing, that it gets its findings once when it takes them again, and
// that until then each attempt counts as unsent and names the topic's configuration.
func TestAnOwnersTopicRefuses(t *testing.T) {
	for _, refusal := range []error{denied, throttle} {
		w := newWorld()
		r := w.owned(t, map[string]string{"shop": shopTopic, "data": dataTopic}, "")
		w.fail["topic"+shopTopic] = refusal
		for n, rule := range []string{"shop", "data", "shop"} {
			if told := apply(t, r, entry(n, under(rule))); told.Err != nil || told.After != 0 || len(told.Findings) != 1 {
				t.Errorf("%+v", told)
			}
		}
		others := map[string][]string{"": {"app0 resolved", "app1 resolved", "app2 resolved"}, dataTopic: {"app1 resolved"}}
		for n := range 5 {
			told := w.digests(t, r)
			if got := w.got(); !maps.EqualFunc(got, others, slices.Equal) {
				t.Errorf("%v: got %v", refusal, got)
			}
			if n == 0 && (told[""].Err != nil || told[dataTopic].Err != nil) {
				t.Errorf("%v: %+v", refusal, told)
			}
			if shop := told[shopTopic]; shop.Unsent != 2 || shop.After <= 0 || shop.Err == nil || !strings.Contains(shop.Err.Error(), "OwnerTopicArns") {
				t.Errorf("%v: %+v", refusal, shop)
			}
		}
		delete(w.fail, "topic"+shopTopic)
		for range 3 {
			w.digests(t, r)
		}
		others[shopTopic] = []string{"app0 resolved", "app2 resolved"}
		if got := w.got(); !maps.EqualFunc(got, others, slices.Equal) || len(w.due) > 0 {
			t.Errorf("%v: got %v, due %v", refusal, got, w.due)
		}
	}
}

// Ensure that a topic with an open finding gets the resolved one too, although another rule applies
// by then.
func TestWhatIsOpenedAtATopicIsResolvedThere(t *testing.T) {
	w := newWorld()
	r := w.owned(t, map[string]string{"shop": shopTopic, "data": dataTopic}, "")
	apply(t, r, entry(1, under("shop"), failed))
	w.digests(t, r)
	apply(t, r, entry(1, under("data"), at(noon.Add(time.Hour))))
	w.digests(t, r)
	want := map[string][]string{"": {"app1 open", "app1 resolved"}, shopTopic: {"app1 open", "app1 resolved"}, dataTopic: {"app1 resolved"}}
	if got := w.got(); !maps.EqualFunc(got, want, slices.Equal) {
		t.Errorf("got %v", got)
	}
}

// Ensure that an owner learns of a principal that a call took out of the owner's rule, also if the
// principal has drifted from what the next rule requires.
func TestTheOwnerOfTheRuleThatWasLeftIsTold(t *testing.T) {
	w := newWorld()
	r := w.owned(t, map[string]string{"shop": shopTopic, "data": dataTopic}, "")
	apply(t, r, entry(1, under("data"), func(e *ledger.Entry) { e.Decision.MovedOut = &plan.MovedOut{Rule: "shop"} }))
	w.digests(t, r)
	for _, topic := range []string{"", shopTopic, dataTopic} {
		if got := w.got()[topic]; !slices.Equal(got, []string{"app1 resolved"}) {
			t.Errorf("%q got %v", topic, got)
		}
	}
}

// Ensure that findings about other targets than principals, of which no owner is sure, and findings
// that only the log gets, stay with the stack.
func TestOnlyPublishedFindingsOfPrincipalsHaveOwners(t *testing.T) {
	for _, kind := range []target.Kind{target.Policy, target.Control, target.PermissionSet, target.Walk, target.Withheld, target.Sweep} {
		w := newWorld()
		r := w.owned(t, map[string]string{"shop": shopTopic}, mainTopic)
		apply(t, r, entry(1, under("shop"), func(e *ledger.Entry) { e.Kind, e.Key = kind, string(kind)+"#"+account+"#x" }))
		w.digests(t, r)
		if len(w.mails) != 1 || w.mails[0].topic != "" {
			t.Errorf("%s: %v", kind, w.mails)
		}
	}
	w := newWorld()
	r := w.owned(t, map[string]string{"shop": shopTopic, "data": dataTopic}, "")
	apply(t, r, entry(1, under("shop"), func(e *ledger.Entry) { e.Decision.Mode, e.Decision.Actions, e.Attempt = config.Observe, nil, nil }))
	w.digests(t, r)
	if len(w.mails) > 0 {
		t.Errorf("in mode observe: %v", w.mails)
	}
	// What only the log got was not opened at a topic.
	apply(t, r, entry(1, under("data"), failed, at(noon.Add(time.Hour))))
	w.digests(t, r)
	if got := w.got(); len(got) != 2 || len(got[""]) != 1 || len(got[dataTopic]) != 1 {
		t.Errorf("after mode observe: %v", got)
	}
}

// Ensure that findings for a wrong ARN go to the one that replaces it, and to none if none does.
func TestACorrectedTopicGetsWhatTheWrongOneRefused(t *testing.T) {
	for now, want := range map[string][]string{dataTopic: {"app1 resolved"}, stackTopic: nil, "": nil} {
		w := newWorld()
		w.fail["topic"+shopTopic] = denied
		r := w.owned(t, map[string]string{"shop": shopTopic}, "")
		apply(t, r, entry(1, under("shop")))
		w.digests(t, r)
		r = w.owned(t, map[string]string{"shop": now}, "")
		for range 3 {
			for topic, told := range w.digests(t, r) {
				if told.Err != nil {
					t.Errorf("now %q: %s: %v", now, topic, told.Err)
				}
			}
		}
		if got := w.got(); !slices.Equal(got[now], want) && now != "" || len(got[shopTopic]) > 0 || len(got[""]) != 1 || len(got) > 2 || len(w.due) > 0 {
			t.Errorf("now %q: got %v, due %v", now, got, w.due)
		}
	}
}

// Ensure that only the topic that was wrong is replaced: the owner of another rule has the finding.
func TestACorrectedTopicIsTheOneThatWasWrong(t *testing.T) {
	const right = "arn:aws:sns:us-east-1:111122223333:shop-2"
	w := newWorld()
	w.fail["topic"+shopTopic] = denied
	r := w.owned(t, map[string]string{"shop": shopTopic, "data": dataTopic}, "")
	apply(t, r, entry(1, under("data"), func(e *ledger.Entry) { e.Decision.MovedOut = &plan.MovedOut{Rule: "shop"} }))
	w.digests(t, r)
	r = w.owned(t, map[string]string{"shop": right, "data": dataTopic}, "")
	item, _ := w.Load(t.Context(), entry(1).Key)
	if err := w.Save(t.Context(), item.Claimed(w.now.Add(2*ledger.Window))); err != nil {
		t.Fatal(err)
	}
	if told := w.digests(t, r)[shopTopic]; told.Err == nil || told.After == 0 || told.After > longest {
		t.Errorf("while it is being reported: %+v", told)
	}
	for range 4 {
		w.digests(t, r)
	}
	want := map[string][]string{"": {"app1 resolved"}, dataTopic: {"app1 resolved"}, right: {"app1 resolved"}}
	if got := w.got(); !maps.EqualFunc(got, want, slices.Equal) || len(w.due) > 0 {
		t.Errorf("got %v, due %v", got, w.due)
	}
}

// Ensure, for any rules, topics, changes of rules and failures: the topic of the stack gets the last
// revision of every finding; an owner's topic gets that of exactly those findings of which a
// revision was under its rule; and no topic gets a revision twice.
func TestAnyFindingsReachExactlyTheirTopics(t *testing.T) {
	sent := 0
	topicARNs := []string{"", shopTopic, dataTopic, mainTopic, stackTopic}
	for seed := range uint64(150) {
		random := rand.New(rand.NewPCG(seed, 1))
		pick := func(from ...string) string { return from[random.IntN(len(from))] }
		w := newWorld()
		topics := map[string]string{"a": pick(topicARNs...), "b": pick(topicARNs...), "c": pick(topicARNs...)}
		whole := pick(topicARNs...)
		r := w.owned(t, topics, whole)
		owners := map[string]map[string]bool{} // topics, by finding
		for step := range 1 + random.IntN(12) {
			for _, sink := range []string{"topic", "topic" + shopTopic, "topic" + dataTopic} {
				delete(w.fail, sink)
				if random.IntN(2) == 0 {
					w.fail[sink] = []error{denied, throttle}[random.IntN(2)]
				}
			}
			n, rule := 1+random.IntN(4), pick("a", "b", "c", "", "gone")
			e := entry(n, under(rule), at(noon.Add(time.Duration(step)*time.Hour)))
			if random.IntN(4) > 0 {
				e.Attempt, e.Decision.Mode, e.Decision.Actions = nil, config.Alert, []plan.Action{{Kind: finding.Alert}}
			}
			told := r.Apply(t.Context(), e)
			if told.Err != nil {
				t.Fatal(seed, told.Err)
			}
			for _, f := range told.Findings {
				if owners[f.ID] == nil {
					owners[f.ID] = map[string]bool{"": true}
				}
				own, known := topics[rule]
				if known && own == "" {
					own = whole
				}
				if known && own != "" && own != stackTopic {
					owners[f.ID][own] = true
				}
			}
			w.digests(t, r)
		}
		w.fail = map[string]error{}
		for range 3 {
			w.digests(t, r)
		}
		if len(w.due) > 0 {
			t.Fatalf("seed %d: due: %v", seed, w.due)
		}
		latest, seen := map[string]map[string]int{}, map[string]bool{}
		for _, m := range w.mails {
			for _, f := range m.findings {
				once := fmt.Sprint(m.topic, f.ID, f.Revision)
				if !owners[f.ID][m.topic] || seen[once] {
					t.Fatalf("seed %d: %q got revision %d of %s, again: %v", seed, m.topic, f.Revision, f.ID, seen[once])
				}
				seen[once] = true
				if latest[f.ID] == nil {
					latest[f.ID] = map[string]int{}
				}
				latest[f.ID][m.topic] = max(latest[f.ID][m.topic], f.Revision)
			}
		}
		for id, topics := range owners {
			for topic := range topics {
				if latest[id][topic] == 0 || latest[id][topic] != latest[id][""] {
					t.Fatalf("seed %d: %q has revision %d of finding %s, the stack's topic %d", seed, topic, latest[id][topic], id, latest[id][""])
				}
			}
			sent += len(topics)
		}
	}
	if sent < 700 {
		t.Errorf("only %d findings were sent to a topic", sent)
	}
}
