package iam

import (
	"bytes"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// Describe returns the whole account as JSON in the form of the AWS CLI's
// get-account-authorization-details, with documents as objects. The same state gives the same
// bytes, and Load reads them back.
func (a *Account) Describe() []byte {
	var all bytes.Buffer
	_ = a.View(Lag{}, func(tx *Tx) error {
		out := &iam.GetAccountAuthorizationDetailsOutput{}
		unlimited := &pager{left: int(^uint(0) >> 1)}
		for _, add := range unlimited.details(tx, tx.usage(), func(types.EntityType) bool { return true }, out) {
			add()
		}
		wire.EncodeDetails(&all, out, decode)
		return nil
	})
	var indented bytes.Buffer
	if err := json.Indent(&indented, all.Bytes(), "", "  "); err != nil {
		return all.Bytes()
	}
	return append(indented.Bytes(), '\n')
}
