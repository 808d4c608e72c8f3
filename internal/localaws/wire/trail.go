package wire

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"
)

// secrets are members that CloudTrail omits from its records.
var secrets = map[string]bool{
	"Password": true, "NewPassword": true, "OldPassword": true, "SecretAccessKey": true, "SessionToken": true,
}

// RequestParameters returns an operation's input as CloudTrail records it: names start in lower
// case, and unset members and secrets are omitted. It is null if nothing was sent.
func RequestParameters(input any) json.RawMessage {
	return trailDocument(input, true)
}

// ResponseElements returns an operation's output as CloudTrail records it; null if the operation
// returns nothing. Times are localized text, as AWS writes them.
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

// localeTime writes a time in the newest of CloudTrail's forms, with a narrow no-break space
// before AM or PM. Do not parse it.
func localeTime(t time.Time) string {
	return strconv.Quote(t.UTC().Format("Jan 2, 2006, 3:04:05\u202fPM"))
}
