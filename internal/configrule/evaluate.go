package configrule

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/configservice/types"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/principal"
)

// evaluate evaluates the principal of a resource. Another principal of its name with another id
// is another resource, which AWS Config asks about under that id; it takes a new name for a
// change too.
func (r *Rule) evaluate(ctx context.Context, e Event) (types.Evaluation, error) {
	about := e.Resource
	if about.MovedOut != "" {
		return e.result(about.Type, about.ID, types.ComplianceTypeNotApplicable, about.MovedOut), nil
	}
	if err := r.settle(ctx, e.At); err != nil {
		return types.Evaluation{}, err
	}
	s, err := r.Source.Principal(ctx, about.Ref)
	switch {
	case errclass.ClassOf(err) == errclass.Gone:
		return e.result(about.Type, about.ID, types.ComplianceTypeNotApplicable, "IAM has no "+string(about.Ref.Kind)+" of its name any more"), nil
	case err != nil:
		return types.Evaluation{}, err
	case s.ID != about.ID:
		return e.result(about.Type, about.ID, types.ComplianceTypeNotApplicable, "its name is that of another "+string(about.Ref.Kind)+" now: "+s.ID), nil
	}
	v := r.Assessor.Principals(ctx, []principal.Snapshot{s}, true)[0]
	result, ok := r.of(e, s, v)
	if !ok {
		return result, evaluationError(s, v)
	}
	return result, nil
}

func evaluationError(s principal.Snapshot, v assess.Verdict) error {
	if v.Err == nil {
		return fmt.Errorf("%s could not be evaluated", s.ARN())
	}
	return fmt.Errorf("%s could not be evaluated: %w", s.ARN(), v.Err)
}

// settle waits until IAM returns the state after a change. AWS Config is rarely that fast.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
func (r *Rule) settle(ctx context.Context, at time.Time) error {
	rest := min(at.Add(r.PropagationDelay).Sub(r.Assessor.Now()), r.PropagationDelay)
	if rest <= 0 {
		return nil
	}
	timer := time.NewTimer(rest)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("waiting for IAM to settle: %w", ctx.Err())
	}
}
