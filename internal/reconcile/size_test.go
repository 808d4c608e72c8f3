package reconcile_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/trail"
)

// maxItem is the size of an item that DynamoDB accepts, with some room for its attributes.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#limits-items
const maxItem = 350 << 10

// No actor can make a ledger item so large that nothing more is recorded or reported: by
// documents full of white space, a long user agent, or endless calls, whether or not findings
// can be published.
func TestItemsFitTheLedger(t *testing.T) {
	padded := func(n int) []byte {
		return fmt.Appendf(nil, `{"Version": "2012-10-17", %s "Statement": [{"Sid": "a%d", "Effect": "Allow", "Action": "*", "Resource": "*"}]}`, strings.Repeat(" ", 99_000), n)
	}
	for _, c := range []struct {
		name   string
		rounds int
		config string
		do     func(w *world, n int, at time.Time) []trail.Change
	}{
		{"flips", 400, "", func(_ *world, _ int, at time.Time) []trail.Change {
			return []trail.Change{removeAt(at, "app"), putBoundary(at.Add(2*time.Second), "app", boundary)}
		}},
		{"padded documents", 40, "", func(w *world, n int, at time.Time) []trail.Change {
			w.policies[boundary] = state(boundary, padded(n))
			return []trail.Change{eventAt(at, "CreatePolicyVersion", fmt.Sprintf(`{"policyArn": %q, "setAsDefault": true, "policyDocument": %q}`, boundary, padded(n)))}
		}},
		{"versions of a policy that nobody approved", 40, unapproved, func(w *world, n int, at time.Time) []trail.Change {
			document := func(n int) []byte {
				return fmt.Appendf(nil, `{"Version": "2012-10-17", "Statement": [{"Sid": "a%d", "Effect": "Allow", "Action": "s3:%s", "Resource": "*"}]}`, n, strings.Repeat("x", 6000))
			}
			w.policies[boundary] = state(boundary, document(n), document(n+1))
			return []trail.Change{eventAt(at, "CreatePolicyVersion", fmt.Sprintf(`{"policyArn": %q, "setAsDefault": true, "policyDocument": %q}`, boundary, document(n+1)))}
		}},
		{"calls on one who is exempt", 400, sparing, func(_ *world, _ int, at time.Time) []trail.Change {
			return []trail.Change{eventAt(at, "AttachRolePolicy", `{"roleName": "named"}`)}
		}},
	} {
		for _, told := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, told %v", c.name, told), func(t *testing.T) {
				w := newWorld(t)
				w.role("app", boundary)
				w.role("named", "")
				w.config = c.config
				at := start
				for n := range c.rounds {
					for _, e := range c.do(w, n, at) {
						e.Actor.UserAgent = strings.Repeat("x", 10_000)
						w.deliver(e)
					}
					at = at.Add(10 * time.Second)
					w.pass(10 * time.Second)
					if told {
						w.report()
					}
					for key, row := range w.rows {
						if len(row) > maxItem {
							t.Fatalf("%s has %d bytes after %d rounds", key, len(row), n+1)
						}
					}
				}
			})
		}
	}
}
