package eval

import (
	"strings"
	"testing"
)

func TestParsePrincipal(t *testing.T) {
	for s, want := range map[string]Principal{
		user:     {Type: User, ARN: user, Account: account, Name: "jane", Identity: user, PathKnown: true},
		role:     {Type: Role, ARN: role, Account: account, Name: "app", Identity: role, PathKnown: true},
		session:  {Type: Session, ARN: session, Account: account, Name: "app", Identity: role},
		fed:      {Type: Federated, ARN: fed, Account: account, Name: "bob", Identity: fedUser, UserID: account + ":bob"},
		rootUser: {Type: Root, ARN: rootUser, Account: account, Identity: rootUser, PathKnown: true, UserID: account},
		account:  {Type: Root, ARN: rootUser, Account: account, Identity: rootUser, PathKnown: true, UserID: account},
		"*":      {Type: Anonymous, UserID: "anonymous"},
		"":       {Type: Anonymous, UserID: "anonymous"},

		"ecs-tasks.amazonaws.com":    {Type: Service, ARN: "ecs-tasks.amazonaws.com"},
		"ec2.amazonaws.com.cn":       {Type: Service, ARN: "ec2.amazonaws.com.cn"},
		"accounts.google.com":        {Type: External, ARN: "accounts.google.com"},
		"arn:aws-cn:iam::1:role/app": {},
		"arn:aws:iam::111122223333:saml-provider/idp": {
			Type: External, ARN: "arn:aws:iam::111122223333:saml-provider/idp", Account: account, Name: "idp",
		},
		"arn:aws-us-gov:sts::111122223333:assumed-role/app/x@y": {
			Type: Session, ARN: "arn:aws-us-gov:sts::111122223333:assumed-role/app/x@y", Account: account, Name: "app",
			Identity: "arn:aws-us-gov:iam::111122223333:role/app",
		},
	} {
		got, err := ParsePrincipal(s)
		if want == (Principal{}) {
			if err == nil {
				t.Errorf("%q was read as %+v", s, got)
			}
			continue
		}
		if err != nil || got != want {
			t.Errorf("%q: %+v, %v, want %+v", s, got, err, want)
		}
	}
	for _, s := range []string{
		"jane", "arn:aws:s3:::bucket", "arn:aws:iam::111122223333:group/g", "arn:aws:iam::12:user/u", "arn:aws:iam::111122223333:user/",
		"arn:aws:iam::111122223333:root/x", "arn:aws:sts::111122223333:assumed-role/app", "arn:aws:sts::111122223333:assumed-role/app/",
		"arn:aws:sts::111122223333:assumed-role/a/b/c", "arn:aws:iam:eu-west-1:111122223333:user/u", "arn:aws:iam::111122223333",
		"arn::iam::111122223333:user/u", "arn:aws:iam::111122223333:user",
	} {
		if p, err := ParsePrincipal(s); err == nil || !strings.Contains(err.Error(), s) {
			t.Errorf("%q was read as %+v, %v", s, p, err)
		}
	}
}

func FuzzParsePrincipal(f *testing.F) {
	for _, s := range []string{user, role, session, fed, rootUser, account, "*", "", "sns.amazonaws.com", "arn:aws:iam::111122223333:saml-provider/idp"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParsePrincipal(s)
		if err != nil {
			return
		}
		if p.Type != Anonymous && p.ARN == "" {
			t.Errorf("%q: %+v", s, p)
		}
		if p.identity() && (p.Account == "" || p.Name == "" || p.Identity == "") {
			t.Errorf("%q: %+v", s, p)
		}
	})
}

func TestField(t *testing.T) {
	for n, want := range map[int]string{1: "aws", 2: "sqs", 3: "eu-west-1", 4: account} {
		if got := field(queue, n); got != want {
			t.Errorf("field %d is %q, want %q", n, got, want)
		}
	}
	for _, arn := range []string{"*", "arn:aws:s3:::b", "arn:aws:sqs:eu-west-1:111122223333", "arn:", ""} {
		if got := field(arn, 4); got != "" {
			t.Errorf("the account of %q is %q", arn, got)
		}
	}
}
