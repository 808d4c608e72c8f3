// Package forms finds CloudTrail records and EventBridge events in the text that people have: a
// trail's files, what the AWS CLI prints, exports of CloudWatch Logs, Athena, CloudTrail Lake,
// Splunk and Elasticsearch, messages of queues and streams, and whatever wraps any of these.
//
// There is one rule for wrappers instead of one for each: an object that is no event itself is
// looked into, and so is text that holds JSON, or JSON that was compressed and encoded. What has
// no event in it is counted with a [Reason], so that nothing is dropped in silence.
package forms

import "encoding/json"

// Reason says, in a short phrase for people, why something gave no event.
type Reason uint8

// The reasons.
const (
	// NoEvent is JSON of another kind: a policy, an inventory, a log of something else.
	NoEvent Reason = iota
	// Digest is a file by which a trail proves that its other files are whole.
	Digest
	// Cut is a value that ends in the middle. Whole events before the end were given.
	Cut
	// NotJSON is text without JSON, or with something that only looks like it.
	NotJSON
	// TooDeep is a wrapper in a wrapper, and so on, more often than anybody does.
	TooDeep
	// TooLarge is a value that unpacks, or is, larger than anything that AWS writes.
	TooLarge
	// Undecoded is text that begins as base64 of gzip or JSON and is none.
	Undecoded
	// NoParameters is an event that is known only in parts. Those that are in the console's
	// CSV file lack what was asked for, and that is what matters.
	NoParameters
	// Ambiguous is a structure that was printed without quotes and can be read in two ways.
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
	// deepest is how many containers may be around an event. A subscription of CloudWatch
	// Logs that goes through Kinesis to a function has ten.
	deepest = 24
	// most bounds what all that is compressed in one value unpacks to.
	most = 64 << 20
)

// Value calls each for every event in one JSON value, or in several that follow one another, with
// or without text around them, in their order. The events are as [trail.Read] takes them. What
// gives none is told to passed, as often as it is there.
//
// Its memory is bounded by a multiple of the value. A record is valid until each returns.
// An error is that of each.
func Value(value json.RawMessage, each func(record json.RawMessage) error, passed func(reason Reason, n int)) error {
	var t tally
	w := walker{each: each, left: most}
	w.text(value, 0, &t)
	t.tell(passed)
	return w.err
}

// tally counts by reason.
type tally [reasons]int

func (t *tally) add(other tally) {
	for r, n := range other {
		t[r] += n
	}
}

func (t *tally) tell(passed func(Reason, int)) {
	for r, n := range t {
		if n > 0 {
			passed(Reason(r), n)
		}
	}
}

// serious is the tally without what any text may be: neither an event nor meant as one.
func (t tally) serious() tally {
	t[NoEvent], t[NotJSON] = 0, 0
	return t
}
