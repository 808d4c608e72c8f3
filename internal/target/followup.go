package target

import "time"

// FollowUp is a message of the follow-up queue. It has the envelope of an EventBridge
// event, so that one reader does for all that the function enforce is given.
type FollowUp struct {
	Source     string    `json:"source"`
	DetailType string    `json:"detail-type"`
	Account    string    `json:"account"`
	Time       time.Time `json:"time"` // when it is due
	Detail     Work      `json:"detail"`
}

// Source and Form are what a message of the follow-up queue says it is.
const (
	Source = "ringfence"
	Form   = "Ringfence Follow-Up"
)
