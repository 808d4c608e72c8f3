package compare

import (
	"fmt"
	"slices"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/constraint"
)

// The documents of the worked example.
const (
	exampleA = `{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
		{"Effect": "Deny", "Action": "s3:Delete*", "Resource": "*",
		 "Condition": {"StringNotEquals": {"aws:username": "admin"}}},
		{"Effect": "Allow", "Action": "iam:Get*", "Resource": "*"}]}`
	exampleB = `{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
		{"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*",
		 "Condition": {"StringNotEquals": {"aws:username": "admin"}}},
		{"Effect": "Allow", "Action": "iam:Get*", "Resource": "*",
		 "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}]}`
)

// The worked example of the package comment.
func ExampleCompare() {
	a, errA := policy.Parse([]byte(exampleA))
	b, errB := policy.Parse([]byte(exampleB))
	if errA != nil || errB != nil {
		fmt.Println(errA, errB)
		return
	}
	r := Compare(Compile(a), Compile(b))
	fmt.Println(r.Relation)
	fmt.Println("only A allows", r.ANotB)
	fmt.Println("only B allows", r.BNotA)

	// Output:
	// incomparable
	// only A allows iam:GetRole on arn:aws:iam::123456789012:role/example with map[]
	// only B allows s3:DeleteObject on arn:aws:s3:::example/example with map[]
}

// TestStepsOfTheExample checks what the package comment says of scope, classes and cells.
func TestStepsOfTheExample(t *testing.T) {
	s := newSession(Layer{compile(t, []byte(exampleA))}, Layer{compile(t, []byte(exampleB))})
	for _, c := range []struct {
		question question
		scope    string
	}{{question{[]int{0}, 1}, "iam:get*"}, {question{[]int{1}, 0}, "s3:delete*"}} {
		in := s.reach(c.question)
		var wanted []string
		for i, is := range in.wanted {
			if is {
				wanted = append(wanted, s.actions.globs[i].text)
			}
		}
		if in.everything || !slices.Equal(wanted, []string{c.scope}) {
			t.Errorf("the scope is %v, want %s alone", wanted, c.scope)
		}
	}
	question := question{[]int{0}, 1}
	classes := map[string]bits{}
	w := &walker{actions: s.actions, scope: s.reach(question), budget: s.space.Budget, visit: func(rules bits, _ []byte) bool {
		classes[string(rules.appendTo(nil))] = slices.Clone(rules)
		return false
	}}
	w.walk(w.stopped)
	if len(classes) != 1 {
		t.Fatalf("%d classes", len(classes))
	}
	for _, class := range classes {
		allow, _ := s.matching(class, 0)
		otherAllow, _ := s.matching(class, 1)
		cells := slices.Collect(s.cells(question, class))
		if len(cells) != 1 || !slices.Equal(cells[0].Must, allow) || !slices.Equal(cells[0].Not, otherAllow) {
			t.Fatalf("the cells are %v", cells)
		}
		if !s.space.Always(allow[0]) || s.space.Always(otherAllow[0]) {
			t.Error("the bodies are not those of the example")
		}
		candidates := 0
		constraint.NewSearch(s.space, func(*constraint.Candidate) bool {
			candidates++
			return false
		}).Run(cells[0])
		if candidates != 1 {
			t.Errorf("%d candidates", candidates)
		}
	}
}
