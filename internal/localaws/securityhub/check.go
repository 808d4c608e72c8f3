package securityhub

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// check returns the code and message of what is wrong with a finding, empty if it is valid.
// https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html
func (c Call) check(f Finding) (code, message string) {
	var text bytes.Buffer
	if wire.EncodeJSON(&text, &f); text.Len() > largest {
		return "InvalidInput", fmt.Sprintf("Finding is larger than %d bytes.", largest)
	}
	product := "arn:" + c.Partition + ":securityhub:" + c.Region + ":" + c.Account + ":product/" + c.Account + "/default"
	var v violations
	v.text("SchemaVersion", f.SchemaVersion, true, 32)
	v.oneOf("SchemaVersion", f.SchemaVersion, "2018-10-08")
	v.text("Id", f.Id, true, 512)
	v.oneOf("ProductArn", f.ProductArn, product)
	v.text("ProductArn", f.ProductArn, true, 2048)
	v.text("ProductName", f.ProductName, false, 128)
	v.text("CompanyName", f.CompanyName, false, 128)
	v.text("GeneratorId", f.GeneratorId, true, 512)
	v.text("AwsAccountId", f.AwsAccountId, true, 12)
	v.text("Title", f.Title, true, 256)
	v.text("Description", f.Description, true, 1024)
	v.oneOf("RecordState", f.RecordState, "ACTIVE", "ARCHIVED")
	for name, at := range map[string]*string{"CreatedAt": f.CreatedAt, "UpdatedAt": f.UpdatedAt, "FirstObservedAt": f.FirstObservedAt, "LastObservedAt": f.LastObservedAt} {
		v.moment(name, at, name == "CreatedAt" || name == "UpdatedAt")
	}
	v.provided(f)
	if r := f.Remediation; r != nil && r.Recommendation != nil {
		v.text("Remediation.Recommendation.Text", r.Recommendation.Text, false, 512)
		v.text("Remediation.Recommendation.Url", r.Recommendation.Url, false, 2048)
	}
	v.must(len(f.ProductFields) <= 50, "ProductFields should NOT have more than 50 properties")
	for key, value := range f.ProductFields {
		v.text("ProductFields key", &key, true, 128)
		v.text("ProductFields."+key, &value, true, 2048)
	}
	if f.Compliance != nil {
		v.oneOf("Compliance.Status", f.Compliance.Status, "PASSED", "WARNING", "FAILED", "NOT_AVAILABLE")
	}
	if f.Workflow != nil {
		v.oneOf("Workflow.Status", f.Workflow.Status, "NEW", "NOTIFIED", "RESOLVED", "SUPPRESSED")
	}
	v.resources(f.Resources)
	if len(v) > 0 {
		slices.Sort(v)
		return "InvalidInput", "Finding does not adhere to Amazon Finding Format. " + strings.Join(v, ", ") + "."
	}
	if *f.AwsAccountId != c.Account {
		return "InvalidAccess", "AwsAccountId is not the account of the caller."
	}
	return "", ""
}

// violations are the errors of a finding, in Security Hub's words.
type violations []string

func (v *violations) must(ok bool, format string, args ...any) {
	if !ok {
		*v = append(*v, "data."+fmt.Sprintf(format, args...))
	}
}

// text checks a text of at most most bytes. AWS does not say whether it counts bytes or
// characters.
func (v *violations) text(name string, s *string, required bool, most int) {
	if s == nil {
		v.must(!required, "%s is required", name)
		return
	}
	v.must(strings.TrimSpace(*s) != "", "%s should match pattern \"\\S\"", name)
	v.must(len(*s) <= most, "%s should NOT be longer than %d characters", name, most)
	v.must(utf8.ValidString(*s), "%s should be UTF-8", name)
}

func (v *violations) oneOf(name string, s *string, allowed ...string) {
	if s != nil {
		v.must(slices.Contains(allowed, *s), "%s should be equal to one of the allowed values %q, and is %q", name, allowed, *s)
	}
}

// moments matches the accepted forms of time.
// https://docs.aws.amazon.com/securityhub/1.0/APIReference/Welcome.html#timestamps
var moments = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)$`)

func (v *violations) moment(name string, s *string, required bool) {
	v.text(name, s, required, 64)
	if s != nil {
		v.must(moments.MatchString(*s), "%s should be a time", name)
	}
}

// typed matches namespace/category/classifier.
// https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html#Types
var typed = regexp.MustCompile(`^(Software and Configuration Checks|TTPs|Effects|Unusual Behaviors|Sensitive Data Identifications)(/[^/]+){0,2}$`)

// provided checks severity and types, which must be set in one of two places.
func (v *violations) provided(f Finding) {
	severity, types := f.Severity, f.Types
	if p := f.FindingProviderFields; p != nil {
		severity, types = p.Severity, p.Types
	}
	v.must(severity != nil && len(types) > 0, "should have required property 'FindingProviderFields', with Severity and Types")
	if severity != nil {
		v.must(severity.Label != nil, "Severity.Label is required")
		v.oneOf("Severity.Label", severity.Label, "INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL")
		v.text("Severity.Original", severity.Original, false, 64)
	}
	v.must(len(types) <= 50, "Types should NOT have more than 50 items")
	for _, t := range types {
		v.must(typed.MatchString(t), "Types should match namespace/category/classifier, and one is %q", t)
	}
}

func (v *violations) resources(all []Resource) {
	v.must(len(all) >= 1 && len(all) <= 32, "Resources should have 1 to 32 items")
	for _, r := range all {
		v.text("Resources.Type", r.Type, true, 256)
		v.text("Resources.Id", r.Id, true, 512)
		v.oneOf("Resources.Partition", r.Partition, "aws", "aws-cn", "aws-us-gov")
		v.text("Resources.Region", r.Region, false, 16)
		if r.Details == nil {
			continue
		}
		details := map[string]*string{}
		if d := r.Details.AwsIamRole; d != nil {
			details = map[string]*string{"RoleName": d.RoleName, "RoleId": d.RoleId, "Path": d.Path}
			v.must(r.Type != nil && *r.Type == "AwsIamRole", "Resources.Details.AwsIamRole does not match the resource's type")
		}
		if d := r.Details.AwsIamUser; d != nil {
			details = map[string]*string{"UserName": d.UserName, "UserId": d.UserId, "Path": d.Path}
			v.must(r.Type != nil && *r.Type == "AwsIamUser", "Resources.Details.AwsIamUser does not match the resource's type")
		}
		if d := r.Details.AwsIamPolicy; d != nil {
			details = map[string]*string{"PolicyName": d.PolicyName, "Path": d.Path}
			v.must(r.Type != nil && *r.Type == "AwsIamPolicy", "Resources.Details.AwsIamPolicy does not match the resource's type")
		}
		for name, s := range details {
			v.text("Resources.Details."+name, s, false, 512)
		}
	}
}

// updated returns when a checked finding was last changed.
func updated(f Finding) time.Time {
	for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700"} {
		if t, err := time.Parse(form, *f.UpdatedAt); err == nil {
			return t
		}
	}
	return time.Time{}
}
