package wire

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"
)

// secrets are members that CloudTrail leaves out of its records.
var secrets = map[string]bool{
	"Password": true, "NewPassword": true, "OldPassword": true, "SecretAccessKey": true, "SessionToken": true,
}

// RequestParameters gives an operation's input as CloudTrail records it: names with
// the first letter lowered, unset members and secrets left out; null where nothing
// was sent.
func RequestParameters(input any) json.RawMessage {
	return trailDocument(input, true)
}

// ResponseElements gives an operation's output as CloudTrail records it; null where
// the operation answers nothing. Times are the locale's text, as AWS writes them.
func ResponseElements(output any) json.RawMessage {
	return trailDocument(output, false)
}

func trailDocument(v any, omitZero bool) json.RawMessage {
	var buf bytes.Buffer
	w := writer{
		buf:      &buf,
		name:     func(f field) string { return f.lower },
		omit:     func(f field) bool { return secrets[f.name] },
		time:     localeTime,
		omitZero: omitZero,
	}
	w.document(v)
	if buf.String() == "{}" {
		return json.RawMessage("null")
	}
	return buf.Bytes()
}

// localeTime is the newest of the forms that CloudTrail has used, with a narrow
// no-break space before the half of the day. Nobody should parse it.
func localeTime(t time.Time) string {
	return strconv.Quote(t.UTC().Format("Jan 2, 2006, 3:04:05\u202fPM"))
}
