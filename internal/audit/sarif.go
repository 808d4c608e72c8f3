package audit

import (
	"encoding/json"
	"io"
	"net/url"

	"github.com/ringfence/ringfence/internal/finding"
)

// WriteSARIF writes what is outside as static analysis results, for the tools that take these.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
func (r *Report) WriteSARIF(w io.Writer, version string) error {
	type object = map[string]any
	results := []object{}
	rules, seen := []object{}, map[finding.Drift]bool{}
	add := func(drift finding.Drift, severity finding.Severity, arn, account, reason string) {
		if !seen[drift] {
			seen[drift] = true
			rules = append(rules, object{"id": drift, "name": drift, "shortDescription": object{"text": drifts[drift]}})
		}
		results = append(results, object{
			"ruleId": drift, "level": level(severity), "message": object{"text": Clean(arn + ": " + reason)},
			"locations": []object{{
				"physicalLocation": object{"artifactLocation": object{"uri": (&url.URL{Path: r.source(account)}).String()}, "region": object{"startLine": 1}},
				"logicalLocations": []object{{"fullyQualifiedName": arn, "kind": "resource"}},
			}},
			"partialFingerprints": object{"target/v1": finding.ID(arn, drift, "")},
			"properties":          object{"severity": severity},
		})
	}
	for _, b := range r.Boundaries {
		if b.State == off {
			add(b.Drift, b.Severity, b.ARN, b.Account, b.Reason)
		}
	}
	for i := range r.Principals {
		if p := &r.Principals[i]; p.State == Outside {
			add(p.Drift, p.Severity, p.ARN, p.Account, p.Reason)
		}
	}
	notes := []object{}
	for _, why := range r.Partial {
		notes = append(notes, object{"level": "error", "message": object{"text": why}})
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(object{
		"$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json", "version": "2.1.0",
		"runs": []object{{
			"tool":        object{"driver": object{"name": "Ringfence", "version": version, "rules": rules}},
			"invocations": []object{{"executionSuccessful": len(r.Partial) == 0, "toolExecutionNotifications": notes}},
			"results":     results,
		}},
	})
}

// source is the first file that an account came from.
func (r *Report) source(account string) string {
	for _, a := range r.Accounts {
		if a.Account == account && len(a.Sources) > 0 && a.Sources[0] != "" {
			return a.Sources[0]
		}
	}
	return "iam"
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

// drifts says what each kind that an audit can find is.
var drifts = map[finding.Drift]string{
	finding.Missing:          "The principal carries no permissions boundary.",
	finding.Replaced:         "The principal carries another permissions boundary than the required one.",
	finding.Widened:          "The boundary policy allows more than was approved, or denies explicitly less.",
	finding.Altered:          "The boundary policy is another one than was approved.",
	finding.AbsentPolicy:     "The boundary policy does not exist.",
	finding.Protected:        "Only its permission set can give the role its boundary.",
	finding.ExemptionExpired: "The exemption has expired, and the principal is outside.",
	finding.PolicyChanged:    "The boundary policy was changed, and no document of it is approved.",
}
