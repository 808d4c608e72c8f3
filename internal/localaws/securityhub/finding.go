package securityhub

// Finding holds the checked and stored members of a finding in the AWS Security Finding Format. A
// member that was not sent is nil.
//
// https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html
type Finding struct {
	SchemaVersion, Id, ProductArn, ProductName, CompanyName, GeneratorId, AwsAccountId *string //nolint:revive // as in the API
	CreatedAt, UpdatedAt, FirstObservedAt, LastObservedAt                              *string
	Title, Description, RecordState                                                    *string
	Types                                                                              []string
	Severity                                                                           *Severity
	FindingProviderFields                                                              *ProviderFields
	Remediation                                                                        *Remediation
	ProductFields                                                                      map[string]string
	Resources                                                                          []Resource
	Compliance                                                                         *Status
	Workflow                                                                           *Status
}

// Severity is the severity of a finding.
type Severity struct{ Label, Original *string }

// ProviderFields are the fields set by the finding's provider.
type ProviderFields struct {
	Severity *Severity
	Types    []string
}

// Remediation is the recommended remediation.
type Remediation struct{ Recommendation *Recommendation }

// Recommendation is a text and a link.
type Recommendation struct{ Text, Url *string } //nolint:revive // as in the API

// Status is the status of a compliance check or an investigation.
type Status struct{ Status *string }

// Resource is a resource of a finding.
type Resource struct {
	Type, Id, Partition, Region *string //nolint:revive // as in the API
	Details                     *Details
}

// Details are the details of the resource types that are checked.
type Details struct {
	AwsIamRole   *Role
	AwsIamUser   *User
	AwsIamPolicy *Policy
}

// Role holds a role's details.
type Role struct{ RoleName, RoleId, Path *string } //nolint:revive // as in the API

// User holds a user's details.
type User struct{ UserName, UserId, Path *string } //nolint:revive // as in the API

// Policy holds a policy's details.
type Policy struct{ PolicyName, Path *string }
