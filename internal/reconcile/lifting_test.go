package reconcile_test

import (
	"slices"
	"testing"

	"github.com/ringfence/ringfence/internal/target"
)

// If a restore allows more, even if it only removes an explicit denial, principals that carry
// the policy because another rule accepts it are looked at again. If it only takes away, they
// are not.
func TestARestoreThatRemovesADenialCausesAWalk(t *testing.T) {
	const (
		all   = `{"Effect": "Allow", "Action": "*", "Resource": "*"}`
		s3    = `{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}`
		s3Get = `{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}`
		noSQS = `{"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}`
		noS3  = `{"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"}`
	)
	document := func(statements string) []byte {
		return []byte(`{"Version": "2012-10-17", "Statement": [` + statements + `]}`)
	}
	for name, c := range map[string]struct {
		approved, live string
		walks          bool
	}{
		"it allowed more":                          {s3, all, false},
		"it allowed more, and denied more":         {s3, all + "," + noSQS, true},
		"it allowed more, and denied the same":     {s3 + "," + noSQS, all + "," + noSQS, false},
		"it allowed the same, and denied less":     {s3 + "," + noSQS, s3, false},
		"it allowed less, and denied less":         {s3 + "," + noSQS, s3Get, true},
		"it allowed other things":                  {s3, all + "," + noS3, true},
		"it allowed the same, and denied the same": {s3 + "," + noSQS, noSQS + "," + s3, false},
	} {
		w := newWorld(t)
		w.approved = document(c.approved)
		w.policies[boundary] = state(boundary, document(c.live))
		w.look(policyEvent("TagPolicy", ""))
		if live, _ := w.policies[boundary].Default(); name != "it allowed the same, and denied the same" && string(live.Document) != string(w.approved) {
			t.Errorf("%s: the policy says %s", name, live.Document)
		}
		walks := slices.ContainsFunc(w.later, func(l later) bool { return l.work.Target.Kind == target.Walk })
		if walks != c.walks {
			t.Errorf("%s: a walk is asked for: %v", name, walks)
		}
	}
}
