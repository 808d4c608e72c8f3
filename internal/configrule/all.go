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

// The parts of an invocation reserved for later steps.
const (
	// forReading is reserved for returning the results of the last page.
	forReading = 15 * time.Second
	// forExplaining is reserved for returning results without a severity.
	forExplaining = 45 * time.Second
)

// outsider is a principal outside its boundary, with its verdict.
type outsider struct {
	principal.Snapshot
	verdict assess.Verdict
}

// all evaluates all users and roles of the account. First it decides on all of them, a page at
// a time: 10,000 principals are a hundred pages, which take one or two minutes of an
// invocation's fifteen. The severity takes some more calls for each principal outside. So it is
// computed as long as there is time; the other results have none until the next change, or are
// explained by the finding that Ringfence publishes.
func (r *Rule) all(ctx context.Context, e Event, answer *Answer) error {
	outside, errs := r.walk(ctx, e, answer)
	for part := range slices.Chunk(outside, maxResults) {
		results := r.explain(ctx, e, part, answer)
		answer.count(results)
		errs = append(errs, r.put(ctx, e.Token, results))
	}
	return errors.Join(errs...)
}

// walk returns results for all principals that are inside, and returns those that are outside.
// A page or principal that cannot be read or evaluated is an error, and does not affect the
// others.
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
					errs = append(errs, evaluationError(page[i], v))
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
		errs = append(errs, fmt.Errorf("%d of %d principals could not be evaluated", unknown, judged))
	}
	return outside, errs
}

// explain returns the results of principals outside, with the severity while there is time.
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

// before returns a context that ends some time before another one.
func before(ctx context.Context, reserve time.Duration) (context.Context, context.CancelFunc) {
	if end, ok := ctx.Deadline(); ok {
		return context.WithDeadline(ctx, end.Add(-reserve))
	}
	return context.WithCancel(ctx)
}
