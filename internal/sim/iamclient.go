package sim

import (
	"context"
	"errors"

	"github.com/aws/smithy-go"

	"github.com/ringfence/ringfence/internal/localaws/iam"
	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// iamClient is IAM as the edges see it.
type iamClient struct{ w *World }

// askIAM asks the account: a read may be late, and a write is noted as what it truly did.
func askIAM[Out any](ctx context.Context, w *World, op string, in any) (*Out, error) {
	o := iam.Operations[op]
	key := string(wire.RequestParameters(in))
	return do(ctx, w, "iam", op, key, o.Write, func() (*Out, error) {
		inv := ctx.Value(byKey{}).(*invocation)
		var out any
		var err error
		if o.Write {
			out, err = w.repairs(inv, op, in)
		} else {
			lag := inv.lag
			if op == "GetPolicyVersion" {
				// Package iamread keeps what this says under the id of a policy that
				// GetPolicy gave: the two must be of one moment, until it looks at the dates.
				lag = 0
			}
			err = w.account.View(iam.Lag{For: lag}, func(tx *iam.Tx) (err error) {
				out, err = o.Run(tx, in)
				return err
			})
		}
		if err != nil {
			return nil, sdkError(err)
		}
		return out.(*Out), nil
	})
}

// sdkError is an error of the account as the SDK gives it.
func sdkError(err error) error {
	var e *wire.Error
	if errors.As(err, &e) {
		return &smithy.GenericAPIError{Code: e.Code, Message: e.Message}
	}
	return err
}
