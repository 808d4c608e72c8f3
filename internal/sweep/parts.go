package sweep

import (
	"context"
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/ownparts"
	"github.com/ringfence/ringfence/internal/target"
)

// Parts are those of Ringfence itself that are compared with the template.
type Parts interface {
	// Differ are those that are not as the template has them, and why others could not be read.
	Differ(ctx context.Context) (differ []ownparts.Difference, unread []error)
}

// deployed is how long a deployment may take to bring a part and this function to the same template.
const deployed = 10 * time.Minute

// parts compares the parts of Ringfence. What differs is looked at once more, later: a deployment may
// be under way. What differs in the same way then is told. It comes last, and nobody waits for it.
func (s *Sweeper) parts(ctx context.Context, st State) (next State, after time.Duration, err error) {
	next = st.clone()
	if s.Parts == nil {
		return next.at(Done), 0, nil
	}
	differ, unread := s.Parts.Differ(ctx)
	next.Unread = nil
	for _, why := range unread {
		next.Unread = append(next.Unread, why.Error())
	}
	if len(st.Parts) == 0 && len(differ) > 0 {
		next.Parts = differ
		return next, deployed, nil
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
		if err := s.hand(ctx, st, target.OfPart(was), 0); err != nil {
			return st, 0, err
		}
		next.Differ++
	}
	next.Parts = nil
	return next.at(Done), 0, nil
}
