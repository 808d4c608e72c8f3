// Package events is EventBridge: event buses, rules with their patterns and targets.
package events

import (
	"encoding/json"
	"time"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// Event is an event on an event bus.
// https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
type Event struct {
	Version    string          `json:"version"`
	ID         string          `json:"id"`
	DetailType string          `json:"detail-type"`
	Source     string          `json:"source"`
	Account    string          `json:"account"`
	Time       string          `json:"time"` // RFC 3339, to the second
	Region     string          `json:"region"`
	Resources  []string        `json:"resources"`
	Detail     json.RawMessage `json:"detail"`
}

// JSON returns the event as targets receive it.
func (e Event) JSON() []byte {
	b, err := wire.Marshal(e)
	if err != nil {
		panic("an event's detail is not JSON: " + err.Error()) // checked when the event is made
	}
	return b
}

// Timestamp formats a time as events do.
func Timestamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
