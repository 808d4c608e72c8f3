package report

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
)

// digests is the most digests of one kind that are open at a time.
const digests = 50

// join adds a finding to the digest of the minute, for the topic of the stack or, if topic is not
// empty, for that of an owner.
func (r *Reporter) join(ctx context.Context, topic string, f finding.Finding) error {
	text, err := json.Marshal(f)
	if err != nil {
		return err
	}
	key := ledger.DigestKey(f, topic)
	for n := range digests {
		if n > 0 {
			key = fmt.Sprintf("%s#%d", ledger.DigestKey(f, topic), n)
		}
		joined, err := r.joinOne(ctx, key, topic, f.ID, text)
		if joined || err != nil {
			return err
		}
	}
	return fmt.Errorf("%d digests are full", digests)
}

func (r *Reporter) joinOne(ctx context.Context, key, topic, id string, text []byte) (joined bool, err error) {
	for range tries {
		d, err := r.Ledger.LoadDigest(ctx, key)
		if err != nil {
			return false, err
		}
		next, ok := d.Join(id, text, r.Now())
		if !ok {
			return false, nil
		}
		next.Topic = topic
		if len(d.IDs) == 0 { // scheduled first: an extra message finds nothing to send
			if err := r.Queue.Digest(ctx, key, next.Due); err != nil {
				return false, err
			}
		}
		saved, err := r.Ledger.SaveDigest(ctx, next, r.Now().Add(ledger.Retention))
		if saved || err != nil {
			return saved, err
		}
	}
	return false, fmt.Errorf("joining digest %s: too many concurrent writes", key)
}

// Digest sends the findings of a digest when it is due, and then those that were collected
// meanwhile, if they are due too.
func (r *Reporter) Digest(ctx context.Context, key string) Told {
	for {
		d, wait, err := r.take(ctx, key)
		if err != nil {
			return Told{After: pause(err, 4*unread), Err: err}
		}
		if wait > 0 || len(d.Sending) == 0 {
			return Told{After: wait}
		}
		findings := make([]finding.Finding, 0, len(d.Sending))
		for _, text := range d.Sending {
			var f finding.Finding
			if err := json.Unmarshal(text, &f); err == nil { // it was written by Join
				findings = append(findings, f)
			}
		}
		if err := r.deliver(ctx, d.Topic, findings); err != nil {
			_, _ = r.Ledger.SaveDigest(ctx, d.Sent(0), r.Now().Add(ledger.Retention)) // otherwise it waits for the lease to end
			return Told{Unsent: len(findings), After: pause(err, r.Now().Sub(findings[0].Time)), Err: err}
		}
		left, err := r.sent(ctx, d)
		if err != nil {
			return Told{After: Soon, Err: err}
		}
		if len(left.IDs) == 0 {
			return Told{}
		}
	}
}

// sent notes that what was being sent has arrived, and returns what is left.
func (r *Reporter) sent(ctx context.Context, d ledger.Digest) (left ledger.Digest, err error) {
	n := len(d.Sending)
	for range tries {
		ok, err := r.Ledger.SaveDigest(ctx, d.Sent(n), r.Now().Add(ledger.Retention))
		if ok {
			return d.Sent(n), nil
		}
		if err == nil {
			d, err = r.Ledger.LoadDigest(ctx, d.Key)
		}
		if err != nil {
			return d, err
		}
	}
	return d, fmt.Errorf("noting that digest %s was sent: too many concurrent writes", d.Key)
}

// take claims the findings that are due for this process to send. If another process has claimed
// them, it returns how long to wait.
func (r *Reporter) take(ctx context.Context, key string) (d ledger.Digest, wait time.Duration, err error) {
	for range tries {
		d, err := r.Ledger.LoadDigest(ctx, key)
		if err != nil {
			return d, 0, err
		}
		now := r.Now()
		due := len(d.IDs) > 0 && !d.Due.After(now.Add(time.Second))
		switch {
		case len(d.Sending) > 0 && d.ClaimedUntil.After(now):
			return d, d.ClaimedUntil.Sub(now), nil
		case due:
			d = d.Take()
		case len(d.Sending) == 0:
			return d, 0, nil
		}
		d = d.Claimed(now.Add(lease))
		ok, err := r.Ledger.SaveDigest(ctx, d, now.Add(ledger.Retention))
		if ok {
			d = d.Stored(key, d.Version+1)
			return d, 0, nil
		}
		if err != nil {
			return d, 0, err
		}
	}
	return d, 0, fmt.Errorf("taking digest %s: too many concurrent writes", key)
}
