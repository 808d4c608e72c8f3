package templatetest_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// IAM accepts 10,240 characters in a role's inline policies, and 6,144 in a managed policy, white
// space not counted. They fit even if all names are long, the partition has the longest name, and
// the parameter has as many boundaries as possible. In an organization three boundaries fewer fit,
// and a quarter fewer with the longest path of Ringfence's own roles. A schedule's name has at most 64 characters.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
func TestPoliciesOfRolesFit(t *testing.T) {
	most := int(readTemplate(t, templateFile).Parameters["ConfiguredBoundaryArns"]["MaxLength"].(float64))
	for what, c := range map[string]struct {
		most       int
		parameters map[string]any
	}{
		"one account":     {most, nil},
		"an organization": {most - 200, map[string]any{"OrganizationId": organizationID, "ExternalId": externalID}},
		"a long path": {most * 3 / 4, map[string]any{
			"OrganizationId": organizationID, "ExternalId": externalID, "RoleBoundaryArn": team,
			"RolePath": "/" + strings.Repeat("p", 62) + "/", "RoleNamePrefix": "",
		}},
	} {
		var list string
		for i := 0; ; i++ {
			next := list + ",arn:aws-us-gov:iam::" + account + ":policy/" + strings.Repeat(string(rune('a'+i)), 24)
			if len(strings.TrimPrefix(next, ",")) > c.most {
				break
			}
			list = next
		}
		// The topics are as long as the parameter allows.
		topic := ",arn:aws-us-gov:sns:us-gov-west-1:" + account + ":" + strings.Repeat("t", 40)
		topics := strings.TrimPrefix(strings.Repeat(topic, int(readTemplate(t, templateFile).Parameters["OwnerTopicArns"]["MaxLength"].(float64))/len(topic)), ",")
		parameters := map[string]any{"OwnerTopicArns": topics, "ConfiguredBoundaryArns": strings.TrimPrefix(list, ","), "ConfigRule": "true", "SecurityHub": "true"}
		maps.Copy(parameters, c.parameters)
		s := deploy(t, translatedFile, parameters)
		s.values["AWS::StackName"] = strings.Repeat("n", 64-len("-control-base-canary"))
		for _, id := range slices.Concat(s.ofType("AWS::IAM::RolePolicy"), s.ofType("AWS::IAM::ManagedPolicy")) {
			limit := 10240
			if s.Resources[id].Type == "AWS::IAM::ManagedPolicy" {
				limit = 6144
			}
			text, err := json.Marshal(s.properties(id)["PolicyDocument"])
			if err != nil {
				t.Fatal(err)
			}
			size := len(strings.NewReplacer("arn:aws:", "arn:aws-us-gov:", region, "us-gov-west-1", " ", "").Replace(string(text)))
			t.Logf("%s, %s: %d", what, id, size)
			if size > limit {
				t.Errorf("%s: %s may have %d characters", what, id, size)
			}
		}
	}
}
