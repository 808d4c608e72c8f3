package links

import (
	"testing"

	"github.com/ringfence/ringfence/internal/principal"
)

const id = "7a1f0f4b-1d0c-4b8e-9c57-2f3f6f1f2b11"

func TestAddresses(t *testing.T) {
	role := principal.Ref{Partition: "aws-cn", Account: "123456789012", Kind: principal.Role, Path: "/dev/", Name: "a+b=c,d@e"}
	for _, c := range []struct{ name, got, want string }{
		{"event", Event("aws", "us-east-1", id), "https://us-east-1.console.aws.amazon.com/cloudtrailv2/home?region=us-east-1#/events/" + id},
		{"event in GovCloud", Event("aws-us-gov", "us-gov-west-1", id), "https://us-gov-west-1.console.amazonaws-us-gov.com/cloudtrailv2/home?region=us-gov-west-1#/events/" + id},
		{"no id of CloudTrail", Event("aws", "us-east-1", "drift-2026-03-02-2"), ""},
		{"a hostile id", Event("aws", "us-east-1", id+"\n"), ""},
		{"a hostile region", Event("aws", "evil.example/", id), ""},
		{"another partition", Event("aws-iso", "us-iso-east-1", id), ""},
		{"role", Principal(role), "https://cn-north-1.console.amazonaws.cn/iam/home?region=cn-north-1#/roles/details/a+b=c%2Cd@e"},
		{"user", Principal(principal.Ref{Partition: "aws", Kind: principal.User, Name: "x y<>"}), "https://us-east-1.console.aws.amazon.com/iam/home?region=us-east-1#/users/details/x%20y%3C%3E"},
		{
			"policy", Policy("aws", "arn:aws:iam::123456789012:policy/p"),
			"https://us-east-1.console.aws.amazon.com/iam/home?region=us-east-1#/policies/details/arn%3Aaws%3Aiam%3A%3A123456789012%3Apolicy%2Fp",
		},
		{"dashboard", Dashboard("aws", "eu-west-1", "ringfence"), "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#dashboards/dashboard/ringfence"},
		{"no dashboard", Dashboard("aws", "eu-west-1", ""), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, and not %q", c.name, c.got, c.want)
		}
		if c.want != "" && !Safe(c.got) {
			t.Errorf("%s: %q is not taken to be safe", c.name, c.got)
		}
	}
}

func TestNoOtherAddressIsSafe(t *testing.T) {
	for _, address := range []string{
		"", "http://us-east-1.console.aws.amazon.com/", "https://evil.example/", "https://us-east-1.console.aws.amazon.com.evil.example/",
		"https://evil.example/.console.aws.amazon.com/", "https://x@evil.example/", "https://us-east-1.console.aws.amazon.com/ <!channel>",
		"https://us-east-1.console.aws.amazon.com/|x", "https://us-east-1.console.aws.amazon.com/\nx", "https://attack.mitre.org.evil.example/",
		"https://attack.mitre.org@evil.example/", "https://github.com/ringfence/ringfence/blob/mainevil",
		"javascript:alert(1)",
	} {
		if Safe(address) {
			t.Errorf("%q is taken to be safe", address)
		}
	}
	for _, address := range []string{Manual + "docs/operations.md#repairs-failed", "https://attack.mitre.org/techniques/T1098/003/"} {
		if !Safe(address) {
			t.Errorf("%q is not taken to be safe", address)
		}
	}
}
