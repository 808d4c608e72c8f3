// Package events holds one EventBridge event for each situation that Ringfence must judge, and the
// verdicts that it must reach.
//
// Each situation has two files with the same name. NAME.json is the event as EventBridge delivers
// it. It can be passed to the function alone:
//
//	sam local invoke EnforceFunction -e events/NAME.json
//
// docs/local.md has the commands to run first: the function needs an account in the initial state
// of the situation, and the table and queues of a deployment. make sam-local does this for all
// events, and lets ReportFunction report the findings.
//
// If the situation is a second look, NAME.json is a message that Ringfence sends to itself through
// the queue of follow-ups: its source is ringfence, its detail-type Ringfence Follow-Up, and its
// detail a Work of package target. It has the envelope of an event, so that one reader handles
// both.
//
// NAME.txtar has the rest. It begins with one sentence that describes the situation, and has the
// sections
//
//   - config.yaml: the configuration, if it is not ringfence.yaml of this folder;
//   - control.txt: the ARNs of Ringfence's own parts, if they are not in control.txt of this
//     folder;
//   - state.json: the account before the event, in the form of
//     aws iam get-account-authorization-details; each missing key
//     (UserDetailList, GroupDetailList, RoleDetailList, Policies) is as in
//     account/authorization-details.json, which has the boundary policies;
//   - expect.json: the verdicts on every target that Ringfence judges for the event,
//     in any order. An ignored event has none.
//
// The documents named in configurations are below this folder; see [Open].
package events

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/trail"
)

// variables is the file that sam local invoke passes to the functions: see docs/local.md.
const variables = "env.json"

//go:embed *.json *.txtar ringfence.yaml control.txt account boundaries shop
var files embed.FS

// Scenario is one situation and its expected verdicts.
type Scenario struct {
	// Name is the name of the files without their extensions.
	Name string
	// Situation describes the scenario in one sentence.
	Situation string
	// Event is an EventBridge event, as JSON.
	Event []byte
	// State is the account before the event: the JSON that
	// aws iam get-account-authorization-details prints.
	State []byte
	// Config is a configuration, as YAML.
	Config []byte
	// Control are ARNs of Ringfence's own parts; some contain *.
	Control []string
	// Expect are the verdicts, in any order; none if the event is ignored.
	Expect []Expectation
}

// Expectation is one verdict, with the words of a finding.
type Expectation struct {
	// Principal is an ARN, empty (null in the file) if the verdict is on a boundary policy or a
	// permission set.
	Principal string          `json:"principal"`
	Drift     finding.Drift   `json:"drift"`
	Action    finding.Action  `json:"action"`
	Outcome   finding.Outcome `json:"outcome"`
	// Severity is empty if the scenario does not test it.
	Severity finding.Severity `json:"severity,omitempty"`
}

// All returns the scenarios, sorted by name. It returns all errors in the files together: a file
// without its pair, an unknown section or field, a word that findings do not have.
func All() ([]Scenario, error) { return load(files) }

// Open reads a file of this folder by its relative path, such as a document in a scenario's
// configuration.
func Open(name string) ([]byte, error) { return files.ReadFile(path.Clean(name)) }

func load(files fs.FS) ([]Scenario, error) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, err
	}
	halves := map[string]int{}
	for _, e := range entries {
		if e.Name() == variables {
			continue
		}
		if base, ok := strings.CutSuffix(e.Name(), ".json"); ok {
			halves[base] |= 1
		} else if base, ok := strings.CutSuffix(e.Name(), ".txtar"); ok {
			halves[base] |= 2
		}
	}
	var list []Scenario
	var errs []error
	for _, base := range slices.Sorted(maps.Keys(halves)) {
		switch halves[base] {
		case 1:
			errs = append(errs, fmt.Errorf("%s.json has no %s.txtar", base, base))
			continue
		case 2:
			errs = append(errs, fmt.Errorf("%s.txtar has no %s.json", base, base))
			continue
		}
		s, err := read(files, base)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", base, err))
			continue
		}
		list = append(list, s)
	}
	return list, errors.Join(errs...)
}

