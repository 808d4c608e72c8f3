package sim

import (
	"context"
	"errors"

	"github.com/aws/smithy-go"

	"github.com/ringfence/ringfence/internal/localaws/iam"
	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// iamClient is the IAM of the edges.
type iamClient struct{ w *World }

// askIAM calls the account. A read may be stale, and a write is stored with its true effect.
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
				// Package iamread stores this answer under the policy id that GetPolicy returned:
				// both must be of the same moment, until it compares the dates.
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

// sdkError converts an error of the account to the SDK's.
func sdkError(err error) error {
	var e *wire.Error
	if errors.As(err, &e) {
		return &smithy.GenericAPIError{Code: e.Code, Message: e.Message}
	}
	return err
}
