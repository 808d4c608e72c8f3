package forms

import (
	"bytes"
	"encoding/json"
)

// object reports an event, or searches the members of an object that is not an event.
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

// event reports an event in the form that [trail.Read] accepts.
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

// shape has the features by which objects are recognized.
type shape struct {
	name, source, insight, detailType, detail bool
	// begun is set if the object has a field of events. The object may be cut.
	begun bool
	// digest is set for the digest files of a trail.
	// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
	digest bool
	// summary is set for an event with the field names of LookupEvents, which differ from those of the
	// record. request is set if it has parameters.
	summary, request bool
	// parts is set if Elasticsearch has split a record into fields.
	// https://www.elastic.co/docs/reference/integrations/aws/cloudtrail
	parts bool
	// original is the member with the whole record, next to fields that were extracted from it.
	original *member
	// rows is the member with the rows of an Athena result.
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
