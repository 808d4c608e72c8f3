package forms

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
)

// layouts are the time formats of exports: of Athena and CloudTrail Lake, of Panther, and of programs
// that omit the zone. Without a zone, the time is in UTC, as in CloudTrail.
var layouts = []string{
	time.DateTime, "2006-01-02T15:04:05", "2006-01-02 15:04:05 MST", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -07:00",
	"2006-01-02 15:04:05 -0700", "2006-01-02T15:04:05-0700", "20060102T150405Z",
}

// fixTime returns a time as CloudTrail writes it. It does not change other values, so the error of the
// record can name them.
func fixTime(value []byte) []byte {
	text := string(value)
	if value[0] == '"' {
		if json.Unmarshal(value, &text) != nil {
			return value
		}
		if _, err := time.Parse(time.RFC3339, text); err == nil {
			return value
		}
		text = strings.TrimSpace(text)
	}
	at, ok := epoch(text)
	for _, layout := range layouts {
		if ok {
			break
		}
		var err error
		at, err = time.Parse(layout, text)
		ok = err == nil && (!strings.Contains(layout, "MST") || isUTC(at))
	}
	if !ok || bytes.Equal(value, []byte("null")) {
		return value
	}
	return []byte(at.UTC().Format(`"` + time.RFC3339 + `"`))
}

// isUTC reports whether the zone of a time is known to be UTC: time.Parse accepts any zone name.
func isUTC(at time.Time) bool {
	zone, offset := at.Zone()
	return offset == 0 && (zone == "UTC" || zone == "GMT")
}

// epoch parses seconds, milliseconds, microseconds or nanoseconds since 1970. It chooses the unit that
// gives a plausible time.
func epoch(text string) (time.Time, bool) {
	if text == "" || strings.Trim(text, "0123456789.eE+") != "" {
		return time.Time{}, false
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n < 1e8 {
		return time.Time{}, false
	}
	for n >= 1e11 {
		n /= 1000
	}
	return time.Unix(int64(math.Floor(n)), 0), true
}
