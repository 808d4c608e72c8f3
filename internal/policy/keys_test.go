package policy

import (
	"slices"
	"testing"
)

func TestKeys(t *testing.T) {
	text := func(version string) string {
		return `{"Version": "` + version + `", "Statement": {"Effect": "Allow", "Action": "s3:*",
			"Resource": ["arn:aws:s3:::${aws:username}/*", "arn:aws:s3:::a-${*}"],
			"Condition": {"StringLike": {"s3:prefix": ["home/${aws:PrincipalTag/team, 'none'}/${aws:username}", "x"]}, "Null": {"AWS:TokenIssueTime": "true"}}}}`
	}
	for version, want := range map[string][]string{
		"2012-10-17": {"aws:username", "s3:prefix", "aws:PrincipalTag/team", "aws:username", "AWS:TokenIssueTime"},
		"2008-10-17": {"s3:prefix", "AWS:TokenIssueTime"}, // variables are text
	} {
		d, err := Parse([]byte(text(version)))
		if err != nil {
			t.Fatal(err)
		}
		s := &d.Statements[0]
		if got := slices.Collect(s.Keys(d.Version)); !slices.Equal(got, want) {
			t.Errorf("version %s: got %q, want %q", version, got, want)
		}
		for n := range want {
			var got []string
			for key := range s.Keys(d.Version) {
				if got = append(got, key); len(got) > n {
					break
				}
			}
			if !slices.Equal(got, want[:n+1]) {
				t.Errorf("version %s, ended after %d: got %q", version, n+1, got)
			}
		}
	}
}
