package iam

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// maxAccessKeys is how many access keys a user can have.
const maxAccessKeys = 2

// callerOr returns the named user, or the calling user if none is named.
func (tx *Tx) callerOr(name *string) string {
	if n := aws.ToString(name); n != "" {
		return n
	}
	return tx.Caller.UserName
}

// createAccessKey creates a key that signs requests as the user. Its secret is made up.
func (tx *Tx) createAccessKey(in *iam.CreateAccessKeyInput) (*iam.CreateAccessKeyOutput, error) {
	out := &iam.CreateAccessKeyOutput{}
	return out, tx.EditUser(tx.callerOr(in.UserName), func(u *User) error {
		if len(u.AccessKeys) >= maxAccessKeys {
			return limitExceeded("Cannot exceed quota for AccessKeysPerUser: %d", maxAccessKeys)
		}
		id := tx.ids.Unique(tx.ID, "AKIA")[:20]
		u.AccessKeys = append(u.AccessKeys, id)
		out.AccessKey = &types.AccessKey{
			AccessKeyId: aws.String(id), SecretAccessKey: aws.String(tx.ids.Secret(tx.ID + "secret")),
			Status: types.StatusTypeActive, UserName: aws.String(u.Name), CreateDate: aws.Time(tx.Time),
		}
		return nil
	})
}

// KeyOwner returns the user with an access key, or nil.
func (tx *Tx) KeyOwner(id string) *User {
	for _, u := range tx.users.all(tx.seq) {
		if slices.Contains(u.AccessKeys, id) {
			return u
		}
	}
	return nil
}
