package configrule

import (
	"strings"
	"unicode/utf16"

	"github.com/aws/aws-sdk-go-v2/service/configservice/types"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/prose"
)

// result is what AWS Config is told of a resource.
func (e Event) result(kind, id string, c types.ComplianceType, why string) types.Evaluation {
	why = cut(why)
	return types.Evaluation{
		ComplianceResourceType: &kind, ComplianceResourceId: &id, ComplianceType: c, Annotation: &why, OrderingTimestamp: &e.At,
	}
}

// of is the result of a verdict on a principal. There is none for one that could not be
// judged: AWS Config takes INSUFFICIENT_DATA from no rule, and any other word would be a lie.
// https://docs.aws.amazon.com/config/latest/APIReference/API_Evaluation.html
func (r *Rule) of(e Event, s principal.Snapshot, v assess.Verdict) (types.Evaluation, bool) {
	kind := roleType
	if s.Kind == principal.User {
		kind = userType
	}
	switch v.State() {
	case assess.Unknown:
		return types.Evaluation{}, false
	case assess.Inside:
		return e.result(kind, s.ID, types.ComplianceTypeCompliant, prose.Brief(v.Decision)), true
	case assess.Outside:
		return e.result(kind, s.ID, types.ComplianceTypeNonCompliant, outside(v)), true
	}
	why := prose.Brief(v.Decision)
	if v.State() == assess.Uncovered && r.Assessor.Control.Contains(s.ARN()) {
		why = "it is a role of Ringfence, under the boundary that was made for it"
	}
	return e.result(kind, s.ID, types.ComplianceTypeNotApplicable, why), true
}

// outside says how bad it is, where that is known, why, and what is required, where there is
// room for that.
func outside(v assess.Verdict) string {
	why := prose.Brief(v.Decision)
	if v.Finding != nil {
		why = string(v.Finding.Severity) + ": " + why
	}
	more := why + "; rule " + v.Decision.Rule + " requires " + prose.PolicyName(v.Decision.Required)
	if len(more) <= longest {
		return more
	}
	return why
}

// longest is how many characters AWS Config takes.
const longest = 256

// cut shortens a text to what AWS Config takes, and never within a character. It counts as
// Java does, in which AWS's limits are written.
func cut(text string) string {
	text = strings.ToValidUTF8(text, "?")
	size, end := 0, 0
	for i, c := range text {
		size += utf16.RuneLen(c)
		if size <= longest-1 {
			end = i + len(string(c))
		}
	}
	if size <= longest {
		return text
	}
	return text[:end] + "…"
}
