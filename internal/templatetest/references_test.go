package templatetest_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Every reference resolves, with and without each optional part.
func TestEveryReferenceResolves(t *testing.T) {
	for _, path := range []string{templateFile, translatedFile} {
		for _, parameters := range []map[string]any{
			{"RequiredBoundaryArn": team, "AlertEmail": "a@example.com", "OperatorRoleArn": operator, "SecondTopicArn": "arn:aws:sns:us-east-1:210987654321:alarms", "ConfigRule": "true"},
			{"RequiredBoundaryArn": team, "ReserveConcurrency": "false"},
			{"ConfiguredBoundaryArns": team + "," + team + "2", "Architecture": "x86_64"},
		} {
			s := deploy(t, path, parameters)
			for id, r := range s.Resources {
				s.resolve(any(r.Properties))
				if r.Condition != "" && s.Conditions[r.Condition] == nil {
					t.Errorf("%s: there is no condition %s", id, r.Condition)
				}
				for _, other := range strings.Fields(strings.Trim(fmt.Sprint(r.DependsOn), "[]")) {
					if _, ok := s.Resources[other]; !ok && r.DependsOn != nil {
						t.Errorf("%s depends on %s, which is nothing", id, other)
					}
				}
			}
			for _, o := range s.Outputs {
				s.resolve(o["Value"])
			}
		}
	}
}

// A part that always exists must not refer to one that exists only under a condition.
func TestNoReferenceToWhatMayNotExist(t *testing.T) {
	s := single(t)
	for id, r := range s.Resources {
		for other := range references(s, unconditional(s, r.Properties)) {
			if c := s.Resources[other].Condition; c != "" && c != r.Condition {
				t.Errorf("%s refers to %s, which exists only if %s", id, other, c)
			}
		}
	}
}

// unconditional returns a value as it is if no condition holds: the part that always applies.
func unconditional(s *stack, v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = unconditional(s, e)
		}
		return out
	case map[string]any:
		if fn, arg := s.function(v); fn == "Fn::If" {
			if l := arg.([]any); optional[l[0].(string)] {
				return unconditional(s, l[2])
			}
		}
		out := map[string]any{}
		for k, e := range v {
			out[k] = unconditional(s, e)
		}
		return out
	}
	return v
}

// optional are the conditions of resources to which others refer only under the same condition.
var optional = map[string]bool{"HasRoleBoundary": true}

// Every parameter, condition and resource is used.
func TestNothingIsUnused(t *testing.T) {
	s := deploy(t, templateFile, map[string]any{"RequiredBoundaryArn": team})
	used := map[string]bool{}
	for _, part := range []any{s.Conditions, s.Rules} {
		for r := range references(s, part) {
			used[r] = true
		}
	}
	for _, r := range s.Resources {
		used[r.Condition] = true
		for other := range references(s, any(r.Properties)) {
			used[other] = true
		}
	}
	for _, o := range s.Outputs {
		for other := range references(s, any(o)) {
			used[other] = true
		}
	}
	for p := range s.Parameters {
		if !used[p] {
			t.Errorf("parameter %s is used nowhere", p)
		}
	}
	for c := range s.Conditions {
		if !used[c] {
			t.Errorf("condition %s is used nowhere", c)
		}
	}
}

var inSub = regexp.MustCompile(`\$\{([A-Za-z0-9:]+)(\.[A-Za-z]+)?\}`)

// references returns the names that a value refers to.
func references(s *stack, v any) map[string]bool {
	out := map[string]bool{}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			switch fn, arg := s.function(v); fn {
			case "Ref", "Condition":
				out[arg.(string)] = true
			case "Fn::GetAtt":
				out[arg.([]any)[0].(string)] = true
			case "Fn::Sub":
				text, own := subArguments(arg)
				for _, m := range inSub.FindAllStringSubmatch(text, -1) {
					if _, is := own[m[1]]; !is {
						out[m[1]] = true
					}
				}
			case "Fn::If":
				out[arg.([]any)[0].(string)] = true
			}
			for _, e := range v {
				walk(e)
			}
		}
	}
	walk(v)
	return out
}

