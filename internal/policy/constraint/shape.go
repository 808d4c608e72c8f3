package constraint

import (
	"slices"
	"strings"
	"sync"

	"github.com/ringfence/ringfence/internal/policy/lang"
)

// shapes are ARNs with a partition, a region and an account that there are, for where a pattern leaves them
// open in a way that is no ARN of anything.
var shapes = sync.OnceValue(func() (list []*lang.Glob) {
	for _, in := range []struct {
		partition string
		regions   []string
	}{
		{"aws", []string{"us-east-1", "eu-west-1", "eu-central-1", "us-west-2", ""}},
		{"aws-cn", []string{"cn-north-1", ""}},
		{"aws-us-gov", []string{"us-gov-west-1", ""}},
	} {
		for _, region := range in.regions {
			for _, account := range []string{sampleAccount, otherAccount, "????????????", ""} {
				if account != "" || region == "" {
					list = append(list, pattern("arn:"+in.partition+":*:"+region+":"+account+":*"))
				}
			}
		}
	}
	return list
})

// plausible reports whether an ARN has a partition, a region and an account that can be. A region is spelt
// like eu-west-1, and an account has twelve digits, or is a word for what AWS owns.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
func plausible(arn string) bool {
	part := strings.SplitN(arn, ":", 6)
	if len(part) < 6 {
		return arn == "*"
	}
	return (part[1] == "aws" || strings.HasPrefix(part[1], "aws-")) && isService(part[2]) && isRegion(part[3]) && isOwner(part[4])
}

func isService(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

func isRegion(s string) bool {
	if s == "" {
		return true
	}
	part := strings.Split(s, "-")
	last := part[len(part)-1]
	return len(part) >= 3 && len(part[0]) >= 2 && strings.Trim(last, "0123456789") == "" && len(last) == 1 &&
		!slices.ContainsFunc(part[:len(part)-1], func(p string) bool { return p == "" || strings.Trim(p, "abcdefghijklmnopqrstuvwxyz") != "" })
}

func isOwner(s string) bool {
	return strings.Trim(s, "0123456789") == "" && (s == "" || len(s) == 12) || s == "aws"
}
