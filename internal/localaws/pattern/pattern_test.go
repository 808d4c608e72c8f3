package pattern

import (
	"strings"
	"testing"
)

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		name, pattern, event string
		want                 bool
	}{
		{"exact", `{"source":["aws.iam"]}`, `{"source":"aws.iam"}`, true},
		{"exact, other", `{"source":["aws.iam"]}`, `{"source":"aws.s3"}`, false},
		{"case counts", `{"source":["aws.iam"]}`, `{"source":"AWS.IAM"}`, false},
		{"one of a list", `{"a":["x","y"]}`, `{"a":"y"}`, true},
		{"absent", `{"a":["x"]}`, `{"b":"x"}`, false},
		{"all fields", `{"a":["x"],"b":["y"]}`, `{"a":"x","b":"z"}`, false},
		{"nested", `{"detail":{"eventName":["CreateRole"]}}`, `{"detail":{"eventName":"CreateRole","x":1}}`, true},
		{"nested in nothing", `{"detail":{"eventName":["CreateRole"]}}`, `{"detail":"CreateRole"}`, false},
		{"number", `{"a":[300]}`, `{"a":300}`, true},
		{"number as written", `{"a":[300]}`, `{"a":300.0}`, false},
		{"number is not a string", `{"a":[300]}`, `{"a":"300"}`, false},
		{"true", `{"a":[true]}`, `{"a":true}`, true},
		{"true is not a string", `{"a":[true]}`, `{"a":"true"}`, false},
		{"null", `{"a":[null]}`, `{"a":null}`, true},
		{"null is not absent", `{"a":[null]}`, `{}`, false},
		{"empty string", `{"a":[""]}`, `{"a":""}`, true},
		{"array has one", `{"a":["x"]}`, `{"a":["w","x"]}`, true},
		{"array has none", `{"a":["x"]}`, `{"a":["w"]}`, false},
		{"empty array", `{"a":["x"]}`, `{"a":[]}`, false},
		{"array of objects", `{"r":{"t":["x"],"n":["1"]}}`, `{"r":[{"t":"x","n":"2"},{"t":"x","n":"1"}]}`, true},
		{"array of objects, not across", `{"r":{"t":["x"],"n":["1"]}}`, `{"r":[{"t":"x","n":"2"},{"t":"y","n":"1"}]}`, false},

		{"prefix", `{"a":[{"prefix":"Update"}]}`, `{"a":"UpdateRole"}`, true},
		{"prefix, not", `{"a":[{"prefix":"Update"}]}`, `{"a":"PreUpdate"}`, false},
		{"prefix of a number", `{"a":[{"prefix":"1"}]}`, `{"a":12}`, false},
		{"prefix, any case", `{"a":[{"prefix":{"equals-ignore-case":"UPdate"}}]}`, `{"a":"updateRole"}`, true},
		{"suffix", `{"a":[{"suffix":".png"}]}`, `{"a":"x.png"}`, true},
		{"suffix, not", `{"a":[{"suffix":".png"}]}`, `{"a":"x.PNG"}`, false},
		{"suffix, any case", `{"a":[{"suffix":{"equals-ignore-case":".png"}}]}`, `{"a":"x.PNG"}`, true},
		{"equals-ignore-case", `{"a":[{"equals-ignore-case":"alice"}]}`, `{"a":"ALICE"}`, true},
		{"equals-ignore-case, not", `{"a":[{"equals-ignore-case":"alice"}]}`, `{"a":"ALICE2"}`, false},

		{"wildcard", `{"a":[{"wildcard":"dir/*.png"}]}`, `{"a":"dir/x/y.png"}`, true},
		{"wildcard, empty", `{"a":[{"wildcard":"a*"}]}`, `{"a":"a"}`, true},
		{"wildcard, not", `{"a":[{"wildcard":"a*b"}]}`, `{"a":"abc"}`, false},
		{"wildcard, no overlap", `{"a":[{"wildcard":"ab*ba"}]}`, `{"a":"aba"}`, false},
		{"wildcard, several", `{"a":[{"wildcard":"*a*b*"}]}`, `{"a":"xaxbx"}`, true},
		{"wildcard, order", `{"a":[{"wildcard":"*a*b*"}]}`, `{"a":"xbxax"}`, false},
		{"wildcard, escaped", `{"a":[{"wildcard":"a\\*b\\\\"}]}`, `{"a":"a*b\\"}`, true},
		{"wildcard, escaped, literally", `{"a":[{"wildcard":"a\\*b"}]}`, `{"a":"axb"}`, false},
		{"wildcard without asterisk", `{"a":[{"wildcard":"ab"}]}`, `{"a":"ab"}`, true},

		{"anything-but", `{"a":[{"anything-but":"x"}]}`, `{"a":"y"}`, true},
		{"anything-but, it", `{"a":[{"anything-but":"x"}]}`, `{"a":"x"}`, false},
		{"anything-but needs a value", `{"a":[{"anything-but":"x"}]}`, `{}`, false},
		{"anything-but, null is a value", `{"a":[{"anything-but":"x"}]}`, `{"a":null}`, true},
		{"anything-but a list", `{"a":[{"anything-but":["x","y"]}]}`, `{"a":"y"}`, false},
		{"anything-but numbers", `{"a":[{"anything-but":[1,2]}]}`, `{"a":3}`, true},
		{"anything-but numbers, it", `{"a":[{"anything-but":[1,2]}]}`, `{"a":2}`, false},
		{"anything-but prefix", `{"a":[{"anything-but":{"prefix":"init"}}]}`, `{"a":"initial"}`, false},
		{"anything-but prefix, other", `{"a":[{"anything-but":{"prefix":"init"}}]}`, `{"a":"final"}`, true},
		{"anything-but prefixes", `{"a":[{"anything-but":{"prefix":["a","b"]}}]}`, `{"a":"bc"}`, false},
		{"anything-but suffix", `{"a":[{"anything-but":{"suffix":".txt"}}]}`, `{"a":"x.txt"}`, false},
		{"anything-but ignoring case", `{"a":[{"anything-but":{"equals-ignore-case":["x","y"]}}]}`, `{"a":"Y"}`, false},
		{"anything-but wildcard", `{"a":[{"anything-but":{"wildcard":"*/lib/*"}}]}`, `{"a":"a/lib/b"}`, false},
		{"anything-but wildcard, other", `{"a":[{"anything-but":{"wildcard":"*/lib/*"}}]}`, `{"a":"a/bin/b"}`, true},

		{"numeric =", `{"a":[{"numeric":["=",3]}]}`, `{"a":3.0}`, true},
		{"numeric <", `{"a":[{"numeric":["<",3]}]}`, `{"a":3}`, false},
		{"numeric <=", `{"a":[{"numeric":["<=",3]}]}`, `{"a":3}`, true},
		{"numeric >", `{"a":[{"numeric":[">",-1.5]}]}`, `{"a":-1.4}`, true},
		{"numeric >=", `{"a":[{"numeric":[">=",0]}]}`, `{"a":-0.1}`, false},
		{"numeric range", `{"a":[{"numeric":[">",0,"<=",5]}]}`, `{"a":5}`, true},
		{"numeric range, out", `{"a":[{"numeric":[">",0,"<=",5]}]}`, `{"a":0}`, false},
		{"numeric on a string", `{"a":[{"numeric":[">",0]}]}`, `{"a":"3"}`, false},

		{"cidr", `{"ip":[{"cidr":"10.0.0.0/24"}]}`, `{"ip":"10.0.0.255"}`, true},
		{"cidr, out", `{"ip":[{"cidr":"10.0.0.0/24"}]}`, `{"ip":"10.0.1.0"}`, false},
		{"cidr, a name", `{"ip":[{"cidr":"10.0.0.0/24"}]}`, `{"ip":"cloudformation.amazonaws.com"}`, false},
		{"cidr, v6", `{"ip":[{"cidr":"2001:db8::/32"}]}`, `{"ip":"2001:db8::1"}`, true},

		{"exists", `{"detail":{"errorCode":[{"exists":true}]}}`, `{"detail":{"errorCode":"x"}}`, true},
		{"exists, absent", `{"detail":{"errorCode":[{"exists":true}]}}`, `{"detail":{}}`, false},
		{"exists not", `{"detail":{"errorCode":[{"exists":false}]}}`, `{"detail":{}}`, true},
		{"exists not, present", `{"detail":{"errorCode":[{"exists":false}]}}`, `{"detail":{"errorCode":"x"}}`, false},
		{"exists not, no parent", `{"detail":{"errorCode":[{"exists":false}]}}`, `{"source":"x"}`, true},
		{"exists, null", `{"a":[{"exists":true}]}`, `{"a":null}`, true},
		{"exists works on leaves", `{"a":[{"exists":true}]}`, `{"a":{"b":1}}`, false},
		{"absent or a value", `{"a":["x",{"exists":false}]}`, `{}`, true},
		{"absent or a value, other", `{"a":["x",{"exists":false}]}`, `{"a":"y"}`, false},

		{"$or, first", `{"$or":[{"a":["x"]},{"b":["y"]}]}`, `{"a":"x"}`, true},
		{"$or, second", `{"$or":[{"a":["x"]},{"b":["y"]}]}`, `{"b":"y"}`, true},
		{"$or, none", `{"$or":[{"a":["x"]},{"b":["y"]}]}`, `{"a":"y","b":"x"}`, false},
		{"$or and the rest", `{"s":["i"],"$or":[{"a":["x"]},{"b":["y"]}]}`, `{"s":"j","a":"x"}`, false},
		{"$or nested", `{"detail":{"$or":[{"c":[{"numeric":[">",10]}]},{"e":["z"]}]}}`, `{"detail":{"e":"z"}}`, true},
		{"$or of an absence", `{"detail":{"$or":[{"c":[{"exists":false}]},{"e":["z"]}]}}`, `{"x":1}`, true},

		{"several operators", `{"a":[{"prefix":"x"},{"suffix":"y"},1]}`, `{"a":1}`, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := Compile([]byte(c.pattern))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := p.Match([]byte(c.event)); err != nil || got != c.want {
				t.Errorf("%s on %s: %v, %v, want %v", c.pattern, c.event, got, err, c.want)
			}
		})
	}
}

