package iam

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// maxGroups is the quota of groups per user.
const maxGroups = 10

// Join adds an existing user to a group.
func (tx *Tx) Join(user, group string) {
	u := tx.User(user).clone()
	if index(u.Groups, key(group)) < 0 {
		u.Groups = append(u.Groups, key(group))
		slices.Sort(u.Groups)
	}
	tx.PutUser(u)
}

// Leave removes an existing user from a group.
func (tx *Tx) Leave(user, group string) {
	u := tx.User(user).clone()
	u.Groups = slices.DeleteFunc(u.Groups, func(g string) bool { return g == key(group) })
	tx.PutUser(u)
}

// membership returns the group and the user of an operation.
func (tx *Tx) membership(group, user *string) (*Group, *User, error) {
	g, err := tx.group(group)
	if err != nil {
		return nil, nil, err
	}
	if err := checkName("userName", user, maxUserName); err != nil {
		return nil, nil, err
	}
	u := tx.User(*user)
	if u == nil {
		return nil, nil, notFound(KindUser, *user)
	}
	return g, u, nil
}

func (tx *Tx) addUserToGroup(in *iam.AddUserToGroupInput) (*iam.AddUserToGroupOutput, error) {
	g, u, err := tx.membership(in.GroupName, in.UserName)
	if err != nil {
		return nil, err
	}
	if index(u.Groups, key(g.Name)) < 0 && len(u.Groups) >= maxGroups {
		return nil, limitExceeded("Cannot exceed quota for GroupsPerUser: %d", maxGroups)
	}
	tx.Join(u.Name, g.Name)
	return &iam.AddUserToGroupOutput{}, nil
}

func (tx *Tx) removeUserFromGroup(in *iam.RemoveUserFromGroupInput) (*iam.RemoveUserFromGroupOutput, error) {
	g, u, err := tx.membership(in.GroupName, in.UserName)
	if err != nil {
		return nil, err
	}
	if index(u.Groups, key(g.Name)) < 0 {
		return nil, noSuchEntity("User %s is not in group %s.", u.Name, g.Name)
	}
	tx.Leave(u.Name, g.Name)
	return &iam.RemoveUserFromGroupOutput{}, nil
}

func (tx *Tx) listGroupsForUser(in *iam.ListGroupsForUserInput) (*iam.ListGroupsForUserOutput, error) {
	if err := checkName("userName", in.UserName, maxUserName); err != nil {
		return nil, err
	}
	u := tx.User(*in.UserName)
	if u == nil {
		return nil, notFound(KindUser, *in.UserName)
	}
	p, err := newPager(in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	found := take(p, tx.groups.from(tx.seq, p.after), func(g *Group) (types.Group, bool) {
		return g.output(), index(u.Groups, key(g.Name)) >= 0
	})
	return &iam.ListGroupsForUserOutput{Groups: found.items, IsTruncated: found.truncated, Marker: found.marker}, nil
}
