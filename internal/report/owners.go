package report

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/target"
)

// toOwner precedes the ARN of an owner's topic in the ledger's marks.
const toOwner = "topic "

// owners returns the owners' topics that a revision goes to, beside the topic of the stack. Only
// findings about principals under a rule have any:
//   - the topic of the rule,
//   - that of the rule that a call took the principal out of,
//   - each topic that got an earlier revision: what was opened there is also resolved there.
//
// The configuration is asked when the revision is sent. A topic that it names no longer gets
// nothing more.
func (r *Reporter) owners(item ledger.Item, record ledger.Record) []string {
	if item.Kind != target.Principal {
		return nil
	}
	topics := []string{r.Config.TopicOf(record.Decision.Rule, item.Account)}
	if left := record.Decision.MovedOut; left != nil {
		topics = append(topics, r.Config.TopicOf(left.Rule, item.Account))
	}
	for _, sink := range record.ReportedTo() {
		if topic, ok := strings.CutPrefix(sink, toOwner); ok && r.configured(topic) {
			topics = append(topics, topic)
		}
	}
	slices.Sort(topics)
	return slices.DeleteFunc(slices.Compact(topics), func(topic string) bool { return topic == "" || topic == r.Topic })
}

func (r *Reporter) configured(topic string) bool { return slices.Contains(r.Config.Topics(), topic) }

// deliver publishes the findings of a digest: to the topic of the stack or, if topic is not empty,
// to that of an owner. Other digests do not wait for a topic that does not answer.
func (r *Reporter) deliver(ctx context.Context, topic string, findings []finding.Finding) error {
	ctx, cancel := context.WithTimeout(ctx, atMost)
	defer cancel()
	if topic != "" && !r.configured(topic) {
		return r.redirect(ctx, findings)
	}
	err := r.Sinks.Topic(ctx, topic, findings)
	if err != nil && topic != "" {
		return fmt.Errorf("an owner's topic that ringfence.yaml names did not take a message, which the topic of the stack gets by itself; check that the topic exists, and that its policy, the policy of its key and the parameter OwnerTopicArns allow it: %w", err)
	}
	return err
}

// redirect gives the findings that an owner's topic did not take, and that the configuration names
// no longer, to the topic that it names instead, if any: a wrong ARN was corrected.
func (r *Reporter) redirect(ctx context.Context, findings []finding.Finding) error {
	for _, f := range findings {
		if topic := r.Config.TopicOf(f.Rule, f.Account); topic != "" && topic != r.Topic {
			if err := r.join(ctx, topic, f); err != nil {
				return err
			}
		}
	}
	return nil
}