func TestCompileRefuses(t *testing.T) {
	for pattern, want := range map[string]string{
		``:                                    "EOF",
		`[]`:                                  "must be a JSON object",
		`{} {}`:                               "more than one",
		`{}`:                                  "empty objects",
		`{"a":{}}`:                            "a: empty objects",
		`{"a":[]}`:                            "a: empty arrays",
		`{"a":"x"}`:                           "a must be an object or an array",
		`{"a":{"b":5}}`:                       "b must be an object or an array",
		`{"a":[["x"]]}`:                       "another array",
		`{"detail":{"a":[{"prefx":"x"}]}}`:    "detail.a: unrecognized match type prefx",
		`{"a":[{"prefix":"x","suffix":"y"}]}`: "exactly one operator",
		`{"a":[{}]}`:                          "exactly one operator",
		`{"a":[{"prefix":1}]}`:                "must be a string",
		`{"a":[{"prefix":""}]}`:               "must not be empty",
		`{"a":[{"suffix":{"x":"y"}}]}`:        "equals-ignore-case",
		`{"a":[{"equals-ignore-case":1}]}`:    "must be a string",
		`{"a":[{"exists":"true"}]}`:           "true or false",
		`{"a":[{"anything-but":[]}]}`:         "empty arrays",
		`{"a":[{"anything-but":[1,"x"]}]}`:    "all strings or all numbers",
		`{"a":[{"anything-but":[null]}]}`:     "all strings or all numbers",
		`{"a":[{"anything-but":null}]}`:       "must be a string, a number",
		`{"a":[{"anything-but":{"numeric":[1]}}]}`:  "unsupported anything-but",
		`{"a":[{"anything-but":{"prefix":[]}}]}`:    "empty arrays",
		`{"a":[{"numeric":[]}]}`:                    "must be a list",
		`{"a":[{"numeric":[">"]}]}`:                 "one or two comparisons",
		`{"a":[{"numeric":["~",1]}]}`:               "unrecognized numeric range operator",
		`{"a":[{"numeric":["<",1,">",5]}]}`:         "lower bound",
		`{"a":[{"numeric":[">",5,"<",5]}]}`:         "less than",
		`{"a":[{"numeric":["=",6000000000]}]}`:      "5.0e9",
		`{"a":[{"numeric":["=","6"]}]}`:             "followed by a number",
		`{"a":[{"cidr":"10.0.0.0"}]}`:               "not a CIDR",
		`{"a":[{"wildcard":"a**b"}]}`:               "consecutive",
		`{"a":[{"wildcard":"a\\b"}]}`:               "must be followed",
		`{"$or":[{"a":["x"]}]}`:                     "at least two",
		`{"$or":[{"a":["x"]},"y"]}`:                 "must be an object",
		`{"$or":[{"a":["x"]},{"a":[{"prefx":1}]}]}`: "unrecognized match type",
	} {
		if _, err := Compile([]byte(pattern)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error with %q", pattern, err, want)
		}
	}
}

