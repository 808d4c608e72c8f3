// Package configrule is a custom rule of AWS Config: it reports whether a user or role is
// inside its required permissions boundary. The verdict comes from package assess, from the
// current state in IAM. The event only says which resource to evaluate: see [Parse].
//
// # Failures
//
// AWS Config calls the function asynchronously and learns results only by PutEvaluations;
// otherwise the earlier result stays. A principal that could not be evaluated gets no result,
// so the invocation must fail: Lambda then retries it after one minute and after two, and drops
// the event after that. AWS documents no other retry. A dropped event is made up for by the
// next change of the resource or the next periodic run, and an alarm is sent. Permanent errors,
// such as a denied read, are handled the same way: there is no result for them.
//
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
// https://docs.aws.amazon.com/config/latest/developerguide/evaluate-config_develop-rules.html
package configrule

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/configservice/types"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/principal"
)

// Source reads the current state of users and roles.
type Source interface {
	Principal(context.Context, principal.Ref) (principal.Snapshot, error)
	Page(ctx context.Context, account, marker string) (page []principal.Snapshot, next string, err error)
}

// Rule evaluates users and roles. All fields are required.
type Rule struct {
	Source   Source
	Assessor *assess.Assessor
	API      API
	// PropagationDelay is how long after a change IAM may still return the state before it.
	PropagationDelay time.Duration
	Log              *slog.Logger
}

// Answer is the function's response, for people who invoke it by hand: AWS Config ignores it.
type Answer struct {
	// Results counts the results sent to AWS Config, by compliance type.
	Results map[types.ComplianceType]int `json:"results"`
	// Unexplained counts the NON_COMPLIANT results for which there was no time to compute the
	// severity.
	Unexplained int `json:"unexplained,omitempty"`
}

func (a *Answer) count(results []types.Evaluation) {
	for _, r := range results {
		a.Results[r.ComplianceType]++
	}
}

// Handle handles one event of AWS Config.
func (r *Rule) Handle(ctx context.Context, input json.RawMessage) (any, error) {
	e, err := Parse(input)
	answer := Answer{Results: map[types.ComplianceType]int{}}
	switch {
	case err != nil:
	case e.Resource == nil:
		err = r.all(ctx, e, &answer)
	default:
		err = r.one(ctx, e, &answer)
	}
	r.record(ctx, e, answer, err)
	if err != nil {
		return nil, err
	}
	return answer, nil
}

// one evaluates one resource.
func (r *Rule) one(ctx context.Context, e Event, answer *Answer) error {
	result, err := r.evaluate(ctx, e)
	if err != nil {
		return err
	}
	answer.count([]types.Evaluation{result})
	return r.put(ctx, e.Token, []types.Evaluation{result})
}

// record logs one line for an event.
func (r *Rule) record(ctx context.Context, e Event, answer Answer, err error) {
	level, text := slog.LevelInfo, "answered"
	attrs := []slog.Attr{slog.String("account", e.Account), slog.Any("results", answer.Results)}
	if e.Resource != nil {
		attrs = append(attrs, slog.String("resource", e.Resource.ID), slog.String("name", e.Resource.Ref.Name))
	}
	if answer.Unexplained > 0 {
		level = slog.LevelWarn
		attrs = append(attrs, slog.Int("unexplained", answer.Unexplained))
	}
	if err != nil {
		level, text = slog.LevelError, "not answered"
		attrs = append(attrs, slog.String("error", err.Error()), slog.String("class", errclass.ClassOf(err).String()))
	}
	r.Log.LogAttrs(ctx, level, text, attrs...)
}