// The console explains each parameter, and rejects values that would not work.
func TestParametersAreExplainedAndChecked(t *testing.T) {
	s := deploy(t, templateFile, map[string]any{"RequiredBoundaryArn": team})
	for p, declared := range s.Parameters {
		if len(fmt.Sprint(declared["Description"])) < 20 {
			t.Errorf("%s has no description to speak of", p)
		}
		if declared["Default"] == nil {
			t.Errorf("%s has no default", p)
		}
		if declared["AllowedPattern"] == nil && declared["AllowedValues"] == nil && declared["MinValue"] == nil {
			t.Errorf("%s takes anything", p)
		}
	}
	s.checkPatterns(t, map[string]values{
		"RequiredBoundaryArn": {
			good: []string{"", team, "arn:aws-cn:iam::123456789012:policy/a/b/c", "arn:aws:iam::aws:policy/job-function/Billing", "arn:aws-us-gov:iam::123456789012:policy/x"},
			bad:  []string{"team-boundary", "arn:aws:iam::123456789012:role/x", "arn:aws:iam::12345:policy/x", team + "," + team, "arn:aws:iam::123456789012:policy/*", "arn:aws:iam::123456789012:policy/", team + " "},
		},
		"ConfiguredBoundaryArns": {
			good: []string{"", team, team + "," + team, team + ",arn:aws:iam::aws:policy/AWSDenyAll"},
			bad:  []string{"x", team + ",", "," + team, team + ", " + team, team + ",*", "arn:aws:iam::123456789012:policy/*"},
		},
		"SecondTopicArn": {
			good: []string{"", "arn:aws:sns:us-east-1:210987654321:alarms", "arn:aws-us-gov:sns:us-gov-west-1:210987654321:a_b-c"},
			bad:  []string{"alarms", "arn:aws:sns:us-east-1:210987654321:*", "arn:aws:sns:us-east-1:210987654321:a.fifo", "arn:aws:sqs:us-east-1:210987654321:alarms", "arn:aws:sns:us-east-1::alarms"},
		},
		"OwnerTopicArns": {
			good: []string{"", shopTopic, shopTopic + "," + dataTopic},
			bad:  []string{"shop", shopTopic + ",", shopTopic + ", " + dataTopic, "*", "arn:aws:sns:us-east-1:111122223333:*", "arn:aws:sns:us-east-1:*:shop", "arn:aws:sns:*:111122223333:shop", shopTopic + ".fifo", "arn:aws:sns:us-east-1:${account}:shop"},
		},
		"OperatorRoleArn": {
			good: []string{"", "arn:aws:iam::123456789012:role/operator", "arn:aws-cn:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Ops_0123456789abcdef"},
			bad:  []string{"operator", "*", "arn:aws:iam::123456789012:role/*", "arn:aws:iam::*:role/x", "arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:user/x", "arn:aws:sts::123456789012:assumed-role/x/y"},
		},
		"ExcludedAccounts":         {good: []string{"", "111122223333", "111122223333,444455556666"}, bad: []string{"x", "12345", "111122223333,", "111122223333, 444455556666"}},
		"AlertEmail":               {good: []string{"", "a.b@example.com"}, bad: []string{"a", "a@b", "a@b.c d", "a@b.c,d@e.f"}},
		"RequiredBoundaryDocument": {good: []string{"", "boundaries/team.json"}, bad: []string{"/etc/passwd", "../x", "a/../b", "./a"}},
	})
}

// values are values that a parameter takes, and values that it refuses.
type values struct{ good, bad []string }

// checkPatterns checks the patterns of parameters.
func (s *template) checkPatterns(t *testing.T, parameters map[string]values) {
	t.Helper()
	for p, values := range parameters {
		pattern := regexp.MustCompile(s.Parameters[p]["AllowedPattern"].(string))
		for _, v := range values.good {
			if !pattern.MatchString(v) {
				t.Errorf("%s refuses %q", p, v)
			}
		}
		for _, v := range values.bad {
			if pattern.MatchString(v) {
				t.Errorf("%s takes %q", p, v)
			}
		}
	}
}

// The stack needs either one boundary or a configuration's list.
func TestOneSourceOfBoundaries(t *testing.T) {
	for _, c := range []struct {
		one, list string
		want      bool
	}{{team, "", true}, {"", team, true}, {"", "", false}, {team, team, false}} {
		s := deploy(t, templateFile, map[string]any{"RequiredBoundaryArn": c.one, "ConfiguredBoundaryArns": c.list})
		for _, a := range s.get(s.Rules["OneSourceOfBoundaries"], "Assertions").([]any) {
			if got := s.holds(s.get(a, "Assert")); got != c.want {
				t.Errorf("one %q, list %q: %v", c.one, c.list, got)
			}
		}
	}
}

// An enforced boundary needs an approved document. An alert-only one does not, nor does a stack
// with a packaged configuration.
func TestEnforcedIsApproved(t *testing.T) {
	for _, c := range []struct {
		mode, one, list, document string
		want                      bool
	}{
		{"enforce", team, "", "", false},
		{"enforce", team, "", "boundary.json", true},
		{"enforce", "", team, "", true},
		{"alert", team, "", "", true},
		{"observe", team, "", "", true},
	} {
		s := deploy(t, templateFile, map[string]any{"Mode": c.mode, "RequiredBoundaryArn": c.one, "ConfiguredBoundaryArns": c.list, "RequiredBoundaryDocument": c.document})
		rule := s.Rules["EnforcedIsApproved"]
		got := true
		if s.holds(s.get(rule, "RuleCondition")) {
			for _, a := range s.get(rule, "Assertions").([]any) {
				got = got && s.holds(s.get(a, "Assert"))
			}
		}
		if got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// The console shows every parameter in a group, with a label.
func TestConsoleShowsEveryParameter(t *testing.T) {
	var meta struct {
		Metadata map[string]struct {
			ParameterGroups []struct{ Parameters []string }
			ParameterLabels map[string]any
		}
	}
	decode(t, templateFile, &meta)
	shown := meta.Metadata["AWS::CloudFormation::Interface"]
	var grouped []string
	for _, g := range shown.ParameterGroups {
		grouped = append(grouped, g.Parameters...)
	}
	s := deploy(t, templateFile, map[string]any{"RequiredBoundaryArn": team})
	for p := range s.Parameters {
		if !slices.Contains(grouped, p) || shown.ParameterLabels[p] == nil {
			t.Errorf("%s is in no group or has no label", p)
		}
	}
	if len(grouped) != len(s.Parameters) {
		t.Errorf("%d parameters are grouped, of %d", len(grouped), len(s.Parameters))
	}
}
