package pipeline

import (
	"context"
	"errors"
	"sync"

	"github.com/ringfence/ringfence/internal/fence"
	"github.com/ringfence/ringfence/internal/finding"
)

// tell publishes findings, and those that earlier events left over, and returns what it
// could not publish. A repair that failed is told once, with its first attempt, and
// again when it is done; the queue's dead letters have an alarm of their own.
func (p *Pipeline) tell(ctx context.Context, findings []finding.Finding, attempt int) (unsent []finding.Finding, err error) {
	pending := p.outbox.take()
	for _, f := range findings {
		quiet := f.Drift == finding.None || f.Mode == string(fence.Observe)
		if quiet || f.Outcome == finding.Failed && attempt > 1 {
			continue
		}
		pending = append(pending, f)
	}
	var errs []error
	for _, f := range pending {
		if err := p.Notifier.Publish(ctx, f); err != nil {
			errs = append(errs, err)
			unsent = append(unsent, f)
		}
	}
	p.outbox.keep(unsent)
	return unsent, errors.Join(errs...)
}

// outbox holds the findings that could not be published. Once the repair is done, the
// event that is delivered again finds nothing wrong any more, so the finding would be
// lost: the next event that this process handles carries it along instead. (The
// function's log has it in full as well, should the process end before.)
type outbox struct {
	mu       sync.Mutex
	findings []finding.Finding
}

func (o *outbox) take() []finding.Finding {
	o.mu.Lock()
	defer o.mu.Unlock()
	kept := o.findings
	o.findings = nil
	return kept
}

func (o *outbox) keep(f []finding.Finding) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.findings = append(o.findings, f...)
}
