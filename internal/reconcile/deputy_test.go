package reconcile_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/tamper"
	"github.com/ringfence/ringfence/internal/target"
	"github.com/ringfence/ringfence/internal/trail"
)

// kinds are the different rules, by the tag that chooses each.
const kinds = narrowed + `
  - {name: store, match: {tags: {kind: store}}, boundary: tables, accept: exact}
  - {name: stores, match: {tags: {kind: stores}}, boundary: tables, accept: narrower}
  - {name: few, match: {tags: {kind: few}}, boundary: few, accept: exact}
  - {name: lax, match: {tags: {kind: lax}}, boundary: queues, accept: narrower}
  - {name: held, match: {tags: {kind: held}}, boundary: queues, accept: exact, onIncomparable: quarantine}
  - {name: told, match: {tags: {kind: told}}, boundary: tables, onDrift: alert}
  - {name: tried, match: {tags: {kind: tried}}, boundary: tables, mode: alert}
  - {name: none, match: {tags: {kind: none}}, boundary: none, owner: o, reason: r}
  - {name: everyone, match: {names: ["*"]}, boundary: queues, accept: exact}
`

// delivered is a record to be delivered.
type delivered struct {
	due time.Time
	of  trail.Change
}

// An actor that can only set tags does so again and again, among irrelevant calls, while
// records arrive late, twice and in any order, and those of the role's creation and of its
// boundary arrive again. The role's permissions never grow.
func TestTagChangesNeverGrantAccess(t *testing.T) {
	begins := [][2]string{
		{"", queues},
		{"store", tables},
		{"stores", tables},
		{"few", few},
		{"lax", few},
		{"lax", queues},
		{"held", queues},
		{"told", tables},
		{"told", few},
		{"tried", few},
		{"tried", tables},
		{"none", few},
		{"none", tables},
		{"none", queues},
	}
	within := map[string][]string{few: {few}, queues: {queues, few}, tables: {tables}}
	for seed := range uint64(120) {
		dice := rand.New(rand.NewPCG(seed, 1))
		pick := func(of ...string) string { return of[dice.IntN(len(of))] }
		var story []string
		say := func(format string, args ...any) { story = append(story, fmt.Sprintf(format, args...)) }
		begin := begins[dice.IntN(len(begins))]
		w := newNarrowed(t, begin[1], begin[0])
		w.config = kinds
		say("begins as %q with %s", begin[0], begin[1])
		var queue []delivered
		send := func(c trail.Change) {
			for range 1 + dice.IntN(2) {
				queue = append(queue, delivered{w.now.Add(time.Duration(2+dice.IntN(45)) * time.Second), c})
			}
		}
		made := func(at time.Time) trail.Change {
			tags := "[]"
			if begin[0] != "" {
				tags = fmt.Sprintf(`[{"key": "kind", "value": %q}]`, begin[0])
			}
			return eventAt(at, "CreateRole", fmt.Sprintf(`{"roleName": "app", "permissionsBoundary": %q, "tags": %s}`, begin[1], tags))
		}(start)
		put := putEvent(start.Add(time.Second), begin[1])
		known := dice.IntN(2) == 0
		if known {
			w.settled(kinds, made, put)
		}
		if dice.IntN(2) == 0 {
			w.pass(time.Hour)
		}
		run := func(step time.Duration) {
			w.pass(step)
			now := queue
			queue = nil
			for _, d := range now {
				if d.due.After(w.now) {
					queue = append(queue, d)
					continue
				}
				say("%s: %s of %s comes", w.now.Format(time.TimeOnly), d.of.Name, d.of.Time.Format(time.TimeOnly))
				of, _ := target.FromChange(d.of, tamper.Parts{})
				if r := w.reconcile(of...); r.After > 0 {
					queue = append(queue, delivered{w.now.Add(r.After), d.of})
				}
			}
			w.followUps()
			w.report()
		}
		for range 1 + dice.IntN(5) {
			switch dice.IntN(6) {
			case 0, 1, 2:
				kind := pick("", "store", "stores", "few", "lax", "held", "told", "tried", "none")
				w.tag(kind)
				say("%s: tagged %q", w.now.Format(time.TimeOnly), kind)
				if kind == "" {
					send(eventAt(w.now, "UntagRole", `{"roleName": "app", "tagKeys": ["kind"]}`))
				} else {
					send(eventAt(w.now, "TagRole", fmt.Sprintf(`{"roleName": "app", "tags": [{"key": "kind", "value": %q}]}`, kind)))
				}
			case 3:
				send(eventAt(w.now, "AttachRolePolicy", `{"roleName": "app"}`))
			case 4:
				if known { // one that comes now for the first time is the case that is left
					send(put)
				}
			case 5:
				send(made)
			}
			run(time.Duration(dice.IntN(30)) * time.Second)
		}
		for range 30 {
			run(time.Duration(5+dice.IntN(120)) * time.Second)
		}
		if got := w.principals["app"].Boundary; !slices.Contains(within[begin[1]], got) && !strings.HasSuffix(got, "AWSDenyAll") {
			t.Errorf("seed %d: it carries %s\n%s", seed, got, strings.Join(story, "\n"))
			return
		}
	}
}
