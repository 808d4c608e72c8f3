package sim

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/target"
)

// sinks are the findings that people and tools received.
type sinks struct {
	bus, topic, hub []told
	// owners are those that the topic of a rule's owner received.
	owners []told
	// looks counts the requested second looks, by finding.
	looks map[string]int
}

// told is one received revision of a finding.
type told struct {
	finding.Finding
	by *invocation
}

// sinkClient is the bus, the topic and Security Hub.
type sinkClient struct{ w *World }

// Bus receives one finding.
func (c sinkClient) Bus(ctx context.Context, f finding.Finding) error {
	_, err := do(ctx, c.w, "bus", "PutEvents", fmt.Sprint(f.ID, f.Revision), true, func() (bool, error) {
		c.w.sinks.bus = append(c.w.sinks.bus, told{f, ctx.Value(byKey{}).(*invocation)})
		c.w.tells(f)
		return true, nil
	})
	return err
}

// OCSF is not enabled.
func (sinkClient) OCSF(context.Context, finding.Finding) error { return nil }

// SecurityHub receives one finding.
func (c sinkClient) SecurityHub(ctx context.Context, f finding.Finding) error {
	_, err := do(ctx, c.w, "hub", "BatchImportFindings", fmt.Sprint(f.ID, f.Revision), true, func() (bool, error) {
		c.w.sinks.hub = append(c.w.sinks.hub, told{f, ctx.Value(byKey{}).(*invocation)})
		return true, nil
	})
	return err
}

// Topic receives several findings.
func (c sinkClient) Topic(ctx context.Context, owners string, all []finding.Finding) error {
	to := &c.w.sinks.topic
	if owners != "" {
		to = &c.w.sinks.owners
	}
	_, err := do(ctx, c.w, "topic", "Publish", fmt.Sprint(owners, all[0].ID, len(all)), true, func() (bool, error) {
		for _, f := range latest(all) {
			*to = append(*to, told{f, ctx.Value(byKey{}).(*invocation)})
		}
		return true, nil
	})
	return err
}

// tells adds a finding to the story.
func (w *World) tells(f finding.Finding) {
	about := f.Required
	if f.Principal != nil {
		about = f.Principal.ARN
	}
	from, to := "?", "?"
	if f.Exposure.From != nil {
		from = clockTime(*f.Exposure.From)
	}
	if f.Exposure.To != nil {
		to = clockTime(*f.Exposure.To)
	}
	w.log.add("ringfence", "tells finding %.8s r%d: %s %s, %s, %s %s, exposed %s to %s: %s",
		f.ID, f.Revision, f.Drift, about, f.Status, f.Action, f.Outcome, from, to, f.Reason)
}

// later notes a requested second look.
func (w *World) later(body string) {
	var f target.FollowUp
	if json.Unmarshal([]byte(body), &f) != nil || f.Source != target.Source {
		return
	}
	for _, c := range f.Detail.Causes {
		if c.Kind == target.SecondLook && c.Finding != "" {
			if w.sinks.looks == nil {
				w.sinks.looks = map[string]int{}
			}
			w.sinks.looks[c.Finding]++
		}
	}
}

// latest keeps only the latest revision of each finding, as package publish does.
func latest(all []finding.Finding) (out []finding.Finding) {
	for i, f := range all {
		if !slices.ContainsFunc(all[i+1:], func(g finding.Finding) bool { return g.ID == f.ID && g.Revision >= f.Revision }) {
			out = append(out, f)
		}
	}
	return out
}
