package reconcile_test

import "testing"

// The finding shows the document that was replaced, even if the second read of the policy is
// newer than the first. A policy that is as approved is not written.
func TestAPolicyIsReadAgainBeforeItIsRestored(t *testing.T) {
	denies := []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}, {"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}]}`)
	other := []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]}`)
	for name, c := range map[string]struct {
		newer  []byte
		writes int
		told   string
	}{
		"approved by now, and it denies more": {denies, 0, ""},
		"something else by now":               {other, 1, "incomparable"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.policies[boundary] = state(boundary, approved, anything)
			reads := 0
			w.fail = func(call, about string) error {
				if call == "policy" && about == boundary {
					if reads++; reads == 2 {
						w.policies[boundary] = state(boundary, approved, anything, c.newer)
					}
				}
				return nil
			}
			w.deliver(policyEvent("SetDefaultPolicyVersion", `, "versionId": "v2"`))
			w.report()
			if len(w.writes) != c.writes {
				t.Errorf("%d writes: %+v", len(w.writes), w.writes)
			}
			for _, f := range w.events {
				if c.told != "" && (f.Relation != c.told || f.GivesUp == nil) {
					t.Errorf("%s, and grants %v: %s", f.Relation, f.GivesUp, f.Reason)
				}
			}
		})
	}
}
