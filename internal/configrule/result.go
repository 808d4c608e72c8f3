package configrule

import (
	"strings"
	"unicode/utf16"

	"github.com/aws/aws-sdk-go-v2/service/configservice/types"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/prose"
)

// result returns the result for a resource.
func (e Event) result(kind, id string, c types.ComplianceType, why string) types.Evaluation {
	why = cut(why)
	return types.Evaluation{
		ComplianceResourceType: &kind, ComplianceResourceId: &id, ComplianceType: c, Annotation: &why, OrderingTimestamp: &e.At,
	}
}

// of returns the result for a verdict on a principal. ok is false if the principal could not be
// evaluated: AWS Config does not accept INSUFFICIENT_DATA from rules, and any other result
// would be wrong.
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

// outside returns the severity, if known, the reason, and what is required if there is room for
// that.
func outside(v assess.Verdict) string {
	why := prose.Brief(v.Decision)
	if v.Finding != nil {
		why = string(v.Finding.Severity) + ": " + why
	}
	more := why + "; rule " + v.Decision.Rule + " requires " + prose.PolicyName(v.Decision.Required)
	if len(more) <= maxText {
		return more
	}
	return why
}

// maxText is how many characters AWS Config accepts.
const maxText = 256

// cut shortens a text to what AWS Config accepts, at a character boundary. It counts UTF-16
// code units as Java does, since AWS's limits are in those.
func cut(text string) string {
	text = strings.ToValidUTF8(text, "?")
	size, end := 0, 0
	for i, c := range text {
		size += utf16.RuneLen(c)
		if size <= maxText-1 {
			end = i + len(string(c))
		}
	}
	if size <= maxText {
		return text
	}
	return text[:end] + "…"
}
