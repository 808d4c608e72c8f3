package ownparts

// Difference is a part that is not as the template has it, and in what.
type Difference struct {
	ARN        string   `json:"arn"`
	Properties []string `json:"properties"`
}

// Missing is the property of a part that is not there at all.
const Missing = "(missing)"
