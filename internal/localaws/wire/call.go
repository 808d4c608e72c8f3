package wire

import (
	"context"
	"time"
)

// Call is one request, once the server knows what is asked, who asks and where.
type Call struct {
	// Context ends when the client goes away; only long polling looks at it.
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
	// Endpoint is the base URL that the client used, for the addresses in answers.
	Endpoint string
}

// Caller is who signed a request, as CloudTrail's userIdentity tells it.
type Caller struct {
	Type        string // Root, IAMUser, AssumedRole
	PrincipalID string
	ARN         string
	Account     string
	AccessKeyID string
	UserName    string
	// Issuer is the role behind an assumed-role session.
	Issuer *Issuer
	// Expires is when temporary credentials end; zero for never.
	Expires time.Time
}

// Issuer is the role that an assumed-role session was made from.
type Issuer struct {
	RoleID  string
	ARN     string
	Account string
	Name    string
	Since   time.Time
}
