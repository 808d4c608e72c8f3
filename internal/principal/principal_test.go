package principal

import (
	"strings"
	"testing"
)

func TestParseRoundTrips(t *testing.T) {
	for _, arn := range []string{
		"arn:aws:iam::123456789012:role/app",
		"arn:aws:iam::123456789012:role/dev/team/app",
		"arn:aws:iam::123456789012:user/ops/jane.doe@example.com",
		"arn:aws-cn:iam::123456789012:role/service-role/lambda",
		"arn:aws-us-gov:iam::123456789012:user/u",
	} {
		ref, err := Parse(arn)
		if err != nil {
			t.Errorf("Parse(%q): %v", arn, err)
			continue
		}
		if got := ref.ARN(); got != arn {
			t.Errorf("Parse(%q).ARN() = %q", arn, got)
		}
		if !ref.PathKnown() {
			t.Errorf("Parse(%q): path unknown", arn)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for arn, want := range map[string]string{
		"":                                           "not an ARN",
		"role/app":                                   "not an ARN",
		"arn:aws:s3:::bucket":                        "not an IAM ARN",
		"arn:aws:iam:us-east-1:1:role/x":             "not an IAM ARN",
		"arn:aws:iam::123456789012:group/g":          "of type \"group\"",
		"arn:aws:iam::123456789012:policy/p":         "of type \"policy\"",
		"arn:aws:iam::12345:role/x":                  "not 12 digits",
		"arn:aws:iam::123456789012:role/":            "name \"\" is malformed",
		"arn:aws:iam::123456789012:role":             "name \"\" is malformed",
		"arn:aws:iam::123456789012:role/a b":         "name \"a b\" is malformed",
		"arn:*:iam::123456789012:role/x":             "partition",
		"arn:aws:iam::aws:role/x":                    "not 12 digits",
		"arn:aws:sts::123456789012:assumed-role/r/s": "not an IAM ARN",
	} {
		if _, err := Parse(arn); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Parse(%q) = %v, want an error with %q", arn, err, want)
		}
	}
}

func TestParsePolicy(t *testing.T) {
	for arn, want := range map[string]Policy{
		"arn:aws:iam::aws:policy/AWSDenyAll":             {"aws", "aws", "/", "AWSDenyAll"},
		"arn:aws:iam::aws:policy/job-function/Billing":   {"aws", "aws", "/job-function/", "Billing"},
		"arn:aws-cn:iam::123456789012:policy/x/boundary": {"aws-cn", "123456789012", "/x/", "boundary"},
	} {
		got, err := ParsePolicy(arn)
		if err != nil || got != want || got.ARN() != arn {
			t.Errorf("ParsePolicy(%q) = %+v, %v", arn, got, err)
		}
	}
	for _, arn := range []string{
		"arn:aws:iam::123456789012:role/x", "arn:aws:iam::123456789012:policy/", "arn:aws:iam::12:policy/x", "x",
		"arn:aws:iam::123456789012:policy/a*",
	} {
		if p, err := ParsePolicy(arn); err == nil {
			t.Errorf("ParsePolicy(%q) = %+v, want an error", arn, p)
		}
	}
}

func TestProtection(t *testing.T) {
	for arn, want := range map[string]Protection{
		"arn:aws:iam::123456789012:role/app":                                                               Unprotected,
		"arn:aws:iam::123456789012:role/service-role/lambda-x":                                             Unprotected,
		"arn:aws:iam::123456789012:role/AWSReservedSSO_Fake_0123456789abcdef":                              Unprotected,
		"arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAS":    ServiceLinked,
		"arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abc": IdentityCenter,
		"arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_A_B_0123":  IdentityCenter,
		"arn:aws:iam::123456789012:user/aws-service-role/u":                                                Unprotected,
	} {
		ref, err := Parse(arn)
		if err != nil {
			t.Fatal(err)
		}
		if got := ref.Protection(); got != want {
			t.Errorf("%s: Protection() = %v, want %v", arn, got, want)
		}
	}
}

func TestPermissionSet(t *testing.T) {
	for name, want := range map[string]string{
		"AWSReservedSSO_Admin_0123456789abcdef": "Admin",
		"AWSReservedSSO_A_B_0123456789abcdef":   "A_B",
		"Other":                                 "",
	} {
		ref := Ref{Partition: "aws", Account: "123456789012", Kind: Role, Path: identityCenterPath, Name: name}
		if got := ref.PermissionSet(); got != want {
			t.Errorf("PermissionSet of %s = %q, want %q", name, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("arn:aws:iam::123456789012:role/dev/app")
	f.Add("arn:aws:iam::aws:policy/AWSDenyAll")
	f.Add("arn:::::")
	f.Fuzz(func(t *testing.T, arn string) {
		if ref, err := Parse(arn); err == nil && ref.ARN() != arn {
			t.Errorf("Parse(%q).ARN() = %q", arn, ref.ARN())
		}
		if p, err := ParsePolicy(arn); err == nil && p.ARN() != arn {
			t.Errorf("ParsePolicy(%q).ARN() = %q", arn, p.ARN())
		}
	})
}

func TestAnAccountIsTwelveDigits(t *testing.T) {
	for s, want := range map[string]bool{
		"123456789012": true, "000000000000": true,
		"": false, "12345678901": false, "1234567890123": false, "12345678901a": false, "１23456789012": false, "/23456789012": false, ":23456789012": false,
	} {
		if got := IsAccount(s); got != want {
			t.Errorf("IsAccount(%q) is %v, want %v", s, got, want)
		}
	}
}
