package comparison

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/page/pagetest"
	"github.com/ringfence/ringfence/internal/policy"
)

func side(t *testing.T, name string, layers ...string) Side {
	t.Helper()
	s := Side{Name: name}
	for i, statements := range layers {
		d, err := policy.Parse([]byte(`{"Version":"2012-10-17","Statement":[` + statements + `]}`))
		if err != nil {
			t.Fatal(err)
		}
		s.Layers = append(s.Layers, []Policy{NewPolicy([...]string{name, "boundary.json", "scp.json"}[i], d, policy.IdentityPolicy)})
	}
	return s
}

const (
	before = `{"Sid":"Data","Effect":"Allow","Action":["s3:*","sqs:*"],"Resource":"*"},{"Effect":"Allow","Action":"iam:Get*","Resource":"*"}`
	after  = `{"Sid":"Data","Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}},
		{"Effect":"Allow","Action":"iam:*","Resource":"*"},
		{"Sid":"NoKeys","Effect":"Deny","Action":"iam:*AccessKey","Resource":"*"},
		{"Effect":"Allow","Action":"kms:*","Resource":"*","Condition":{"StringResembles":{"aws:x":"y"}}}`
)

func markdownOf(t *testing.T, r *Report) string {
	t.Helper()
	var b strings.Builder
	if err := r.WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func pageOf(t *testing.T, r *Report) string {
	t.Helper()
	var b strings.Builder
	if err := r.WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestMarkdown(t *testing.T) {
	r := New(side(t, "after.json", after), side(t, "before.json", before))
	const want = "## Policies: after.json compared with before.json\n\n" +
		"**after.json and before.json are incomparable\\: each allows something that the other does not.** after.json denies explicitly all that before.json does, and more.\n\n" +
		"### Only after.json allows\n\n" +
		"| allowed by | service | for example | why not by before.json |\n|---|---|---|---|\n" +
		"| statement 2 | iam | ` iam:CreateUser ` on ` arn:aws:iam::123456789012:user/example ` | no statement allows it |\n\n" +
		"**Not decided:**\n\n" +
		"- ` kms `: it hangs on a condition that cannot be read\\: StringResembles on aws\\:x \\(AWS has no operator of that name\\)\n\n" +
		"### Only before.json allows\n\n" +
		"| allowed by | service | for example | why not by after.json |\n|---|---|---|---|\n" +
		"| statement 1 \\(Data\\) | s3 | ` s3:GetObject ` on ` arn:aws:s3:::example/example `<br>` aws:RequestedRegion ` = ` us-east-1 ` | no statement allows it |\n" +
		"|  | sqs | ` sqs:SendMessage ` on ` arn:aws:sqs:us-east-1:123456789012:example ` | no statement allows it |\n" +
		"| statement 2 | iam | ` iam:getaccesskey ` on ` arn:aws:iam::123456789012:user/example ` | statement 3 \\(NoKeys\\) denies it |\n\n" +
		"### Only after.json denies explicitly\n\n" +
		"An explicit denial also overrides a resource-based policy.\n\n" +
		"| denied by | service | for example |\n|---|---|---|\n" +
		"| statement 3 \\(NoKeys\\) | iam | ` iam:CreateAccessKey ` on ` arn:aws:iam::123456789012:user/example ` |\n"
	if got := markdownOf(t, &r); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// TestManyRowsAreFolded: a reader sees few, and none is missing.
func TestManyRowsAreFolded(t *testing.T) {
	services := `{"Effect":"Allow","Action":["a1:*","a2:*","a3:*","a4:*","a5:*","a6:*","a7:*","a8:*","a9:*","b1:*","b2:*","b3:*"],"Resource":"*"}`
	r := New(side(t, "A", services), side(t, "B", `{"Effect":"Deny","Action":"*","Resource":"*"}`))
	text := markdownOf(t, &r)
	open, rest, ok := strings.Cut(text, "\n<details><summary>2 more differences</summary>\n\n| allowed by |")
	if !ok || strings.Count(open, "| no statement allows it") != 0 && strings.Count(open, "\n| statement") > fewRows || !strings.Contains(rest, "| b3 |") || !strings.Contains(rest, "| statement 1 | b2 |") || !strings.Contains(rest, "\n</details>") {
		t.Error(text)
	}
}

// TestLongListsFitAComment: GitHub refuses a comment of more than 65,536 characters. What is left out is
// counted.
func TestLongListsFitAComment(t *testing.T) {
	var actions []string
	for i := range 800 {
		actions = append(actions, fmt.Sprintf(`"a%d:*"`, i))
	}
	grants := func(suffix string) string {
		return `{"Effect":"Allow","Action":[` + strings.Join(actions, ",") + `],"Resource":"*"` + suffix + `},{"Effect":"Deny","Action":["b1:*","b2:*"],"Resource":"*"}`
	}
	r := New(side(t, "A", grants("")), side(t, "B", `{"Effect":"Allow","Action":"c:*","Resource":"*"}`))
	text := markdownOf(t, &r)
	rows := strings.Count(text, "| no statement allows it |")
	left := fmt.Sprintf("\n%d differences left out, because", 800+1-rows)
	if len(text) > 65536 || len(text) < manyBytes || !strings.Contains(text, left) || !strings.Contains(text, "| b2 |") || !strings.Contains(text, "| c |") {
		t.Errorf("%d bytes, %d rows, no %q", len(text), rows, left)
	}
	// The same for what is not decided.
	r = New(side(t, "A", grants(`,"Condition":{"StringResembles":{"aws:x":"`+strings.Repeat("y", 50)+`"}}`)), side(t, "B", `{"Effect":"Allow","Action":"c:*","Resource":"*"}`))
	for i := range r.OnlyA.Open {
		r.OnlyA.Open[i].Reason += strings.Repeat(" and so on", 20)
	}
	text = markdownOf(t, &r)
	rows = strings.Count(text, " and so on\n")
	if left = fmt.Sprintf("\n%d services that are not decided left out, because", 800-rows); len(text) > 65536 || rows < fewRows || !strings.Contains(text, left) {
		t.Errorf("%d bytes, %d rows, no %q", len(text), rows, left)
	}
}

func TestSidesOfSeveralPolicies(t *testing.T) {
	b := side(t, "B", before, before+`,{"Sid":"No","Effect":"Deny","Action":"sqs:*","Resource":"*"}`, `{"Effect":"Allow","Action":["iam:*","sqs:*"],"Resource":"*"}`)
	b.Parts = "before.json, within boundary.json"
	r := New(side(t, "after.json", before), b)
	text := markdownOf(t, &r)
	for _, want := range []string{
		"- B is before.json, within boundary.json\n", "| no statement of scp.json allows it |", "| statement 3 \\(No\\) of boundary.json denies it |",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	data, err := json.Marshal(r.OnlyA)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"grantedBy":[{"policy":"after.json","index":0,"sid":"Data"}],"notAllowedBy":["scp.json"]`,
		`"deniedBy":[{"policy":"boundary.json","index":2,"sid":"No"}]`, `"open":[]`,
	} {
		if !strings.Contains(string(data), want) {
			t.Errorf("no %q in %s", want, data)
		}
	}
}

const evil = "</script><script>window.pwned=1</script><img src=x onerror=\"window.pwned=1\">|`\n# x\u202e\x1b[31m\u2028"

// hostile is a report in which whatever others choose is hostile.
func hostile(t *testing.T) Report {
	t.Helper()
	quoted, err := json.Marshal(evil)
	if err != nil {
		t.Fatal(err)
	}
	statement := func(effect, action string) string {
		return `{"Sid":` + string(quoted) + `,"Effect":"` + effect + `","Action":"` + action + `","Resource":` + strings.Replace(string(quoted), `"`, `"arn:aws:s3:::`, 1) + `,
			"Condition":{"StringEquals":{` + string(quoted) + `:` + string(quoted) + `}}}`
	}
	a, b := side(t, "a.json"+evil, statement("Allow", "s3:*")), side(t, "b.json"+evil, statement("Deny", "sqs:*"), `{"Effect":"Allow","Action":"ec2:*","Resource":"*","Condition":{"Odd":{`+string(quoted)+`:"x"}}}`)
	a.Parts, b.Parts = evil, evil
	return New(a, b)
}

func TestHostileTextIsText(t *testing.T) {
	r := hostile(t)
	if len(r.OnlyA.List)+len(r.DeniedByB.List) < 2 {
		t.Fatalf("%+v", r)
	}
	text := markdownOf(t, &r)
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "# x") || strings.Count(strings.ReplaceAll(line, `\|`, ""), "|") > 5 {
			t.Errorf("text became structure: %s", line)
		}
	}
	// Outside code, what could be markup is escaped.
	if bad := regexp.MustCompile(`[^\\]<[^b/d]`).FindString(regexp.MustCompile("`` .*? ``|` .*? `").ReplaceAllString(text, "")); bad != "" {
		t.Errorf("markup in Markdown: %q\n%s", bad, text)
	}
	page := pageOf(t, &r)
	for what, want := range map[string]int{"<script": 0, "<style": 1, "</style": 1, "<img": 0, "<link": 0} {
		if got := strings.Count(page, what); got != want {
			t.Errorf("%d times %s, want %d", got, what, want)
		}
	}
	if strings.ContainsAny(page+text, "\u202e\x1b\u2028") {
		t.Error("there is a character that cannot be seen")
	}
	c := pagetest.Start(t)
	url := c.Open([]byte(page))
	var pwned bool
	if c.Eval(`!!window.pwned`, &pwned); pwned {
		t.Error("text ran")
	}
	c.Quiet(url)
}

func TestThePageInABrowser(t *testing.T) {
	r := New(side(t, "after.json", after), side(t, "before.json", before))
	page := pageOf(t, &r)
	c := pagetest.Start(t)
	c.Size(1100, 800)
	for _, scheme := range []string{"light", "dark"} {
		c.Prefer(scheme)
		url := c.Open([]byte(page))
		var cells []string
		c.Eval(`[...document.querySelectorAll('tbody tr:first-child td:first-child')].map(e => e.textContent)`, &cells)
		if strings.Join(cells, ",") != "statement 2,statement 1 (Data),statement 3 (NoKeys)" {
			t.Errorf("%q", cells)
		}
		var wide bool
		if c.Eval(`document.documentElement.scrollWidth > innerWidth`, &wide); wide {
			t.Error("the page is wider than the window")
		}
		pagetest.Keep(t, scheme+".png", c.Picture(true))
		c.Quiet(url)
	}
	c.Size(390, 800)
	pagetest.Keep(t, "narrow.png", c.Picture(true))
}

// TestHowFarIsSaid: a trust policy that names a role where the other one names its account.
func TestHowFarIsSaid(t *testing.T) {
	trusting := func(name, principal string) Side {
		d, err := policy.Parse([]byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"` + principal + `"}}}`))
		if err != nil {
			t.Fatal(err)
		}
		return Side{Name: name, Layers: [][]Policy{{NewPolicy(name, d, policy.TrustPolicy)}}}
	}
	account, role, session := trusting("account.json", "111122223333"), trusting("role.json", "arn:aws:iam::111122223333:role/ci"), trusting("session.json", "arn:aws:sts::111122223333:assumed-role/ci/s")
	for _, c := range []struct {
		a, b              Side
		row, json, missed string
	}{
		{
			role, account, "by ` arn:aws:iam::111122223333:role/ci `, also without an identity policy | statement 1 allows it only to the account |",
			`"principal":"arn:aws:iam::111122223333:role/ci","grant":"role","otherGrant":"account"`, "no statement allows",
		},
		{
			session, role, "by ` arn:aws:sts::111122223333:assumed-role/ci/s `, also beyond a permissions boundary and a session policy | statement 1 allows it only to the role |",
			`"grant":"principal","otherGrant":"role","action":"sts:AssumeRole","context":{}},"grantedBy":[{"policy":"session.json","index":0}],"grantedNearerBy":[{"policy":"role.json","index":0}]`, "identity policy",
		},
	} {
		r := New(c.a, c.b)
		r.OnlyB = Section{}
		data, err := json.Marshal(r.OnlyA)
		if err != nil {
			t.Fatal(err)
		}
		if text := markdownOf(t, &r); !strings.Contains(text, c.row) || !strings.Contains(string(data), c.json) || strings.Contains(text, c.missed) {
			t.Errorf("%s\n%s", text, data)
		}
	}
}
