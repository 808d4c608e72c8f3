package iam

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// maxAccessKeys is how many access keys a user can have.
const maxAccessKeys = 2

// callerOr gives the named user, or the calling one where none is named.
func (tx *Tx) callerOr(name *string) string {
	if n := aws.ToString(name); n != "" {
		return n
	}
	return tx.Caller.UserName
}

func status(active bool) types.StatusType {
	if active {
		return types.StatusTypeActive
	}
	return types.StatusTypeInactive
}

// createAccessKey gives a key that signs requests as the user; its secret is made up.
func (tx *Tx) createAccessKey(in *iam.CreateAccessKeyInput) (*iam.CreateAccessKeyOutput, error) {
	out := &iam.CreateAccessKeyOutput{}
	return out, tx.EditUser(tx.callerOr(in.UserName), func(u *User) error {
		if len(u.AccessKeys) >= maxAccessKeys {
			return limitExceeded("Cannot exceed quota for AccessKeysPerUser: %d", maxAccessKeys)
		}
		k := AccessKey{ID: tx.ids.Unique(tx.ID, "AKIA")[:20], Active: true, Created: tx.Time}
		u.AccessKeys = append(u.AccessKeys, k)
		out.AccessKey = &types.AccessKey{
			AccessKeyId: aws.String(k.ID), SecretAccessKey: aws.String(tx.ids.Secret(tx.ID + "secret")),
			Status: types.StatusTypeActive, UserName: aws.String(u.Name), CreateDate: aws.Time(k.Created),
		}
		return nil
	})
}

// editKey finds one of a user's access keys in a copy of the user.
func (tx *Tx) editKey(name, id *string, f func(u *User, i int)) error {
	return tx.EditUser(tx.callerOr(name), func(u *User) error {
		i := slices.IndexFunc(u.AccessKeys, func(k AccessKey) bool { return k.ID == aws.ToString(id) })
		if i < 0 {
			return noSuchEntity("The Access Key with id %s cannot be found.", aws.ToString(id))
		}
		f(u, i)
		return nil
	})
}

func (tx *Tx) updateAccessKey(in *iam.UpdateAccessKeyInput) (*iam.UpdateAccessKeyOutput, error) {
	return &iam.UpdateAccessKeyOutput{}, tx.editKey(in.UserName, in.AccessKeyId, func(u *User, i int) {
		u.AccessKeys[i].Active = in.Status == types.StatusTypeActive
	})
}

func (tx *Tx) deleteAccessKey(in *iam.DeleteAccessKeyInput) (*iam.DeleteAccessKeyOutput, error) {
	return &iam.DeleteAccessKeyOutput{}, tx.editKey(in.UserName, in.AccessKeyId, func(u *User, i int) {
		u.AccessKeys = slices.Delete(u.AccessKeys, i, i+1)
	})
}

func (tx *Tx) listAccessKeys(in *iam.ListAccessKeysInput) (*iam.ListAccessKeysOutput, error) {
	name := tx.callerOr(in.UserName)
	u := tx.User(name)
	if u == nil {
		return nil, notFound(KindUser, name)
	}
	out := &iam.ListAccessKeysOutput{AccessKeyMetadata: []types.AccessKeyMetadata{}}
	for _, k := range u.AccessKeys {
		out.AccessKeyMetadata = append(out.AccessKeyMetadata, types.AccessKeyMetadata{
			AccessKeyId: aws.String(k.ID), Status: status(k.Active), UserName: aws.String(u.Name), CreateDate: aws.Time(k.Created),
		})
	}
	return out, nil
}

// KeyOwner gives the user that an active access key belongs to, or nil.
func (tx *Tx) KeyOwner(id string) *User {
	for _, u := range tx.users.all(tx.seq) {
		for _, k := range u.AccessKeys {
			if k.ID == id && k.Active {
				return u
			}
		}
	}
	return nil
}

func (u *User) loginOutput() *types.LoginProfile {
	return &types.LoginProfile{
		UserName: aws.String(u.Name), CreateDate: aws.Time(u.Login.Created), PasswordResetRequired: u.Login.ResetRequired,
	}
}

func noLogin(name string) error {
	return noSuchEntity("Login Profile for User %s cannot be found.", name)
}

func (tx *Tx) createLoginProfile(in *iam.CreateLoginProfileInput) (*iam.CreateLoginProfileOutput, error) {
	out := &iam.CreateLoginProfileOutput{}
	return out, tx.EditUser(tx.callerOr(in.UserName), func(u *User) error {
		if u.Login != nil {
			return alreadyExists("Login Profile for user %s already exists.", u.Name)
		}
		u.Login = &Login{Created: tx.Time, ResetRequired: in.PasswordResetRequired}
		out.LoginProfile = u.loginOutput()
		return nil
	})
}

func (tx *Tx) getLoginProfile(in *iam.GetLoginProfileInput) (*iam.GetLoginProfileOutput, error) {
	name := tx.callerOr(in.UserName)
	u := tx.User(name)
	switch {
	case u == nil:
		return nil, notFound(KindUser, name)
	case u.Login == nil:
		return nil, noLogin(name)
	}
	return &iam.GetLoginProfileOutput{LoginProfile: u.loginOutput()}, nil
}

func (tx *Tx) updateLoginProfile(in *iam.UpdateLoginProfileInput) (*iam.UpdateLoginProfileOutput, error) {
	return &iam.UpdateLoginProfileOutput{}, tx.EditUser(aws.ToString(in.UserName), func(u *User) error {
		if u.Login == nil {
			return noLogin(u.Name)
		}
		if in.PasswordResetRequired != nil {
			u.Login.ResetRequired = *in.PasswordResetRequired
		}
		return nil
	})
}

func (tx *Tx) deleteLoginProfile(in *iam.DeleteLoginProfileInput) (*iam.DeleteLoginProfileOutput, error) {
	return &iam.DeleteLoginProfileOutput{}, tx.EditUser(tx.callerOr(in.UserName), func(u *User) error {
		if u.Login == nil {
			return noLogin(u.Name)
		}
		u.Login = nil
		return nil
	})
}
