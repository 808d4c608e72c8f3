package handler

import (
	"context"
	"errors"
	"log/slog"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/metrics"
	"github.com/ringfence/ringfence/internal/prose"
	"github.com/ringfence/ringfence/internal/reconcile"
)

// Decision is a decision as the log and an answer show it. Actor, witness and severity are in
// the finding, which the report function makes.
type Decision struct {
	Target    string          `json:"target"`
	Principal string          `json:"principal,omitempty"`
	Kind      string          `json:"kind"`
	ID        string          `json:"id,omitempty"`
	Rule      string          `json:"rule,omitempty"`
	Drift     finding.Drift   `json:"drift"`
	Attached  string          `json:"attached,omitempty"`
	Required  string          `json:"required,omitempty"`
	Action    finding.Action  `json:"action"`
	Outcome   finding.Outcome `json:"outcome"`
	Reason    string          `json:"reason"`
}

func decisions(seen []reconcile.TargetDecision) []Decision {
	all := make([]Decision, 0, len(seen))
	for _, s := range seen {
		d := s.Decision
		all = append(all, Decision{
			Target: s.Target, Principal: s.Principal, Kind: s.Kind, ID: s.ID, Rule: d.Rule, Drift: d.Drift,
			Attached: d.Attached, Required: d.Required, Action: d.Action(), Outcome: s.Outcome, Reason: prose.Decision(d),
		})
	}
	return all
}

// record logs one line for a message, and writes its metrics.
func (h *Enforce) record(ctx context.Context, l message, r reconcile.Result) {
	attrs := []slog.Attr{
		slog.String("eventId", l.record.EventID), slog.String("eventName", l.record.Name), slog.String("account", l.record.Account),
	}
	if l.id != "" {
		attrs = append(attrs, slog.String("messageId", l.id))
	}
	level, text := slog.LevelInfo, "handled"
	if l.ignored != "" {
		level, text = slog.LevelDebug, "ignored"
		attrs = append(attrs, slog.String("why", l.ignored))
	}
	if len(r.Decisions) > 0 {
		attrs = append(attrs, slog.Any("decisions", decisions(r.Decisions)))
	}
	err := r.Err
	if l.err != nil {
		err = l.err
	}
	failed := r.After > 0 || r.Parked || l.err != nil && len(l.work) == 0
	switch {
	case r.After > 0:
		level, text = slog.LevelWarn, "comes back"
		attrs = append(attrs, slog.Duration("after", r.After))
	case failed:
		level, text = slog.LevelError, "parked"
	case err != nil:
		level = slog.LevelError
	}
	if err != nil {
		attrs = append(attrs, slog.String("error", err.Error()), slog.String("class", errclass.ClassOf(err).String()))
	}
	h.Log.LogAttrs(ctx, level, text, attrs...)
	now := h.Clock.Now()
	err = metrics.Handled(h.Metrics, now, looks(r.Decisions), failed)
	if canary := h.canary(l.change); canary != "" && !failed {
		err = errors.Join(err, metrics.Arrived(h.Metrics, now, canary))
	}
	if err != nil {
		h.Log.LogAttrs(ctx, slog.LevelError, "metrics not written", slog.String("error", err.Error()))
	}
}

// looks returns the decisions that the metrics count.
func looks(seen []reconcile.TargetDecision) []metrics.Look {
	var all []metrics.Look
	for _, s := range seen {
		if !s.Decision.Drifted() {
			continue
		}
		l := metrics.Look{Drift: s.Decision.Drift, Action: s.Decision.Action(), Outcome: s.Outcome, Missed: s.Missed}
		if !s.Begun.IsZero() && s.Ended.After(s.Begun) {
			l.Took = s.Ended.Sub(s.Begun)
		}
		all = append(all, l)
	}
	return all
}
