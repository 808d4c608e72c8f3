// Package sarif writes findings as SARIF 2.1.0, which code scanning services read.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
package sarif

import (
	"encoding/json"
	"io"
	"net/url"
	"strings"

	"github.com/ringfence/ringfence/internal/escape"
	"github.com/ringfence/ringfence/internal/finding"
)

type object = map[string]any

// Log collects results.
type Log struct {
	results, rules, notes []object
	seen                  map[finding.Drift]bool
}

// Result is a result about one principal or policy.
type Result struct {
	// Drift is the rule. A principal or policy that could not be assessed has [NotJudged].
	Drift    finding.Drift
	Severity finding.Severity
	// Name is its ARN or address, and Reason one sentence.
	Name, Reason string
	// File is the path of the file that it is in, and Line its line there, from 1.
	File string
	Line int
	// Key tells it from other results with the same drift, also in later runs.
	Key string
}

// Add adds a result.
func (l *Log) Add(r Result) {
	if l.seen == nil {
		l.seen = map[finding.Drift]bool{}
	}
	if !l.seen[r.Drift] {
		l.seen[r.Drift] = true
		l.rules = append(l.rules, object{"id": r.Drift, "name": r.Drift, "shortDescription": object{"text": drifts[r.Drift]}})
	}
	kind, level := "fail", levelOf(r.Severity)
	if r.Drift == NotJudged {
		kind, level, r.Severity = "open", "none", finding.Info // open results have no level
	}
	l.results = append(l.results, object{
		"ruleId": r.Drift, "kind": kind, "level": level, "message": object{"text": escape.Clean(r.Name + ": " + r.Reason)},
		"locations": []object{{
			"physicalLocation": object{"artifactLocation": object{"uri": uri(r.File)}, "region": object{"startLine": max(r.Line, 1)}},
			"logicalLocations": []object{{"fullyQualifiedName": r.Name, "kind": "resource"}},
		}},
		"partialFingerprints": object{"target/v1": finding.ID(r.Key, r.Drift, "")},
		"properties":          object{"severity": r.Severity},
	})
}

// Incomplete adds a reason why the results are incomplete.
func (l *Log) Incomplete(why string) {
	l.notes = append(l.notes, object{"level": "error", "message": object{"text": escape.Clean(why)}})
}

// Write writes the log. version is that of Ringfence, and complete whether everything was assessed.
func (l *Log) Write(w io.Writer, version string, complete bool) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(object{
		"$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json", "version": "2.1.0",
		"runs": []object{{
			"tool":        object{"driver": object{"name": "Ringfence", "version": version, "rules": list(l.rules)}},
			"invocations": []object{{"executionSuccessful": complete, "toolExecutionNotifications": list(l.notes)}},
			"results":     list(l.results),
		}},
	})
}

// list returns an empty list for nil, which would be null.
func list(of []object) []object { return append([]object{}, of...) }

// uri returns the path of a file as a URI.
func uri(path string) string {
	u := url.URL{Path: path}
	if strings.HasPrefix(path, "/") {
		u.Scheme = "file"
	}
	return u.String()
}

func levelOf(s finding.Severity) string {
	switch s {
	case finding.Critical, finding.High:
		return "error"
	case finding.Medium:
		return "warning"
	}
	return "note"
}

// NotJudged is the rule for a principal or policy that could not be assessed.
const NotJudged finding.Drift = "not-judged"

// drifts describes each kind of drift that a result can have.
var drifts = map[finding.Drift]string{
	NotJudged:                "It could not be assessed, so it is not known to be inside.",
	finding.Missing:          "The principal carries no permissions boundary.",
	finding.Replaced:         "The principal carries a permissions boundary other than the required one.",
	finding.Widened:          "The boundary policy allows more than was approved, or denies explicitly less.",
	finding.Altered:          "The boundary policy differs from the approved document.",
	finding.AbsentPolicy:     "The boundary policy does not exist.",
	finding.Protected:        "Only its permission set can set the boundary of the role.",
	finding.ExemptionExpired: "The exemption has expired, and the principal is outside.",
	finding.PolicyChanged:    "The boundary policy was changed, and it has no approved document.",
	finding.Moved:            "A change of its name, path or tags takes the principal out of a rule's scope.",
}
