// Package formstest writes CloudTrail records in every form that [forms] finds them in, so that
// each reader of logs can be tested with all of them.
package formstest

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Form is one way in which people have records.
type Form struct {
	// Name is what it is called, and Get how one gets it, as docs/backtest.md says.
	Name, Get string
	// File is a name that a file of this form could have, and Data what is in it.
	File string
	Data []byte
	// Partial is set for what lacks a part of each record that matters: none of them is found.
	Partial bool
}

// All are all forms of the same records, each a CloudTrail record with at least what
// [record] has.
func All(records []json.RawMessage) []Form {
	var all []Form
	for _, some := range [][]Form{files(records), cli(records), logs(records), messages(records), tables(records), packed(records)} {
		all = append(all, some...)
	}
	return all
}

// object is one JSON object.
type object = map[string]any

// each makes one thing of each record.
func each(records []json.RawMessage, f func(record json.RawMessage) any) []any {
	var list []any
	for _, record := range records {
		list = append(list, f(record))
	}
	return list
}

func marshal(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // a test gave what is no record
	}
	return data
}

func indent(v any) []byte {
	data, err := json.MarshalIndent(v, "", "    ")
	if err != nil {
		panic(err)
	}
	return append(data, '\n')
}

// compact is a record on one line, as text.
func compact(record json.RawMessage) string { return string(marshal(record)) }

// lines puts each on a line.
func lines(list []any, end string) []byte {
	var b bytes.Buffer
	for _, v := range list {
		if s, ok := v.(string); ok {
			b.WriteString(s + end)
		} else {
			b.Write(append(marshal(v), end...))
		}
	}
	return b.Bytes()
}

// record is what forms need of one.
type record struct {
	EventID     string `json:"eventID"`
	EventTime   string `json:"eventTime"`
	EventName   string `json:"eventName"`
	EventSource string `json:"eventSource"`
	Region      string `json:"awsRegion"`
	Account     string `json:"recipientAccountId"`
}

func read(raw json.RawMessage) (r record) {
	if err := json.Unmarshal(raw, &r); err != nil {
		panic(err)
	}
	return r
}

// fields are those of a record.
func fields(raw json.RawMessage) map[string]json.RawMessage {
	var f map[string]json.RawMessage
	if err := json.Unmarshal(raw, &f); err != nil {
		panic(err)
	}
	return f
}

// event is a record as EventBridge delivers it.
func event(raw json.RawMessage) any {
	r := read(raw)
	return object{
		"version": "0", "id": "0e2b41a3-" + strings.TrimPrefix(r.EventID, "0e2b41a3-"), "detail-type": "AWS API Call via CloudTrail",
		"source": "aws." + strings.TrimSuffix(r.EventSource, ".amazonaws.com"), "account": r.Account, "time": r.EventTime,
		"region": r.Region, "resources": []string{}, "detail": raw,
	}
}
