package iam

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

func (tx *Tx) createUser(in *iam.CreateUserInput) (*iam.CreateUserOutput, error) {
	if err := checkName("userName", in.UserName, maxUserName); err != nil {
		return nil, err
	}
	path, err := checkPath(in.Path)
	if err != nil {
		return nil, err
	}
	tags, err := newTags(nil, in.Tags)
	if err != nil {
		return nil, err
	}
	boundary, err := tx.checkBoundary(in.PermissionsBoundary)
	if err != nil {
		return nil, err
	}
	name := *in.UserName
	if tx.User(name) != nil {
		return nil, alreadyExists("User with name %s already exists.", name)
	}
	u := tx.NewUser(path, name)
	u.Boundary, u.Tags = boundary, tags
	tx.PutUser(u)
	return &iam.CreateUserOutput{User: u.output()}, nil
}

// NewUser returns a user with a new id, not yet written.
func (tx *Tx) NewUser(path, name string) *User {
	return &User{Entity: Entity{
		Kind: KindUser, Name: name, Path: path, ARN: tx.ARNOf("user", path, name),
		ID: tx.ids.Unique(tx.ID, "AIDA"), Created: tx.Time,
	}}
}

// getUser returns the caller if no user is named.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html
func (tx *Tx) getUser(in *iam.GetUserInput) (*iam.GetUserOutput, error) {
	name := aws.ToString(in.UserName)
	if name == "" {
		if tx.Caller.Type == "Root" {
			return &iam.GetUserOutput{User: &types.User{
				UserId: aws.String(tx.ID), Arn: aws.String("arn:" + tx.Partition + ":iam::" + tx.ID + ":root"),
				Path: aws.String("/"), UserName: aws.String(""), CreateDate: aws.Time(tx.Time),
			}}, nil
		}
		if name = tx.Caller.UserName; name == "" {
			return nil, validationError("Must specify userName when calling with non-User credentials")
		}
	}
	u := tx.User(name)
	if u == nil {
		return nil, notFound(KindUser, name)
	}
	return &iam.GetUserOutput{User: u.output()}, nil
}

func (tx *Tx) updateUser(in *iam.UpdateUserInput) (*iam.UpdateUserOutput, error) {
	if err := checkName("userName", in.UserName, maxUserName); err != nil {
		return nil, err
	}
	u := tx.User(*in.UserName)
	if u == nil {
		return nil, notFound(KindUser, *in.UserName)
	}
	name, path := u.Name, u.Path
	if in.NewUserName != nil {
		if err := checkName("newUserName", in.NewUserName, maxUserName); err != nil {
			return nil, err
		}
		name = *in.NewUserName
		if other := tx.User(name); other != nil && other != u {
			return nil, alreadyExists("User with name %s already exists.", name)
		}
	}
	if in.NewPath != nil {
		var err error
		if path, err = checkPath(in.NewPath); err != nil {
			return nil, err
		}
	}
	tx.MoveUser(u.Name, path, name)
	return &iam.UpdateUserOutput{}, nil
}

// MoveUser changes the path and name of an existing user; its id stays.
func (tx *Tx) MoveUser(name, newPath, newName string) {
	u := tx.User(name).clone()
	tx.RemoveUser(name)
	u.Path, u.Name, u.ARN = newPath, newName, tx.ARNOf("user", newPath, newName)
	tx.PutUser(u)
}

func (tx *Tx) deleteUser(in *iam.DeleteUserInput) (*iam.DeleteUserOutput, error) {
	if err := checkName("userName", in.UserName, maxUserName); err != nil {
		return nil, err
	}
	u := tx.User(*in.UserName)
	switch {
	case u == nil:
		return nil, notFound(KindUser, *in.UserName)
	case len(u.Attached) > 0:
		return nil, deleteConflict("Cannot delete entity, must detach all policies first.")
	case len(u.Inline) > 0:
		return nil, deleteConflict("Cannot delete entity, must delete policies first.")
	case len(u.Groups) > 0:
		return nil, deleteConflict("Cannot delete entity, must remove users from group first.")
	}
	tx.RemoveUser(u.Name)
	return &iam.DeleteUserOutput{}, nil
}

func (tx *Tx) listUsers(in *iam.ListUsersInput) (*iam.ListUsersOutput, error) {
	p, err := newPager(in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	found := take(p, tx.users.from(tx.seq, p.after), func(u *User) (types.User, bool) {
		return u.listed(), strings.HasPrefix(u.Path, aws.ToString(in.PathPrefix))
	})
	return &iam.ListUsersOutput{Users: found.items, IsTruncated: found.truncated, Marker: found.marker}, nil
}
