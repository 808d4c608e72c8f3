package localaws_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/localaws"
)

// asff returns a finding that Security Hub accepts.
func asff(id string) map[string]any {
	return map[string]any{
		"SchemaVersion": "2018-10-08", "Id": id, "ProductArn": "arn:aws:securityhub:us-east-1:123456789012:product/123456789012/default",
		"GeneratorId": "g", "AwsAccountId": "123456789012", "CreatedAt": "2026-03-01T12:00:00Z", "UpdatedAt": "2026-03-01T12:00:00.001Z",
		"Title": "t", "Description": "d", "FindingProviderFields": map[string]any{"Severity": map[string]any{"Label": "HIGH"}, "Types": []string{"TTPs/Defense Evasion"}},
		"Resources": []any{map[string]any{"Type": "AwsIamRole", "Id": "arn:aws:iam::123456789012:role/app"}},
	}
}

// importFindings sends findings as the API requires, and returns the status and the answer.
func importFindings(t *testing.T, s *localaws.Server, path string, findings ...any) (status int, answer string) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"Findings": findings})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:1"+path, bytes.NewReader(body))
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=123456789012/20260101/us-east-1/securityhub/aws4_request, SignedHeaders=host, Signature=x")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func TestBatchImportFindings(t *testing.T) {
	s := localaws.New(localaws.Options{})
	status, answer := importFindings(t, s, "/findings/import", asff("a"), asff("b"))
	if status != 200 || answer != `{"FailedCount":0,"SuccessCount":2,"FailedFindings":[]}` || len(s.SecurityHub.Findings()) != 2 {
		t.Errorf("%d %s", status, answer)
	}
	older, newer := asff("a"), asff("b")
	older["UpdatedAt"], older["Title"] = "2026-03-01T12:00:00Z", "older"
	newer["UpdatedAt"], newer["Title"], newer["Workflow"] = "2026-03-01T13:00:00.5+00:30", "newer", map[string]any{"Status": "RESOLVED"}
	importFindings(t, s, "/findings/import", older, newer)
	if all := s.SecurityHub.Findings(); *all[0].Title != "t" || *all[1].Title != "newer" || all[1].Workflow != nil || s.SecurityHub.Imports() != 3 {
		t.Errorf("%s and %s, %d imports", *all[0].Title, *all[1].Title, s.SecurityHub.Imports())
	}
	s.SecurityHub.Fail("a", "InternalError")
	if _, answer = importFindings(t, s, "/findings/import", asff("a"), asff("b")); !strings.Contains(answer, `"FailedCount":1,"SuccessCount":1,"FailedFindings":[{"Id":"a","ErrorCode":"InternalError"`) {
		t.Errorf("%s", answer)
	}
	if status, answer = importFindings(t, s, "/findings/export", asff("a")); status != 400 || !strings.Contains(answer, "InvalidAction") {
		t.Errorf("another path: %d %s", status, answer)
	}
	s.SecurityHub.SetEnabled(false)
	if status, answer = importFindings(t, s, "/findings/import", asff("a")); status != 401 || !strings.Contains(answer, "InvalidAccessException") {
		t.Errorf("disabled: %d %s", status, answer)
	}
}

// Ensure that findings are refused as AWS documents.
func TestFindingsThatAreNotTaken(t *testing.T) {
	s := localaws.New(localaws.Options{})
	for name, change := range map[string]func(map[string]any){
		"no Id":                func(f map[string]any) { delete(f, "Id") },
		"no Title":             func(f map[string]any) { delete(f, "Title") },
		"an empty Description": func(f map[string]any) { f["Description"] = " " },
		"a long Title":         func(f map[string]any) { f["Title"] = strings.Repeat("t", 257) },
		"a long Description":   func(f map[string]any) { f["Description"] = strings.Repeat("t", 1025) },
		"a long remedy": func(f map[string]any) {
			f["Remediation"] = map[string]any{"Recommendation": map[string]any{"Text": strings.Repeat("t", 513)}}
		},
		"another schema":    func(f map[string]any) { f["SchemaVersion"] = "1" },
		"another's product": func(f map[string]any) { f["ProductArn"] = "arn:aws:securityhub:us-east-1::product/aws/guardduty" },
		"another account":   func(f map[string]any) { f["AwsAccountId"] = "210987654321" },
		"a time of seconds": func(f map[string]any) { f["UpdatedAt"] = "1772366400" },
		"no severity":       func(f map[string]any) { delete(f, "FindingProviderFields") },
		"an unknown severity": func(f map[string]any) {
			f["FindingProviderFields"].(map[string]any)["Severity"] = map[string]any{"Label": "high"}
		},
		"an unknown namespace": func(f map[string]any) {
			f["FindingProviderFields"].(map[string]any)["Types"] = []string{"Ringfence/Drift"}
		},
		"no resource":           func(f map[string]any) { f["Resources"] = []any{} },
		"a resource without Id": func(f map[string]any) { f["Resources"] = []any{map[string]any{"Type": "Other"}} },
		"details of another": func(f map[string]any) {
			f["Resources"].([]any)[0].(map[string]any)["Details"] = map[string]any{"AwsIamUser": map[string]any{"UserName": "x"}}
		},
		"an unknown state":          func(f map[string]any) { f["RecordState"] = "DONE" },
		"an unknown workflow":       func(f map[string]any) { f["Workflow"] = map[string]any{"Status": "DONE"} },
		"an unknown compliance":     func(f map[string]any) { f["Compliance"] = map[string]any{"Status": "OK"} },
		"an empty product field":    func(f map[string]any) { f["ProductFields"] = map[string]any{"k": ""} },
		"a long product field":      func(f map[string]any) { f["ProductFields"] = map[string]any{"k": strings.Repeat("v", 2049)} },
		"too many product fields":   func(f map[string]any) { f["ProductFields"] = many(51, 1) },
		"more than 240 KB together": func(f map[string]any) { f["ProductFields"] = many(200, 2000) },
	} {
		f := asff("a")
		change(f)
		status, answer := importFindings(t, s, "/findings/import", f, asff("b"))
		if status != 200 || !strings.Contains(answer, `"FailedCount":1,"SuccessCount":1,`) {
			t.Errorf("%s: %d %s", name, status, answer)
		}
	}
	for _, n := range []int{0, 101} {
		all := make([]any, n)
		for i := range all {
			all[i] = asff(fmt.Sprint(i))
		}
		if status, answer := importFindings(t, s, "/findings/import", all...); status != 400 || !strings.Contains(answer, "InvalidInputException") {
			t.Errorf("%d findings: %d %s", n, status, answer)
		}
	}
}

func many(n, long int) map[string]any {
	all := map[string]any{}
	for i := range n {
		all[fmt.Sprint(i)] = strings.Repeat("v", long)
	}
	return all
}
