package policy

import (
	"errors"
	"net/url"
	"reflect"
	"strings"
	"testing"
)

// samples are documents in every legal form, without white space and with no more
// escapes than needed, so that they must come out as they went in.
var samples = []string{
	`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`,
	`{"Statement":{"Effect":"Deny","NotAction":["iam:*","sts:*"],"NotResource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]}}`,
	`{"Version":"2008-10-17","Id":"","Statement":[{"Sid":"","Effect":"Allow","Principal":"*","Action":["s3:Get?bject"],"Resource":"arn:aws:s3:::${aws:username}"}]}`,
	`{"Statement":[{"Resource":["*"],"NotAction":"iam:*","Effect":"Deny","NotPrincipal":"*","Condition":{}}],"Id":"x","Version":"2012-10-17"}`,
	`{"Version":"2012-10-17","Statement":[{"Sid":"A1","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::123456789012:root"],"Service":"ec2.amazonaws.com","Federated":["accounts.google.com"],"CanonicalUser":"79a5"},"Action":["sts:AssumeRole"],"Condition":{"StringEquals":{"aws:PrincipalTag/a":"b","aws:x":["c","d"]},"NumericLessThanEqualsIfExists":{"s3:max-keys":[10,"20",1.5e3]},"ForAllValues:Bool":{"aws:SecureTransport":true},"ForAnyValue:StringLike":{"aws:TagKeys":[false,"t*"]},"Null":{"aws:y":"true"},"StringEqualsIfExist":{"a":"b"}}}]}`,
	`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotPrincipal":{"AWS":"123456789012"},"Action":"s3:*","Resource":"arn:aws:s3:::b/${aws:PrincipalTag/team, 'company-wide'}/${*}${?}${$}\"\\é\u0001☃"}]}`,
}

