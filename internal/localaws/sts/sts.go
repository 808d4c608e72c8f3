// Package sts is a security token service that answers as AWS STS does: GetCallerIdentity, and
// credentials for roles. A role must exist to be assumed; its trust policy is not evaluated.
//
// https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html
package sts

import (
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/ringfence/ringfence/internal/localaws/wire"
	"github.com/ringfence/ringfence/internal/principal"
)

// Service issues credentials.
type Service struct {
	IDs *wire.IDs
	// Role returns the id and the longest session, in seconds, of a role; false if it does not
	// exist.
	Role func(ref principal.Ref) (id string, longest int32, ok bool)
	// Session stores the caller of a new access key id.
	Session func(keyID string, caller wire.Caller)
}

// Call is one request to the service.
type Call struct {
	*Service
	*wire.Call
}

// Operations are the operations served.
var Operations = wire.Table(
	wire.Read(Call.getCallerIdentity), wire.Read(Call.assumeRole),
)

func (c Call) getCallerIdentity(*sts.GetCallerIdentityInput) (*sts.GetCallerIdentityOutput, error) {
	return &sts.GetCallerIdentityOutput{
		Account: aws.String(c.Caller.Account), Arn: aws.String(c.Caller.ARN), UserId: aws.String(c.Caller.PrincipalID),
	}, nil
}

func (c Call) assumeRole(in *sts.AssumeRoleInput) (*sts.AssumeRoleOutput, error) {
	session := aws.ToString(in.RoleSessionName)
	if !validSession(session) {
		return nil, validation("1 validation error detected: Value '%s' at 'roleSessionName' failed to satisfy constraint: "+
			"Member must satisfy regular expression pattern: [\\w+=,.@-]*, and have 2 to 64 characters", session)
	}
	ref, err := principal.Parse(aws.ToString(in.RoleArn))
	if err != nil || ref.Kind != principal.Role {
		return nil, validation("%s is invalid", aws.ToString(in.RoleArn))
	}
	id, longest, ok := c.Role(ref)
	if !ok {
		return nil, wire.Errorf(http.StatusForbidden, "AccessDenied", "User: %s is not authorized to perform: sts:AssumeRole on resource: %s",
			c.Caller.ARN, ref.ARN())
	}
	seconds := min(3600, longest)
	if in.DurationSeconds != nil {
		if seconds = *in.DurationSeconds; seconds < 900 || seconds > longest {
			return nil, validation("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
		}
	}
	caller := Session(ref, id, session, c.Time)
	return &sts.AssumeRoleOutput{
		AssumedRoleUser: &types.AssumedRoleUser{Arn: aws.String(caller.ARN), AssumedRoleId: aws.String(caller.PrincipalID)},
		Credentials:     c.credentials(caller, seconds),
		SourceIdentity:  in.SourceIdentity,
	}, nil
}

// Session returns the caller of a role session.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
func Session(role principal.Ref, roleID, session string, since time.Time) wire.Caller {
	return wire.Caller{
		Type: "AssumedRole", PrincipalID: roleID + ":" + session, Account: role.Account,
		ARN: "arn:" + role.Partition + ":sts::" + role.Account + ":assumed-role/" + role.Name + "/" + session,
		Issuer: &wire.Issuer{
			RoleID: roleID, ARN: role.ARN(), Account: role.Account, Name: role.Name, Since: since,
		},
	}
}

func (c Call) credentials(caller wire.Caller, seconds int32) *types.Credentials {
	keyID := c.IDs.Unique("session", "ASIA")[:20]
	caller.Expires = c.Time.Add(time.Duration(seconds) * time.Second)
	c.Session(keyID, caller)
	return &types.Credentials{
		AccessKeyId: aws.String(keyID), SecretAccessKey: aws.String(c.IDs.Secret("session-secret")),
		SessionToken: aws.String(c.IDs.Secret("session-token")), Expiration: aws.Time(caller.Expires),
	}
}

func validSession(name string) bool {
	for _, r := range name {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("_+=,.@-", r):
		default:
			return false
		}
	}
	return len(name) >= 2 && len(name) <= 64
}

func validation(format string, args ...any) error {
	return wire.Errorf(http.StatusBadRequest, "ValidationError", format, args...)
}
