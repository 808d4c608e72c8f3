package sim

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

func now() time.Time { return time.Now() }

// recorded is a call in CloudTrail's history.
type recorded struct {
	about, json string
	at, known   time.Time
}

// publish makes the record of a call and delivers it: mostly soon, sometimes late, twice, or
// never.
func (w *World) publish(op, actor string, in, out any, by *adverse, word string) {
	w.counts["event "+word]++
	id := fmt.Sprintf("%s-%d", word, w.counts["event "+word])
	request, response := wire.RequestParameters(in), json.RawMessage("null")
	if out != nil {
		response = wire.ResponseElements(out)
	}
	w.deliver(op, "iam.amazonaws.com", actor, id, request, response, by)
}

func (w *World) deliver(op, source, actor, id string, request, response json.RawMessage, by *adverse) {
	at := now().UTC().Truncate(time.Second)
	record := fmt.Sprintf(`{"eventVersion":"1.11","userIdentity":{"type":"AssumedRole","arn":%q,"accountId":%q},"eventTime":%q,`+
		`"eventSource":%q,"eventName":%q,"awsRegion":"us-east-1","sourceIPAddress":"192.0.2.44","userAgent":"aws-cli/2",`+
		`"requestParameters":%s,"responseElements":%s,"eventID":%q,"eventType":"AwsApiCall","recipientAccountId":%q}`,
		actor, accountID, at.Format(time.RFC3339), source, op, request, response, id, accountID)
	d := roll(w.Seed, "event", id)
	var names struct{ RoleName, UserName, NewUserName string }
	_ = json.Unmarshal(request, &names)
	for _, name := range []string{names.RoleName, names.UserName, names.NewUserName} {
		if name != "" {
			w.record = append(w.record, recorded{name, record, at, now().Add(d.between(time.Minute, 5*time.Minute))})
		}
	}
	body := fmt.Sprintf(`{"version":"0","id":%q,"detail-type":"AWS API Call via CloudTrail","source":"aws.iam","account":%q,"time":%q,"region":"us-east-1","resources":[],"detail":%s}`,
		"env-"+id, accountID, at.Format(time.RFC3339), record)
	if by != nil {
		by.id = id
	}
	delay := d.between(500*time.Millisecond, 8*time.Second)
	x, lose, late, twice := d.n(1000), shortID("lose "+id), shortID("late "+id), shortID("twice "+id)
	if w.chaos.level > 0 {
		switch {
		case x < 15 && w.chaos.drawn(lose):
			w.met("event lost", lose)
			w.log.add("fault", "the event %s is lost (fault %s)", id, lose)
			w.lose(by)
			return
		case x < 70 && w.chaos.drawn(late):
			delay = d.between(20*time.Second, 8*time.Minute)
			w.met("event late", late)
			w.log.add("fault", "the event %s comes %v late (fault %s)", id, delay, late)
		case x < 120 && w.chaos.drawn(twice):
			w.met("event twice", twice)
			w.send(w.queues["events"], "again-"+id, body, delay+d.between(0, time.Minute))
		}
	}
	if by != nil {
		by.delivered = true
	}
	w.send(w.queues["events"], id, body, delay)
}

// lose notes that a record was lost.
func (w *World) lose(by *adverse) {
	if by == nil {
		return
	}
	by.lost = true
	for _, t := range w.truth.byKey {
		for _, c := range t.calls {
			t.lost = t.lost || c == by
		}
	}
}
