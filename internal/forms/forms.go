// Package forms finds CloudTrail records and EventBridge events in text of many forms: the files of a
// trail, output of the AWS CLI, exports of CloudWatch Logs, Athena, CloudTrail Lake, Splunk and
// Elasticsearch, messages of queues and streams, and wrappers around any of these.
//
// One rule covers all wrappers: events are also searched for in the members of an object that is not
// an event, in text that contains JSON, and in JSON that was compressed and encoded. A value without an
// event is counted with a [Reason], so nothing is dropped silently.
package forms

import "encoding/json"

// Reason is why a value has no event. Its String is a short phrase for people.
type Reason uint8

// The reasons.
const (
	// NoEvent is JSON of another kind: a policy, an inventory, a log of something else.
	NoEvent Reason = iota
	// Digest is a digest file, with which a trail proves that its log files were not changed.
	Digest
	// Cut is a value that ends in the middle. Complete events before the end are found.
	Cut
	// NotJSON is text that is not JSON.
	NotJSON
	// TooDeep is a value with more nested wrappers than any known form has.
	TooDeep
	// TooLarge is a value that is larger, as it is or decompressed, than anything that AWS writes.
	TooLarge
	// Undecoded is text that begins like base64 of gzip or JSON but cannot be decoded.
	Undecoded
	// NoParameters is an event without its request parameters, which are needed. Events in the
	// console's CSV file lack them.
	NoParameters
	// Ambiguous is a structure that was printed without quotes and has two possible meanings.
	Ambiguous

	reasons
)

func (r Reason) String() string {
	return [reasons]string{
		"no event in it",
		"digest file of a trail",
		"cut short",
		"not JSON",
		"nested too deep",
		"too large",
		"could not be decoded (base64, gzip)",
		"only a part of the record: no request parameters",
		"printed without quotes, and ambiguous",
	}[r]
}

const (
	// deepest is the maximum number of containers around an event. A subscription of CloudWatch
	// Logs that goes through Kinesis to a function has ten.
	deepest = 24
	// most is the maximum decompressed size of everything in one value, in bytes.
	most = 64 << 20
)

// Value calls each for every event in one JSON value or in several in sequence, with or without text
// around them, in order. The events have the form that [trail.Read] accepts. Value calls passed with
// the number of values without an event, by reason.
//
// Value needs memory for a small multiple of the value. A record is valid until each returns. The error
// is that of each.
func Value(value json.RawMessage, each func(record json.RawMessage) error, passed func(reason Reason, n int)) error {
	var t tally
	w := walker{each: each, left: most}
	w.text(value, 0, &t)
	t.report(passed)
	return w.err
}

// tally counts by reason.
type tally [reasons]int

func (t *tally) add(other tally) {
	for r, n := range other {
		t[r] += n
	}
}

func (t *tally) report(passed func(Reason, int)) {
	for r, n := range t {
		if n > 0 {
			passed(Reason(r), n)
		}
	}
}

// serious returns the tally without the reasons that any other text has: NoEvent and NotJSON.
func (t tally) serious() tally {
	t[NoEvent], t[NotJSON] = 0, 0
	return t
}
