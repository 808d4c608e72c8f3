package configrule_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ringfence/ringfence/internal/account"
	"github.com/ringfence/ringfence/internal/audit"
	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/boot/evaluating"
	"github.com/ringfence/ringfence/internal/fence"
	"github.com/ringfence/ringfence/internal/localaws"
)

// said is what the rule must say of a state in which the audit finds a principal.
var said = map[audit.State]types.ComplianceType{
	audit.Inside: types.ComplianceTypeCompliant, audit.Outside: types.ComplianceTypeNonCompliant,
	audit.Uncovered: types.ComplianceTypeNotApplicable, audit.Exempt: types.ComplianceTypeNotApplicable,
	audit.OutOfScope: types.ComplianceTypeNotApplicable, audit.ServiceLinked: types.ComplianceTypeNotApplicable,
}

// agrees compares a run of the rule with an audit of the same account, under the
// configuration in a folder. It returns how many principals are in each state.
func agrees(t *testing.T, state []byte, folder string) map[audit.State]int {
	t.Helper()
	server := localaws.New(localaws.Options{Seed: 1})
	loaded, err := server.Load(state)
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]string{
		"AWS_REGION": localaws.HomeRegion(loaded.Partition), "AWS_ACCESS_KEY_ID": loaded.Account, "AWS_SECRET_ACCESS_KEY": "local",
		"AWS_ENDPOINT_URL": "http://127.0.0.1", boot.EnvPropagation: "0s",
	}
	read := func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(folder, name)) }
	rule, err := evaluating.New(func(name string) string { return env[name] }, read, server.Client(), t.Output())
	if err != nil {
		t.Fatal(err)
	}
	event, _ := json.Marshal(map[string]string{"resultToken": server.ConfigService.Token(), "accountId": loaded.Account, "invokingEvent": run})
	if _, err := rule.Handle(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	results := map[string]types.Evaluation{}
	for _, e := range server.ConfigService.Results() {
		results[*e.ComplianceResourceId] = e
	}
	found := map[audit.State]int{}
	for _, p := range audited(t, server, loaded.Account, rule.Assessor.Config) {
		found[p.State]++
		e := results[p.ID]
		if want := said[p.State]; e.ComplianceType != want {
			t.Errorf("%s: the rule says %q (%s), want %q: the audit says %s (%s)", p.ARN, e.ComplianceType, aws.ToString(e.Annotation), want, p.State, p.Reason)
		}
		if why := aws.ToString(e.Annotation); p.State == audit.Outside && !strings.HasPrefix(why, string(p.Severity)+": ") {
			t.Errorf("%s: the rule says %q, the audit %s", p.ARN, why, p.Severity)
		}
	}
	if len(results) == 0 || len(results) != found[audit.Inside]+found[audit.Outside]+found[audit.Uncovered]+found[audit.Exempt]+found[audit.OutOfScope]+found[audit.ServiceLinked] {
		t.Errorf("%d results, and the audit finds %v", len(results), found)
	}
	return found
}

// audited are the principals of an account in the report of the audit, which reads what
// aws iam get-account-authorization-details prints.
func audited(t *testing.T, server *localaws.Server, of string, config *fence.Fence) []audit.Principal {
	t.Helper()
	client := iam.NewFromConfig(server.Config("us-east-1", of))
	out, err := client.GetAccountAuthorizationDetails(t.Context(), &iam.GetAccountAuthorizationDetailsInput{MaxItems: aws.Int32(1000)})
	if err != nil || out.IsTruncated {
		t.Fatalf("truncated %v: %v", out.IsTruncated, err)
	}
	text, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	details, err := account.Read(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	auditor := audit.Auditor{Config: config, Now: time.Now()}
	return auditor.Run(t.Context(), []audit.Input{{Details: details}}).Principals
}

// The rule says of everybody what the audit says: of the accounts that other tests have.
func TestTheRuleAgreesWithTheAudit(t *testing.T) {
	states, err := filepath.Glob("../proof/testdata/accounts/*/state.json")
	if err != nil || len(states) < 3 {
		t.Fatalf("%d accounts: %v", len(states), err)
	}
	all := map[audit.State]int{}
	for _, path := range append(states, "../../events/shop/state.json") {
		folder := filepath.Dir(path)
		t.Run(filepath.Base(folder), func(t *testing.T) {
			state, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for s, n := range agrees(t, state, folder) {
				all[s] += n
			}
		})
	}
	if all[audit.Inside] < 10 || all[audit.Outside] < 10 {
		t.Errorf("%v", all)
	}
}

// And of random accounts: tags, paths, boundaries and boundary policies as they may be.
func TestTheRuleAgreesWithTheAuditOfRandomAccounts(t *testing.T) {
	found := map[audit.State]int{}
	for seed := range uint64(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			folder := t.TempDir()
			for name, text := range map[string]string{"ringfence.yaml": config, "team.json": approved} {
				if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			for s, n := range agrees(t, random(rand.New(rand.NewPCG(seed, 1))), folder) {
				found[s] += n
			}
		})
	}
	for state := range said {
		if found[state] == 0 {
			t.Errorf("nobody is %s", state)
		}
	}
}

// random is the JSON of an account.
func random(r *rand.Rand) []byte {
	pick := func(texts ...string) string { return texts[r.IntN(len(texts))] }
	const narrow = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}`
	type object = map[string]any
	policy := func(name, document string) object {
		return object{
			"PolicyName": name, "PolicyId": "ANPA" + strings.ToUpper(name), "Arn": "arn:aws:iam::123456789012:policy/" + name, "Path": "/", "DefaultVersionId": "v1",
			"PolicyVersionList": []object{{"VersionId": "v1", "IsDefaultVersion": true, "Document": json.RawMessage(document), "CreateDate": "2026-01-01T00:00:00Z"}},
		}
	}
	entity := func(kind, name string, n int) object {
		path := pick("/", "/team/", "/pipeline/", "/elsewhere/")
		if kind == "Role" && r.IntN(6) == 0 {
			path = "/aws-service-role/ecs.amazonaws.com/"
		}
		e := object{
			kind + "Name": name, kind + "Id": fmt.Sprintf("%sEXAMPLE%09d", map[string]string{"Role": "AROA", "User": "AIDA"}[kind], n), "Path": path,
			"Arn": "arn:aws:iam::123456789012:" + strings.ToLower(kind) + path + name, "CreateDate": "2026-01-01T00:00:00Z",
		}
		if kind == "Role" {
			e["AssumeRolePolicyDocument"] = json.RawMessage(trust)
		}
		if b := pick("", "team-boundary", "team-boundary", "other", "less"); b != "" {
			e["PermissionsBoundary"] = object{"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": "arn:aws:iam::123456789012:policy/" + b}
		}
		if r.IntN(2) == 0 {
			e[kind+"PolicyList"] = []object{{"PolicyName": "p", "PolicyDocument": json.RawMessage(pick(approved, wider, narrow))}}
		}
		return e
	}
	roles := []object{entity("Role", "breakglass", 1), entity("Role", "lapsed", 2)}
	var users []object
	for n := 3; n < 20; n++ {
		roles = append(roles, entity("Role", fmt.Sprint("role-", n), n))
		users = append(users, entity("User", fmt.Sprint("user-", n), n))
	}
	text, _ := json.Marshal(object{
		"RoleDetailList": roles, "UserDetailList": users, "GroupDetailList": []object{},
		"Policies": []object{policy("team-boundary", pick(approved, approved, narrow, wider)), policy("other", wider), policy("less", narrow)},
	})
	return text
}
