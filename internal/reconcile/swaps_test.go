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
)

// The counterpart of TestTagChangesNeverGrantAccess: an actor that can only swap boundaries
// does so again and again, between those of other rules, with and without an earlier move. In
// the end the role carries what its rule accepts, or is in quarantine.
func TestSwapsNeverLeaveARoleOutside(t *testing.T) {
	const denyAll = "arn:aws:iam::aws:policy/AWSDenyAll"
	takes := map[string][]string{"": {queues}, "store": {tables}, "stores": {tables}, "few": {few}, "lax": {queues, few}, "held": {queues, denyAll}}
	for seed := range uint64(80) {
		dice := rand.New(rand.NewPCG(seed, 2))
		kind := []string{"", "store", "stores", "few", "lax", "held"}[dice.IntN(len(takes))]
		w := newNarrowed(t, takes[kind][0], kind)
		w.config = kinds
		w.policies[denyAll] = state(denyAll, []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}`))
		if dice.IntN(2) == 0 {
			w.settled(kinds, eventAt(start, "TagRole", fmt.Sprintf(`{"roleName": "app", "tags": [{"key": "kind", "value": %q}]}`, kind)))
		}
		w.pass(time.Duration(dice.IntN(3600)) * time.Second)
		story := []string{fmt.Sprintf("begins as %q", kind)}
		var queue []delivered
		run := func(step time.Duration) {
			w.pass(step)
			now := queue
			queue = nil
			for _, d := range now {
				if d.due.After(w.now) {
					queue = append(queue, d)
					continue
				}
				story = append(story, fmt.Sprintf("%s: the record of %s comes", w.now.Format(time.TimeOnly), d.of.Time.Format(time.TimeOnly)))
				of, _ := target.FromChange(d.of, tamper.Parts{})
				if r := w.reconcile(of...); r.After > 0 {
					queue = append(queue, delivered{w.now.Add(r.After), d.of})
				}
			}
			w.followUps()
			w.report()
		}
		for range 1 + dice.IntN(4) {
			to := []string{queues, tables, few, wide}[dice.IntN(4)]
			s := w.principals["app"]
			s.Boundary = to
			w.principals["app"] = s
			story = append(story, fmt.Sprintf("%s: put %s", w.now.Format(time.TimeOnly), to))
			put := putEvent(w.now, to)
			for range 1 + dice.IntN(2) {
				queue = append(queue, delivered{w.now.Add(time.Duration(2+dice.IntN(45)) * time.Second), put})
			}
			run(time.Duration(1+dice.IntN(90)) * time.Second)
		}
		for range 60 {
			run(time.Duration(5+dice.IntN(60)) * time.Second)
		}
		if got := w.principals["app"].Boundary; !slices.Contains(takes[kind], got) {
			t.Errorf("seed %d: it carries %s\n%s", seed, got, strings.Join(story, "\n"))
			return
		}
	}
}
