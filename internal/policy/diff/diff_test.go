package diff

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ringfence/ringfence/internal/policy"
)

func parse(t testing.TB, text string) *policy.Document {
	t.Helper()
	d, err := policy.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDiff(t *testing.T) {
	document := func(statements ...string) string {
		return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
	}
	const (
		work  = `{"Sid":"Work","Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}`
		guard = `{"Effect":"Deny","Action":"iam:*","Resource":"*"}`
	)
	for name, c := range map[string]struct {
		before, after string
		want          []string
	}{
		"nothing": {document(work, guard), document(work, guard), nil},
		"spelling alone": {
			document(work, guard),
			document(guard, `{"Effect":"Allow","Action":["S3:putobject","s3:GetObject"],"Resource":["*"],"Condition":{"Bool":{"AWS:SecureTransport":true}}}`),
			nil,
		},
		"added":   {document(work), document(work, guard), []string{"added: Deny iam:* on *"}},
		"removed": {document(work, guard), document(work), []string{"removed: Deny iam:* on *"}},
		"changed by Sid": {
			document(work, guard),
			document(guard, `{"Sid":"Work","Effect":"Allow","Action":["s3:GetObject","iam:CreateUser"],"Resource":"*"}`),
			[]string{"changed Work: action +iam:CreateUser, action -s3:PutObject, condition -Bool aws:SecureTransport true"},
		},
		"changed, without a Sid": {
			document(work, `{"Effect":"Deny","Action":["iam:*","sts:*"],"Resource":"*"}`),
			document(work, guard),
			[]string{"changed Deny iam:*, sts:*: action -sts:*"},
		},
		"the other way round": {
			document(`{"Sid":"A","Effect":"Deny","Action":"iam:*","Resource":"arn:aws:iam::1:role/a"}`),
			document(`{"Sid":"A","Effect":"Allow","NotAction":"iam:*","Resource":"arn:aws:iam::1:role/A"}`),
			[]string{"changed A: Deny became Allow, action became not action, resource +arn:aws:iam::1:role/A, resource -…"},
		},
		"another statement altogether": {
			document(guard),
			document(work),
			[]string{"removed: Deny iam:* on *", "added: Allow s3:GetObject, s3:PutObject on * if Bool aws:SecureTransport true"},
		},
		"all but": {
			document(guard), document(guard, `{"Effect":"Allow","NotAction":["a:*","b:*","c:*","d:*"],"NotResource":"arn:aws:s3:::b"}`),
			[]string{"added: Allow all but a:*, b:* and 2 more on all but arn:aws:s3:::b"},
		},
		"the version": {
			`{"Statement":` + guard + `}`, `{"Version":"2012-10-17","Statement":` + guard + `}`,
			[]string{"version: 2008-10-17 became 2012-10-17"},
		},
		"what would break out of the line": {
			document(guard), document(guard, `{"Sid":"","Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::a\nadded: nothing\u001b[0m\u202e"}`),
			[]string{"added: Deny s3:* on arn:aws:s3:::a�added: nothing�[0m�"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := Diff(parse(t, c.before), parse(t, c.after))
			if !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
			for _, line := range got {
				if utf8.RuneCountInString(line) > MaxLine {
					t.Errorf("%d characters: %s", utf8.RuneCountInString(line), line)
				}
			}
		})
	}
}

// FuzzDiff: whatever the documents are, the lines are lines, and the same documents
// have none.
func FuzzDiff(f *testing.F) {
	f.Add(`{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`, `{"Statement":[{"Sid":"a","Effect":"Deny","NotAction":["s3:*","s3:*"],"NotResource":"*","Condition":{"Null":{"k":["true","x"]}}}]}`)
	f.Fuzz(func(t *testing.T, a, b string) {
		before, err := policy.Parse([]byte(a))
		after, err2 := policy.Parse([]byte(b))
		if err != nil || err2 != nil {
			t.Skip()
		}
		if lines := Diff(before, before); len(lines) > 0 {
			t.Errorf("a document differs from itself: %q", lines)
		}
		for _, line := range Diff(before, after) {
			if utf8.RuneCountInString(line) > MaxLine || strings.ContainsAny(line, "\r\n\x1b") {
				t.Errorf("%q", line)
			}
		}
	})
}
