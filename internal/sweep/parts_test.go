package sweep_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/ownparts"
	"github.com/ringfence/ringfence/internal/sweep"
	"github.com/ringfence/ringfence/internal/target"
)

// looks are the states of the parts, look by look.
type looks struct {
	differ [][]ownparts.Difference
	unread []error
	taken  int
}

func (l *looks) Differences(context.Context) ([]ownparts.Difference, []error) {
	l.taken++
	return l.differ[min(l.taken, len(l.differ))-1], l.unread
}

func differs(arn string, properties ...string) ownparts.Difference {
	return ownparts.Difference{ARN: arn, Properties: properties}
}

// compare lets a sweep of an empty account compare the parts, and returns what it hands over.
func compare(t *testing.T, l *looks) (st sweep.State, handed []target.Target) {
	t.Helper()
	w := newWorld(t, 1)
	w.sweeper.Parts = l
	st = sweep.State{Started: w.now, Phase: sweep.OwnParts}
	for range 3 {
		if err := st.Check(); err != nil {
			t.Fatal(err)
		}
		next, after, err := w.sweeper.Step(t.Context(), st)
		if err != nil {
			t.Fatal(err)
		}
		if st = next; st.Finished() {
			break
		}
		if after < 2*time.Minute || after > 15*time.Minute { // SQS delays no message longer
			t.Errorf("looks again after %v", after)
		}
		if len(w.handed) > 0 {
			t.Error("it is told at the first look")
		}
	}
	for _, work := range w.handed {
		handed = append(handed, work.Target)
	}
	return st, handed
}

func TestARepeatedDifferenceIsReported(t *testing.T) {
	const queue, topic = "arn:aws:sqs:us-east-1:123456789012:ringfence-events", "arn:aws:sns:us-east-1:123456789012:ringfence-findings"
	part := func(arn, in string) target.Target {
		return target.Target{Kind: target.Control, Partition: "aws", Account: "123456789012", ARN: arn, Differs: in}
	}
	for name, c := range map[string]struct {
		looks looks
		taken int
		want  []target.Target
	}{
		"nothing":           {looks{differ: [][]ownparts.Difference{nil}}, 1, nil},
		"the same":          {looks{differ: [][]ownparts.Difference{{differs(queue, "Policy", "RedrivePolicy"), differs(topic, "Policy")}}}, 2, []target.Target{part(queue, "Policy, RedrivePolicy"), part(topic, "Policy")}},
		"a deployment":      {looks{differ: [][]ownparts.Difference{{differs(queue, "Policy")}, nil}}, 2, nil},
		"another part":      {looks{differ: [][]ownparts.Difference{{differs(queue, "Policy")}, {differs(topic, "Policy")}}}, 2, nil},
		"another property":  {looks{differ: [][]ownparts.Difference{{differs(queue, "Policy")}, {differs(queue, "RedrivePolicy")}}}, 2, nil},
		"one of two":        {looks{differ: [][]ownparts.Difference{{differs(queue, "DelaySeconds", "Policy")}, {differs(queue, "Policy", "RedrivePolicy")}}}, 2, []target.Target{part(queue, "Policy")}},
		"and some not read": {looks{differ: [][]ownparts.Difference{{differs(queue, "Policy")}}, unread: []error{errors.New("DescribeKey: no")}}, 2, []target.Target{part(queue, "Policy")}},
	} {
		st, handed := compare(t, &c.looks)
		if diff := cmp.Diff(c.want, handed); diff != "" || st.Phase != sweep.Done || st.Differ != len(c.want) || len(st.Parts) > 0 || c.looks.taken != c.taken {
			t.Errorf("%s: %+v after %d looks (-want +handed):\n%s", name, st, c.looks.taken, diff)
		}
		if len(c.looks.unread) > 0 && !slices.Equal(st.Unread, []string{"DescribeKey: no"}) {
			t.Errorf("%s: unread %v", name, st.Unread)
		}
	}
}