func TestCompileRefusesDepth(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 101) + `["x"]` + strings.Repeat("}", 101)
	if _, err := Compile([]byte(deep)); err == nil || !strings.Contains(err.Error(), "nests deeper") {
		t.Errorf("%v", err)
	}
}

func TestMatchRefusesWhatIsNotJSON(t *testing.T) {
	p, err := Compile([]byte(`{"a":["x"]}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Match([]byte(`{"a":`)); err == nil {
		t.Error("no error")
	}
}

func FuzzCompileAndMatch(f *testing.F) {
	f.Add(`{"source":["aws.iam"],"detail":{"eventName":[{"prefix":"Put"},{"anything-but":["x"]}]}}`, `{"source":"aws.iam","detail":{"eventName":"PutRolePolicy"}}`)
	f.Add(`{"$or":[{"a":[{"numeric":[">",1,"<",2]}]},{"b":[{"wildcard":"*a\\*"}]}]}`, `{"a":1.5,"b":[{"c":null}]}`)
	f.Add(`{"a":[{"cidr":"::/0"},{"exists":false}]}`, `{"a":[]}`)
	f.Fuzz(func(t *testing.T, pattern, event string) {
		p, err := Compile([]byte(pattern))
		if err != nil {
			return
		}
		first, err := p.Match([]byte(event))
		if err != nil {
			return
		}
		if second, _ := p.Match([]byte(event)); first != second {
			t.Errorf("%s on %s: %v, then %v", pattern, event, first, second)
		}
	})
}
