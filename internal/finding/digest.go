package finding

// Digest is what subscribers of the SNS topic get when several findings arrive at once.
// The event bus gets each finding by itself.
type Digest struct {
	SchemaVersion string `json:"schemaVersion"`
	// Digest is always true. It distinguishes a digest from a finding.
	Digest bool `json:"digest"`
	// Account is empty if the findings are of several accounts.
	Account string `json:"account"`
	// Status is open if any finding is open.
	Status Status `json:"status"`
	// Count is the number of all findings. Severity is the worst of them.
	Count    int      `json:"count"`
	Severity Severity `json:"severity"`
	// Omitted is the number of findings that did not fit into one message.
	Omitted  int      `json:"omitted"`
	Findings Findings `json:"findings"`
}

// Findings is a list that is encoded as [] if it is empty.
type Findings []Finding

// MarshalJSON implements [json.Marshaler].
func (f Findings) MarshalJSON() ([]byte, error) { return list([]Finding(f)) }
