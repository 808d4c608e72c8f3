package templatetest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// cli is an AWS CLI that knows one stack and one policy, and logs no calls.
const cli = `#!/bin/sh
case "$*" in
sts*) echo arn:aws-us-gov:sts::123456789012:assumed-role/deployer/me ;;
*--stack-name\ fresh*) echo "Stack with id fresh does not exist" >&2; exit 254 ;;
*--stack-name\ hidden*) echo "AccessDenied" >&2; exit 254 ;;
*--stack-name\ several*) echo ;;
*AlertEmail*) echo None ;;
*describe-stacks*) echo ` + team + ` ;;
*get-policy-version*v7*) echo '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}' ;;
*get-policy\ *) echo v7 ;;
*) echo "unexpected: $*" >&2; exit 1 ;;
esac
`

// deployment runs infra/deploy with a sam that only logs its calls and what it packages, without a
// terminal, and with an empty folder for the configuration.
func deployment(t *testing.T, variables ...string) (calls []string, err error) {
	t.Helper()
	calls, _, err = deployed(t, variables...)
	return calls, err
}

// said returns the output of a deployment.
func said(t *testing.T, variables ...string) string {
	t.Helper()
	_, out, err := deployed(t, variables...)
	if err != nil {
		t.Fatal(err, out)
	}
	return out
}

func deployed(t *testing.T, variables ...string) (calls []string, said string, err error) {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash here")
	}
	dir := t.TempDir()
	log := filepath.Join(dir, "log")
	for tool, script := range map[string]string{
		"sam": "#!/bin/sh\necho \"$@\" >> " + log + "\necho \"$DOCUMENT\" > " + filepath.Join(dir, "document") + "\n",
		"aws": cli,
	} {
		if err := os.WriteFile(filepath.Join(dir, tool), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), bash, filepath.Join(infra, "deploy"))
	cmd.Env = append(os.Environ(), append([]string{"PATH=" + dir + ":" + os.Getenv("PATH"), "CONFIG=" + filepath.Join(dir, "config")}, variables...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return []string{string(out)}, string(out), err
	}
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	document, err := os.ReadFile(filepath.Join(dir, "document"))
	if err != nil {
		t.Fatal(err)
	}
	return append(strings.Split(strings.TrimSpace(string(text)), "\n"), strings.TrimSpace(string(document))), string(out), nil
}

func TestDeploy(t *testing.T) {
	const gov = "arn:aws-us-gov:iam::123456789012:policy/"
	const one = ` RequiredBoundaryArn=` + team + ` ConfiguredBoundaryArns="" RequiredBoundaryDocument=boundary.json OwnerTopicArns=""`
	const denyAllGov = "arn:aws-us-gov:iam::aws:policy/AWSDenyAll"
	approved, owned := filepath.Join(t.TempDir(), "config"), t.TempDir()
	configuration := "version: 1\nmode: alert\nboundaries: {none-allowed: {arn: \"arn:${partition}:iam::aws:policy/AWSDenyAll\"}}\n" +
		"accounts: {\"" + ownersAccount + "\": {name: shop, topic: \"" + shopTopic + "\"}}\n" +
		"rules:\n  - {name: data, match: {names: [\"data-*\"]}, boundary: none-allowed, topic: \"" + dataTopic + "\"}\n" +
		"  - {name: rest, match: {names: [\"*\"]}, boundary: none-allowed, topic: \"" + shopTopic + "\"}\n"
	if err := os.WriteFile(filepath.Join(owned, "ringfence.yaml"), []byte(configuration), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		variables []string
		want      string // arguments of sam deploy
		document  string // packaged file
	}{
		"one boundary, as it is today": {
			[]string{"BOUNDARY=" + team, "EMAIL=a@example.com", "CONFIG=" + approved, "APPROVE=yes"},
			`--stack-name ringfence --region us-east-1 --parameter-overrides Architecture=arm64` + one + ` AlertEmail=a@example.com`,
			approved + "/team-boundary.json",
		},
		"with its document": {
			[]string{"BOUNDARY=" + team, "DOCUMENT=infra/boundaries/team.json", "STACK=rf", "REGION=us-gov-west-1", "ARCHITECTURE=x86_64"},
			`--stack-name rf --region us-gov-west-1 --parameter-overrides Architecture=x86_64` + one, "infra/boundaries/team.json",
		},
		"a configuration": {
			[]string{"CONFIG=infra"},
			`--stack-name ringfence --region us-east-1 --parameter-overrides Architecture=arm64 ConfiguredBoundaryArns=` +
				strings.Join([]string{gov + "read-only-boundary", gov + "service-workload-boundary", gov + "ci-boundary", gov + "team-boundary"}, ",") +
				` RequiredBoundaryArn="" RequiredBoundaryDocument="" OwnerTopicArns=""`, "",
		},
		"a configuration with owners' topics": {
			[]string{"CONFIG=" + owned},
			`--stack-name ringfence --region us-east-1 --parameter-overrides Architecture=arm64 ConfiguredBoundaryArns=` + denyAllGov +
				` RequiredBoundaryArn="" RequiredBoundaryDocument="" OwnerTopicArns=` + dataTopic + "," + shopTopic, "",
		},
		"only another mode": {
			[]string{"MODE=observe", "APPROVE=yes"},
			`--stack-name ringfence --region us-east-1 --parameter-overrides Architecture=arm64` + one + ` Mode=observe`, "team-boundary.json",
		},
		"a stack with a configuration": {
			[]string{"STACK=several", "MODE=observe"},
			`--stack-name several --region us-east-1 --parameter-overrides Architecture=arm64 Mode=observe`, "",
		},
		"a second topic and an operator": {
			[]string{"STACK=several", "SECOND_TOPIC=arn:aws:sns:us-east-1:210987654321:alarms", "OPERATOR=arn:aws:iam::123456789012:role/operator"},
			`--stack-name several --region us-east-1 --parameter-overrides Architecture=arm64 ` +
				`SecondTopicArn=arn:aws:sns:us-east-1:210987654321:alarms OperatorRoleArn=arn:aws:iam::123456789012:role/operator`, "",
		},
		"more sinks": {
			[]string{"STACK=several", "SECURITY_HUB=true", "OCSF=false"},
			`--stack-name several --region us-east-1 --parameter-overrides Architecture=arm64 SecurityHub=true Ocsf=false`, "",
		},
		"a rule of AWS Config": {
			[]string{"STACK=several", "CONFIG_RULE=true"},
			`--stack-name several --region us-east-1 --parameter-overrides Architecture=arm64 ConfigRule=true`, "",
		},
		"an organization": {
			[]string{"STACK=several", "ORGANIZATION=o-a1b2c3d4e5", "EXTERNAL_ID=0123456789abcdef", "EXCLUDED_ACCOUNTS=111122223333"},
			`--stack-name several --region us-east-1 --parameter-overrides Architecture=arm64 OrganizationId=o-a1b2c3d4e5 ExternalId=0123456789abcdef ExcludedAccounts=111122223333`, "",
		},
		"a restricted environment": {
			[]string{"STACK=several", "ROLE_BOUNDARY=" + team, "ROLE_PATH=/platform/", "ROLE_PREFIX=acme-", "TAGS=team=security cost-center=17"},
			`--stack-name several --region us-east-1 --parameter-overrides Architecture=arm64 ` +
				`RoleBoundaryArn=` + team + ` RolePath=/platform/ RoleNamePrefix=acme- --tags team=security cost-center=17`, "",
		},
		"nothing yet": {
			[]string{"STACK=fresh"}, `--stack-name fresh --region us-east-1 --parameter-overrides Architecture=arm64`, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			calls, err := deployment(t, c.variables...)
			if err != nil {
				t.Fatal(err, calls)
			}
			if len(calls) != 3 || !strings.HasPrefix(calls[0], "build --parameter-overrides ") || calls[1] != "deploy "+c.want {
				t.Errorf("sam was called with\n%s\nwant\ndeploy %s", strings.Join(calls, "\n"), c.want)
			}
			if document := calls[2]; !strings.HasSuffix(document, c.document) || c.document == "" && document != "" {
				t.Errorf("the document is %q, want %q", document, c.document)
			}
		})
	}
	// Later deployments use the approved document without a question.
	file := filepath.Join(approved, "team-boundary.json")
	text, err := os.ReadFile(file)
	if err != nil || string(text) != "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"s3:*\", \"Resource\": \"*\"}]}\n" {
		t.Fatalf("%q, %v", text, err)
	}
	if calls, err := deployment(t, "CONFIG="+approved); err != nil || calls[2] != file {
		t.Errorf("deployed again: %v, %v", calls, err)
	}
}

