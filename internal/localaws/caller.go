package localaws

import (
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ringfence/ringfence/internal/localaws/iam"
	"github.com/ringfence/ringfence/internal/localaws/sts"
	"github.com/ringfence/ringfence/internal/localaws/wire"
	"github.com/ringfence/ringfence/internal/principal"
)

// identify sets the caller of a call, and the account, partition and region.
func (s *Server) identify(call *wire.Call, scope scope) error {
	caller, err := s.caller(scope.keyID)
	if err != nil {
		return err
	}
	call.Caller, call.Account, call.Partition = caller, caller.Account, s.Partition(caller.Account)
	if call.Region == "" {
		call.Region = HomeRegion(call.Partition)
	}
	return nil
}

// HomeRegion returns the region of a partition that has IAM and receives its events.
// https://docs.aws.amazon.com/general/latest/gr/iam-service.html
func HomeRegion(partition string) string {
	switch partition {
	case "aws-cn":
		return "cn-north-1"
	case "aws-us-gov":
		return "us-gov-west-1"
	}
	return "us-east-1"
}

// caller returns the owner of an access key id.
func (s *Server) caller(keyID string) (wire.Caller, error) {
	s.mu.Lock()
	caller, known := s.callers[keyID]
	account, made := s.keys[keyID]
	s.mu.Unlock()
	switch {
	case known && !caller.Expires.IsZero() && !s.now().Before(caller.Expires):
		return caller, wire.Errorf(http.StatusForbidden, "ExpiredToken", "The security token included in the request is expired")
	case known:
		return caller, nil
	case made:
		return s.userCaller(account, keyID)
	case principal.IsAccount(keyID):
		return s.root(keyID, keyID), nil
	}
	return s.root(s.account, keyID), nil
}

// root returns the caller for credentials without another owner: the account's root user.
func (s *Server) root(account, keyID string) wire.Caller {
	return wire.Caller{
		Type: "Root", PrincipalID: account, Account: account, AccessKeyID: keyID,
		ARN: "arn:" + s.Partition(account) + ":iam::" + account + ":root",
	}
}

// userCaller returns the user with an access key that this server created.
func (s *Server) userCaller(account, keyID string) (wire.Caller, error) {
	var caller wire.Caller
	return caller, s.IAM(account).View(iam.Lag{}, func(tx *iam.Tx) error {
		u := tx.KeyOwner(keyID)
		if u == nil {
			return wire.Errorf(http.StatusForbidden, "InvalidClientTokenId", "The security token included in the request is invalid.")
		}
		caller = wire.Caller{
			Type: "IAMUser", PrincipalID: u.ID, ARN: u.ARN, Account: account, AccessKeyID: keyID, UserName: u.Name,
		}
		return nil
	})
}

// noteKey stores the account of a new access key.
func (s *Server) noteKey(account string, output any) {
	if out, ok := output.(*awsiam.CreateAccessKeyOutput); ok {
		s.mu.Lock()
		s.keys[aws.ToString(out.AccessKey.AccessKeyId)] = account
		s.mu.Unlock()
	}
}

// SetCaller assigns a caller to an access key id.
func (s *Server) SetCaller(keyID string, caller wire.Caller) {
	s.mu.Lock()
	defer s.mu.Unlock()
	caller.AccessKeyID = keyID
	s.callers[keyID] = caller
}

// Session returns credentials of a role session that never expires, without a call of AssumeRole.
// It creates the role if it does not exist.
func (s *Server) Session(account, role, session string) aws.Credentials {
	ref := principal.Ref{Partition: s.Partition(account), Account: account, Kind: principal.Role}
	var id string
	_ = s.IAM(account).Edit(func(tx *iam.Tx) error {
		tx.EnsureRole("", role)
		r := tx.Role(role)
		ref.Path, ref.Name, id = r.Path, r.Name, r.ID
		return nil
	})
	keyID := s.ids.Unique("session", "ASIA")[:20]
	s.SetCaller(keyID, sts.Session(ref, id, session, s.now().UTC()))
	return aws.Credentials{AccessKeyID: keyID, SecretAccessKey: "local", SessionToken: "local", Source: "localaws"}
}
