package compare

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
)

// boundaries are realistic permissions boundaries: those of testdata, and two that are
// made of several and nearly as large as IAM lets a policy be.
func boundaries(t testing.TB) map[string]*policy.Document {
	t.Helper()
	files, err := filepath.Glob("testdata/boundaries/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no boundaries: ", err)
	}
	all := map[string]*policy.Document{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d, err := policy.Parse(text)
		if err != nil {
			t.Fatal(file, err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".json")] = d
	}
	for name, parts := range map[string][]string{
		"large-1": {"team", "data-science", "home-folders"},
		"large-2": {"deployer", "kms-secrets", "delegated-admin"},
	} {
		d := &policy.Document{Version: policy.Version2012}
		for _, part := range parts {
			d.Statements = append(d.Statements, all[part].Statements...)
		}
		if n := len(d.String()); n > 6144 || n < 5000 {
			t.Fatalf("%s has %d characters", name, n)
		}
		all[name] = d
	}
	return all
}

// edit is a document before and after somebody changed it.
type edit struct {
	name          string
	before, after *policy.Document
}

// edits are n changes of every boundary, of one to three steps each.
func edits(t testing.TB, n int) []edit {
	var out []edit
	all := boundaries(t)
	for _, name := range sortedKeys(all) {
		for i := range n {
			e := editor{Rand: rand.New(rand.NewPCG(uint64(i), uint64(len(name)))), Document: clone(all[name])}
			var did []string
			for range 1 + e.IntN(3)*e.IntN(2) {
				did = append(did, e.change())
			}
			out = append(out, edit{fmt.Sprintf("%s/%d: %s", name, i, strings.Join(did, ", ")), all[name], e.Document})
		}
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func clone(d *policy.Document) *policy.Document {
	out := *d
	out.Statements = slices.Clone(d.Statements)
	for i := range out.Statements {
		cloneStatement(&out.Statements[i])
	}
	return &out
}

func cloneStatement(s *policy.Statement) {
	s.Action.Values = slices.Clone(s.Action.Values)
	s.Resource.Values = slices.Clone(s.Resource.Values)
	s.Conditions = slices.Clone(s.Conditions)
	for i := range s.Conditions {
		s.Conditions[i].Values = slices.Clone(s.Conditions[i].Values)
	}
}

// editor changes a document as people do.
type editor struct {
	*rand.Rand
	*policy.Document
}

func (e *editor) pick(list ...string) string { return list[e.IntN(len(list))] }

// change does one thing and says what.
func (e *editor) change() string {
	for {
		i := e.IntN(len(e.Statements))
		s := &e.Statements[i]
		kind := e.IntN(26)
		if name := e.changeList(kind, s, i); name != "" {
			return name
		}
		if name := e.changeConditions(kind, s); name != "" {
			return name
		}
	}
}

func (e *editor) changeList(kind int, s *policy.Statement, i int) string {
	actions, resources := &s.Action, &s.Resource
	a, r := e.IntN(len(actions.Values)), e.IntN(len(resources.Values))
	switch kind {
	case 0:
		actions.Values = append(actions.Values, e.pick("s3:GetObjectTagging", "ec2:CreateKeyPair", "iam:CreateUser", "lambda:InvokeFunction", "kms:*", "iam:*Policy", "sts:AssumeRole", "dynamodb:Batch*"))
		return "add an action"
	case 1:
		if len(actions.Values) > 1 {
			actions.Values = slices.Delete(actions.Values, a, a+1)
			return "remove an action"
		}
	case 2:
		service, name, ok := strings.Cut(actions.Values[a], ":")
		if ok && len(name) > 4 && !strings.Contains(name, "*") {
			actions.Values[a] = service + ":" + name[:3+e.IntN(len(name)-3)] + "*"
			return "widen an action"
		}
	case 3:
		service, name, ok := strings.Cut(actions.Values[a], ":")
		if ok && strings.HasSuffix(name, "*") {
			actions.Values[a] = service + ":" + strings.TrimSuffix(name, "*") + e.pick("Get*", "Item", "*Tags", "Describe*")
			return "narrow an action"
		}
	case 4:
		if len(e.Statements) > 1 {
			e.Statements = slices.Delete(e.Statements, i, i+1)
			return "remove a statement"
		}
	case 5:
		e.Statements = append(e.Statements, policy.Statement{
			Effect:   policy.Deny,
			Action:   policy.Patterns{Values: []string{e.pick("iam:*", "s3:Delete*", "ec2:*Vpc*", "kms:ScheduleKeyDeletion", "*")}},
			Resource: policy.Patterns{Values: []string{e.pick("*", "arn:aws:s3:::prod-*", "arn:aws:iam::*:role/prod/*", "arn:aws:ec2:*:*:vpc/*")}},
		})
		return "add a Deny"
	case 6:
		resources.Values = []string{"*"}
		return "any resource"
	case 7:
		if v := resources.Values[r]; v != "*" && !strings.HasSuffix(v, "*") {
			resources.Values[r] += e.pick("*", "/*", "-dev")
			return "widen a resource"
		}
	case 8:
		if v := resources.Values[r]; v != "*" {
			resources.Values[r] = strings.Replace(v, e.pick("*", "app-", "team", "123456789012"), e.pick("x", "*", "dev", "210987654321"), 1)
			return "replace in a resource"
		}
	case 9:
		resources.Values = append(resources.Values, e.pick("arn:aws:s3:::logs-*/*", "arn:aws:iam::*:role/app/*", "arn:aws:lambda:*:*:function:*", "arn:aws:s3:::corp-data/${aws:username}/*"))
		return "add a resource"
	case 10:
		if len(resources.Values) > 1 {
			resources.Values = slices.Delete(resources.Values, r, r+1)
			return "remove a resource"
		}
	case 11:
		if resources.Values[0] == "*" {
			resources.Values = []string{e.pick("arn:aws:s3:::app-*", "arn:aws:*:*:123456789012:*", "arn:aws:ec2:eu-central-1:123456789012:instance/*", "arn:aws:iam::123456789012:*")}
			return "narrow to a resource"
		}
	case 12:
		if e.IntN(3) == 0 {
			actions.Not = !actions.Not
			return "swap Action and NotAction"
		}
	case 13:
		e.Shuffle(len(e.Statements), func(i, j int) { e.Statements[i], e.Statements[j] = e.Statements[j], e.Statements[i] })
		return "reorder"
	case 14:
		if len(actions.Values) > 1 && !actions.Not {
			half := *s
			cloneStatement(&half)
			half.Action.Values, actions.Values = half.Action.Values[:a+1], actions.Values[a:]
			e.Statements = append(e.Statements, half)
			return "split a statement"
		}
	case 15:
		actions.Values[a] = e.pick(strings.ToLower(actions.Values[a]), strings.ToUpper(actions.Values[a]))
		return "change case"
	}
	return ""
}

func (e *editor) changeConditions(kind int, s *policy.Statement) string {
	n := len(s.Conditions)
	if kind == 16 {
		add := func(operator, key string, values ...string) {
			s.Conditions = append(s.Conditions, policy.Condition{Operator: policy.ParseOperator(operator), Key: key, Values: values})
		}
		switch e.IntN(6) {
		case 0:
			add("StringEquals", "aws:RequestedRegion", "eu-central-1")
		case 1:
			add("Bool", "aws:SecureTransport", "true")
		case 2:
			add("StringLike", "aws:PrincipalArn", "arn:aws:iam::*:role/team/*")
		case 3:
			add("IpAddress", "aws:SourceIp", "203.0.113.0/24", "198.51.100.0/24")
		case 4:
			add("StringNotEquals", "aws:PrincipalTag/team", "core")
		default:
			add("Null", "aws:PrincipalTag/project", "false")
		}
		return "add a condition"
	}
	if n == 0 {
		return ""
	}
	i := e.IntN(n)
	c := &s.Conditions[i]
	v := e.IntN(len(c.Values))
	switch kind {
	case 17:
		s.Conditions = slices.Delete(s.Conditions, i, i+1)
		return "remove a condition"
	case 18:
		switch c.Operator.Base {
		case policy.Null:
			return ""
		case policy.Bool:
			c.Values = []string{"true", "false"}
		case policy.IPAddress, policy.NotIPAddress:
			c.Values = append(c.Values, e.pick("203.0.114.0/24", "10.0.0.0/8", "192.0.2.7"))
		case policy.NumericGreaterThan, policy.NumericLessThanEquals:
			c.Values = append(c.Values, e.pick("900", "7200", "1000"))
		case policy.DateGreaterThan, policy.DateLessThan:
			c.Values = append(c.Values, "2026-12-24T00:00:00Z")
		default:
			c.Values = append(c.Values, c.Values[v]+e.pick("0", "1"))
		}
		return "add a value"
	case 19:
		if len(c.Values) > 1 {
			c.Values = slices.Delete(c.Values, v, v+1)
			return "remove a value"
		}
	case 20:
		switch c.Operator.Base {
		case policy.Null, policy.Bool:
			c.Values = []string{map[string]string{"true": "false", "false": "true"}[c.Values[0]]}
		case policy.IPAddress, policy.NotIPAddress:
			c.Values[v] = e.pick("203.0.113.0/25", "10.0.0.0/8", "192.0.2.7")
		case policy.NumericGreaterThan, policy.NumericLessThanEquals:
			c.Values[v] = e.pick("900", "7200", "1000")
		case policy.DateGreaterThan, policy.DateLessThan:
			c.Values[v] = "2026-12-24T00:00:00Z"
		default:
			c.Values[v] = e.pick("other", c.Values[v]+"x", "arn:aws:iam::*:role/*")
		}
		return "change a value"
	case 21:
		if c.Operator.Base != policy.Null {
			name := c.Operator.String()
			if c.Operator.IfExists {
				name = strings.TrimSuffix(name, "IfExists")
			} else {
				name += "IfExists"
			}
			c.Operator = policy.ParseOperator(name)
			return "toggle IfExists"
		}
	case 22:
		swap := map[string]string{"StringEquals": "StringLike", "StringLike": "StringEqualsIgnoreCase", "StringNotEquals": "StringNotLike", "ArnNotLike": "StringNotLike", "ArnLike": "ArnEquals", "ForAllValues:StringEquals": "ForAnyValue:StringEquals"}
		if to := swap[c.Operator.String()]; to != "" {
			c.Operator = policy.ParseOperator(to)
			return "another operator"
		}
	case 23:
		if strings.Contains(c.Operator.Name, "Equals") && c.Operator.Set == policy.NoSet {
			c.Operator = policy.ParseOperator("ForAnyValue:" + c.Operator.Name)
			return "add a set qualifier"
		}
	case 24:
		if c.Operator.Base == policy.StringEquals || c.Operator.Base == policy.StringLike {
			c.Operator = policy.ParseOperator("StringLike")
			c.Values[v] += "*"
			return "widen a value"
		}
	case 25:
		c.Key = strings.ToLower(c.Key)
		return "change a key's case"
	}
	return ""
}

// TestEdits compares every boundary with its edits.
func TestEdits(t *testing.T) {
	count := map[Relation]int{}
	all := edits(t, 40)
	for _, e := range all {
		r := Compare(Compile(e.before), Compile(e.after))
		if count[r.Relation]++; r.Relation == Unproven {
			t.Logf("%s: %s\n%v\n%v", e.name, r.Reason, r.ANotB, r.BNotA)
		}
		if testing.Verbose() {
			t.Logf("%s %s\n%v\n%v", e.name, r.Relation, r.ANotB, r.BNotA)
		}
	}
	t.Log(len(all), "edits:", count)
	if len(all) < 300 || count[Unproven]*50 > len(all) {
		t.Errorf("%d of %d edits are unproven", count[Unproven], len(all))
	}
}

// BenchmarkEdits compares realistic edits, both directions at a time.
func BenchmarkEdits(b *testing.B) {
	type compiled struct{ before, after *Compiled }
	var all []compiled
	for _, e := range edits(b, 40) {
		all = append(all, compiled{Compile(e.before), Compile(e.after)})
	}
	distribution(b, len(all), func(i int) { Compare(all[i].before, all[i].after) })
}

// BenchmarkCompileAndCompare is BenchmarkEdits for documents that are only parsed.
func BenchmarkCompileAndCompare(b *testing.B) {
	all := edits(b, 40)
	distribution(b, len(all), func(i int) { Compare(Compile(all[i].before), Compile(all[i].after)) })
}
