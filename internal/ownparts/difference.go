package ownparts

// Difference is a part that differs from the template, and the properties that differ.
type Difference struct {
	ARN        string   `json:"arn"`
	Properties []string `json:"properties"`
}

// Missing stands for the property of a part that does not exist.
const Missing = "(missing)"
