package handler

import (
	"encoding/json"
	"time"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/tamper"
	"github.com/ringfence/ringfence/internal/target"
	"github.com/ringfence/ringfence/internal/trail"
)

// message is a decoded message.
type message struct {
	id     string
	record trail.Record
	change trail.Change
	work   []target.Work
	// ignored says why the message is ignored.
	ignored string
	// time is the time of the message, for the clock of a replay.
	time time.Time
	// err is why the message could not be decoded, or only in part.
	err error
	// unverified is why it is not known whether the message comes from a queue.
	unverified error
}

// asHint returns the message without its evidence, if SQS cannot confirm that it comes from a
// queue.
func (l message) asHint(why error) message {
	return message{id: l.id, record: l.record, time: l.time, work: target.Hints(l.work), unverified: why}
}

// read decodes a message: an event from CloudTrail or a follow-up from Ringfence. If a watched
// call has a record that cannot be decoded, everything that it can affect is looked at.
func read(body []byte, own tamper.Parts) message {
	raw, err := trail.Read(body)
	if err != nil {
		return message{err: err}
	}
	l := message{record: raw.Record, time: raw.Time}
	if raw.Source == target.Source && raw.Name == target.Form {
		l.work, l.err = followUp(body, own)
		return l
	}
	change, err := raw.Change()
	if err != nil {
		l.err = err
		if raw.Watched() {
			l.work = target.Undecodable(raw.Record)
		}
		return l
	}
	l.change = change
	l.work, l.ignored = target.FromChange(change, own)
	return l
}

// followUp decodes work that Ringfence scheduled. Only its own roles may write to that queue;
// the content is checked anyway, and is not evidence.
func followUp(body []byte, own tamper.Parts) ([]target.Work, error) {
	var f target.FollowUp
	if err := json.Unmarshal(body, &f); err != nil {
		return nil, errclass.New(errclass.BadInput, "detail: %w", err)
	}
	w, t := f.Detail, f.Detail.Target
	switch t.Kind {
	case target.Principal:
		ref, err := principal.Parse(t.Ref.ARN())
		if err != nil || ref.Account != t.Account || ref.Name != t.Ref.Name {
			return nil, errclass.New(errclass.BadInput, "detail.target.ref: %s is not a principal of account %s", t.Ref, t.Account)
		}
	case target.Policy:
		if _, err := principal.ParsePolicy(t.ARN); err != nil {
			return nil, errclass.New(errclass.BadInput, "detail.target.arn: %w", err)
		}
	case target.Sweep:
		if t.Account == "" {
			return nil, errclass.New(errclass.BadInput, "detail.target.account: missing")
		}
	case target.Closed:
		if t.Account == "" || ledger.AccountOf(t.ARN) != t.Account {
			return nil, errclass.New(errclass.BadInput, "detail.target.arn: %q is not the key of an item of account %s", t.ARN, t.Account)
		}
	case target.Control:
		return partDiffers(f, own)
	case target.Walk:
		if t.Scope == nil {
			return nil, errclass.New(errclass.BadInput, "detail.target.over: missing")
		}
		if arn := t.Scope.Carrying; arn != "" {
			p, err := principal.ParsePolicy(arn)
			if err != nil || p.Account != t.Account && p.Account != principal.AWSManaged {
				return nil, errclass.New(errclass.BadInput, "detail.target.over.carrying: %q is not a policy that a principal of account %s can carry", arn, t.Account)
			}
		}
	default:
		return nil, errclass.New(errclass.BadInput, "detail.target.kind: %q cannot be followed up", t.Kind)
	}
	var causes []target.Cause
	for _, c := range w.Causes {
		why := target.Walked
		if c.Kind == target.SecondLook || c.Kind == target.Swept {
			why = c.Kind
		}
		causes = append(causes, target.Cause{Kind: why, Event: c.Event, Actor: c.Actor, Finding: c.Finding})
	}
	return []target.Work{{Target: w.Target, Causes: causes, ReportOnly: w.ReportOnly}}, nil
}
