package impact

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/trail/trailtest"
)

func readPolicy(t *testing.T, name string) *eval.Policy {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	d, err := policy.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return eval.Compile(d)
}

// TestRecordedCalls: the numbers for one principal are those that jq finds in the files. With only as
//
//	select(.userIdentity.arn == "arn:aws:iam::123837392027:user/bert-jan" and .errorCode == null and .eventType == "AwsApiCall")
//
// and service as (.eventSource | split(".")[0]) they are the lines that these print:
//
//	services.json   only | select((service | IN("ec2","s3","ssm","kms","sts","cloudtrail") | not)
//	                and (service == "iam" and (.eventName | test("^(Get|List)")) | not)
//	                or service == "cloudtrail" and (.eventName | IN("DeleteTrail","StopLogging"))
//	                or service == "ec2" and .awsRegion != "us-east-1")
//	Secrets         only | select(service == "secretsmanager" and ((.requestParameters.secretId // "" | split(":")[6] // .requestParameters.name // "")
//	                | startswith("stratus-red-team-retrieve-secret-1")))
//	Parameters      only | select(service == "ssm" and (.eventName | test("Parameter")) and ([.requestParameters.name // empty,
//	                (.requestParameters.names // [])[]] | any(startswith("/credentials/stratus-red-team/credentials-2"))))
//	MFA             only | select(service == "iam" and (.userIdentity.sessionContext.attributes.mfaAuthenticated // "false") == "false")
func TestRecordedCalls(t *testing.T) {
	records := trailtest.Recorded(t, "cloudtrail-files")
	for name, want := range map[string]map[string]int{
		"services.json":  {"": 257, "KeepTrail": 2},
		"resources.json": {"Secrets1": 105, "Parameters": 47, "MFA": 233},
	} {
		a := New(Question{New: Everyone(readPolicy(t, name))})
		for _, record := range records {
			a.Add(record.Text)
		}
		r := a.Report()
		got := map[string]int{}
		for _, g := range r.Denials {
			switch {
			case !strings.HasSuffix(g.Principal, ":user/bert-jan"):
			case g.Statement == nil:
				got[""] += g.Count
			default:
				got[g.Statement.Sid] += g.Count
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
		sum := r.Denied + r.NotKnown + r.Allowed + r.Already
		for _, n := range r.Apart {
			sum += n
		}
		if r.Calls != len(records) || sum != r.Calls || r.Calls != 2093 {
			t.Errorf("%s: %d calls, %d counted, %d records", name, r.Calls, sum, len(records))
		}
		for _, g := range r.Unknowns {
			if g.Action != "s3:GetStorageLensDashboardDataInternal" {
				t.Errorf("%s: not known: %+v", name, g)
			}
		}
	}
}