// read reads a scenario.
func read(files fs.FS, name string) (Scenario, error) {
	s := Scenario{Name: name}
	var err error
	if s.Event, err = fs.ReadFile(files, name+".json"); err != nil {
		return s, err
	}
	if s.Config, err = fs.ReadFile(files, "ringfence.yaml"); err != nil {
		return s, err
	}
	control, err := fs.ReadFile(files, "control.txt")
	if err != nil {
		return s, err
	}
	text, err := fs.ReadFile(files, name+".txtar")
	if err != nil {
		return s, err
	}
	archive := txtar.Parse(text)
	s.Situation, _, _ = strings.Cut(string(archive.Comment), "\n")
	if s.Situation = strings.TrimSpace(s.Situation); s.Situation == "" {
		return s, errors.New("the first line is empty: it must describe the situation")
	}
	var state []byte
	expected := false
	for _, section := range archive.Files {
		switch section.Name {
		case "config.yaml":
			s.Config = section.Data
		case "control.txt":
			control = section.Data
		case "state.json":
			state = section.Data
		case "expect.json":
			expected = true
			if s.Expect, err = expectations(section.Data); err != nil {
				return s, fmt.Errorf("expect.json: %w", err)
			}
		default:
			return s, fmt.Errorf("unknown section %q", section.Name)
		}
	}
	if !expected {
		return s, errors.New("no section expect.json")
	}
	s.Control = lines(control)
	s.State, err = account(files, s.Event, state)
	return s, err
}

// lines returns the lines of a text, without empty lines and comments.
func lines(text []byte) (list []string) {
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			list = append(list, line)
		}
	}
	return list
}

// account adds a scenario's state to the account that all scenarios share.
func account(files fs.FS, event, state []byte) ([]byte, error) {
	record, err := trail.Read(event)
	if err != nil {
		return nil, err
	}
	base, err := fs.ReadFile(files, "account/authorization-details.json")
	if err != nil {
		return nil, err
	}
	expanded := strings.NewReplacer("${partition}", record.Partition, "${account}", record.Account).Replace(string(base))
	whole := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(expanded), &whole); err != nil {
		return nil, fmt.Errorf("account/authorization-details.json: %w", err)
	}
	own := map[string]json.RawMessage{}
	if state != nil {
		if err := json.Unmarshal(state, &own); err != nil {
			return nil, fmt.Errorf("state.json: %w", err)
		}
	}
	for key, value := range own {
		if _, known := whole[key]; !known {
			return nil, fmt.Errorf("state.json: unknown key %q", key)
		}
		whole[key] = value
	}
	return json.MarshalIndent(whole, "", "  ")
}

// expectations reads the verdicts strictly, so that a misspelt word is an error and not ignored.
func expectations(data []byte) ([]Expectation, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	var list []Expectation
	if err := d.Decode(&list); err != nil {
		return nil, err
	}
	if list == nil {
		return nil, errors.New("not an array; no verdicts are []")
	}
	for i, e := range list {
		if err := e.check(); err != nil {
			return nil, fmt.Errorf("verdict %d: %w", i+1, err)
		}
	}
	return list, nil
}

func (e Expectation) check() error {
	switch {
	case !slices.Contains(drifts, e.Drift):
		return fmt.Errorf("unknown drift %q", e.Drift)
	case !slices.Contains(actions, e.Action):
		return fmt.Errorf("unknown action %q", e.Action)
	case !slices.Contains(outcomes, e.Outcome):
		return fmt.Errorf("unknown outcome %q", e.Outcome)
	case e.Severity != "" && !slices.Contains(severities, e.Severity):
		return fmt.Errorf("unknown severity %q", e.Severity)
	case (e.Action == finding.NoAction) != (e.Outcome == finding.NoOutcome):
		return fmt.Errorf("action %q cannot have the outcome %q", e.Action, e.Outcome)
	}
	return nil
}

var (
	drifts = []finding.Drift{
		finding.None, finding.Missing, finding.Replaced, finding.Widened, finding.Altered,
		finding.AbsentPolicy, finding.Protected, finding.ExemptionExpired, finding.ControlTampered,
		finding.Moved, finding.Withheld, finding.PolicyChanged, finding.ExemptChanged,
	}
	actions = []finding.Action{
		finding.NoAction, finding.Alert, finding.Reattach, finding.Quarantine, finding.Restore, finding.CreatePolicy,
	}
	outcomes = []finding.Outcome{
		finding.Done, finding.Planned, finding.Failed, finding.Unconfirmed, finding.Deferred, finding.NoOutcome,
	}
	severities = []finding.Severity{finding.Critical, finding.High, finding.Medium, finding.Low, finding.Info}
)
