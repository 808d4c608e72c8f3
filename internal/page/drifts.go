package page

import "github.com/ringfence/ringfence/internal/finding"

// Drifts describes each drift in a few words.
var Drifts = map[finding.Drift]string{
	finding.None:             "As it must be",
	finding.Missing:          "No boundary",
	finding.Replaced:         "Another boundary",
	finding.Widened:          "Boundary policy widened",
	finding.Altered:          "Boundary policy altered",
	finding.AbsentPolicy:     "Boundary policy does not exist",
	finding.Protected:        "Only an AWS service can repair it",
	finding.ExemptionExpired: "Exemption expired",
	finding.Moved:            "Moved out of the reach of a rule",
	finding.PolicyChanged:    "Boundary policy without an approved document changed",
	finding.ExemptChanged:    "Exempt principal changed",
	finding.ControlTampered:  "Ringfence tampered with",
	finding.Withheld:         "Call that hid what it changed",
}

// DriftWords returns a drift in a few words.
func DriftWords(d finding.Drift) string {
	if words, ok := Drifts[d]; ok {
		return words
	}
	return string(d)
}
