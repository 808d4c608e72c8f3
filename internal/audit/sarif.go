package audit

import (
	"encoding/json"
	"io"
	"net/url"
	"strings"

	"github.com/ringfence/ringfence/internal/escape"
	"github.com/ringfence/ringfence/internal/finding"
)

// WriteSARIF writes the principals and policies that are outside as SARIF results.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
func (r *Report) WriteSARIF(w io.Writer, version string) error {
	type object = map[string]any
	results := []object{}
	rules, seen := []object{}, map[finding.Drift]bool{}
	result := func(drift finding.Drift, kind, level string, severity finding.Severity, arn, account, reason string) {
		if !seen[drift] {
			seen[drift] = true
			rules = append(rules, object{"id": drift, "name": drift, "shortDescription": object{"text": drifts[drift]}})
		}
		results = append(results, object{
			"ruleId": drift, "kind": kind, "level": level, "message": object{"text": escape.Clean(arn + ": " + reason)},
			"locations": []object{{
				"physicalLocation": object{"artifactLocation": object{"uri": r.source(account)}, "region": object{"startLine": 1}},
				"logicalLocations": []object{{"fullyQualifiedName": arn, "kind": "resource"}},
			}},
			"partialFingerprints": object{"target/v1": finding.ID(arn, drift, "")},
			"properties":          object{"severity": severity},
		})
	}
	add := func(drift finding.Drift, severity finding.Severity, arn, account, reason string) {
		result(drift, "fail", level(severity), severity, arn, account, reason)
	}
	// A principal that could not be assessed is open, and open results have no level.
	open := func(arn, account, reason string) {
		result(notJudged, "open", "none", finding.Info, arn, account, reason)
	}
	for _, b := range r.Boundaries {
		switch {
		case b.State == off:
			add(b.Drift, b.Severity, b.ARN, b.Account, b.Reason)
		case b.State == unknown && b.Name != "":
			open(b.ARN, b.Account, b.Reason)
		}
	}
	for i := range r.Principals {
		switch p := &r.Principals[i]; p.State {
		case Outside:
			add(p.Drift, p.Severity, p.ARN, p.Account, p.Reason)
		case Unknown:
			open(p.ARN, p.Account, p.Reason)
		}
	}
	notes := []object{}
	for _, why := range r.Partial {
		notes = append(notes, object{"level": "error", "message": object{"text": escape.Clean(why)}})
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(object{
		"$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json", "version": "2.1.0",
		"runs": []object{{
			"tool":        object{"driver": object{"name": "Ringfence", "version": version, "rules": rules}},
			"invocations": []object{{"executionSuccessful": !r.Incomplete(), "toolExecutionNotifications": notes}},
			"results":     results,
		}},
	})
}

// source returns the first file that an account was read from, as a URI.
func (r *Report) source(account string) string {
	path := "iam"
	for _, a := range r.Accounts {
		if a.Account == account && len(a.Sources) > 0 && a.Sources[0] != "" {
			path = a.Sources[0]
			break
		}
	}
	uri := url.URL{Path: path}
	if strings.HasPrefix(path, "/") {
		uri.Scheme = "file"
	}
	return uri.String()
}

func level(s finding.Severity) string {
	switch s {
	case finding.Critical, finding.High:
		return "error"
	case finding.Medium:
		return "warning"
	}
	return "note"
}

// notJudged is the rule for a principal or policy that could not be assessed.
const notJudged finding.Drift = "not-judged"

// drifts describes each kind of drift that an audit can find.
var drifts = map[finding.Drift]string{
	notJudged:                "It could not be assessed, so it is not known to be inside.",
	finding.Missing:          "The principal carries no permissions boundary.",
	finding.Replaced:         "The principal carries a permissions boundary other than the required one.",
	finding.Widened:          "The boundary policy allows more than was approved, or denies explicitly less.",
	finding.Altered:          "The boundary policy differs from the approved document.",
	finding.AbsentPolicy:     "The boundary policy does not exist.",
	finding.Protected:        "Only its permission set can set the boundary of the role.",
	finding.ExemptionExpired: "The exemption has expired, and the principal is outside.",
	finding.PolicyChanged:    "The boundary policy was changed, and it has no approved document.",
}
