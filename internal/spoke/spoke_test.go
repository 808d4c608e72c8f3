package spoke

import (
	"encoding/json"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/ringfence/ringfence/internal/config"
)

const skeleton = `Resources:
  Role:
    Condition:
      # >>> attachable
      - what was there before
      # <<<
    Again:
      # >>> attachable
      # <<<
  # >>> policies
  # <<<
Outputs: {}
`

const arn = "arn:${partition}:iam::${account}:policy/"

var (
	team    = config.Boundary{Name: "team", ARN: arn + "team-boundary", Document: []byte("{\"Version\": \"2012-10-17\",\r\n\t\"Statement\": []}\n")}
	placed  = config.Boundary{Name: "of-a_path", ARN: arn + "a/b/placed", Document: []byte(`{"Statement":[{"Resource":["arn:${partition}:s3:::x-${account}-${aws:username}","${aws:username}<&>","a\\\"\"\u00e9"]}]}`)}
	aws     = config.Boundary{Name: "managed", ARN: "arn:${partition}:iam::aws:policy/AWSDenyAll", Document: []byte(`{}`)}
	unknown = config.Boundary{Name: "unapproved", ARN: arn + "unapproved"}
)

// The lists have every policy that may be attached, and the resources those with an approved document
// that is not AWS's. Filling again changes nothing.
func TestFill(t *testing.T) {
	boundaries := []config.Boundary{team, placed, aws, unknown}
	attachable := []string{team.ARN, placed.ARN, aws.ARN, unknown.ARN}
	once, err := Fill(skeleton, boundaries, attachable)
	if err != nil {
		t.Fatal(err)
	}
	if twice, err := Fill(once, boundaries, attachable); err != nil || twice != once {
		t.Errorf("filled again (%v):\n%s", err, twice)
	}
	if strings.Contains(once, "before") || strings.Contains(once, "\t") || strings.Contains(once, "\r") {
		t.Errorf("it keeps what was there, or white space that YAML refuses:\n%s", once)
	}
	const list = `
      - !Sub "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/team-boundary"
      - !Sub "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/a/b/placed"
      - !Sub "arn:${AWS::Partition}:iam::aws:policy/AWSDenyAll"
      - !Sub "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/unapproved"
`
	if strings.Count(once, list) != 2 {
		t.Errorf("the lists:\n%s", once)
	}
	var got struct {
		Resources map[string]struct {
			Properties struct {
				ManagedPolicyName string `yaml:"ManagedPolicyName"`
				Path              string `yaml:"Path"`
				PolicyDocument    any    `yaml:"PolicyDocument"`
			} `yaml:"Properties"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal([]byte(once), &got); err != nil {
		t.Fatalf("%v in\n%s", err, once)
	}
	if len(got.Resources) != 3 { // the role, and two policies
		t.Errorf("the resources are %v", got.Resources)
	}
	p := got.Resources["BoundaryOfAPath"].Properties
	text, err := json.Marshal(p.PolicyDocument)
	if err != nil {
		t.Fatal(err)
	}
	const document = `{"Statement":[{"Resource":[{"Fn::Sub":"arn:${AWS::Partition}:s3:::x-${AWS::AccountId}-${!aws:username}"},"${aws:username}\u003c\u0026\u003e","a\\\"\"é"]}]}`
	if p.ManagedPolicyName != "placed" || p.Path != "/a/b/" || string(text) != document {
		t.Errorf("%s%s: %s", p.Path, p.ManagedPolicyName, text)
	}
	if p := got.Resources["BoundaryTeam"].Properties; p.ManagedPolicyName != "team-boundary" || p.Path != "/" {
		t.Errorf("%+v", p)
	}
}

func TestFillRefuses(t *testing.T) {
	attachable := []string{team.ARN}
	for want, c := range map[string]struct {
		template   string
		boundaries []config.Boundary
		attachable []string
	}{
		"requires no boundary":       {skeleton, nil, nil},
		"lacks the lines":            {"Resources: {}\n", []config.Boundary{team}, attachable},
		"is not known":               {strings.Replace(skeleton, ">>> policies", ">>> polices", 1), []config.Boundary{team}, attachable},
		"begins inside":              {strings.Replace(skeleton, "# <<<", "", 1), []config.Boundary{team}, attachable},
		"without its beginning":      {skeleton + "# <<<\n", []config.Boundary{team}, attachable},
		"each with # <<< after it":   {strings.TrimSuffix(skeleton, "# <<<\nOutputs: {}\n"), []config.Boundary{team}, attachable},
		"rename one":                 {skeleton, []config.Boundary{team, {Name: "Team", ARN: arn + "x", Document: []byte(`{}`)}}, attachable},
		"expands only values":        {skeleton, []config.Boundary{{Name: "x", ARN: arn + "x", Document: []byte(`{"${account}" : 1}`)}}, attachable},
		"x: the document is not JSO": {skeleton, []config.Boundary{{Name: "x", ARN: arn + "x", Document: []byte(`{"a`)}}, attachable},
	} {
		if out, err := Fill(c.template, c.boundaries, c.attachable); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q: %v\n%s", want, err, out)
		}
	}
}

// A document comes out as the same JSON, with expressions in the place of texts with placeholders.
func FuzzExpression(f *testing.F) {
	for _, b := range []config.Boundary{team, placed} {
		f.Add(string(b.Document))
	}
	f.Add(`{"a":"${account}","b":["\/","\\"]}`)
	f.Fuzz(func(t *testing.T, document string) {
		var want, got any
		lines, err := expression([]byte(document))
		if valid := json.Valid([]byte(document)); !valid && err == nil {
			t.Errorf("%q is accepted", document)
		}
		if err != nil || json.Unmarshal([]byte(document), &want) != nil {
			return // no JSON, a placeholder in a key, or a number too large for Go
		}
		if err := json.Unmarshal([]byte(strings.Join(lines, "\n")), &got); err != nil {
			t.Fatalf("%v in %q of %q", err, lines, document)
		}
		if a, b := text(t, substitutedIn(want)), text(t, got); a != b {
			t.Errorf("%s became %s", a, b)
		}
	})
}

func text(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// substitutedIn replaces each text with a placeholder by its expression.
func substitutedIn(v any) any {
	switch v := v.(type) {
	case string:
		if hasPlaceholder(v) {
			return map[string]any{"Fn::Sub": substituted(v)}
		}
	case []any:
		for i := range v {
			v[i] = substitutedIn(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = substitutedIn(v[k])
		}
	}
	return v
}
