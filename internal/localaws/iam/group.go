package iam

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

func (tx *Tx) createGroup(in *iam.CreateGroupInput) (*iam.CreateGroupOutput, error) {
	if err := checkName("groupName", in.GroupName, maxGroupName); err != nil {
		return nil, err
	}
	path, err := checkPath(in.Path)
	if err != nil {
		return nil, err
	}
	if tx.Group(*in.GroupName) != nil {
		return nil, alreadyExists("Group with name %s already exists.", *in.GroupName)
	}
	g := tx.NewGroup(path, *in.GroupName)
	tx.PutGroup(g)
	return &iam.CreateGroupOutput{Group: ptr(g.output())}, nil
}

// NewGroup returns a group with a new id, not yet written.
func (tx *Tx) NewGroup(path, name string) *Group {
	return &Group{Entity{
		Kind: KindGroup, Name: name, Path: path, ARN: tx.ARNOf("group", path, name),
		ID: tx.ids.Unique(tx.ID, "AGPA"), Created: tx.Time,
	}}
}

func (tx *Tx) group(name *string) (*Group, error) {
	if err := checkName("groupName", name, maxGroupName); err != nil {
		return nil, err
	}
	g := tx.Group(*name)
	if g == nil {
		return nil, notFound(KindGroup, *name)
	}
	return g, nil
}

// getGroup returns a page of the group's members.
func (tx *Tx) getGroup(in *iam.GetGroupInput) (*iam.GetGroupOutput, error) {
	g, err := tx.group(in.GroupName)
	if err != nil {
		return nil, err
	}
	p, err := newPager(in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	found := take(p, tx.users.from(tx.seq, p.after), func(u *User) (types.User, bool) {
		return u.listed(), index(u.Groups, key(g.Name)) >= 0
	})
	return &iam.GetGroupOutput{
		Group: ptr(g.output()), Users: found.items, IsTruncated: found.truncated, Marker: found.marker,
	}, nil
}

func (tx *Tx) updateGroup(in *iam.UpdateGroupInput) (*iam.UpdateGroupOutput, error) {
	g, err := tx.group(in.GroupName)
	if err != nil {
		return nil, err
	}
	name, path := g.Name, g.Path
	if in.NewGroupName != nil {
		if err := checkName("newGroupName", in.NewGroupName, maxGroupName); err != nil {
			return nil, err
		}
		name = *in.NewGroupName
		if other := tx.Group(name); other != nil && other != g {
			return nil, alreadyExists("Group with name %s already exists.", name)
		}
	}
	if in.NewPath != nil {
		if path, err = checkPath(in.NewPath); err != nil {
			return nil, err
		}
	}
	tx.MoveGroup(g.Name, path, name)
	return &iam.UpdateGroupOutput{}, nil
}

// MoveGroup changes the path and name of an existing group; its members stay.
func (tx *Tx) MoveGroup(name, newPath, newName string) {
	g := tx.Group(name).clone()
	var members []string
	for _, u := range tx.users.all(tx.seq) {
		if index(u.Groups, key(name)) >= 0 {
			members = append(members, u.Name)
		}
	}
	tx.RemoveGroup(name)
	g.Path, g.Name, g.ARN = newPath, newName, tx.ARNOf("group", newPath, newName)
	tx.PutGroup(g)
	for _, member := range members {
		tx.Join(member, newName)
	}
}

func (tx *Tx) deleteGroup(in *iam.DeleteGroupInput) (*iam.DeleteGroupOutput, error) {
	g, err := tx.group(in.GroupName)
	if err != nil {
		return nil, err
	}
	for _, u := range tx.users.all(tx.seq) {
		if index(u.Groups, key(g.Name)) >= 0 {
			return nil, deleteConflict("Cannot delete entity, must remove users from group first.")
		}
	}
	switch {
	case len(g.Attached) > 0:
		return nil, deleteConflict("Cannot delete entity, must detach all policies first.")
	case len(g.Inline) > 0:
		return nil, deleteConflict("Cannot delete entity, must delete policies first.")
	}
	tx.RemoveGroup(g.Name)
	return &iam.DeleteGroupOutput{}, nil
}

func (tx *Tx) listGroups(in *iam.ListGroupsInput) (*iam.ListGroupsOutput, error) {
	p, err := newPager(in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	found := take(p, tx.groups.from(tx.seq, p.after), func(g *Group) (types.Group, bool) {
		return g.output(), strings.HasPrefix(g.Path, aws.ToString(in.PathPrefix))
	})
	return &iam.ListGroupsOutput{Groups: found.items, IsTruncated: found.truncated, Marker: found.marker}, nil
}
