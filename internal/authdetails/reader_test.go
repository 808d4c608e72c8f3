package authdetails

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/authdetails/accounttest"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/principal"
)

// role1 returns a page with one role of an account, policies1 a page with one of its policies.
func role1(account, name, more string) string {
	return fmt.Sprintf(`{"RoleDetailList":[{"RoleName":%q,"Arn":"arn:aws:iam::%s:role/%s","CreateDate":1700000000.5}]%s}`, name, account, name, more)
}

func policies1(account string) string {
	return fmt.Sprintf(`{"Policies":[{"Arn":"arn:aws:iam::%s:policy/p","PolicyVersionList":[{"VersionId":"v1","IsDefaultVersion":true,"Document":{}}]},
		{"Arn":"arn:aws:iam::aws:policy/Shared","PolicyVersionList":[{"VersionId":"v1","IsDefaultVersion":true,"Document":{}}]}]}`, account)
}

const (
	one111 = "111122223333"
	one444 = "444455556666"
)

// Ensure that pages are combined in every form, and that missing parts are reported.
func TestReaderTakesEachForm(t *testing.T) {
	both := role1(one111, "a", "") + policies1(one111)
	for name, c := range map[string]struct {
		files   []string
		want    string // account:principals, each
		partial string
	}{
		"one page":              {[]string{`{"RoleDetailList":[{"RoleName":"a","Arn":"arn:aws:iam::111122223333:role/a"}],"Policies":[{"Arn":"arn:aws:iam::111122223333:policy/p"}]}`}, "111122223333:1", ""},
		"pages":                 {[]string{both}, "111122223333:1", ""},
		"an array of pages":     {[]string{"[" + role1(one111, "a", "") + "," + policies1(one111) + "]"}, "111122223333:1", ""},
		"arrays after another":  {[]string{"[" + role1(one111, "a", "") + "]\n[" + policies1(one111) + "]"}, "111122223333:1", ""},
		"files":                 {[]string{role1(one111, "a", ""), policies1(one111), role1(one111, "b", "")}, "111122223333:2", ""},
		"the same page twice":   {[]string{both, both}, "111122223333:1", ""},
		"two accounts":          {[]string{both, role1(one444, "b", "") + policies1(one444)}, "111122223333:1 444455556666:1", ""},
		"two accounts in one":   {[]string{both + role1(one444, "b", "") + policies1(one444)}, "111122223333:1 444455556666:1", ""},
		"lists that are null":   {[]string{`{"UserDetailList":null,"GroupDetailList":[],"RoleDetailList":null}` + both}, "111122223333:1", ""},
		"more pages are left":   {[]string{both + role1(one111, "b", `,"IsTruncated":true,"Marker":"m"`)}, "111122223333:2", "more pages"},
		"pages that say more":   {[]string{role1(one111, "a", `,"IsTruncated":true`) + role1(one111, "b", `,"IsTruncated":false`) + policies1(one111)}, "111122223333:2", ""},
		"pages in wrong order":  {[]string{policies1(one111) + role1(one111, "b", `,"IsTruncated":false`) + role1(one111, "a", `,"IsTruncated":true`)}, "111122223333:2", ""},
		"files in wrong order":  {[]string{both + role1(one111, "b", `,"IsTruncated":false`), role1(one111, "a", `,"IsTruncated":true`)}, "111122223333:2", ""},
		"another account's end": {[]string{both + role1(one111, "b", `,"IsTruncated":true`), role1(one444, "a", `,"IsTruncated":false`) + policies1(one444)}, "111122223333:2 444455556666:1", "more pages"},
		"no policies":           {[]string{role1(one111, "a", "")}, "111122223333:1", "--filter"},
		"cut in an entity":      {[]string{both + role1(one111, "b", "")[:40]}, "111122223333:1", "ends in the middle of page 3"},
		"cut between pages":     {[]string{"[" + both[:len(role1(one111, "a", ""))] + ","}, "111122223333:1", "ends in the middle"},
		"cut of two, both said": {[]string{both + role1(one444, "b", "") + "{"}, "111122223333:1 444455556666:1", "ends in the middle"},
	} {
		var r Reader
		for i, text := range c.files {
			if err := r.Read(fmt.Sprint("file", i), strings.NewReader(text)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		var got, partial []string
		for _, p := range r.Parts() {
			got = append(got, fmt.Sprintf("%s:%d", p.Details.Account, len(p.Details.Principals)))
			partial = append(partial, p.Partial...)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
		if (c.partial == "") != (len(partial) == 0) || !strings.Contains(strings.Join(partial, "; "), c.partial) {
			t.Errorf("%s: partial %q, want %q", name, partial, c.partial)
		}
	}
}

// Ensure that every account has the AWS managed policies, and that nothing is reported as missing
// that may only not be listed.
func TestDirectory(t *testing.T) {
	var r Reader
	for _, text := range []string{role1(one111, "a", "") + policies1(one111), role1(one444, "b", "")} {
		if err := r.Read("f", strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	}
	parts := r.Parts()
	whole, filtered := NewDirectory(parts[0].Details), NewDirectory(parts[1].Details)
	for _, c := range []struct {
		in   *Directory
		arn  string
		want errclass.Class // Unknown if it is found
	}{
		{whole, "arn:aws:iam::111122223333:policy/p", errclass.Unknown},
		{whole, "arn:aws:iam::aws:policy/Shared", errclass.Unknown},
		{filtered, "arn:aws:iam::aws:policy/Shared", errclass.Unknown},
		{filtered, "arn:aws:iam::aws:policy/AWSDenyAll", errclass.Unknown},
		{whole, "arn:aws:iam::111122223333:policy/absent", errclass.Gone},
		{filtered, "arn:aws:iam::444455556666:policy/p", errclass.Refused},
		{whole, "arn:aws:iam::aws:policy/Unlisted", errclass.Refused},
		{whole, "nonsense", errclass.Refused},
	} {
		_, err := c.in.Policy(context.Background(), c.arn)
		if got := errclass.ClassOf(err); err == nil != (c.want == errclass.Unknown) || err != nil && got != c.want {
			t.Errorf("%s: %v (%v), want %q", c.arn, err, got, c.want)
		}
	}
	for name, want := range map[string]bool{"a": true, "A": true, "b": false} {
		ref := principal.Ref{Partition: "aws", Account: one111, Kind: principal.Role, Name: name}
		if _, err := whole.Principal(context.Background(), ref); err == nil != want || err != nil && errclass.ClassOf(err) != errclass.Gone {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Ensure that a faulty file is refused with an error that names the fault.
func TestReaderRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`{"RoleDetailList":{}}`:                "where a list is expected",
		`{"RoleDetailList":["a"]}`:             "page 1",
		`[[]]`:                                 "page 1",
		role1(one111, "a", "") + `{"a":1}`:     "page 2",
		`[` + role1(one111, "a", "") + `,{}]`:  "page 2",
		role1(one111, "a", "") + ` x`:          "page 2",
		`{"RoleDetailList":[{"RoleName":"a","`: "unexpected EOF",
	} {
		var r Reader
		if err := r.Read("f", strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// Ensure that the entities of all accounts and files are kept, with AWS managed policies in each
// account, and only if Keep is set.
func TestEntitiesAreKept(t *testing.T) {
	for _, keep := range []bool{true, false} {
		r := Reader{Keep: keep}
		for name, text := range map[string]string{
			"one": "[" + role1(one111, "a", "") + "," + policies1(one111) + "]" + role1(one111, "b", `,"IsTruncated":false`),
			"two": role1(one444, "c", ""),
		} {
			if err := r.Read(name, strings.NewReader(text)); err != nil {
				t.Fatal(err)
			}
		}
		r.Parts() // a second call adds nothing
		for _, p := range r.Parts() {
			want := "2 roles, 2 policies"
			if p.Details.Account == one444 {
				want = "1 roles, 1 policies"
			}
			if !keep {
				want = "0 roles, 0 policies"
			}
			e := p.Entities
			if got := fmt.Sprintf("%d roles, %d policies", len(e.Roles), len(e.Policies)); got != want || p.Cut != nil {
				t.Errorf("%s: %s, want %s (%v)", p.Details.Account, got, want, p.Cut)
			}
			if keep && (e.Roles[0].CreateDate.Time().Unix() != 1700000000 || string(e.Policies[0].PolicyVersionList[0].Document) != "{}") {
				t.Errorf("%+v", e)
			}
		}
	}
}

func TestErrorSaysWhereAFileEndsInTheMiddle(t *testing.T) {
	var r Reader
	text := role1(one111, "a", "")
	if err := r.Read("f", strings.NewReader(text+text[:50])); err != nil {
		t.Fatal(err)
	}
	if p := r.Parts()[0]; p.Cut == nil || !strings.Contains(p.Cut.Error(), "page 2") {
		t.Errorf("%v", p.Cut)
	}
}

// Ensure that the order in which elements are decoded does not matter.
func TestElementsAreTakenInOrder(t *testing.T) {
	var b bytes.Buffer
	if err := accounttest.Write(&b, 500); err != nil {
		t.Fatal(err)
	}
	read := func(each func(int, func(int))) *Details {
		r := Reader{Each: each}
		if err := r.Read("f", bytes.NewReader(b.Bytes())); err != nil {
			t.Fatal(err)
		}
		return r.Parts()[0].Details
	}
	backwards := func(n int, do func(int)) {
		for i := range n {
			do(n - 1 - i)
		}
	}
	if one, other := read(nil), read(backwards); len(one.Principals) != 500 || !reflect.DeepEqual(one, other) {
		t.Errorf("%d and %d principals differ", len(one.Principals), len(other.Principals))
	}
}
