// Package configrule is a custom rule of AWS Config: it says of a user or role whether it is
// inside the permissions boundary that it must carry. The verdict is that of package assess,
// on what IAM says now. The event only says who is asked about: see [Parse].
//
// # What fails
//
// AWS Config calls the function asynchronously and learns of a verdict only by
// PutEvaluations; without one, the result of before stands. Nothing that could not be judged
// is given a result, so the invocation must fail: Lambda then makes it again, after one minute
// and after two, and drops the event after that. AWS names no other try. What was dropped is
// judged by the next change of the resource or the next periodic run, and an alarm tells.
// Errors that will not pass, such as a denied read, go the same way: there is no result that
// would say so.
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

// Source reads users and roles as they are now.
type Source interface {
	Principal(context.Context, principal.Ref) (principal.Snapshot, error)
	Page(ctx context.Context, account, marker string) (page []principal.Snapshot, next string, err error)
}

// Rule is the wiring. All fields are required.
type Rule struct {
	Source   Source
	Assessor *assess.Assessor
	API      API
	// Settle is how long after a change IAM may still give the state before it.
	Settle time.Duration
	Log    *slog.Logger
}

// Answer is what the function answers, for people who call it by hand: AWS Config does not
// look at it.
type Answer struct {
	// Results counts what was given to AWS Config, by what it says.
	Results map[types.ComplianceType]int `json:"results"`
	// Unexplained are those NON_COMPLIANT whose severity there was no time to find out.
	Unexplained int `json:"unexplained,omitempty"`
}

func (a *Answer) count(results []types.Evaluation) {
	for _, r := range results {
		a.Results[r.ComplianceType]++
	}
}

// Handle answers one event of AWS Config.
func (r *Rule) Handle(ctx context.Context, input json.RawMessage) (any, error) {
	e, err := Parse(input)
	answer := Answer{Results: map[types.ComplianceType]int{}}
	switch {
	case err != nil:
	case e.Resource == nil:
		err = r.everybody(ctx, e, &answer)
	default:
		err = r.one(ctx, e, &answer)
	}
	r.record(ctx, e, answer, err)
	if err != nil {
		return nil, err
	}
	return answer, nil
}

// one answers for one resource.
func (r *Rule) one(ctx context.Context, e Event, answer *Answer) error {
	result, err := r.judge(ctx, e)
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
