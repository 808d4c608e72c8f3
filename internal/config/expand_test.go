package config

import (
	"strings"
	"sync"
	"testing"

	"github.com/ringfence/ringfence/internal/principal"
)

const perAccount = `{"Version": "2012-10-17", "Statement": [{"Sid": "A${account}", "Effect": "Allow", "Action": "s3:*", "Resource": "arn:${partition}:s3:::data-${account}/${aws:username}/${*}",
 "Condition": {"StringLike": {"iam:PermissionsBoundary": "arn:${partition}:iam::${account}:policy/b", "aws:PrincipalTag/x": "${$}{account}"}}}]}`

const perAccountConfig = `version: 1
mode: enforce
boundaries: {b: {arn: "arn:${partition}:iam::${account}:policy/b", document: b.json}}
rules: [{name: everyone, match: {names: ["*"]}, boundary: b}]
`

// Ensure that the text and the meaning of a document are those for the account, and that IAM's own
// variables stay.
func TestDocumentsAreExpanded(t *testing.T) {
	single, err := Single("arn:aws:iam::123456789012:policy/b", []byte(perAccount), Enforce)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := Load("f", []byte(perAccountConfig), func(string) ([]byte, error) { return []byte(perAccount), nil })
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []*Config{single, loaded, loaded.Limit(Alert)} {
		for _, home := range [][2]string{{"aws", "123456789012"}, {"aws-cn", "210987654321"}, {"aws", "123456789012"}} {
			want := strings.NewReplacer("${partition}", home[0], "A${account}", "A"+home[1], "data-${account}", "data-"+home[1], "::${account}", "::"+home[1]).Replace(perAccount)
			arn := "arn:" + home[0] + ":iam::" + home[1] + ":policy/b"
			byARN, _ := f.BoundaryFor(arn)
			ref, err := principal.Parse("arn:" + home[0] + ":iam::" + home[1] + ":role/x")
			if err != nil {
				t.Fatal(err)
			}
			required := f.Requirement(principal.Snapshot{Ref: ref}, now).Boundary
			for how, b := range map[string]Boundary{"by ARN": byARN, "required": required, "of the account": f.Boundaries(home[0], home[1])[0]} {
				if b.ARN != arn || string(b.Document) != want {
					t.Errorf("%s: %s\n%s, want\n%s", how, b.ARN, b.Document, want)
				}
				if b.Policy != required.Policy {
					t.Errorf("%s: it is another document each time", how)
				}
				if got := b.Policy.Statements[0].Resource.Values[0]; got != "arn:"+home[0]+":s3:::data-"+home[1]+"/${aws:username}/${*}" {
					t.Errorf("%s: resource %s", how, got)
				}
			}
		}
	}
	// An ARN in a record cannot write into a document.
	if b, ok := loaded.BoundaryFor(`arn:aws","x":"y:iam::123456789012:policy/b`); ok && (b.Document != nil || b.Policy != nil) {
		t.Errorf("expanded to %s", b.Document)
	}
}

func TestDocumentsAreExpandedAtOnce(t *testing.T) {
	f, err := Single("arn:aws:iam::123456789012:policy/b", []byte(perAccount), Enforce)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for j := range 2 * accountsKept {
				account := "1234567" + string(rune('0'+j%10)) + string(rune('0'+j/10%10)) + string(rune('0'+j/100%10)) + string(rune('0'+j/1000)) + string(rune('0'+i))
				if b := f.Boundaries("aws", account)[0]; !strings.Contains(string(b.Document), "data-"+account+"/") {
					t.Errorf("%s: %s", account, b.Document)
				}
			}
		})
	}
	all.Wait()
}

func TestMisspeltPlaceholders(t *testing.T) {
	for text, want := range map[string]string{
		`{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::${Account}"}}`:                                              "${Account} must be written as ${account}",
		`{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::\u0024{account}"}}`:                                         "${account} must be written as ${account}, in lower case and without escapes",
		`{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"StringLike": {"aws:PrincipalArn": "${PARTITION}"}}}}`: "${PARTITION} must be",
		`{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::${region}-x"}}`:                                             "",
	} {
		_, err := Single("arn:aws:iam::123456789012:policy/b", []byte(text), Enforce)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	// An AWS managed policy is in no account, but in every partition.
	for text, want := range map[string]string{"${account}": "has no meaning in the document of an AWS managed policy", "${partition}": ""} {
		_, err := Single("arn:aws:iam::aws:policy/ReadOnlyAccess", []byte(`{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::x`+text+`"}}`), Enforce)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
