package replay

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/events"
	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/logs"
)

// scenarioConfig is the path under which a scenario's configuration is read.
const scenarioConfig = "ringfence.yaml"

// Scenario plays one situation of events/ on its own AWS and returns the differences from what is expected. The step is
// that of the event itself.
func Scenario(ctx context.Context, s events.Scenario) (step Step, wrong []string, err error) {
	return scenario(ctx, s, false)
}

func scenario(ctx context.Context, s events.Scenario, instant bool) (step Step, wrong []string, err error) {
	log, err := situation(ctx, s)
	if err != nil {
		return step, nil, err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	options := Options{
		Instant:  instant,
		Settings: map[string]string{boot.EnvConfig: scenarioConfig, boot.EnvControl: strings.Join(s.Control, ",")},
		States:   []State{{s.Name, s.State}},
		Read: func(name string) ([]byte, error) {
			if name == scenarioConfig {
				return s.Config, nil
			}
			return events.Open(name)
		},
	}
	_, err = Run(ctx, log, options, func(got Step) error {
		if got.Record != nil {
			step = got
		}
		return got.Err
	})
	if err != nil {
		return step, nil, err
	}
	return step, differences(s.Expect, step.Findings), nil
}

// situation returns the log of a scenario. All calls in it matter, including those on Ringfence's own parts.
func situation(ctx context.Context, s events.Scenario) (*logs.Log, error) {
	o := Reading()
	o.Matters = func(string, string) bool { return true }
	return logs.Read(ctx, []logs.Source{logs.Text(s.Name+".json", s.Event)}, o)
}

// differences compares verdicts with expectations, in any order.
func differences(want []events.Expectation, got []Finding) []string {
	var wrong []string
	left := slices.Clone(got)
	for _, w := range want {
		i := slices.IndexFunc(left, func(f Finding) bool {
			return subject(f.Finding) == w.Principal && describe(f.Finding) == expected(w, f.Finding)
		})
		if i < 0 {
			wrong = append(wrong, fmt.Sprintf("expected %s %s", or(w.Principal, "a boundary policy"), expected(w, finding.Finding{})))
			continue
		}
		left = slices.Delete(left, i, i+1)
	}
	for _, f := range left {
		wrong = append(wrong, fmt.Sprintf("got %s %s (%s)", or(subject(f.Finding), "a boundary policy"), describe(f.Finding), f.Reason))
	}
	return wrong
}

func subject(f finding.Finding) string {
	if f.Principal == nil {
		return ""
	}
	return f.Principal.ARN
}

func describe(f finding.Finding) string {
	return strings.Join([]string{string(f.Drift), string(f.Severity), string(f.Action), string(f.Outcome)}, ", ")
}

// expected describes an expectation. If it has no severity, it gets that of the finding that it is compared with.
func expected(w events.Expectation, f finding.Finding) string {
	severity := w.Severity
	if severity == "" {
		severity = f.Severity
	}
	return describe(finding.Finding{Drift: w.Drift, Severity: severity, Action: w.Action, Outcome: w.Outcome})
}
