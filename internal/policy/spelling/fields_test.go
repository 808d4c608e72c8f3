package spelling

import (
	"strings"
	"testing"
)

func TestFields(t *testing.T) {
	known := []string{"id", "request", "identityPolicies"}
	for object, want := range map[string]string{
		`{"id":1,"request":{"foo":1},"identityPolicies":[{"id":1}]}`: "",
		`{}`:                              "",
		`[]`:                              "",
		`x`:                               "",
		`{"id":1,"foo":{"bar":1}}`:        `unknown field "foo" here: the fields are id, request, identityPolicies`,
		`{"identityPolicy":[]}`:           `unknown field "identityPolicy" here: is it "identityPolicies"?`,
		`{"IDENTITYPOLICIES":[]}`:         `unknown field "IDENTITYPOLICIES" here: is it "identityPolicies"?`,
		`{"":1}`:                          `unknown field "" here`,
		`{"id":1,"request":{},"id":2}`:    `field "id" here is there twice`,
		`{"id":1,"i\u0064":{},"z":2}`:     `field "id" here is there twice`,
		`{"request":{"id":1},"request":{`: "",
	} {
		err := Fields(" here", []byte(object), known...)
		if (err != nil) != (want != "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", object, err, want)
		}
	}
}
