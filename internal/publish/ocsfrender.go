package publish

import (
	"cmp"
	"strconv"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/principal"
)

// value is a number of OCSF and the caption that the schema gives it.
type value struct {
	id      int
	caption string
}

var (
	category = value{2, "Findings"}
	class    = value{2004, "Detection Finding"}
)

// ocsfOf is a finding in the format of OCSF. Its finding_info.uid is that of the finding, whatever
// becomes of it.
func ocsfOf(f finding.Finding) detection {
	activity, severity, status := ocsfActivity(f), ocsfSeverity(f.Severity), ocsfStatus(f)
	todo, url := remediation(f)
	began, told := milliseconds(began(f)), milliseconds(f.Time)
	return detection{
		ActivityID: activity.id, ActivityName: activity.caption,
		CategoryUID: category.id, CategoryName: category.caption,
		ClassUID: class.id, ClassName: class.caption,
		TypeUID: class.id*100 + activity.id, TypeName: class.caption + ": " + activity.caption,
		Time: told, StartTime: began, EndTime: ended(f),
		SeverityID: severity.id, Severity: severity.caption,
		StatusID: status.id, Status: status.caption, StatusDetail: fitted(did(f), factLimit),
		Message: fitted(headline(f), factLimit),
		// What was repaired before anybody was told is news as well.
		IsAlert: !resolved(f) || f.Revision == 1,
		Metadata: ocsfMetadata{
			Version: ocsfVersion, Product: ocsfProduct{"Ringfence", "Ringfence", finding.SchemaVersion}, Profiles: []string{"cloud"},
			UID: fitted(f.ID, 512) + "#" + strconv.Itoa(f.Revision), Sequence: f.Revision, EventCode: fitted(string(f.Drift), 512),
		},
		Cloud: ocsfCloud{"AWS", fitted(f.Event.Region, 64), ocsfAccount{fitted(f.Account, 64), fitted(f.AccountName, 256), "AWS Account", 10}},
		FindingInfo: ocsfFindingInfo{
			UID: fitted(f.ID, 512), Title: fitted(clean(who(f), nameLimit)+" "+what(f), 256), Desc: fitted(described(f), 4*factLimit),
			Types: asffTypes(f), CreatedTime: began, ModifiedTime: told, FirstSeenTime: began, LastSeenTime: told,
			DataSources: []string{"AWS CloudTrail", "AWS IAM"},
			Analytic:    ocsfAnalytic{cmp.Or(fitted(f.Rule, 256), fitted(string(f.Drift), 256), "Ringfence"), "Rule", 1}, Attacks: ocsfAttacks(f),
		},
		Resources: []ocsfResource{ocsfSubject(f)}, Evidences: ocsfEvidences(f),
		Remediation: ocsfRemediation{Desc: fitted(todo, factLimit), References: []string{url}},
		Unmapped:    facts(f),
	}
}

func milliseconds(t time.Time) int64 { return t.UnixMilli() }

// ended is when the target was inside again, zero where it is not.
func ended(f finding.Finding) int64 {
	if f.Exposure.To == nil || f.Exposure.To.IsZero() {
		return 0
	}
	return milliseconds(*f.Exposure.To)
}

// ocsfActivity is what a revision does to a finding. One that was repaired before anybody was
// told of it is closed by its first.
func ocsfActivity(f finding.Finding) value {
	switch {
	case resolved(f):
		return value{3, "Close"}
	case f.Revision > 1:
		return value{2, "Update"}
	}
	return value{1, "Create"}
}

func ocsfSeverity(s finding.Severity) value {
	switch s {
	case finding.Critical:
		return value{5, "Critical"}
	case finding.High:
		return value{4, "High"}
	case finding.Medium:
		return value{3, "Medium"}
	case finding.Low:
		return value{2, "Low"}
	case finding.Info:
		return value{1, "Informational"}
	}
	return value{0, "Unknown"}
}

func ocsfStatus(f finding.Finding) value {
	if resolved(f) {
		return value{4, "Resolved"}
	}
	return value{1, "New"}
}

// ocsfSubject is what a finding is about.
func ocsfSubject(f finding.Finding) ocsfResource {
	r := ocsfResource{CloudPartition: partitionOf(f), Role: "Affected", RoleID: 3}
	switch kind, arn := subjectOf(f); kind {
	case principal.Role, principal.User:
		r.UID, r.UIDAlt, r.Name, r.Type = fitted(arn, factLimit), fitted(f.Principal.ID, 128), fitted(who(f), factLimit), "AWS::IAM::Role"
		if kind == principal.User {
			r.Type = "AWS::IAM::User"
		}
	case policyKind:
		r.UID, r.Name, r.Type = fitted(arn, factLimit), fitted(policyName(arn), factLimit), "AWS::IAM::ManagedPolicy"
	default:
		r.UID, r.Name, r.Type = fitted(f.Account, 64), fitted(who(f), factLimit), "AWS::::Account"
	}
	return r
}
