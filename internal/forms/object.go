package forms

import (
	"bytes"
	"encoding/json"
)

// object gives an event, or looks into the members of what is none.
func (w *walker) object(v []byte, depth int, t *tally) int {
	var room [48]member
	list, st := members(v, room[:0])
	o := shapeOf(list)
	switch {
	case o.digest:
		t[Digest]++
		return 0
	case o.original != nil && o.original.st == whole:
		before := *t
		if found := w.look(o.original.key, o.original.value, depth+1, t); found > 0 || *t != before {
			return found
		}
	}
	if o.event() || o.begun && st != whole {
		switch st {
		case cut:
			t[Cut]++
		case broken:
			t[NotJSON]++
		default:
			return w.event(v, list, o, t)
		}
		return 0
	}
	if o.rows != nil {
		return w.table(list, depth, t)
	}
	found := 0
	var inner tally
	for _, m := range list {
		found += w.look(m.key, m.value, depth+1, &inner)
	}
	if found == 0 && inner.serious() == (tally{}) {
		switch {
		case o.parts:
			inner[NoParameters]++
		case st == broken:
			inner[NotJSON]++
		}
	}
	t.add(inner)
	return found
}

// event gives an event, once it is as [trail.Read] takes it.
func (w *walker) event(v []byte, list []member, o shape, t *tally) int {
	fix := fixRecord
	if o.envelope() {
		fix = fixEnvelope
	}
	fixed, ok := fix(v, list)
	switch {
	case !json.Valid(fixed):
		t[NotJSON]++
		return 0
	case !ok && !harmless(fixed):
		t[Ambiguous]++
		return 0
	case o.summary && !o.request && !harmless(fixed):
		t[NoParameters]++
		return 0
	}
	w.err = w.each(fixed)
	return 1
}

// shape is what an object is recognised by.
type shape struct {
	name, source, insight, detailType, detail bool
	// begun is set for what has a field of events, which may be cut.
	begun bool
	// digest is set for a trail's digest files.
	// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
	digest bool
	// summary is set for an event in the words of LookupEvents, which are not those of the
	// record, and request where there are parameters all the same.
	summary, request bool
	// parts is set where Elasticsearch has taken a record apart.
	// https://www.elastic.co/docs/reference/integrations/aws/cloudtrail
	parts bool
	// original is the member that has the whole record, beside fields that were taken from it.
	original *member
	// rows are those of an Athena result.
	rows *member
}

func shapeOf(list []member) (o shape) {
	for i := range list {
		m := &list[i]
		switch string(m.key) {
		case "_raw", "CloudTrailEvent", "eventJson", "eventjson", "@message", "event.original":
			o.original = m
		case "detail-type":
			o.detailType = m.value[0] == '"'
		case "detail":
			o.detail = m.value[0] == '{' || m.value[0] == '"'
		case "digestS3Object":
			o.digest = true
		case "EventName":
			o.summary = true
		case "Rows":
			o.rows = m
		case "aws":
			o.parts = bytes.Contains(m.value, []byte(`"cloudtrail"`))
		case "aws.cloudtrail.event_version":
			o.parts = true
		}
		switch canonical(m.key) {
		case "eventName":
			o.name = m.value[0] == '"'
		case "eventSource":
			// Lambda's events have one too: "aws:sqs".
			o.source = m.value[0] == '"' && !bytes.HasPrefix(m.value, []byte(`"aws:`))
		case "insightDetails":
			o.insight = true
		case "requestParameters":
			o.request = true
		}
	}
	o.begun = o.name || o.source || o.detailType
	for _, m := range list {
		o.begun = o.begun || canonical(m.key) == "eventVersion" && !bytes.HasPrefix(m.value, []byte(`"2.`))
	}
	return o
}

func (o shape) envelope() bool { return o.detailType && o.detail }

func (o shape) event() bool { return o.envelope() || o.name && o.source || o.insight }
