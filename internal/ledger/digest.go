package ledger

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
)

// Window is how long findings of one actor and kind are gathered into one message to
// people: a deployment that makes forty roles is one mail.
const Window = time.Minute

// Digest is what people are to be told at one time: findings of one actor and kind.
type Digest struct {
	Key     string `json:"key"`
	Version int64  `json:"-"`
	// Due is when those that have joined are sent.
	Due time.Time `json:"due,omitzero"`
	// Findings are as they are published, oldest first, one for each finding: a later
	// revision takes the place of an earlier one. IDs are their ids, in the same order.
	Findings []json.RawMessage `json:"findings,omitempty"`
	IDs      []string          `json:"ids,omitempty"`
	// Sending are those that are on their way: taken, and not known to have arrived.
	Sending []json.RawMessage `json:"sending,omitempty"`
	// Telling is until when somebody is at sending them.
	Telling time.Time `json:"telling,omitzero"`
}

// mostInDigest and bytesInDigest bound what one message, and one item of the ledger, has to
// hold. (Twice that: what has joined, and what is on its way.)
const (
	mostInDigest  = 60
	bytesInDigest = 150 << 10
)

// DigestKey is the key of the digest that a finding joins: that of its account, actor,
// drift and status. What is open is not mixed with what is over. All sessions of a role are
// one actor: the name of a session is the caller's choice, and so would be the number of mails.
func DigestKey(f finding.Finding) string {
	actor := f.Actor
	if f.OpenedBy != nil {
		actor = f.OpenedBy.Actor
	}
	who := actor.ARN + actor.Name
	if role, session := strings.LastIndexByte(actor.ARN, '/'), strings.Contains(actor.ARN, ":assumed-role/"); session && role > 0 {
		who = actor.ARN[:role]
	}
	return key("digest", f.Account, string(f.Drift), string(f.Status), who)
}

// Join adds a finding to the digest. It is false where the digest is full.
func (d Digest) Join(id string, text []byte, now time.Time) (Digest, bool) {
	d.Findings, d.IDs = slices.Clone(d.Findings), slices.Clone(d.IDs)
	if i := slices.Index(d.IDs, id); i >= 0 {
		d.Findings[i] = text
		return d, true
	}
	size := len(text)
	for _, f := range d.Findings {
		size += len(f)
	}
	if len(d.IDs) >= mostInDigest || size > bytesInDigest && len(d.IDs) > 0 {
		return d, false
	}
	if len(d.IDs) == 0 {
		d.Due = now.Add(Window)
	}
	d.Findings, d.IDs = append(d.Findings, text), append(d.IDs, id)
	return d, true
}

// Take moves what has joined on its way.
func (d Digest) Take() Digest {
	d.Sending = append(slices.Clone(d.Sending), d.Findings...)
	d.Findings, d.IDs, d.Due = nil, nil, time.Time{}
	return d
}

// Sent forgets the first n of what was on its way: they have arrived.
func (d Digest) Sent(n int) Digest {
	d.Sending, d.Telling = slices.Clone(d.Sending[min(n, len(d.Sending)):]), time.Time{}
	return d
}

// Claimed is the digest while somebody is at sending it.
func (d Digest) Claimed(until time.Time) Digest {
	d.Telling = until
	return d
}

// Stored is the digest as the ledger has it: under a key, at a version.
func (d Digest) Stored(key string, version int64) Digest {
	d.Key, d.Version = key, version
	return d
}
