package eval

import (
	"reflect"
	"testing"
)

func TestMisses(t *testing.T) {
	p := parse(t, statements(
		allow("sqs:*", "*"),
		allow("s3:*", "arn:aws:s3:::other/*"),
		allow("s3:*", "*", when("Bool", "aws:SecureTransport", "true")),
		deny("s3:*", "*"),
		allow("s3:*", "*", when("StringSortOf", "aws:x", "y")),
		allow("s3:*", "*", to(fedUser)),
		allow("s3:*", "*"),
	))
	caller, err := ParsePrincipal(user)
	if err != nil {
		t.Fatal(err)
	}
	r := &Request{Principal: caller, Action: "S3:getObject", Resource: object}
	want := []Miss{{1, ResourcePart, 0}, {2, ConditionPart, 0}, {4, UnreadablePart, 0}, {5, PrincipalPart, 0}}
	if got := p.Misses(r, ResourcePolicy); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := p.Misses(r, IdentityPolicies); !reflect.DeepEqual(got, want[:3]) {
		t.Errorf("%+v, want %+v", got, want[:3])
	}
	r.Context = NewContext(map[string][]string{"aws:TagKeys": {"a", "b"}})
	for key, want := range map[string][]string{"AWS:tagkeys": {"a", "b"}, "aws:PrincipalArn": {user}, "aws:x": nil} {
		if got := r.Values(key); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
}
