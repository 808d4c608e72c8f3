package ledger

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
)

// Window is how long findings of one actor and kind are collected into one message: a
// deployment that creates forty roles sends one mail.
const Window = time.Minute

// Digest is one message to people: findings of one actor and kind.
type Digest struct {
	Key     string `json:"key"`
	Version int64  `json:"-"`
	// Topic is the ARN of the owner's topic that gets the digest; empty for the topic of the stack.
	Topic string `json:"topic,omitempty"`
	// Due is when the collected findings are sent.
	Due time.Time `json:"due,omitzero"`
	// Findings are collected as published, oldest first. A later revision replaces an earlier
	// one of the same finding. IDs are their ids, in the same order.
	Findings []json.RawMessage `json:"findings,omitempty"`
	IDs      []string          `json:"ids,omitempty"`
	// Sending are the findings being sent: taken, and not yet known to have arrived.
	Sending []json.RawMessage `json:"sending,omitempty"`
	// ClaimedUntil is until when a process has claimed the sending.
	ClaimedUntil time.Time `json:"telling,omitzero"`
}

// maxInDigest and bytesInDigest limit one message. An item of the ledger holds up to twice as
// much: what is collected, and what is being sent.
const (
	maxInDigest   = 60
	bytesInDigest = 150 << 10
)

// DigestKey returns the key of the digest that a finding joins: by account, actor, drift, status
// and topic: empty for the topic of the stack, otherwise the ARN of an owner's. Open and resolved
// findings are not mixed. All sessions of a role are one actor: the caller chooses the session
// name, and would otherwise choose the number of mails.
func DigestKey(f finding.Finding, topic string) string {
	actor := f.Actor
	if f.OpenedBy != nil {
		actor = f.OpenedBy.Actor
	}
	who := actor.ARN + actor.Name
	if role, session := strings.LastIndexByte(actor.ARN, '/'), strings.Contains(actor.ARN, ":assumed-role/"); session && role > 0 {
		who = actor.ARN[:role]
	}
	if topic != "" { // before the actor, whose name can be any text
		return key("owners-digest", f.Account, string(f.Drift), string(f.Status), topic, who)
	}
	return key("digest", f.Account, string(f.Drift), string(f.Status), who)
}

// Join adds a finding to the digest. It returns false if the digest is full.
func (d Digest) Join(id string, text []byte, now time.Time) (Digest, bool) {
	d.Findings, d.IDs = slices.Clone(d.Findings), slices.Clone(d.IDs)
	if i := slices.Index(d.IDs, id); i >= 0 {
		d.Findings[i] = text
		return d, true
	}
	if len(d.IDs) >= maxInDigest || size(d.Findings)+len(text) > bytesInDigest && len(d.IDs) > 0 {
		return d, false
	}
	if len(d.IDs) == 0 {
		d.Due = now.Add(Window)
	}
	d.Findings, d.IDs = append(d.Findings, text), append(d.IDs, id)
	return d, true
}

// size returns the bytes of findings.
func size(findings []json.RawMessage) (n int) {
	for _, f := range findings {
		n += len(f)
	}
	return n
}

// Take moves the collected findings to those being sent. It leaves them where the message before,
// which did not arrive, has no room for them: a topic can refuse messages for days, and an item of
// the ledger has a limit.
func (d Digest) Take() Digest {
	if len(d.Sending) > 0 && (len(d.Sending)+len(d.Findings) > maxInDigest || size(d.Sending)+size(d.Findings) > bytesInDigest) {
		return d
	}
	d.Sending = append(slices.Clone(d.Sending), d.Findings...)
	d.Findings, d.IDs, d.Due = nil, nil, time.Time{}
	return d
}

// Sent removes the first n findings being sent: they have arrived.
func (d Digest) Sent(n int) Digest {
	d.Sending, d.ClaimedUntil = slices.Clone(d.Sending[min(n, len(d.Sending)):]), time.Time{}
	return d
}

// Claimed returns the digest claimed for sending until a time.
func (d Digest) Claimed(until time.Time) Digest {
	d.ClaimedUntil = until
	return d
}

// Stored returns the digest with its key and version in the ledger.
func (d Digest) Stored(key string, version int64) Digest {
	d.Key, d.Version = key, version
	return d
}
