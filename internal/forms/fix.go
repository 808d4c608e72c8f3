package forms

import (
	"bytes"
	"encoding/json"
	"strings"
)

// canonicals maps the names of a record's fields to CloudTrail's spelling. The keys have that spelling
// and lower case, which Athena and others write.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
var canonicals = func() map[string]string {
	names := map[string]string{}
	for _, name := range []string{
		"eventTime", "eventVersion", "userIdentity", "eventSource", "eventName", "awsRegion", "sourceIPAddress", "userAgent",
		"errorCode", "errorMessage", "requestParameters", "responseElements", "additionalEventData", "requestID", "eventID",
		"eventType", "apiVersion", "managementEvent", "readOnly", "resources", "recipientAccountId", "serviceEventDetails",
		"sharedEventID", "vpcEndpointId", "vpcEndpointAccountId", "eventCategory", "addendum", "sessionCredentialFromConsole",
		"edgeDeviceDetails", "tlsDetails", "insightDetails",
	} {
		names[strings.ToLower(name)], names[name] = name, name
	}
	return names
}()

// canonical returns the name of a record's field in CloudTrail's spelling, or nothing for other fields.
func canonical(key []byte) string {
	if name, ok := canonicals[string(key)]; ok {
		return name
	}
	return canonicals[string(bytes.ToLower(key))]
}

// fixRecord returns a record in the form that [trail.Read] accepts. It returns the same bytes if there
// is nothing to change. ok is false if a field cannot be read; the record then lacks that field.
func fixRecord(v []byte, list []member) (record []byte, ok bool) {
	changed := false
	for _, m := range list {
		if name := canonical(m.key); name != "" && !changed {
			fixed, _ := fixField(name, m.value)
			changed = name != string(m.key) || !bytes.Equal(fixed, m.value)
		}
	}
	if !changed {
		return v, true
	}
	ok = true
	exact := map[string]bool{}
	for _, m := range list {
		exact[string(m.key)] = true
	}
	var b builder
	for _, m := range list {
		name := canonical(m.key)
		switch {
		case name == "":
			b.add(string(m.key), m.value)
		case name == string(m.key) || !exact[name]:
			fixed, good := fixField(name, m.value)
			ok = ok && good
			b.add(name, fixed)
		}
	}
	return b.done(), ok
}

// fixField returns the value of a record's field as CloudTrail writes it, or nil if it cannot be
// read.
func fixField(name string, value []byte) (fixed []byte, ok bool) {
	switch name {
	case "eventTime":
		return fixTime(value), true
	case "recipientAccountId":
		return fixAccount(value), true
	case "managementEvent", "readOnly":
		if text := string(value); text != `"true"` && text != `"false"` {
			return value, true
		}
		return bytes.TrimSuffix(bytes.TrimPrefix(value, []byte(`"`)), []byte(`"`)), true
	}
	keys, structured := structures[name]
	if !structured || value[0] != '"' {
		return value, true
	}
	var text string
	if json.Unmarshal(value, &text) != nil {
		return nil, false
	}
	return structure(strings.TrimSpace(text), keys)
}

// fixAccount turns an account id that was written as a number into text again. Leading zeros were
// lost.
func fixAccount(value []byte) []byte {
	if len(value) > 12 || len(bytes.Trim(value, "0123456789")) > 0 {
		return value
	}
	return []byte(`"` + strings.Repeat("0", 12-len(value)) + string(value) + `"`)
}
