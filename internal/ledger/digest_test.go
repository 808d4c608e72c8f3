package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
)

// Ensure that a digest that cannot be sent for days does not outgrow an item of DynamoDB, that it
// loses nothing, and that what waits is sent next.
func TestADigestThatIsRefusedStaysSmall(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	var d Digest
	joined := 0
	for day := range 30 {
		for n := range maxInDigest {
			text := fmt.Appendf(nil, `{"id":"%d-%d","x":"%s"}`, day, n, bytes.Repeat([]byte("x"), 2<<10))
			next, ok := d.Join(fmt.Sprint(day, "-", n), text, now)
			if !ok {
				break
			}
			d, joined = next, joined+1
		}
		d = d.Take().Claimed(now).Sent(0)
		all, err := json.Marshal(d)
		if err != nil || len(all) > 390<<10 {
			t.Fatalf("day %d: %d bytes, %v", day, len(all), err)
		}
	}
	sent := map[string]bool{}
	for range 5 {
		d = d.Take()
		for _, text := range d.Sending {
			var f struct{ ID string }
			if err := json.Unmarshal(text, &f); err != nil || sent[f.ID] {
				t.Fatalf("%s was sent before, or %v", f.ID, err)
			}
			sent[f.ID] = true
		}
		d = d.Sent(len(d.Sending))
	}
	if joined < maxInDigest || len(sent) != joined || len(d.IDs) > 0 {
		t.Errorf("%d of %d findings were sent, %d wait", len(sent), joined, len(d.IDs))
	}
}

// Ensure that what waits is sent together with what was refused where both fit in one message.
func TestADigestThatIsRefusedTakesMore(t *testing.T) {
	d, _ := Digest{}.Join("a", []byte("1"), time.Time{})
	d, _ = d.Take().Sent(0).Join("b", []byte("2"), time.Time{})
	if d = d.Take(); len(d.Sending) != 2 || len(d.IDs) != 0 {
		t.Errorf("%+v", d)
	}
}

// Ensure that no actor's name makes one topic's digest another's: anyone can choose a session name.
func TestDigestsOfTopicsHaveDifferentKeys(t *testing.T) {
	const shop, data = "arn:aws:sns:us-east-1:123456789012:shop", "arn:aws:sns:us-east-1:123456789012:data"
	keys := map[string]string{}
	for _, topic := range []string{"", shop, data} {
		for _, name := range []string{"", "eve", shop, data, "#" + shop, shop + "#", shop + "#eve", "owners-digest"} {
			f := finding.Finding{Account: "123456789012", Drift: finding.Missing, Status: finding.Open, Actor: finding.Actor{Name: name}}
			key, this := DigestKey(f, topic), fmt.Sprintf("%q %q", topic, name)
			if other, taken := keys[key]; taken {
				t.Errorf("%s and %s have the key %s", this, other, key)
			}
			keys[key] = this
			if AccountOf(key) != f.Account {
				t.Errorf("the account of %s is %q", key, AccountOf(key))
			}
		}
	}
}
