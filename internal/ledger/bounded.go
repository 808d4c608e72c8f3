package ledger

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/ringfence/ringfence/internal/target"
)

// What others write can be large: a policy document has up to 131,072 characters of which
// IAM counts none that is white space, and the caller chooses the user agent. Neither an
// item nor the message in which an entry may have to wait has room for much of that.
const (
	mostDocument = 12 << 10
	mostText     = 512
)

// Bounded is the entry without what is too large to be kept. A document is evidence until it
// was compared; the one that was in force is kept for what changed in it, where it fits.
func (e Entry) Bounded() Entry {
	e.Light = bounded(e.Light)
	if len(e.Evidence) > 0 {
		all := make([]Evidence, len(e.Evidence))
		for n, v := range e.Evidence {
			v.Cause, v.Decision = bounded(v.Cause), v.Decision.Keeps(none)
			all[n] = v
		}
		e = e.Shows(all)
	}
	e.Decision = e.Decision.Keeps(short)
	return e
}

func bounded(c target.Cause) target.Cause {
	c.Document, c.Made = nil, nil
	for _, text := range []*string{&c.Actor.ARN, &c.Actor.Name, &c.Actor.Type, &c.Actor.SourceIP, &c.Actor.UserAgent} {
		if len(*text) > mostText {
			*text = strings.ToValidUTF8((*text)[:mostText], "") + "…"
		}
	}
	return c
}

func none([]byte) []byte { return nil }

// short is a document without its white space, nil where it is too large all the same.
func short(document []byte) []byte {
	var out bytes.Buffer
	if json.Compact(&out, document) != nil || out.Len() > mostDocument {
		return nil
	}
	return out.Bytes()
}
