package configrule

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/configservice/types"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/principal"
)

// The parts of an invocation that are kept for what comes after them.
const (
	// forReading is kept for giving back what was read last.
	forReading = 15 * time.Second
	// forExplaining is kept for giving back what could not be explained any more.
	forExplaining = 45 * time.Second
)

// outsider is a principal that is outside, with the verdict that says so.
type outsider struct {
	principal.Snapshot
	verdict assess.Verdict
}

// everybody answers for all users and roles of the account. Everybody is judged first, a page
// at a time: 10,000 principals are a hundred pages, which take a minute or two of the
// fifteen that an invocation has. How bad it is takes some more calls for each that is
// outside. So those are explained as long as there is time, and the others get the same result
// without a severity; their next change brings it, or the finding that Ringfence publishes.
func (r *Rule) everybody(ctx context.Context, e Event, answer *Answer) error {
	outside, errs := r.walk(ctx, e, answer)
	for part := range slices.Chunk(outside, most) {
		results := r.explain(ctx, e, part, answer)
		answer.count(results)
		errs = append(errs, r.put(ctx, e.Token, results))
	}
	return errors.Join(errs...)
}

// walk answers for all who are not outside, and returns those who are. A page or principal
// that cannot be read, or judged, is an error, and does not keep the others from their result.
func (r *Rule) walk(ctx context.Context, e Event, answer *Answer) (outside []outsider, errs []error) {
	ctx, cancel := before(ctx, forReading)
	defer cancel()
	judged, unknown := 0, 0
	for marker, more := "", true; more; {
		page, next, err := r.Source.Page(ctx, e.Account, marker)
		if err != nil {
			errs = append(errs, fmt.Errorf("after %d principals: %w", judged, err))
		}
		var results []types.Evaluation
		for i, v := range r.Assessor.Principals(ctx, page, false) {
			result, ok := r.of(e, page[i], v)
			switch {
			case !ok:
				if unknown++; unknown == 1 {
					errs = append(errs, unjudged(page[i], v))
				}
			case v.State() == assess.Outside:
				outside = append(outside, outsider{page[i], v})
			default:
				results = append(results, result)
			}
		}
		judged += len(page)
		answer.count(results)
		errs = append(errs, r.put(ctx, e.Token, results))
		marker, more = next, next != ""
	}
	if unknown > 0 {
		errs = append(errs, fmt.Errorf("%d of %d principals could not be judged", unknown, judged))
	}
	return outside, errs
}

// explain is the results of some who are outside, with how bad that is while there is time.
func (r *Rule) explain(ctx context.Context, e Event, part []outsider, answer *Answer) []types.Evaluation {
	ctx, cancel := before(ctx, forExplaining)
	defer cancel()
	if ctx.Err() == nil {
		all := make([]principal.Snapshot, len(part))
		for i, o := range part {
			all[i] = o.Snapshot
		}
		for i, v := range r.Assessor.Principals(ctx, all, true) {
			if v.State() == assess.Outside && v.Finding != nil {
				part[i].verdict = v
			}
		}
	}
	results := make([]types.Evaluation, len(part))
	for i, o := range part {
		results[i], _ = r.of(e, o.Snapshot, o.verdict)
		if o.verdict.Finding == nil {
			answer.Unexplained++
		}
	}
	return results
}

// before is a context that ends some time before another one does.
func before(ctx context.Context, reserve time.Duration) (context.Context, context.CancelFunc) {
	if end, ok := ctx.Deadline(); ok {
		return context.WithDeadline(ctx, end.Add(-reserve))
	}
	return context.WithCancel(ctx)
}
