// Package organizations lists the accounts of an organization, as AWS Organizations does.
//
// https://docs.aws.amazon.com/organizations/latest/APIReference/Welcome.html
package organizations

import (
	"net/http"
	"slices"
	"strconv"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// pageSize is the most accounts of a page.
const pageSize = 20

// Service is an organization. It has no accounts at first, and then every caller is outside of it.
type Service struct {
	mu       sync.Mutex
	accounts []types.Account
}

// New returns the service.
func New() *Service { return &Service{} }

// SetAccount adds an account, or changes its name and state.
func (s *Service) SetAccount(id, name string, state types.AccountState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := types.Account{Id: &id, Name: &name, State: state}
	if i := slices.IndexFunc(s.accounts, func(other types.Account) bool { return *other.Id == id }); i >= 0 {
		s.accounts[i] = a
		return
	}
	s.accounts = append(s.accounts, a)
}

// Call is one request to the service.
type Call struct {
	*Service
	*wire.Call
}

// Operations are the operations served.
var Operations = wire.Table(wire.Read(Call.listAccounts))

func (c Call) listAccounts(in *organizations.ListAccountsInput) (*organizations.ListAccountsOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	size := pageSize
	if in.MaxResults != nil {
		size = int(*in.MaxResults)
	}
	from := 0
	if in.NextToken != nil {
		from, _ = strconv.Atoi(*in.NextToken)
	}
	switch {
	case len(c.accounts) == 0:
		return nil, wire.Errorf(http.StatusBadRequest, "AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
	case size < 1 || size > pageSize || from < 0 || from > len(c.accounts):
		return nil, wire.Errorf(http.StatusBadRequest, "InvalidInputException", "You provided a value that does not match the required pattern.")
	}
	end := min(from+size, len(c.accounts))
	out := &organizations.ListAccountsOutput{Accounts: slices.Clone(c.accounts[from:end])}
	if end < len(c.accounts) {
		out.NextToken = aws.String(strconv.Itoa(end))
	}
	return out, nil
}
