package reconcile_test

import (
	"context"

	"github.com/ringfence/ringfence/internal/fault"
	"github.com/ringfence/ringfence/internal/principal"
)

// hanging is a source that never answers about one principal.
type hanging struct {
	*world
	name string
}

func (h hanging) Principal(ctx context.Context, ref principal.Ref) (principal.Snapshot, error) {
	if ref.Name != h.name {
		return h.world.Principal(ctx, ref)
	}
	<-ctx.Done()
	return principal.Snapshot{}, fault.New(fault.Retryable, "reading %s: %w", ref, ctx.Err())
}
