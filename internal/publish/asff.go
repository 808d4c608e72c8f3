package publish

// asff is a finding as Security Hub takes it: the part of the AWS Security Finding Format that
// Ringfence fills in. Its types, lengths and numbers are those of the API's reference.
//
// https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html
// https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-syntax.html
type asff struct {
	SchemaVersion         string
	ID                    string `json:"Id"`
	ProductArn            string
	ProductName           string
	CompanyName           string
	GeneratorID           string `json:"GeneratorId"`
	AwsAccountID          string `json:"AwsAccountId"`
	AwsAccountName        string `json:",omitempty"`
	CreatedAt             string
	UpdatedAt             string
	FirstObservedAt       string
	LastObservedAt        string
	Title                 string
	Description           string
	Remediation           asffRemediation
	ProductFields         map[string]string
	Resources             []asffResource
	Compliance            *asffStatus `json:",omitempty"`
	Workflow              asffStatus
	RecordState           string
	FindingProviderFields asffProviderFields
}

// asffProviderFields is where a provider says how bad a finding is, and of what kind: the
// fields of the same names at the top are for the people who work on it.
// https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html
type asffProviderFields struct {
	Severity asffSeverity
	Types    []string
}

type asffSeverity struct {
	Label    string
	Original string `json:",omitempty"`
}

type asffRemediation struct {
	Recommendation asffRecommendation
}

type asffRecommendation struct {
	Text string
	URL  string `json:"Url"`
}

type asffStatus struct {
	Status string
}

type asffResource struct {
	Type      string
	ID        string `json:"Id"`
	Partition string
	Details   *asffDetails `json:",omitempty"`
}

type asffDetails struct {
	AwsIamRole   *asffRole   `json:",omitempty"`
	AwsIamUser   *asffUser   `json:",omitempty"`
	AwsIamPolicy *asffPolicy `json:",omitempty"`
}

type asffRole struct {
	RoleName string
	RoleID   string `json:"RoleId,omitempty"`
	Path     string
}

type asffUser struct {
	UserName string
	UserID   string `json:"UserId,omitempty"`
	Path     string
}

type asffPolicy struct {
	PolicyName string
	Path       string
}
