package organizations

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// find returns an account.
func (c Call) find(id, missing, message string) (account, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch i := c.index(id); {
	case len(c.accounts) == 0:
		return account{}, wire.Errorf(http.StatusBadRequest, "AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
	case i < 0:
		return account{}, wire.Errorf(http.StatusBadRequest, missing, "%s", message)
	default:
		return c.accounts[i], nil
	}
}

func (c Call) describeAccount(in *organizations.DescribeAccountInput) (*organizations.DescribeAccountOutput, error) {
	a, err := c.find(aws.ToString(in.AccountId), "AccountNotFoundException", "You specified an account that doesn't exist.")
	if err != nil {
		return nil, err
	}
	return &organizations.DescribeAccountOutput{Account: &a.Account}, nil
}

func (c Call) listTagsForResource(in *organizations.ListTagsForResourceInput) (*organizations.ListTagsForResourceOutput, error) {
	a, err := c.find(aws.ToString(in.ResourceId), "TargetNotFoundException", "We can't find a root, OU, account, or policy with the TargetId that you specified.")
	if err != nil {
		return nil, err
	}
	var tags []types.Tag
	for _, key := range slices.Sorted(maps.Keys(a.tags)) {
		tags = append(tags, types.Tag{Key: &key, Value: aws.String(a.tags[key])})
	}
	page, next, err := pageOf(c, tags, in.NextToken, nil)
	return &organizations.ListTagsForResourceOutput{Tags: page, NextToken: next}, err
}

func (c Call) listParents(in *organizations.ListParentsInput) (*organizations.ListParentsOutput, error) {
	id, parent := aws.ToString(in.ChildId), ""
	if strings.HasPrefix(id, unitPrefix) {
		path, err := c.path(id)
		if err != nil {
			return nil, err
		}
		if i := strings.LastIndexByte(path, '/'); i >= 0 {
			parent = path[:i]
		}
	} else {
		a, err := c.find(id, "ChildNotFoundException", "We can't find an organizational unit (OU) or AWS account with the ChildId that you specified.")
		if err != nil {
			return nil, err
		}
		parent = a.unit
	}
	kind := types.ParentTypeOrganizationalUnit
	if parent == "" {
		kind = types.ParentTypeRoot
	}
	return &organizations.ListParentsOutput{Parents: []types.Parent{{Id: aws.String(UnitID(parent)), Type: kind}}}, nil
}

func (c Call) describeOrganizationalUnit(in *organizations.DescribeOrganizationalUnitInput) (*organizations.DescribeOrganizationalUnitOutput, error) {
	path, err := c.path(aws.ToString(in.OrganizationalUnitId))
	if err != nil {
		return nil, err
	}
	return &organizations.DescribeOrganizationalUnitOutput{OrganizationalUnit: &types.OrganizationalUnit{
		Id: in.OrganizationalUnitId, Name: aws.String(path[strings.LastIndexByte(path, '/')+1:]),
	}}, nil
}

// path returns the names of the organizational unit with an id, and of those that it is in.
func (c Call) path(id string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, a := range c.accounts {
		for path := a.unit; path != ""; path = path[:max(0, strings.LastIndexByte(path, '/'))] {
			if UnitID(path) == id {
				return path, nil
			}
		}
	}
	return "", wire.Errorf(http.StatusBadRequest, "OrganizationalUnitNotFoundException", "We can't find an OU with the OrganizationalUnitId that you specified.")
}
