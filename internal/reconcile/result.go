package reconcile

import (
	"errors"
	"math/rand/v2"
	"time"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/plan"
)

// Result says what happens to the message of a target. The zero value means that everything is
// done and recorded.
type Result struct {
	// After is when to try again; zero if that is not needed.
	After time.Duration
	// Parked is set if another try cannot help.
	Parked bool
	// Err is the reason, for the log.
	Err error
	// Decisions are the decisions made, for the log and for direct callers.
	Decisions []TargetDecision
}

// TargetDecision is a decision on one target, and its outcome.
type TargetDecision struct {
	Key       string
	Target    string
	Principal string // its ARN; empty for other targets
	Kind      string
	ID        string
	Decision  plan.Decision
	Outcome   finding.Outcome
	// Missed is set if a sweep found the drift and no event had reported it.
	Missed bool
	// Begun is the time of the call that led to the target, and Ended that of the repair; zero
	// if there was none.
	Begun, Ended time.Time
}

// The delays before a target is looked at again.
const (
	// soon is for temporary errors: throttles, 5xx, lost connections. It is the least of two to
	// ten seconds.
	soon = 2 * time.Second
	late = 10 * time.Second
	// unsettled is for what IAM may not return yet.
	unsettled = 5 * time.Second
)

// retry asks for another try. Targets that failed together do not come back together.
func retry(after time.Duration, err error) Result {
	if after == soon {
		after += rand.N(late - soon)
	}
	return Result{After: after, Err: err}
}

func parked(err error) Result { return Result{Parked: true, Err: err} }

// failed returns the result of an error. Errors that a retry cannot fix are parked at once.
func failed(err error) Result {
	switch errclass.ClassOf(err) {
	case errclass.Refused, errclass.BadInput:
		return parked(err)
	}
	return retry(soon, err)
}

// and joins the results of several targets of one message. It is retried if any of them must
// be, and parked if nothing is left to retry.
func (r Result) and(other Result) Result {
	switch {
	case r.After == 0:
		r.After = other.After
	case other.After != 0:
		r.After = min(r.After, other.After)
	}
	r.Parked = r.Parked || other.Parked
	r.Err = errors.Join(r.Err, other.Err)
	r.Decisions = append(r.Decisions, other.Decisions...)
	return r
}

// withoutDecisions returns the result without decisions for the log.
func (r Result) withoutDecisions() Result {
	r.Decisions = nil
	return r
}

// repaired reports whether a target was repaired. Actions that are only for people also have
// the outcome done, but change nothing.
func repaired(results map[string]Result) bool {
	for _, r := range results {
		for _, s := range r.Decisions {
			if s.Outcome == finding.Done && s.Decision.Acts() {
				return true
			}
		}
	}
	return false
}

// Join joins the results of the targets of one message.
func Join(results ...Result) Result {
	var all Result
	for _, r := range results {
		all = all.and(r)
	}
	return all
}
