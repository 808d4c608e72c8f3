package target

import "time"

// FollowUp is a message of the follow-up queue. It has the envelope of an EventBridge event, so
// that one decoder reads every message of the enforce function.
type FollowUp struct {
	Source     string    `json:"source"`
	DetailType string    `json:"detail-type"`
	Account    string    `json:"account"`
	Time       time.Time `json:"time"` // when it is due
	Detail     Work      `json:"detail"`
}

// Source and Form identify a message of the follow-up queue.
const (
	Source = "ringfence"
	Form   = "Ringfence Follow-Up"
)
