package sweep

import (
	"context"
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/ownparts"
	"github.com/ringfence/ringfence/internal/target"
)

// Parts compares the parts of Ringfence itself with the template.
type Parts interface {
	// Differences returns the parts that differ from the template, and why others could not be
	// read.
	Differences(ctx context.Context) (differ []ownparts.Difference, unread []error)
}

// deploymentTime is how long a deployment may take until a part and this function are from the
// same template.
const deploymentTime = 10 * time.Minute

// parts compares the parts of Ringfence. A difference is compared again later, since a
// deployment may be under way, and reported if it is still the same. This comes last, so that
// no principal waits for it.
func (s *Sweeper) parts(ctx context.Context, st State) (next State, after time.Duration, err error) {
	next = st.clone()
	if s.Parts == nil || s.isOther(st) {
		return next.inPhase(Done), 0, nil
	}
	differ, unread := s.Parts.Differences(ctx)
	next.Unread = nil
	for _, why := range unread {
		next.Unread = append(next.Unread, why.Error())
	}
	if len(st.Parts) == 0 && len(differ) > 0 {
		next.Parts = differ
		return next, deploymentTime, nil
	}
	for _, was := range st.Parts {
		i := slices.IndexFunc(differ, func(is ownparts.Difference) bool { return is.ARN == was.ARN })
		if i < 0 {
			continue
		}
		was.Properties = slices.DeleteFunc(slices.Clone(was.Properties), func(p string) bool { return !slices.Contains(differ[i].Properties, p) })
		if len(was.Properties) == 0 {
			continue
		}
		if err := s.handOver(ctx, st, target.OfPart(was), 0); err != nil {
			return st, 0, err
		}
		next.Differ++
	}
	next.Parts = nil
	return next.inPhase(Done), 0, nil
}
