package policy

import (
	"reflect"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/wildcard"
)

func lit(s string) wildcard.Token { return wildcard.Token{Kind: wildcard.Literal, Text: s} }

func TestParsePattern(t *testing.T) {
	star, one := wildcard.Token{Kind: wildcard.AnyRun}, wildcard.Token{Kind: wildcard.AnyOne}
	variable := func(key string) wildcard.Token { return wildcard.Token{Kind: wildcard.Variable, Text: key} }
	or := func(key, value string) wildcard.Token {
		return wildcard.Token{Kind: wildcard.Variable, Text: key, Default: value, HasDefault: true}
	}
	for _, c := range []struct {
		text    string
		version Version
		want    []wildcard.Token
	}{
		{"", Version2012, nil},
		{"abc", Version2012, []wildcard.Token{lit("abc")}},
		{"a*b?c", Version2012, []wildcard.Token{lit("a"), star, lit("b"), one, lit("c")}},
		{"**", Version2012, []wildcard.Token{star, star}},
		{"a${aws:username}b", Version2012, []wildcard.Token{lit("a"), variable("aws:username"), lit("b")}},
		{"a${aws:username}b", Version2008, []wildcard.Token{lit("a${aws:username}b")}},
		{"a${aws:username}b", "", []wildcard.Token{lit("a${aws:username}b")}},
		{"a${*}b${?}${$}", Version2012, []wildcard.Token{lit("a*b?$")}},
		{"${*}", Version2008, []wildcard.Token{lit("${"), star, lit("}")}},
		{"${$}{aws:username}", Version2012, []wildcard.Token{lit("${aws:username}")}},
		{"${aws:PrincipalTag/team, 'company-wide'}", Version2012, []wildcard.Token{or("aws:PrincipalTag/team", "company-wide")}},
		{"${k,'v'}", Version2012, []wildcard.Token{or("k", "v")}},
		{"${k, ''}x", Version2012, []wildcard.Token{or("k", ""), lit("x")}},
		{"${k, 'a}b, *'}x", Version2012, []wildcard.Token{or("k", "a}b, *"), lit("x")}},
		{"${ k }", Version2012, []wildcard.Token{variable("k")}},
		{"${k", Version2012, []wildcard.Token{lit("${k")}},
		{"${}", Version2012, []wildcard.Token{lit("${}")}},
		{"${k, v}", Version2012, []wildcard.Token{lit("${k, v}")}},
		{"${k, 'v}", Version2012, []wildcard.Token{lit("${k, 'v}")}},
		{"${k, 'v' x}", Version2012, []wildcard.Token{lit("${k, 'v' x}")}},
		{"$", Version2012, []wildcard.Token{lit("$")}},
		{"$$*", Version2012, []wildcard.Token{lit("$$"), star}},
		{"$${k}", Version2012, []wildcard.Token{lit("$"), variable("k")}},
	} {
		got := ParsePattern(c.text, c.version)
		if !reflect.DeepEqual(got.Tokens, c.want) || got.Source != c.text {
			t.Errorf("%q of %q: %+v, want %+v", c.text, c.version, got.Tokens, c.want)
		}
	}
	for text, want := range map[string][]wildcard.Token{
		"a*?":    {lit("a*?")},
		"${*}*":  {lit("**")},
		"${k}*":  {variable("k"), lit("*")},
		"a${k}?": {lit("a"), variable("k"), lit("?")},
	} {
		if got := ParseText(text, Version2012); !reflect.DeepEqual(got.Tokens, want) {
			t.Errorf("text %q: %+v, want %+v", text, got.Tokens, want)
		}
	}
	if p := ParsePattern("a${k}", Version2012); !p.Variables() || p.Wild() {
		t.Errorf("%+v", p)
	}
	if p := ParsePattern("a*", Version2012); p.Variables() || !p.Wild() {
		t.Errorf("%+v", p)
	}
}

// Ensure that incomplete ARNs are completed, and nothing else.
func TestParseResource(t *testing.T) {
	for text, same := range map[string]string{
		"*":                              "*",
		"arn:aws:sqs":                    "arn:aws:sqs:*:*:*",
		"arn:aws:sqs:eu-west-1":          "arn:aws:sqs:eu-west-1:*:*",
		"arn:aws:sqs:*:1":                "arn:aws:sqs:*:1:*",
		"arn:aws:s3:*":                   "arn:aws:s3:*",
		"arn:aws:s3*":                    "arn:aws:s3*",
		"arn:aws:s3:::b":                 "arn:aws:s3:::b",
		"arn:aws:logs:r:1:log-group:x:y": "arn:aws:logs:r:1:log-group:x:y",
		"arn:aws:sqs:":                   "arn:aws:sqs::*:*",
		"arn:aws:sqs:${aws:x}":           "arn:aws:sqs:${aws:x}:*:*",
		"arn:aws:s3:::${aws:username}":   "arn:aws:s3:::${aws:username}",
		"bucket":                         "bucket",
		"":                               "",
	} {
		if got, want := ParseResource(text, Version2012).Tokens, ParsePattern(same, Version2012).Tokens; !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}

func FuzzParsePattern(f *testing.F) {
	for _, s := range []string{"a*b?c", "${aws:username}", "${k, 'v'}", "${*}${?}${$}", "arn:aws:sqs", "${", "$${k, 'a}b'}*"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, v := range []Version{Version2008, Version2012} {
			for _, p := range []Pattern{ParsePattern(s, v), ParseText(s, v), ParseResource(s, v)} {
				for i, token := range p.Tokens {
					if token.Kind == wildcard.Literal && (token.Text == "" || i > 0 && p.Tokens[i-1].Kind == wildcard.Literal) {
						t.Errorf("%q: %+v", s, p.Tokens)
					}
					if token.Kind == wildcard.Variable && (v == Version2008 || token.Text == "") {
						t.Errorf("%q: %+v", s, p.Tokens)
					}
				}
			}
		}
		if p := ParsePattern(s, Version2008); !p.Wild() && s != "" && (len(p.Tokens) != 1 || p.Tokens[0].Text != s) {
			t.Errorf("%q: %+v", s, p.Tokens)
		}
		if strings.Count(s, "*") < 1 && ParseText(s, Version2012).Wild() {
			t.Errorf("%q has a wildcard", s)
		}
	})
}
