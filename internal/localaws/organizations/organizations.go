// Package organizations lists the accounts and organizational units of an organization, as AWS Organizations does.
//
// https://docs.aws.amazon.com/organizations/latest/APIReference/Welcome.html
package organizations

import (
	"fmt"
	"hash/fnv"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// pageSize is the most entries of a page.
const pageSize = 20

// rootID is the id of the root, and unitPrefix the beginning of those of organizational units.
const rootID, unitPrefix = "r-root", "ou-root-"

// UnitID returns the id of the organizational unit with a path of names, and for the empty path that of the root.
func UnitID(path string) string {
	if path == "" {
		return rootID
	}
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(path)) // it never fails
	return fmt.Sprintf("%s%016x", unitPrefix, sum.Sum64())
}

// Service is an organization. It has no accounts at first, and then every caller is outside of it.
type Service struct {
	mu       sync.Mutex
	accounts []account
}

type account struct {
	types.Account
	unit string // the names of its organizational units, with slashes between them
	tags map[string]string
}

// New returns the service.
func New() *Service { return &Service{} }

// SetAccount adds an account in an organizational unit, or changes it. The unit is a path of names, such as
// Workloads/Production, and empty for the root.
func (s *Service) SetAccount(id, name, unit string, state types.AccountState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := account{Account: types.Account{Id: &id, Name: &name, State: state}, unit: unit}
	if i := s.index(id); i >= 0 {
		a.tags = s.accounts[i].tags
		s.accounts[i] = a
		return
	}
	s.accounts = append(s.accounts, a)
}

// SetTags sets the tags of an account that was added.
func (s *Service) SetTags(id string, tags map[string]string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accounts[s.index(id)].tags = maps.Clone(tags)
}

// RemoveAccount has an account leave the organization.
func (s *Service) RemoveAccount(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accounts = slices.DeleteFunc(s.accounts, func(a account) bool { return *a.Id == id })
}

// index returns where an account is, negative if it is not in the organization.
func (s *Service) index(id string) int {
	return slices.IndexFunc(s.accounts, func(a account) bool { return *a.Id == id })
}

// Call is one request to the service.
type Call struct {
	*Service
	*wire.Call
}

// Operations are the operations served.
var Operations = wire.Table(
	wire.Read(Call.listAccounts), wire.Read(Call.listRoots),
	wire.Read(Call.listOrganizationalUnitsForParent), wire.Read(Call.listAccountsForParent),
	wire.Read(Call.describeAccount), wire.Read(Call.describeOrganizationalUnit), wire.Read(Call.listParents), wire.Read(Call.listTagsForResource),
)

func (c Call) listAccounts(in *organizations.ListAccountsInput) (*organizations.ListAccountsOutput, error) {
	page, next, err := pageOf(c, c.all(func(account) bool { return true }), in.NextToken, in.MaxResults)
	return &organizations.ListAccountsOutput{Accounts: page, NextToken: next}, err
}

func (c Call) listRoots(in *organizations.ListRootsInput) (*organizations.ListRootsOutput, error) {
	page, next, err := pageOf(c, []types.Root{{Id: aws.String(rootID), Name: aws.String("Root")}}, in.NextToken, in.MaxResults)
	return &organizations.ListRootsOutput{Roots: page, NextToken: next}, err
}

func (c Call) listAccountsForParent(in *organizations.ListAccountsForParentInput) (*organizations.ListAccountsForParentOutput, error) {
	all := c.all(func(a account) bool { return UnitID(a.unit) == aws.ToString(in.ParentId) })
	page, next, err := pageOf(c, all, in.NextToken, in.MaxResults)
	return &organizations.ListAccountsForParentOutput{Accounts: page, NextToken: next}, err
}

func (c Call) listOrganizationalUnitsForParent(in *organizations.ListOrganizationalUnitsForParentInput) (*organizations.ListOrganizationalUnitsForParentOutput, error) {
	c.mu.Lock()
	var units []types.OrganizationalUnit
	seen := map[string]bool{}
	for _, a := range c.accounts {
		path := ""
		for name := range strings.SplitSeq(a.unit, "/") {
			parent := UnitID(path)
			if path = strings.TrimPrefix(path+"/"+name, "/"); name == "" || parent != aws.ToString(in.ParentId) || seen[path] {
				continue
			}
			seen[path] = true
			units = append(units, types.OrganizationalUnit{Id: aws.String(UnitID(path)), Name: aws.String(name)})
		}
	}
	c.mu.Unlock()
	page, next, err := pageOf(c, units, in.NextToken, in.MaxResults)
	return &organizations.ListOrganizationalUnitsForParentOutput{OrganizationalUnits: page, NextToken: next}, err
}

// all returns some of the accounts.
func (c Call) all(wanted func(account) bool) (all []types.Account) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, a := range c.accounts {
		if wanted(a) {
			all = append(all, a.Account)
		}
	}
	return all
}

// pageOf returns a page of a list.
func pageOf[T any](c Call, all []T, token *string, most *int32) (page []T, next *string, err error) {
	c.mu.Lock()
	members := len(c.accounts)
	c.mu.Unlock()
	size := pageSize
	if most != nil {
		size = int(*most)
	}
	from, _ := strconv.Atoi(aws.ToString(token))
	switch {
	case members == 0:
		return nil, nil, wire.Errorf(http.StatusBadRequest, "AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
	case size < 1 || size > pageSize || from < 0 || from > len(all):
		return nil, nil, wire.Errorf(http.StatusBadRequest, "InvalidInputException", "You provided a value that does not match the required pattern.")
	}
	end := min(from+size, len(all))
	if end < len(all) {
		next = aws.String(strconv.Itoa(end))
	}
	return append([]T{}, all[from:end]...), next, nil
}
