package compare

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/catalog"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// sampler draws requests that documents are likely to tell apart: made of their own
// actions, resources and condition values.
type sampler struct {
	*rand.Rand
	actions, resources []string
	keys               map[string][]string
	names              []string
}

func newSampler(docs ...*policy.Document) *sampler {
	s := &sampler{
		Rand:      rand.New(rand.NewPCG(1, 2)),
		actions:   []string{"s3:GetObject", "iam:CreateUser", "ec2:RunInstances", "sts:AssumeRole", "new:Action"},
		resources: []string{"*", "arn:aws:s3:::other/x", "arn:aws:iam::123456789012:role/x"},
		keys:      map[string][]string{"aws:username": {"alice"}, "aws:PrincipalTag/project": {"p"}, "aws:PrincipalOrgID": {"o"}},
	}
	fill := func(list []string, v string) []string {
		for _, star := range []string{"", "x", "us-east-1", "123456789012"} {
			filled := strings.NewReplacer("*", star, "${aws:username}", "alice", "${aws:PrincipalTag/project}", "p", "${aws:PrincipalOrgID}", "o").Replace(v)
			list = append(list, filled, filled+"x")
		}
		return list
	}
	for _, d := range docs {
		for i := range d.Statements {
			st := &d.Statements[i]
			for _, a := range st.Action.Values {
				s.actions = fill(s.actions, a)
			}
			for _, r := range st.Resource.Values {
				s.resources = fill(s.resources, r)
			}
			for _, c := range st.Conditions {
				for _, v := range c.Values {
					s.keys[c.Key] = fill(append(s.keys[c.Key], "true", "false", "10.1.2.3", "5000"), v)
				}
			}
		}
	}
	for key, list := range s.keys {
		s.keys[key] = slices.DeleteFunc(list, func(v string) bool { return !possible(key, v) })
		if len(s.keys[key]) == 0 || presence(key) == catalog.Never {
			delete(s.keys, key)
		}
	}
	s.names = sortedKeys(s.keys)
	return s
}

func (s *sampler) request() (action, resource string, c eval.Context) {
	pick := func(list []string) string { return list[s.IntN(len(list))] }
	for _, key := range s.names {
		for first := presence(key) == catalog.Always; first || s.IntN(3) > 0; first = false {
			c.Add(key, pick(s.keys[key]))
			if s.IntN(8) > 0 || catalog.ValuesOf(key).Number != catalog.Multivalued {
				break
			}
		}
	}
	return pick(s.actions), pick(s.resources), c
}

// TestEditsHoldForSamples draws requests against what is said of realistic edits.
func TestEditsHoldForSamples(t *testing.T) {
	differ := 0
	for _, e := range edits(t, 12) {
		r := Compare(Compile(e.before), Compile(e.after))
		before, after := eval.Compile(e.before), eval.Compile(e.after)
		s := newSampler(e.before, e.after)
		for range 1500 {
			action, resource, c := s.request()
			one, other := before.Alone(action, resource, &c), after.Alone(action, resource, &c)
			was, is := one.Outcome == eval.Allow, other.Outcome == eval.Allow
			if was == is || one.Uncertain || other.Uncertain {
				continue
			}
			differ++
			if was && r.AWithinB == Proven || is && r.BWithinA == Proven {
				t.Fatalf("%s is %s, but %s on %s with %v: %v before, %v after", e.name, r.Relation, action, resource, c, was, is)
			}
		}
	}
	if differ < 1000 {
		t.Errorf("only %d samples show a difference", differ)
	}
}
