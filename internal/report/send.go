package report

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
)

// The sinks, as the ledger marks them.
const (
	toBus   = "bus"
	toTopic = "topic"
	toLook  = "second-look"
	toOCSF  = "ocsf"
	toHub   = "security-hub"
)

// secondLook is how long after a repair Ringfence looks again: IAM is eventually consistent, and the
// actor that removed the boundary may remove it again at once.
const secondLook = time.Minute

// sink is one place that a revision goes to.
type sink struct {
	name string
	send func() error
}

// send sends this revision to each sink that does not have it yet. No sink waits for another.
func (r *Reporter) send(ctx context.Context, item ledger.Item, record ledger.Record, f finding.Finding) mark {
	m := mark{id: record.ID, revision: record.Revision, notes: *record.Notes}
	quiet := record.LogOnly()
	var errs []error
	sinks := []sink{
		{toBus, func() error { return r.Sinks.Bus(ctx, f) }},
		{toTopic, func() error { return r.join(ctx, "", f) }},
		{toLook, func() error { return r.look(ctx, item, record, &m) }},
		{toOCSF, func() error { return r.Sinks.OCSF(ctx, f) }},
	}
	if !quiet {
		for _, topic := range r.owners(item, record) {
			sinks = append(sinks, sink{toOwner + topic, func() error { return r.join(ctx, topic, f) }})
		}
	}
	sinks = append(sinks, sink{toHub, func() error { return r.Sinks.SecurityHub(ctx, f) }}) // last, because it may be slow
	for _, to := range sinks {
		if !record.UnreportedTo(to.name) {
			continue
		}
		if !quiet || to.name == toLook {
			if err := to.send(); err != nil {
				m.after = sooner(m.after, pause(err, r.Now().Sub(record.Changed)))
				errs = append(errs, fmt.Errorf("sending finding %s to %s: %w", f.ID, to.name, err))
				continue
			}
		}
		m.sinks = append(m.sinks, to.name)
	}
	m.all, m.unsent, m.err = len(errs) == 0, len(errs), errors.Join(errs...)
	return m
}

// look schedules a second look at the target of a resolved finding unless it was deleted, or
// its account closed.
func (r *Reporter) look(ctx context.Context, item ledger.Item, record ledger.Record, m *mark) error {
	if record.Status != finding.Resolved || record.CallFinding || record.Ended.Absent() {
		return nil
	}
	m.look = r.Now().Add(secondLook)
	return r.later(ctx, item, target.Cause{Kind: target.SecondLook, Finding: record.ID, Event: record.Trigger.Event, Actor: record.Trigger.Actor})
}

// lookAt schedules a look at a target whose finding is open according to the entries so far.
func (r *Reporter) lookAt(ctx context.Context, item ledger.Item) error {
	record, _ := item.Open()
	return r.later(ctx, item, target.Cause{Kind: target.SecondLook, Finding: record.ID})
}

func (r *Reporter) later(ctx context.Context, item ledger.Item, c target.Cause) error {
	t := target.Target{Kind: item.Kind, Partition: item.Partition, Account: item.Account, ID: item.ID, ARN: item.ARN}
	if item.Kind == target.Principal {
		ref, err := principal.Parse(item.ARN)
		if err != nil {
			return err
		}
		t = target.OfPrincipal(ref, item.ID)
	}
	return r.Queue.Schedule(ctx, target.Work{Target: t, Causes: []target.Cause{c}}, secondLook)
}
