package compare

import (
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/catalog"
	"github.com/ringfence/ringfence/internal/policy/constraint"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// readings are two documents in each reading of operators without a set qualifier on keys that can have
// several values: they match any of the values, or none ever, and a negated operator then matches never or
// always. A proof must hold in all of them.
func readings(t *testing.T, texts [2]string) (out [][2]*eval.Policy) {
	t.Helper()
	var docs [2]*policy.Document
	sets := map[string]bool{}
	for i, text := range texts {
		docs[i] = compile(t, []byte(text)).document
		for _, s := range docs[i].Statements {
			if !matches(&s, docs[i].Version) {
				continue // what matches no request tells nothing of a key
			}
			for _, c := range s.Conditions {
				if c.Operator.Set != policy.NoSet {
					sets[strings.ToLower(c.Key)] = true
				}
			}
		}
	}
	open := func(c policy.Condition) bool {
		number := catalog.ValuesOf(c.Key).Number
		return c.Operator.Set == policy.NoSet && c.Operator.Base != policy.Null &&
			(number == catalog.Multivalued || number == catalog.AnyNumber && sets[strings.ToLower(c.Key)])
	}
	if !slices.ContainsFunc(docs[:], func(d *policy.Document) bool {
		return slices.ContainsFunc(d.Statements, func(s policy.Statement) bool { return slices.ContainsFunc(s.Conditions, open) })
	}) {
		return [][2]*eval.Policy{{eval.Compile(docs[0]), eval.Compile(docs[1])}}
	}
	for _, read := range []func(policy.Condition) []policy.Condition{readAny, readNever, readAlways} {
		var one [2]*eval.Policy
		for i, d := range docs {
			copied := &policy.Document{Version: d.Version}
			for _, s := range d.Statements {
				var conditions []policy.Condition
				for _, c := range s.Conditions {
					if open(c) {
						conditions = append(conditions, read(c)...)
					} else {
						conditions = append(conditions, c)
					}
				}
				s.Conditions = conditions
				copied.Statements = append(copied.Statements, s)
			}
			one[i] = eval.Compile(copied)
		}
		out = append(out, one)
	}
	return out
}

// matches reports whether any request can match a statement.
func matches(s *policy.Statement, v policy.Version) bool {
	_, possible := (&Compiled{shared: constraint.NewDocument(v)}).statement(s)
	return possible
}

func readAny(c policy.Condition) []policy.Condition {
	set := "ForAnyValue:"
	if _, negated := c.Operator.Base.Positive(); negated {
		set = "ForAllValues:"
	}
	c.Operator = policy.ParseOperator(set + c.Operator.Name)
	return []policy.Condition{c}
}

func readNever(c policy.Condition) []policy.Condition {
	missing := policy.Condition{Operator: policy.ParseOperator("Null"), Key: c.Key, Values: []string{"true"}}
	if _, negated := c.Operator.Base.Positive(); negated || c.Operator.IfExists {
		return []policy.Condition{missing}
	}
	there := missing
	there.Values = []string{"false"}
	return []policy.Condition{missing, there}
}

func readAlways(c policy.Condition) []policy.Condition {
	if _, negated := c.Operator.Base.Positive(); negated {
		return nil
	}
	return readNever(c)
}

// possible reports whether a value is one that a key can have in a request.
func possible(key, value string) bool {
	ok := true
	switch catalog.ValuesOf(key).Type {
	case catalog.Bool:
		ok = value == "true" || value == "false"
	case catalog.Numeric:
		_, ok = policy.ParseNumber(value)
	case catalog.Date:
		_, ok = policy.ParseDate(value)
	case catalog.IPAddress:
		_, ok = policy.ParseAddr(value)
	}
	switch strings.ToLower(key) {
	case "aws:principalarn":
		part := strings.SplitN(value, ":", 6)
		ok = len(part) == 6 && part[0] == "arn" && part[3] == "" &&
			(part[2] == "iam" && (strings.HasPrefix(part[5], "role/") || strings.HasPrefix(part[5], "user/") || part[5] == "root") ||
				part[2] == "sts" && strings.HasPrefix(part[5], "federated-user/"))
	case "aws:principalisawsservice":
		ok = value == "false"
	}
	return ok
}

// contradiction says which of the named keys cannot be together in a request, "" if all can.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
func contradiction(c map[string][]string, named []string) string {
	value := func(key string) string {
		if len(c[key]) == 0 {
			return ""
		}
		return c[key][0]
	}
	asks := func(key string) bool { return slices.Contains(named, key) }
	arn, kind, name := value("aws:PrincipalArn"), value("aws:PrincipalType"), value("aws:username")
	user := strings.Contains(arn, ":user/")
	switch {
	case arn != "" && kind != "" && (kind == "User") != user,
		arn != "" && kind != "" && (kind == "AssumedRole") != strings.Contains(arn, ":role/"),
		kind != "" && asks("aws:username") && (kind == "User") != (name != ""),
		arn != "" && asks("aws:username") && (user != (name != "") || user && arn[strings.LastIndexByte(arn, '/')+1:] != name):
		return "the principal is two"
	}
	if now, epoch := value("aws:CurrentTime"), value("aws:EpochTime"); now != "" && epoch != "" {
		a, _ := policy.ParseDate(now)
		if b, _ := policy.ParseDate(epoch); !a.Equal(b) {
			return "it is two times"
		}
	}
	if c["aws:RequestTag/a"] != nil && asks("aws:TagKeys") && !slices.ContainsFunc(c["aws:TagKeys"], func(v string) bool { return strings.EqualFold(v, "a") }) {
		return "a tag has no key"
	}
	return ""
}

// presence says whether requests of users and roles have a key.
func presence(key string) catalog.Presence { return catalog.ValuesOf(key).Presence }

// The readings differ where an operator is open, and only there.
func TestReadings(t *testing.T) {
	doc := func(operator, key string) string {
		return statements(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"` + operator + `":{"` + key + `":"a"}}}`)
	}
	said := func(text, key string, values ...string) (out []eval.Outcome) {
		c := eval.NewContext(map[string][]string{key: values})
		for _, r := range readings(t, [2]string{text, text}) {
			out = append(out, r[0].Alone("s3:GetObject", "*", &c).Outcome)
		}
		return out
	}
	for _, c := range []struct {
		operator, key string
		values        []string
		want          []eval.Outcome
	}{
		{"StringEquals", "aws:TagKeys", []string{"a", "b"}, []eval.Outcome{eval.Allow, eval.ImplicitDeny, eval.ImplicitDeny}},
		{"StringNotEquals", "aws:TagKeys", []string{"b"}, []eval.Outcome{eval.Allow, eval.ImplicitDeny, eval.Allow}},
		{"StringEqualsIfExists", "aws:TagKeys", nil, []eval.Outcome{eval.Allow, eval.Allow, eval.Allow}},
		{"StringEquals", "aws:username", []string{"a"}, []eval.Outcome{eval.Allow}},
	} {
		if got := said(doc(c.operator, c.key), c.key, c.values...); !slices.Equal(got, c.want) {
			t.Errorf("%s on %s %q: %v, want %v", c.operator, c.key, c.values, got, c.want)
		}
	}
}
