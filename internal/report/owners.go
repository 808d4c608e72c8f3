package report

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/errclass"
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

// ownersAtMost is how long an owner's topic may take to answer. Messages for the topic of the stack
// may wait in the queue meanwhile.
const ownersAtMost = 5 * time.Second

// deliver publishes the findings of a digest: to the topic of the stack or, if topic is not empty,
// to that of an owner.
func (r *Reporter) deliver(ctx context.Context, topic string, findings []finding.Finding) error {
	if topic == "" {
		ctx, cancel := context.WithTimeout(ctx, atMost)
		defer cancel()
		return r.Sinks.Topic(ctx, "", findings)
	}
	if !r.configured(topic) {
		return r.redirect(ctx, findings)
	}
	ctx, cancel := context.WithTimeout(ctx, ownersAtMost)
	defer cancel()
	if err := r.Sinks.Topic(ctx, topic, findings); err != nil {
		return fmt.Errorf("an owner's topic that ringfence.yaml names did not take a message, which the topic of the stack gets by itself; "+
			"check that the topic exists, and that its policy, the policy of its key and the parameter OwnerTopicArns allow it: %w", err)
	}
	return nil
}

// redirect gives the findings that an owner's topic did not take, and that the configuration names
// no longer, to the topics that it names instead, if any: a wrong ARN was corrected. A topic that
// already has the revision, or a later one, gets nothing.
func (r *Reporter) redirect(ctx context.Context, findings []finding.Finding) error {
	for _, f := range findings {
		if f.Principal == nil {
			continue
		}
		item, err := r.Ledger.Load(ctx, ledger.PrincipalKey(f.Account, f.Principal.ID))
		if err != nil {
			return err
		}
		if item.ClaimedUntil.After(r.Now()) {
			return errclass.New(errclass.Retryable, "finding %s is being reported", f.ID)
		}
		n := slices.IndexFunc(item.Records, func(record ledger.Record) bool { return record.ID == f.ID })
		if n < 0 {
			continue // it was resolved and forgotten
		}
		record := item.Records[n]
		for _, topic := range r.owners(item, record) {
			if record.Reported[toOwner+topic] >= f.Revision {
				continue
			}
			if err := r.join(ctx, topic, f); err != nil {
				return err
			}
			item, err = r.write(ctx, item, func(i ledger.Item) (ledger.Item, bool) { return i.MarkReported(f.ID, toOwner+topic, f.Revision), true })
			if err != nil {
				return err
			}
		}
	}
	return nil
}
