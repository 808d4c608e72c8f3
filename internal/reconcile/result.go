package reconcile

import (
	"errors"
	"math/rand/v2"
	"time"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/plan"
)

// Result says what becomes of the message that a target came from. The zero value is: all
// is done and recorded.
type Result struct {
	// After is when to try again; zero where that is not needed.
	After time.Duration
	// Parked is set where trying again cannot help.
	Parked bool
	// Err is why, for the log.
	Err error
	// Seen are the decisions that were made, for the log and for people who ask directly.
	Seen []Seen
}

// Seen is a decision on one target, and what became of it.
type Seen struct {
	Key       string
	Target    string
	Principal string // its ARN; empty for what is none
	Kind      string
	ID        string
	Decision  plan.Decision
	Outcome   finding.Outcome
	// Missed is set where a sweep found it, and no event had reported it.
	Missed bool
	// Begun is when the call was made that brought the target here, and Ended when the
	// repair was done; both zero where there was none.
	Begun, Ended time.Time
}

// The pauses before a target is looked at again.
const (
	// soon is for what passes: throttles, 5xx, lost connections. It is the least of
	// two to ten seconds.
	soon = 2 * time.Second
	late = 10 * time.Second
	// unsettled is for what IAM may not know yet.
	unsettled = 5 * time.Second
)

// again asks for another try. Those that failed together do not come back together.
func again(after time.Duration, err error) Result {
	if after == soon {
		after += rand.N(late - soon)
	}
	return Result{After: after, Err: err}
}

func parked(err error) Result { return Result{Parked: true, Err: err} }

// failed is the result of an error: what can never work is parked at once.
func failed(err error) Result {
	switch errclass.ClassOf(err) {
	case errclass.Refused, errclass.BadInput:
		return parked(err)
	}
	return again(soon, err)
}

// and joins the results of several targets of one message: it is tried again where one of
// them must be, and parked where nothing else is left to do.
func (r Result) and(other Result) Result {
	switch {
	case r.After == 0:
		r.After = other.After
	case other.After != 0:
		r.After = min(r.After, other.After)
	}
	r.Parked = r.Parked || other.Parked
	r.Err = errors.Join(r.Err, other.Err)
	r.Seen = append(r.Seen, other.Seen...)
	return r
}

// unseen is the result without decisions for the log.
func (r Result) unseen() Result {
	r.Seen = nil
	return r
}

// repaired reports whether one of several targets was put back. What people are told to do is
// done as well, and changes nothing.
func repaired(results map[string]Result) bool {
	for _, r := range results {
		for _, s := range r.Seen {
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
