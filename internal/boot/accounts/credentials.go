package accounts

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/errclass"
)

const (
	// session is the name of the sessions, which CloudTrail records.
	session = "ringfence"
	// early is how long before their end credentials are replaced, so that no call of an invocation outlives them.
	early = 5 * time.Minute
	// refusal is how long a refusal is remembered. The events of an account whose role is missing must not use up the
	// calls of AssumeRole that the other accounts need.
	refusal = 15 * time.Second
)

// credentials returns the credentials of the role in an account. They are cached, and renewed before they end.
//
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
func (a *Accounts[T]) credentials(account string) aws.CredentialsProvider {
	role := strings.ReplaceAll(a.settings.MemberRole, boot.AccountVariable, account)
	provider := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(a.base), role, func(o *stscreds.AssumeRoleOptions) {
		if o.RoleSessionName = session; a.settings.ExternalID != "" {
			o.ExternalID = &a.settings.ExternalID
		}
	})
	return aws.NewCredentialsCache(&member{provider: provider, role: role, now: time.Now}, func(o *aws.CredentialsCacheOptions) {
		o.ExpiryWindow = early
	})
}

// member assumes the role of an account.
type member struct {
	provider aws.CredentialsProvider
	role     string
	now      func() time.Time

	mu      sync.Mutex
	refused error
	until   time.Time
}

// Retrieve returns new credentials. Its error has a class: a role that does not exist, or that does not trust this
// function, is [errclass.Refused].
func (m *member) Retrieve(ctx context.Context) (aws.Credentials, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.now().Before(m.until) {
		return aws.Credentials{}, m.refused
	}
	c, err := m.provider.Retrieve(ctx)
	if err == nil {
		return c, nil
	}
	err = awserr.Wrap(err, "assuming the role %s (is the spoke deployed in this account?)", m.role)
	if errclass.ClassOf(err) == errclass.Refused {
		m.refused, m.until = err, m.now().Add(refusal)
	}
	return aws.Credentials{}, err
}
