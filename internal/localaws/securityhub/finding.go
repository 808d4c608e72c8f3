package securityhub

// Finding is what is checked and kept of a finding in the AWS Security Finding Format. A member
// that was not sent is nil.
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

// Severity is how bad a finding is.
type Severity struct{ Label, Original *string }

// ProviderFields is what the provider says of its finding.
type ProviderFields struct {
	Severity *Severity
	Types    []string
}

// Remediation is what is to be done.
type Remediation struct{ Recommendation *Recommendation }

// Recommendation is that in words.
type Recommendation struct{ Text, Url *string } //nolint:revive // as in the API

// Status is how a check or an investigation stands.
type Status struct{ Status *string }

// Resource is what a finding is about.
type Resource struct {
	Type, Id, Partition, Region *string //nolint:revive // as in the API
	Details                     *Details
}

// Details are those of the kinds of resources that are checked.
type Details struct {
	AwsIamRole   *Role
	AwsIamUser   *User
	AwsIamPolicy *Policy
}

// Role is a role's details.
type Role struct{ RoleName, RoleId, Path *string } //nolint:revive // as in the API

// User is a user's details.
type User struct{ UserName, UserId, Path *string } //nolint:revive // as in the API

// Policy is a policy's details.
type Policy struct{ PolicyName, Path *string }
