package publish

import (
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
)

// asffOf is a finding for Security Hub of a region. Its Id is that of the finding, so that each
// revision takes the place of the one before.
func asffOf(f finding.Finding, region string) asff {
	partition := partitionOf(f)
	todo, url := remediation(f)
	a := asff{
		SchemaVersion: "2018-10-08",
		ID:            fitted("ringfence/"+f.ID, 512),
		ProductArn:    "arn:" + partition + ":securityhub:" + region + ":" + f.Account + ":product/" + f.Account + "/default",
		ProductName:   "Ringfence",
		CompanyName:   "Ringfence",
		GeneratorID:   fitted("ringfence/"+string(f.Drift), 512),
		AwsAccountID:  f.Account, AwsAccountName: fitted(f.AccountName, 50),
		CreatedAt: asffTime(began(f)),
		UpdatedAt: asffTime(asffUpdated(f)),
		// What was seen, and not when it was told.
		FirstObservedAt: asffTime(began(f)),
		LastObservedAt:  asffTime(f.Time),
		Title:           fitted(clean(who(f), nameLimit)+" "+what(f), 256),
		Description:     fitted(described(f), 1024),
		Remediation:     asffRemediation{asffRecommendation{Text: fitted(todo, 512), URL: url}},
		ProductFields:   map[string]string{},
		Resources:       []asffResource{asffSubject(f, partition)},
		Workflow:        asffStatus{"NEW"},
		RecordState:     "ACTIVE",
		FindingProviderFields: asffProviderFields{
			Severity: asffSeverity{Label: asffLabel(f.Severity), Original: fitted(string(f.Severity), 64)},
			Types:    asffTypes(f),
		},
	}
	if resolved(f) {
		// People set the workflow of a finding that exists: then this says nothing.
		a.Workflow.Status, a.RecordState = "RESOLVED", "ARCHIVED"
	}
	if compliance := asffCompliance(f); compliance != "" {
		a.Compliance = &asffStatus{compliance}
	}
	for name, value := range facts(f) {
		a.ProductFields["ringfence/"+name] = value
	}
	return a
}

// asffUpdated is later than that of each revision before: Security Hub passes over what is older
// than what it has, and two revisions can be of one millisecond.
func asffUpdated(f finding.Finding) time.Time {
	return f.Time.Truncate(time.Millisecond).Add(time.Duration(f.Revision) * time.Millisecond)
}

func asffTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func asffLabel(s finding.Severity) string {
	switch s {
	case finding.Critical, finding.High, finding.Medium, finding.Low:
		return strings.ToUpper(string(s))
	}
	return "INFORMATIONAL"
}

// asffTypes are from AWS's taxonomy.
// https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html#Types
func asffTypes(f finding.Finding) []string {
	switch {
	case f.Drift == finding.ControlTampered || f.Drift == finding.Withheld:
		return []string{"TTPs/Defense Evasion"}
	case f.Escape:
		return []string{"TTPs/Privilege Escalation", bestPractice}
	}
	return []string{bestPractice}
}

const bestPractice = "Software and Configuration Checks/AWS Security Best Practices/Permissions Boundary"

// asffCompliance is how what is required stands, empty for a finding that is about a call.
func asffCompliance(f finding.Finding) string {
	switch f.Drift {
	case finding.ControlTampered, finding.Withheld, finding.Moved, finding.PolicyChanged, finding.ExemptChanged:
		return ""
	}
	switch {
	case f.Resolution.Absent():
		return "NOT_AVAILABLE"
	case resolved(f):
		return "PASSED"
	}
	return "FAILED"
}
