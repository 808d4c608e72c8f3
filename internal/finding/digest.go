package finding

// Digest is what subscribers of the SNS topic get when several findings arrive at once.
// The event bus gets each finding by itself.
type Digest struct {
	SchemaVersion string `json:"schemaVersion"`
	// Digest is always true, and tells a digest from a finding.
	Digest bool `json:"digest"`
	// Account is empty where the findings are of several.
	Account string `json:"account"`
	// Status is open where any of them is open.
	Status Status `json:"status"`
	// Count is that of all findings, and Severity the worst of theirs.
	Count    int      `json:"count"`
	Severity Severity `json:"severity"`
	// Omitted counts those that did not fit into one message.
	Omitted  int      `json:"omitted"`
	Findings Findings `json:"findings"`
}

// Findings is a list that is written as [] when it is empty.
type Findings []Finding

// MarshalJSON implements [json.Marshaler].
func (f Findings) MarshalJSON() ([]byte, error) { return list([]Finding(f)) }