// Ensure that a document comes out as it went in.
func TestParsePrintsWhatItRead(t *testing.T) {
	for _, text := range samples {
		d, err := Parse([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := d.String(); got != text {
			t.Errorf("read  %s\nwrote %s", text, got)
		}
		encoded, err := Parse([]byte(percent(text)))
		if err != nil || !reflect.DeepEqual(d, encoded) {
			t.Errorf("%s: percent-encoded: %v, %v", text, encoded, err)
		}
		loose := strings.NewReplacer(`":`, "\" :\r\n\t", `",`, `" , `, `{"`, `{ "`).Replace(text)
		spaced, err := Parse([]byte("\ufeff \n" + loose + " \n"))
		if strings.Contains(text, "${aws:P") || strings.Contains(text, "${aws:u") {
			continue
		}
		if err != nil || spaced.String() != text {
			t.Errorf("%s: with white space: %v, %v", loose, spaced, err)
		}
	}
}

// percent encodes as IAM does: everything but unreserved characters, and spaces not
// as plus signs.
func percent(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

func TestParse(t *testing.T) {
	d, err := Parse([]byte(`{
  "Statement": [
    {"Effect": "Allow", "Action": "s3:*", "NotResource": ["a", "b"],
     "Condition": {"ForAnyValue:StringNotLikeIfExists": {"aws:x": ["1", 2]}}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := []Statement{{
		Effect:   Allow,
		Action:   Patterns{Values: []string{"s3:*"}, Single: true, Pos: Pos{3, 35}},
		Resource: Patterns{Not: true, Values: []string{"a", "b"}, Pos: Pos{3, 58}},
		Conditions: []Condition{{
			Operator: Operator{Name: "ForAnyValue:StringNotLikeIfExists", Base: StringNotLike, IfExists: true, Set: ForAnyValue},
			Key:      "aws:x", Values: []string{"1", "2"}, Bare: []bool{false, true}, Pos: Pos{4, 67},
		}},
		Pos: Pos{3, 5},
	}}
	want[0].order = d.Statements[0].order
	if !reflect.DeepEqual(d.Statements, want) {
		t.Errorf("%+v\nwant %+v", d.Statements, want)
	}
	if d.Version != "" || d.Version.Variables() || d.Single {
		t.Errorf("%+v", d)
	}
}

// Ensure that lists of one document do not run into each other: they share arrays.
func TestListsAreApart(t *testing.T) {
	d, err := Parse([]byte(samples[4]))
	if err != nil {
		t.Fatal(err)
	}
	s := &d.Statements[0]
	_ = append(s.Action.Values, "x")
	_ = append(s.Principal.Blocks[0].Values, "x")
	_ = append(s.Conditions[:len(s.Conditions):len(s.Conditions)], Condition{})
	_ = append(s.Conditions[0].Values, "x")
	if got := d.String(); got != samples[4] {
		t.Errorf("wrote %s", got)
	}
}

func TestParseRefuses(t *testing.T) {
	statement := func(s string) string { return `{"Statement":{` + s + `}}` }
	const rest = `"Effect":"Allow","Action":"*","Resource":"*"`
	for _, c := range []struct {
		text string
		at   Pos
		want string
	}{
		{``, Pos{1, 1}, "the document must be an object, not the end of the text"},
		{"\n\n  []", Pos{3, 3}, "must be an object, not a list"},
		{`{"Statement":[`, Pos{1, 15}, "a statement must be an object, not the end of the text"},
		{`{"Statement":[{` + rest + `}`, Pos{1, 61}, "the end of the text where ',' or ']' was expected in Statement"},
		{`{}`, Pos{1, 1}, "no Statement"},
		{`{"Version":"2012-10-17"}`, Pos{1, 1}, "no Statement"},
		{`{"Version":"2012-10-18","Statement":[]}`, Pos{1, 12}, `Version "2012-10-18" does not exist`},
		{`{"Version":2012,"Statement":[]}`, Pos{1, 12}, "Version must be a string, not a number"},
		{`{"Statement":[]}`, Pos{1, 14}, "Statement is an empty list"},
		{`{"Statement":"x"}`, Pos{1, 14}, "a statement must be an object, not a string"},
		{`{"statement":[]}`, Pos{1, 2}, `unknown element "statement" in the document`},
		{`{"Statement":[{` + rest + `}],"Statement":[]}`, Pos{1, 63}, `duplicate key "Statement"`},
		{`{"Statement":[{` + rest + `}]} x`, Pos{1, 64}, "the document has ended, and more text follows it: \"x\""},
		{`{"Statement":[{` + rest + `},]}`, Pos{1, 62}, `found ']' after a comma`},
		{`{"Statement":[{` + rest + `} {}]}`, Pos{1, 62}, `found an object where ',' or ']' was expected in Statement`},
		{`{"Statement" []}`, Pos{1, 14}, "found a list where ':' was expected after the key"},
		{`{Statement:[]}`, Pos{1, 2}, "a key of the document must be a string, not 'S'"},

		{statement(`"Effect":"Allow","Action":"*","Effect":"Deny"`), Pos{1, 45}, `duplicate key "Effect" in a statement`},
		{statement(rest + `,"Action":"s3:*"`), Pos{1, 60}, `duplicate key "Action"`},
		{statement(rest + `,"NotAction":"s3:*"`), Pos{1, 60}, "either Action or NotAction, not both"},
		{statement(rest + `,"NotResource":"*"`), Pos{1, 60}, "either Resource or NotResource, not both"},
		{statement(`"Principal":"*","NotPrincipal":"*"`), Pos{1, 31}, "either Principal or NotPrincipal, not both"},
		{statement(rest + `,"Resources":"*"`), Pos{1, 60}, `unknown element "Resources" in a statement`},
		{statement(`"Action":"*","Resource":"*"`), Pos{1, 14}, "no Effect"},
		{statement(`"Effect":"Allow","Resource":"*"`), Pos{1, 14}, "no Action"},
		{statement(`"Effect":"allow"`), Pos{1, 24}, `Effect "allow" must be "Allow" or "Deny"`},
		{statement(`"Effect":["Allow"]`), Pos{1, 24}, "Effect must be a string, not a list"},
		{statement(`"Sid":1`), Pos{1, 21}, "Sid must be a string, not a number"},
		{statement(`"Action":[]`), Pos{1, 24}, "Action is an empty list"},
		{statement(`"NotAction":[]`), Pos{1, 27}, "NotAction is an empty list"},
		{statement(`"Resource":[]`), Pos{1, 26}, "Resource is an empty list"},
		{statement(`"Action":{}`), Pos{1, 24}, "Action must be a string or a list of strings, not an object"},
		{statement(`"Action":["a",1]`), Pos{1, 29}, "each value of Action must be a string, not a number"},
		{statement(`"Action":null`), Pos{1, 24}, "not null"},
		{statement(`"Action":["a",["b"]]`), Pos{1, 29}, "not a list"},
		{statement(`"Principal":"x"`), Pos{1, 27}, `can only be "*"`},
		{statement(`"Principal":{}`), Pos{1, 27}, "Principal is empty"},
		{statement(`"Principal":{"AWS":[]}`), Pos{1, 34}, "AWS is an empty list"},
		{statement(`"Principal":{"aws":"*"}`), Pos{1, 28}, `unknown type of principal "aws"`},
		{statement(`"Principal":{"AWS":"*","AWS":"*"}`), Pos{1, 38}, `duplicate key "AWS" in Principal`},
		{statement(`"Principal":["*"]`), Pos{1, 27}, "Principal must be an object, not a list"},

		{statement(`"Condition":[]`), Pos{1, 27}, "Condition must be an object"},
		{statement(`"Condition":{"Bool":{}}`), Pos{1, 28}, "Bool is empty"},
		{statement(`"Condition":{"Bool":{"k":[]}}`), Pos{1, 40}, `the values of "k" are an empty list`},
		{statement(`"Condition":{"Bool":{"k":null}}`), Pos{1, 40}, `a value of "k" must be a string, a number or a boolean, not null`},
		{statement(`"Condition":{"Bool":{"k":{"a":1}}}`), Pos{1, 40}, "not an object"},
		{statement(`"Condition":{"Bool":{"k":[["a"]]}}`), Pos{1, 41}, "not a list"},
		{statement(`"Condition":{"Bool":{"k":01}}`), Pos{1, 40}, "not a number"},
		{statement(`"Condition":{"Bool":{"k":truex}}`), Pos{1, 40}, "not a boolean"},
		{statement(`"Condition":{"Bool":{"k":"a","k":"b"}}`), Pos{1, 44}, `duplicate key "k" in Bool`},
		{statement(`"Condition":{"Bool":{"k":"a"},"Bool":{"l":"b"}}`), Pos{1, 45}, `duplicate key "Bool" in Condition`},
		{statement(`"Condition":{"Bool":"x"}`), Pos{1, 35}, "Bool must be an object, not a string"},

		{`{"Id":"a`, Pos{1, 7}, "the string does not end"},
		{`{"Id":"\`, Pos{1, 8}, "a backslash begins no JSON escape"},
		{"{\"Id\":\"a\nb\"}", Pos{1, 9}, "control character (0x0a)"},
		{`{"Id":"\x"}`, Pos{1, 8}, "a backslash begins no JSON escape"},
		{`{"Id":"\ud800"}`, Pos{1, 8}, "a backslash begins no JSON escape"},
		{`{"Id":"\ud800\u0041"}`, Pos{1, 8}, "a backslash begins no JSON escape"},
		{`{"Id":"\u12"}`, Pos{1, 8}, "a backslash begins no JSON escape"},
		{"{\"Id\":\"\\n\a\"}", Pos{1, 10}, "control character (0x07)"},
		{"{\"Id\":\"\xff\"}", Pos{}, "not UTF-8"},
		{"\xff\xfe{\x00}\x00", Pos{1, 1}, "the text is UTF-16"},
		{"\xfe\xff\x00{\x00}", Pos{1, 1}, "the text is UTF-16"},
		{"{\x00}\x00", Pos{1, 1}, "the text is UTF-16"},
		{"\x00{\x00}", Pos{1, 1}, "the text is UTF-16"},
		{`{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}} true, and so on and on and on`, Pos{1, 62}, "the document has ended, and more text follows it: \"true, and so on and …\""},
		{`%7B%7`, Pos{1, 1}, "not percent-encoded"},
		{`%7B%22Statement%22%3A5%7D`, Pos{1, 14}, "not a number"},
	} {
		d, err := Parse([]byte(c.text))
		var problem *Error
		if !errors.As(err, &problem) {
			t.Errorf("%s: read as %v, %v", c.text, d, err)
			continue
		}
		if problem.Pos != c.at || !strings.Contains(problem.Msg, c.want) {
			t.Errorf("%s: %v %s, want %v %s", c.text, problem.Pos, problem.Msg, c.at, c.want)
		}
		if d != nil {
			t.Errorf("%s: a document beside the error", c.text)
		}
	}
}

func TestEscapes(t *testing.T) {
	d, err := Parse([]byte(`{"Id":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00x","Statement":{"Effect":"Allow","Action":"a:b"}}`))
	if err != nil || d.ID != "\"\\/\b\f\n\r\té😀x" {
		t.Errorf("%+v, %v", d, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range samples {
		f.Add([]byte(text))
		f.Add([]byte(percent(text)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Parse(data)
		if err != nil {
			var problem *Error
			if !errors.As(err, &problem) {
				t.Errorf("%v is no Error", err)
			}
			return
		}
		text := d.String()
		again, err := Parse([]byte(text))
		if err != nil {
			t.Fatalf("%s, printed from %q, is refused: %v", text, data, err)
		}
		if got := again.String(); got != text {
			t.Errorf("read  %s\nwrote %s", text, got)
		}
		canonical := d.Canonical().String()
		if got := again.Canonical().String(); got != canonical {
			t.Errorf("%s has two canonical forms:\n%s\n%s", text, canonical, got)
		}
		c, err := Parse([]byte(canonical))
		if err != nil {
			t.Fatalf("the canonical form of %s, %s, is refused: %v", text, canonical, err)
		}
		if got := c.Canonical().String(); got != canonical {
			t.Errorf("the canonical form is not its own: %s\n%s", canonical, got)
		}
		for k := range kindNames {
			_ = d.Validate(Kind(k))
		}
		_ = CheckSize(data)
	})
}

func BenchmarkParse(b *testing.B) {
	data := []byte(samples[4])
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(data); err != nil {
			b.Fatal(err)
		}
	}
}
