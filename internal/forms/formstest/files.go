package formstest

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf16"
)

// files are what AWS itself puts into files, and what programs make of these.
func files(records []json.RawMessage) []Form {
	raw := each(records, func(r json.RawMessage) any { return r })
	events := each(records, event)
	trail := marshal(object{"Records": raw})
	return []Form{
		{Name: "a trail's files", Get: "`aws s3 cp --recursive s3://BUCKET/AWSLogs/ logs/`", File: "1_CloudTrail_us-east-1_20260301T1200Z_a.json", Data: trail},
		{Name: "several files in one", Get: "`zcat *.json.gz`", File: "all.json", Data: append(append(marshal(object{"Records": raw[:1]}), '\n'), marshal(object{"Records": raw[1:]})...)},
		{Name: "event history, JSON", Get: "console, event history, *Download events*, JSON", File: "event_history.json", Data: indent(object{"Records": raw})},
		{Name: "one record after the other", Get: "`jq '.Records[]'`", File: "records.json", Data: bytes.Join([][]byte{indent(raw[0]), lines(raw[1:], " ")}, nil)},
		{Name: "a list of records", Get: "`jq '.Records'`", File: "list.json", Data: indent(raw)},
		{Name: "a record on each line (NDJSON)", Get: "`jq -c '.Records[]'`", File: "records.ndjson", Data: lines(raw, "\n")},
		{Name: "lines that end as on Windows", Get: "the same in PowerShell", File: "windows.jsonl", Data: lines(raw, "\r\n")},
		{Name: "EventBridge events", Get: "a rule with a target: Firehose, a queue, a log group", File: "events.ndjson", Data: lines(events, "\n")},
		{Name: "EventBridge events, detail as text", Get: "an input transformer, or a database's export", File: "detail.json", Data: indent(each(records, func(r json.RawMessage) any {
			e := event(r).(object)
			e["detail"] = compact(r)
			return e
		}))},
		{Name: "keys in lower case, structures as text", Get: "Athena, `UNLOAD … WITH (format = 'JSON')`", File: "unload.json", Data: lines(each(records, lower), "\n")},
		{Name: "times as numbers", Get: "boto3, a database's export", File: "epoch.json", Data: indent(each(records, func(r json.RawMessage) any {
			return withTime(r, func(at time.Time) any { return at.UnixMilli() })
		}))},
		{Name: "times with a space, without a zone", Get: "Panther, Athena", File: "spaced.json", Data: indent(each(records, func(r json.RawMessage) any {
			return withTime(r, func(at time.Time) any { return at.Format("2006-01-02 15:04:05.000000000") })
		}))},
		{Name: "a record in whatever else", Get: "findings and tickets of other tools", File: "finding.json", Data: indent(each(records, func(r json.RawMessage) any {
			return object{"finding": object{"title": "IAM change", "evidence": []any{object{"kind": "cloudtrail", "body": object{"event": r}}}}}
		}))},
	}
}

func withTime(raw json.RawMessage, f func(time.Time) any) any {
	at, err := time.Parse(time.RFC3339, read(raw).EventTime)
	if err != nil {
		panic(err)
	}
	all := fields(raw)
	all["eventTime"] = marshal(f(at.UTC()))
	return all
}

// lower is a record as Athena unloads it.
func lower(raw json.RawMessage) any {
	out := object{}
	for name, value := range fields(raw) {
		switch {
		case name == "userIdentity":
			out["useridentity"] = lowerKeys(value)
		case value[0] == '{' || value[0] == '[':
			out[strings.ToLower(name)] = compact(value)
		default:
			out[strings.ToLower(name)] = value
		}
	}
	return out
}

func lowerKeys(value json.RawMessage) any {
	if value[0] != '{' {
		return value
	}
	out := object{}
	for name, v := range fields(value) {
		out[strings.ToLower(name)] = lowerKeys(v)
	}
	return out
}

// packed are a trail's file as it may come.
func packed(records []json.RawMessage) []Form {
	plain := marshal(object{"Records": each(records, func(r json.RawMessage) any { return r })})
	var wide []byte
	for _, unit := range utf16.Encode([]rune("\ufeff" + string(plain))) {
		wide = append(wide, byte(unit), byte(unit>>8))
	}
	return []Form{
		{Name: "any form, compressed", Get: "as a trail writes its files", File: "trail.json.gz", Data: zip(plain)},
		{Name: "any form, compressed twice", Get: "`aws s3 cp` of what was compressed again", File: "twice.json.gz", Data: zip(zip(plain))},
		{Name: "any form, with a byte order mark", Get: "editors on Windows", File: "mark.json", Data: append([]byte("\ufeff"), plain...)},
		{Name: "any form, in UTF-16", Get: "`>` in Windows PowerShell", File: "wide.json", Data: wide},
	}
}

func zip(data []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		panic(err)
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}
