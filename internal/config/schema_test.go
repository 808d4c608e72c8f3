package config

import (
	"bytes"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"go.yaml.in/yaml/v3"
)

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("ringfence.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("ringfence.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSchemaTakesGoodFiles(t *testing.T) {
	s := compiled(t)
	for name, data := range samples(t, "good") {
		if err := s.Validate(plainYAML(t, data)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Ensure that the schema finds every problem that Load finds, unless the line says that it is beyond
// schemas.
func TestSchemaSeesWhatLoadSees(t *testing.T) {
	s := compiled(t)
	for name, data := range samples(t, "bad") {
		t.Run(name, func(t *testing.T) {
			lines := strings.Split(string(data), "\n")
			seen := places(s.Validate(plainYAML(t, data)))
			_, err := Load(name, data, openTestdata)
			var problems Problems
			if !errors.As(err, &problems) {
				t.Fatal(err)
			}
			for _, f := range problems {
				beyond := strings.Contains(lines[f.Line-1], "# beyond schemas")
				if got := sees(seen, f.Path); got == beyond {
					t.Errorf("%v: the schema sees it: %v", f, got)
				}
			}
		})
	}
}

// Ensure that the schema and Load accept the same strings in every field.
func TestSchemaAgreesOnStrings(t *testing.T) {
	s := compiled(t)
	probes := []string{
		"", "*", "?", "**", "a", "/", "/a", "/a/", "a/", "/*", "*/", "/a*/b?/", "/a b/", "/[a]/", "/a{b}/", `/a\/`, "/~|^_/", "//",
		"a*b", "a**b", "a_b", "a.b@c", "a,b=c+d-e", "a b", "a:b", "a/b", "a#b", "ü", "x\ty", "$x", "${account}", "a;b", "a(b", "a`b", "a~b",
		"123456789012", "12345678901", "1234567890123", "1*", "*1*2*", "?23456789012", "1234567890?2*", "1234567890123*", "*1*2*3*4*5*6*7*8*9*0*1*2*",
		strings.Repeat("a", 64), strings.Repeat("a", 65), strings.Repeat("a", 64) + "*", strings.Repeat("a", 65) + "*",
		strings.Repeat("ü", 256), strings.Repeat("ü", 257),
		"arn:aws:iam::123456789012:policy/a", "arn:${partition}:iam::${account}:policy/a/b/c", "arn:aws:iam::aws:policy/a", "arn:aws:iam::aws:policy/job-function/a",
		"arn:aws:iam::aws:policy/${account}", "arn:aws:iam::${account}:policy/${account}", "arn:aws:iam::${account}:policy/${partition}/${account}-x", "arn:aws:iam::${x}:policy/a",
		"arn:aws:iam::123456789012:policy/", "arn:aws:iam::123456789012:policy", "arn:aws:iam::123456789012:policy/a b", "arn:aws:iam::123456789012:policy/a?b",
		"arn:aws:iam::123456789012:role/a", "arn:aws:iam::123456789012:user/a/b", "arn:aws:iam::${account}:role/a", "arn:aws-cn:iam::123456789012:role/a*", "arn:awsome:iam::123456789012:role/a",
		"arn:aws:sns:us-east-1:123456789012:a", "arn:aws-us-gov:sns:us-gov-west-1:123456789012:a_B-3", "arn:aws-eusc:sns:eusc-de-east-1:123456789012:a", "arn:aws:sns:us-east-1:123456789012:a.fifo",
		"arn:aws:sns:us-east-1:123456789012:a*", "arn:aws:sns:*:123456789012:a", "arn:aws:sns:us-east-1:${account}:a", "arn:${partition}:sns:us-east-1:123456789012:a", "arn:aws:sns:us-east-1:123456789012:",
		"arn:aws:sns:us-east-1:aws:a", "arn:aws:sns::123456789012:a", "arn:aws:sns:us-east-1:123456789012:a:b1c2", "arn:aws:sqs:us-east-1:123456789012:a", "arn:aws:sns:us-east-1:123456789012:" + strings.Repeat("a", 257),
		"arn:aws:iam::aws:role/a", "AROA3XMPLR77EXAMPLE", "AIDA3XMPLR77EXAMPLE", "AROA3XMPLR7", "aroa3xmplr77example", "stacksets", "none", "arn:aws:iam::123456789012:role//a", "arn:aws:iam::123456789012:role/a$/b", "arn::iam::123456789012:role/a", "arn:aws:iam:us-east-1:123456789012:role/a",
		"r-a1b2", "r-a1", "R-a1b2", "ou-a1b2-c3d4e5f6", "ou-a1b2-c3d4", "ou-a1b2-c3d4e5f6*", "ou-a1b2-" + strings.Repeat("a", 33), "Workloads", "o-a1b2c3d4e5",
		"observe", "alert", "enforce", "Enforce", "role", "user", "group", "exact", "equal", "narrower", "reattach", "quarantine",
		"2027-01-31", "2027-1-31", "2027-02-30", "2027-01-31T00:00:00Z", "0000-01-01",
		"boundaries/team.json", "./a", "../a", "a/../b", "a//b", "a/", ".hidden", "..", "...", "boundaries/team-boundary.json",
	}
	fields := []string{
		"mode: X", "boundaries: {X: {arn: \"arn:aws:iam::${account}:policy/a\"}, b: {arn: \"arn:aws:iam::${account}:policy/b\"}}",
		"boundaries: {b: {arn: X}}", "boundaries: {b: {arn: \"arn:aws:iam::${account}:policy/b\", document: X}}",
		"match: {kinds: [X]}", "match: {accounts: [X]}", "match: {organizationalUnits: [X]}", "match: {accountTags: {team: X}}", "match: {accountTags: {team: [X]}}", "match: {accountTags: {X: x}}", "match: {paths: [X]}", "match: {names: [X]}", "match: {tags: {team: X}}", "match: {tags: {team: [X]}}", "match: {tags: {X: x}}",
		"name: X", "accept: X", "onDrift: X", "onIncomparable: X",
		"principal: X", "id: X", "owner: X", "topic: X", "reason: X", "expires: X", "preset: X", "accounts: {X: {name: n}}", "accounts: {\"123456789012\": {name: X}}", "accounts: {\"123456789012\": {name: n, owner: X}}", "accounts: {\"123456789012\": {name: n, topic: X}}",
	}
	document := []byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`)
	opens := func(string) ([]byte, error) { return document, nil }
	for _, field := range fields {
		for _, probe := range probes {
			data := probing(t, field, probe)
			_, err := Load("f", data, opens)
			serr := s.Validate(plainYAML(t, data))
			if (err == nil) != (serr == nil) {
				t.Errorf("%s with X = %q: Load says %v, the schema %v", field, probe, err, serr)
			}
		}
	}
}

// probing returns a good file with one field replaced.
func probing(t *testing.T, field, probe string) []byte {
	t.Helper()
	file := map[string]string{
		"mode": "mode: alert", "boundaries": `boundaries: {b: {arn: "arn:aws:iam::${account}:policy/b", document: d}}`,
		"name": "name: n", "match": `match: {names: ["*"]}`,
		"principal": `principal: "arn:aws:iam::123456789012:role/x"`, "owner": "owner: o", "reason": "reason: r", "expires": "expires: 2027-01-31",
	}
	key, _, _ := strings.Cut(field, ":")
	if strings.Count(field, "X") != 1 {
		t.Fatalf("%q needs one X", field)
	}
	file[key] = strings.Replace(field, "X", strconv.Quote(probe), 1)
	var b bytes.Buffer
	b.WriteString("version: 1\n" + file["mode"] + "\n" + file["boundaries"] + "\n" + file["accounts"] + "\nrules:\n  - boundary: b\n")
	for _, k := range []string{"name", "match", "accept", "onDrift", "onIncomparable", "topic"} {
		if file[k] != "" {
			b.WriteString("    " + file[k] + "\n")
		}
	}
	if file["preset"] != "" {
		b.WriteString("  - owner: o\n    " + file["preset"] + "\n")
	}
	b.WriteString("exemptions:\n  - " + file["principal"] + "\n")
	for _, k := range []string{"id", "owner", "reason", "expires"} {
		if file[k] == "" {
			continue
		}
		b.WriteString("    " + file[k] + "\n")
	}
	return b.Bytes()
}

// places returns the paths of all errors that the schema found.
func places(err error) (out [][]string) {
	var v *jsonschema.ValidationError
	if !errors.As(err, &v) {
		return nil
	}
	var walk func(*jsonschema.ValidationError)
	walk = func(v *jsonschema.ValidationError) {
		// For a bad key, the library does not report a reliable place. It reports the key.
		if k, ok := v.ErrorKind.(*kind.PropertyNames); ok {
			out = append(out, []string{"any mapping", k.Property})
		} else if len(v.Causes) == 0 {
			out = append(out, v.InstanceLocation)
		}
		for _, c := range v.Causes {
			walk(c)
		}
	}
	walk(v)
	return out
}

var step = regexp.MustCompile(`[^.\[\]]+`)

// sees reports whether one of the places is that of a problem: the same place, one below it, or the
// mapping that has a missing or an unknown key.
func sees(places [][]string, path string) bool {
	at := step.FindAllString(path, -1)
	return slices.ContainsFunc(places, func(p []string) bool {
		below := len(p) >= len(at) && slices.Equal(p[:len(at)], at)
		key := len(p) == 2 && len(at) > 0 && p[0] == "any mapping" && p[1] == at[len(at)-1]
		return below || key || len(at) > 0 && slices.Equal(p, at[:len(at)-1])
	})
}

// plainYAML returns a file as the validator of an editor reads it: with JSON's types, dates as text,
// aliases replaced by their values, and the last of repeated keys.
func plainYAML(t *testing.T, data []byte) any {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	return plain(doc.Content[0])
}

func plain(n *yaml.Node) any {
	switch n.Kind {
	case yaml.AliasNode:
		return plain(n.Alias)
	case yaml.SequenceNode:
		out := make([]any, len(n.Content))
		for i, c := range n.Content {
			out[i] = plain(c)
		}
		return out
	case yaml.MappingNode:
		out := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			out[n.Content[i].Value] = plain(n.Content[i+1])
		}
		return out
	}
	switch n.ShortTag() {
	case "!!int", "!!float":
		f, _ := strconv.ParseFloat(n.Value, 64)
		return f
	case "!!bool":
		return n.Value == "true"
	case "!!null":
		return nil
	}
	return n.Value
}
