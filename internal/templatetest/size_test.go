package templatetest_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// IAM accepts 10,240 characters in a role's inline policies, white space not counted. They fit
// even if all names are long, the partition has the longest name, and the parameter has as many
// boundaries as possible. A schedule's name has at most 64 characters.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
func TestPoliciesOfRolesFit(t *testing.T) {
	most := int(readTemplate(t, templateFile).Parameters["ConfiguredBoundaryArns"]["MaxLength"].(float64))
	var list string
	for i := 0; ; i++ {
		next := list + ",arn:aws-us-gov:iam::" + account + ":policy/" + strings.Repeat(string(rune('a'+i)), 24)
		if len(strings.TrimPrefix(next, ",")) > most {
			break
		}
		list = next
	}
	s := deploy(t, translatedFile, map[string]any{"ConfiguredBoundaryArns": strings.TrimPrefix(list, ","), "ConfigRule": "true"})
	s.values["AWS::StackName"] = strings.Repeat("n", 64-len("-control-base-canary"))
	for _, id := range s.ofType("AWS::IAM::RolePolicy") {
		text, err := json.Marshal(s.properties(id)["PolicyDocument"])
		if err != nil {
			t.Fatal(err)
		}
		size := len(strings.NewReplacer("arn:aws:", "arn:aws-us-gov:", region, "us-gov-west-1", " ", "").Replace(string(text)))
		t.Logf("%s: %d", id, size)
		if size > 10240 {
			t.Errorf("%s may have %d characters", id, size)
		}
	}
}