func TestDeployRefuses(t *testing.T) {
	for want, variables := range map[string][]string{
		"there is no sam on the PATH":                           {"PATH=" + pathOf(t, "go", "dirname", "env"), "BOUNDARY=" + team},
		"README.md: the document of the required boundary":      {"BOUNDARY=" + team, "DOCUMENT=README.md"},
		"\"team-boundary\" is not an ARN":                       {"BOUNDARY=team-boundary", "DOCUMENT=infra/boundaries/team.json"},
		"passes the 6144 characters":                            {"BOUNDARY=" + team, "DOCUMENT=" + large(t)},
		"for deployments without it":                            {"CONFIG=infra", "BOUNDARY=" + team},
		"nobody approved what " + team + " may say":             {"BOUNDARY=" + team},
		"\"Resource\": \"*\"}]}\ndeploy: this is version v7 of": {"MODE=enforce"},
		"which boundary the stack hidden has is not known: Acc": {"STACK=hidden"},
	} {
		if out, err := deployment(t, variables...); err == nil || !strings.Contains(out[0], want) {
			t.Errorf("%v: %v, %v", variables, out, err)
		}
	}
}

// pathOf returns a folder with only these tools, and an aws.
func pathOf(t *testing.T, tools ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, tool := range tools {
		at, err := exec.LookPath(tool)
		if err == nil {
			err = os.Symlink(at, filepath.Join(dir, tool))
		}
		if err != nil {
			t.Skip(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "aws"), []byte(cli), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// large returns a file with a document that IAM would refuse.
func large(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "large.json")
	text := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::` + strings.Repeat("x", 6200) + `"}}`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// A deployment warns about a stack without mail addresses, and about probable mistakes in a
// document.
func TestDeployWarns(t *testing.T) {
	loose := filepath.Join(t.TempDir(), "loose.json")
	if err := os.WriteFile(loose, []byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	const noEmail = "no EMAIL is given, and the stack fresh has none"
	for _, c := range []struct {
		variables     []string
		want, notWant string
	}{
		{[]string{"STACK=fresh", "BOUNDARY=" + team, "DOCUMENT=" + loose}, noEmail, "unbound"},
		{[]string{"STACK=fresh", "BOUNDARY=" + team, "DOCUMENT=" + loose}, "allows everything: it is no limit to anybody", "unbound"},
		{[]string{"STACK=fresh", "EMAIL=a@example.com"}, "", noEmail},
	} {
		out := said(t, c.variables...)
		if !strings.Contains(out, c.want) || strings.Contains(out, c.notWant) {
			t.Errorf("%v:\n%s", c.variables, out)
		}
	}
}
