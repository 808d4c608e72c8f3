package replay

import (
	"context"

	"github.com/ringfence/ringfence/internal/runtimeapi"
)

// built is the binary of a function, run as Lambda runs it.
type built struct{ *runtimeapi.Process }

// Invoke implements function.
func (b built) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	answer, err := b.Process.Invoke(ctx, event)
	return answer.Body, err
}
