package templatetest_test

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/ownparts"
)

// comparedBySweeps are the types that a sweep compares with the template, because CloudFormation
// cannot do it, or not well.
var comparedBySweeps = []string{
	"AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::Lambda::EventSourceMapping", "AWS::SNS::Topic", "AWS::SNS::TopicPolicy",
	"AWS::SQS::Queue", "AWS::SQS::QueuePolicy",
}

// A sweep expects of the parts what the template says.
func TestWhatSweepsExpectIsTheTemplate(t *testing.T) {
	s := single(t)
	var kept map[string]struct {
		Type       string
		Properties map[string]any
	}
	text, err := os.ReadFile("../ownparts/parts.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &kept); err != nil {
		t.Fatal(err)
	}
	for id, r := range s.Resources {
		if slices.Contains(comparedBySweeps, r.Type) {
			if diff := cmp.Diff(r.Properties, kept[id].Properties); diff != "" {
				t.Errorf("%s (-template +expected): make translate\n%s", id, diff)
			}
		}
	}
	for id, k := range kept {
		for name, v := range k.Properties {
			if diff := cmp.Diff(s.Resources[id].Properties[name], v); diff != "" {
				t.Errorf("%s, %s (-template +expected): make translate\n%s", id, name, diff)
			}
		}
	}
}

// The function knows the name of each part, and enforce, which reports it, knows it as Ringfence's
// own.
func TestSweepsCompareAllThatCloudFormationDoesNot(t *testing.T) {
	s := full(t)
	stack := s.settings("Sweep").Stack
	parts, err := ownparts.Expected(stack)
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, kind := range []string{"AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::SQS::Queue"} {
		for _, id := range s.ofType(kind) {
			want = append(want, s.attribute(id, "Arn"))
		}
	}
	for _, id := range s.ofType("AWS::SNS::Topic") {
		want = append(want, s.ref(id).(string))
	}
	for _, id := range functions {
		want = append(want, s.attribute(id+"Function", "Arn"))
	}
	for _, p := range parts {
		got = append(got, p.ARN)
		if touch, own := s.settings("Enforce").Control.Drifted(p.ARN, "Policy"); !own || !touch.Found {
			t.Errorf("enforce would not report %s", p.ARN)
		}
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +compared):\n%s", diff)
	}
}
