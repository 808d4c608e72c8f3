package ledger

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/ringfence/ringfence/internal/target"
)

// Text from outside can be large: a policy document has up to 131,072 characters, since IAM
// does not count white space, and the caller chooses the user agent. An item, and the queue
// message in which an entry may have to wait, have little room.
const (
	maxDocument = 12 << 10
	maxText     = 512
)

// Bounded returns the entry without text that is too large to keep. A document is needed only
// until it is compared; the one that was in force is kept to show what changed, if it fits.
func (e Entry) Bounded() Entry {
	e.Trigger = bounded(e.Trigger)
	if len(e.Evidence) > 0 {
		all := make([]Evidence, len(e.Evidence))
		for n, v := range e.Evidence {
			v.Cause, v.Decision = bounded(v.Cause), v.Decision.MapDocuments(none)
			all[n] = v
		}
		e = e.WithEvidence(all)
	}
	e.Decision = e.Decision.MapDocuments(short)
	return e
}

func bounded(c target.Cause) target.Cause {
	c.Document, c.Made = nil, nil
	for _, text := range []*string{
		&c.Actor.ARN, &c.Actor.Name, &c.Actor.Type, &c.Actor.SourceIP, &c.Actor.UserAgent, &c.Actor.AccessKeyID, &c.Actor.SessionIssuer,
	} {
		if len(*text) > maxText {
			*text = strings.ToValidUTF8((*text)[:maxText], "") + "…"
		}
	}
	return c
}

func none([]byte) []byte { return nil }

// short returns a document without white space, or nil if it is still too large.
func short(document []byte) []byte {
	var out bytes.Buffer
	if json.Compact(&out, document) != nil || out.Len() > maxDocument {
		return nil
	}
	return out.Bytes()
}
