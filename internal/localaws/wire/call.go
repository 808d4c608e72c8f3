package wire

import (
	"context"
	"time"
)

// Call is one request after its operation, caller and region are known.
type Call struct {
	// Context ends when the client disconnects; only long polling uses it.
	Context   context.Context //nolint:containedctx // a Call lives as long as its request
	Service   string          // iam, sts, sns, sqs, dynamodb, events, cloudtrail, config
	Operation string          // CreateRole
	Account   string
	Partition string
	Region    string
	Caller    Caller
	Time      time.Time
	RequestID string
	UserAgent string
	SourceIP  string
	// Endpoint is the base URL that the client used. Addresses in answers begin with it.
	Endpoint string
}

// Caller is the signer of a request, as in CloudTrail's userIdentity.
type Caller struct {
	Type        string // Root, IAMUser, AssumedRole
	PrincipalID string
	ARN         string
	Account     string
	AccessKeyID string
	UserName    string
	// Issuer is the role behind an assumed-role session.
	Issuer *Issuer
	// Expires is when temporary credentials expire; zero for never.
	Expires time.Time
}

// Issuer is the role of an assumed-role session.
type Issuer struct {
	RoleID  string
	ARN     string
	Account string
	Name    string
	Since   time.Time
}
