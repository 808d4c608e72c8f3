package policy

import (
	"net/netip"
	"strings"
	"testing"
)

func TestParseOperator(t *testing.T) {
	for base := StringEquals; base <= Null; base++ {
		for set, prefix := range setPrefixes {
			for _, suffix := range []string{"", ifExists} {
				name := prefix + base.String() + suffix
				want := Operator{Name: name, Base: base, IfExists: suffix != "", Set: Set(set)}
				if base == Null && name != "Null" {
					want.Base = Unknown
				}
				if got := ParseOperator(name); got != want {
					t.Errorf("%s: %+v, want %+v", name, got, want)
				}
				if got := ParseOperator(strings.ToUpper(name)); got.Base != want.Base || want.Base != Unknown && got.String() != name {
					t.Errorf("%s in capitals: %+v (%s)", name, got, got)
				}
			}
		}
		positive, negated := base.Positive()
		if negated != strings.Contains(base.String(), "Not") || negated && strings.Replace(base.String(), "Not", "", 1) != positive.String() {
			t.Errorf("%s is the negation of %s: %v", base, positive, negated)
		}
	}
	for _, name := range []string{"", "StringEqual", "IfExists", "ForAllValues:", "ForAnyValue:IfExists", "ForSomeValues:StringEquals", "StringEqualsIfExistsIfExists"} {
		if got := ParseOperator(name); got.Base != Unknown || got.Name != name || got.String() != name {
			t.Errorf("%q: %+v", name, got)
		}
	}
}

func TestMeant(t *testing.T) {
	for name, want := range map[string]string{
		"StringEqual": "StringEquals", "stringequal": "StringEquals", "StringNotEqualIfExists": "StringNotEqualsIfExists",
		"ForAnyValue:StringLikes": "ForAnyValue:StringLike", "ForAnyValues:StringLike": "ForAnyValue:StringLike",
		"ForAllValue:StringEqualIfExists": "ForAllValues:StringEqualsIfExists", "IPAdress": "IpAddress",
		"NullIfExists": "Null", "ForAnyValue:Null": "Null", "Nul": "Null",
		"StringResembles": "", "ForSomething:StringEquals": "", "": "", ":": "", "IfExists": "", "StringEquals": "", "Null": "",
	} {
		op := ParseOperator(name)
		if got := op.Meant(); got != want || (op.Fault() == "") != (op.Base != Unknown) || strings.Contains(op.Fault(), "is it") != (want != "") {
			t.Errorf("%q: %q, %q; want %q", name, got, op.Fault(), want)
		}
	}
}

func TestValues(t *testing.T) {
	for s, want := range map[string]float64{"0": 0, "-1.5": -1.5, "+2": 2, "007": 7, "999999999999999": 999999999999999} {
		if got, ok := ParseNumber(s); !ok || got != want {
			t.Errorf("number %q: %v, %v", s, got, ok)
		}
	}
	for _, s := range []string{"", "-", ".", "1e3", "0x1", "1_0", "Inf", "NaN", " 1", "1.2.3", "1000000000000000", "--1"} {
		if got, ok := ParseNumber(s); ok {
			t.Errorf("number %q: %v", s, got)
		}
	}
	for s, want := range map[string]string{
		"2024":                          "2024-01-01T00:00:00Z",
		"2024-05":                       "2024-05-01T00:00:00Z",
		"2024-05-06":                    "2024-05-06T00:00:00Z",
		"2024-05-06T07:08":              "2024-05-06T07:08:00Z",
		"2024-05-06T07:08Z":             "2024-05-06T07:08:00Z",
		"2024-05-06T07:08+02:00":        "2024-05-06T05:08:00Z",
		"2024-05-06T07:08:09":           "2024-05-06T07:08:09Z",
		"2024-05-06T07:08:09Z":          "2024-05-06T07:08:09Z",
		"2024-05-06T07:08:09.25Z":       "2024-05-06T07:08:09.25Z",
		"2024-05-06T07:08:09.25-01:30":  "2024-05-06T08:38:09.25Z",
		"2024-05-06T07:08:09+0200":      "2024-05-06T05:08:09Z",
		"1714979289":                    "2024-05-06T07:08:09Z",
		"0":                             "1970-01-01T00:00:00Z",
		"2024-05-06T07:08:09.123456789": "2024-05-06T07:08:09.123456789Z",
	} {
		got, ok := ParseDate(s)
		if !ok || got.Format("2006-01-02T15:04:05.999999999Z07:00") != want {
			t.Errorf("date %q: %v, %v, want %s", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "now", "2024-13", "2024-05-06 07:08:09", "20240506T070809Z", "-1", "1714979289000000", "2024-05-06T25:00Z"} {
		if got, ok := ParseDate(s); ok {
			t.Errorf("date %q: %v", s, got)
		}
	}
	for s, want := range map[string]string{
		"10.1.2.3": "10.1.2.3/32", "10.1.2.3/8": "10.0.0.0/8", "2001:DB8::/32": "2001:db8::/32", "::1": "::1/128",
		"0.0.0.0/0": "0.0.0.0/0", "::/0": "::/0",
	} {
		if got, ok := ParsePrefix(s); !ok || got.String() != want {
			t.Errorf("network %q: %v, %v", s, got, ok)
		}
	}
	for _, s := range []string{"", "10.0.0", "10.0.0.0/33", "10.0.0.0/", "fe80::1%eth0", "10.0.0.*", "example.com", "::ffff:10.0.0.0/104", "::ffff:10.0.0.1"} {
		if got, ok := ParsePrefix(s); ok {
			t.Errorf("network %q: %v", s, got)
		}
	}
	for _, s := range []string{"1.2.3.4", "0.0.0.0", "255.255.255.255", "256.1.1.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "00.0.0.0", "1..2.3", ".1.2.3", "1.2.3.", "1.2.3.4 ", "1.2.3.a", "", "::", "1::2.3.4.5", "::ffff:1.2.3.4", "fe80::1%eth0"} {
		want, err := netip.ParseAddr(s)
		if got, ok := ParseAddr(s); ok != (err == nil && want.Zone() == "" && !want.Is4In6()) || ok && got != want {
			t.Errorf("address %q: %v, %v, want %v, %v", s, got, ok, want, err)
		}
	}
	if b, ok := ParseBinary("QUJ="); ok {
		t.Errorf("QUJ= is %q: its last bits belong to no byte", b)
	}
	if b, ok := ParseBinary("QUI="); !ok || b != "AB" {
		t.Errorf("QUI= is %q, %v", b, ok)
	}
	if b, ok := ParseBinary("QmluYXJ5"); !ok || b != "Binary" {
		t.Errorf("binary: %q, %v", b, ok)
	}
}
