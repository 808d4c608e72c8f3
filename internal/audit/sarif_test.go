package audit_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ringfence/ringfence/internal/audit"
)

// Objects of the standard: their required and optional properties. A property that is not listed
// fails the test, so that every new one is looked up.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
type sarifObject struct {
	must, may string
	objects   map[string]string // the properties that are objects, or lists of these
}

var sarif = map[string]sarifObject{
	"log":          {must: "version runs", may: "$schema", objects: map[string]string{"runs": "run"}},
	"run":          {must: "tool results", may: "invocations", objects: map[string]string{"tool": "tool", "results": "result", "invocations": "invocation"}},
	"tool":         {must: "driver", objects: map[string]string{"driver": "driver"}},
	"driver":       {must: "name", may: "version rules", objects: map[string]string{"rules": "rule"}},
	"rule":         {must: "id", may: "name shortDescription", objects: map[string]string{"shortDescription": "message"}},
	"invocation":   {must: "executionSuccessful", may: "toolExecutionNotifications", objects: map[string]string{"toolExecutionNotifications": "notification"}},
	"notification": {must: "message", may: "level", objects: map[string]string{"message": "message"}},
	"message":      {must: "text"},
	"result": {must: "message", may: "ruleId kind level locations partialFingerprints properties", objects: map[string]string{
		"message": "message", "locations": "location",
	}},
	"location":         {may: "physicalLocation logicalLocations", objects: map[string]string{"physicalLocation": "physicalLocation", "logicalLocations": "logicalLocation"}},
	"physicalLocation": {must: "artifactLocation", may: "region", objects: map[string]string{"artifactLocation": "artifactLocation", "region": "region"}},
	"artifactLocation": {must: "uri"},
	"region":           {must: "startLine"},
	"logicalLocation":  {may: "fullyQualifiedName kind"},
}

// broken returns what is wrong with a value as an object of the standard.
func (o sarifObject) broken(at string, value any) (wrong []string) {
	object, ok := value.(map[string]any)
	if !ok {
		return []string{at + " is not an object"}
	}
	must := strings.Fields(o.must)
	for _, name := range must {
		if object[name] == nil {
			wrong = append(wrong, at+" has no "+name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if !slices.Contains(must, name) && !slices.Contains(strings.Fields(o.may), name) {
			wrong = append(wrong, at+" has "+name)
		}
		kind, isObject := o.objects[name]
		list, isList := object[name].([]any)
		switch {
		case isList && isObject:
			for i, element := range list {
				wrong = append(wrong, sarif[kind].broken(fmt.Sprintf("%s.%s[%d]", at, name, i), element)...)
			}
		case isObject:
			wrong = append(wrong, sarif[kind].broken(at+"."+name, object[name])...)
		}
	}
	for name, allowed := range map[string][]string{
		"level":   {"none", "note", "warning", "error"},
		"kind":    {"fail", "open", "resource"}, // the last is of a logical location
		"version": {"2.1.0", "v1"},              // the last is that of the driver
	} {
		if text, there := object[name]; there && !slices.Contains(allowed, fmt.Sprint(text)) {
			wrong = append(wrong, fmt.Sprintf("%s.%s is %v", at, name, text))
		}
	}
	if object["kind"] == "open" && object["level"] != "none" { // section 3.27.10
		wrong = append(wrong, at+" is open and has a level")
	}
	if text, there := object["text"]; there && (text == "" || strings.ContainsAny(fmt.Sprint(text), "\x00\n\u202e")) {
		wrong = append(wrong, fmt.Sprintf("%s.text is %q", at, text))
	}
	if text, there := object["uri"]; there {
		if _, err := url.Parse(fmt.Sprint(text)); err != nil {
			wrong = append(wrong, fmt.Sprintf("%s.uri: %v", at, err))
		}
	}
	return wrong
}

// sarifReports returns reports of every kind, also with untrusted names.
func sarifReports(t *testing.T) map[string]*audit.Report {
	all := map[string]*audit.Report{}
	for name, source := range map[string]string{"a file": "state.json", "a hostile name": "C:\\a b:\u202e%41.json", "standard input": "-", "an absolute path": "/tmp/x y.json"} {
		in := sample().input(t)
		in.Sources = []string{source}
		all[name] = run(t.Context(), t, in)
	}
	in := sample().input(t)
	in.Partial = []string{"it ends\nin the \u202emiddle"}
	all["a part"] = run(t.Context(), t, in)
	without := sample()
	without.policies = nil
	all["no policies"] = run(t.Context(), t, without.input(t))
	all["nothing"] = run(t.Context(), t)
	all["bad text"] = run(t.Context(), t, sample().input(t))
	all["bad text"].Principals[0].Reason = "\xff\x00\u202e\n"
	return all
}

// The output conforms to the standard. If SARIF_SCHEMA is the path of the published schema, the
// output is validated with it as well.
func TestSARIF(t *testing.T) {
	var schema *jsonschema.Schema
	if path := os.Getenv("SARIF_SCHEMA"); path != "" {
		c := jsonschema.NewCompiler()
		c.AssertFormat()
		s, err := c.Compile(path)
		if err != nil {
			t.Fatal(err)
		}
		schema = s
	} else {
		t.Log("SARIF_SCHEMA is not set: the published schema is not used")
	}
	for name, r := range sarifReports(t) {
		var out bytes.Buffer
		if err := r.WriteSARIF(&out, "v1"); err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(out.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		for _, wrong := range sarif["log"].broken("log", value) {
			t.Errorf("%s: %s", name, wrong)
		}
		if schema != nil {
			if err := schema.Validate(value); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		var log struct {
			Runs []struct {
				Results     []struct{ RuleID, Kind string }
				Invocations []struct{ ExecutionSuccessful bool }
				Tool        struct {
					Driver struct {
						Rules []struct{ ID string }
					}
				}
			}
		}
		if err := json.Unmarshal(out.Bytes(), &log); err != nil {
			t.Fatal(err)
		}
		rules, open := map[string]bool{}, 0
		for _, rule := range log.Runs[0].Tool.Driver.Rules {
			rules[rule.ID] = true
		}
		for _, result := range log.Runs[0].Results {
			if !rules[result.RuleID] {
				t.Errorf("%s: rule %s is missing", name, result.RuleID)
			}
			if result.Kind == "open" {
				open++
			}
		}
		if open != r.Summary.Unknown+r.Summary.BoundariesUnknown || log.Runs[0].Invocations[0].ExecutionSuccessful == r.Incomplete() {
			t.Errorf("%s: %d open results of %+v, and complete is %t", name, open, r.Summary, !r.Incomplete())
		}
	}
}

// File names are written as URIs.
func TestSARIFSource(t *testing.T) {
	for source, want := range map[string]string{"my state %41.json": "my%20state%20%2541.json", "/tmp/x y.json": "file:///tmp/x%20y.json", "a:b": "./a:b"} {
		in := sample().input(t)
		in.Sources = []string{source}
		var out bytes.Buffer
		if err := run(t.Context(), t, in).WriteSARIF(&out, "1"); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), `"uri": "`+want+`"`) {
			t.Errorf("%s: %s", source, out.String())
		}
	}
}
