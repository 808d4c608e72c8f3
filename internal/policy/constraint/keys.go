package constraint

import (
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/catalog"
	"github.com/ringfence/ringfence/internal/policy/lang"
)

// keyType is what AWS documents about the values of a condition key.
type keyType struct {
	// single: never more than one value. several: documented to have several. Where
	// neither is known both are possible.
	single, several bool
	// always: no request is without the key. never: no request has it.
	always, never bool
	// is the type of every value, opaque where that is not known. Only for operators
	// of the same type it says that there are no other values to think of.
	is kind
	// within are patterns of which every value matches one, nil where that is not known.
	within []*lang.Glob
}

// accepts reports whether a value is of the key's type, as far as that is known.
func (t keyType) accepts(v string) bool {
	ok := true
	switch t.is {
	case date:
		_, ok = policy.ParseDate(v)
	case number:
		_, ok = policy.ParseNumber(v)
	case network:
		_, ok = policy.ParseAddr(v)
	}
	return ok
}

// typeOf reads the catalogue.
func typeOf(key string) keyType {
	v := catalog.ValuesOf(key)
	t := keyType{
		single:  v.Number == catalog.Single,
		several: v.Number == catalog.Multivalued,
		always:  v.Presence == catalog.Always,
		never:   v.Presence == catalog.Never,
		within:  within[key],
	}
	switch v.Type {
	case catalog.Bool:
		if t.within == nil {
			t.within = booleans
		}
	case catalog.Date:
		t.is = date
	case catalog.Numeric:
		t.is = number
	case catalog.IPAddress:
		t.is = network
	}
	return t
}

// typeOf is [typeOf] for the callers of the space: of those that are no users or roles it is not known which
// keys about themselves they have.
func (s *Space) typeOf(key string) keyType {
	t := typeOf(key)
	if !s.unsigned {
		return t
	}
	t.never = false
	if strings.HasPrefix(key, "aws:principal") || key == "aws:userid" || key == "aws:username" {
		t.always, t.within = false, nil
	}
	return t
}

// booleans are the values of a key of that type.
var booleans = []*lang.Glob{lang.Text("true", false), lang.Text("false", false)}

// within are the values that some keys can have in requests of users and roles. The ARN of a role session
// is never that of the principal: the key has its role.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalisawsservice
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
var within = map[string][]*lang.Glob{
	principalARN:                ofKinds(func(k principalKind) *lang.Glob { return k.arn }),
	principalType:               ofKinds(func(k principalKind) *lang.Glob { return lang.Text(k.is, false) }),
	"aws:principalisawsservice": {lang.Text("false", false)},
}

// samples are values that read well for a key whose value does not matter, the best first.
func samples(key string) []string {
	switch key {
	case "aws:username":
		return []string{"alice", "bob", "carol"}
	case "aws:principalarn":
		return []string{"arn:aws:iam::" + sampleAccount + ":user/alice", "arn:aws:iam::" + sampleAccount + ":role/example", "arn:aws:iam::" + otherAccount + ":user/alice"}
	case "aws:principalaccount", "aws:resourceaccount", "aws:vpceaccount":
		return []string{sampleAccount, otherAccount, "333333333333"}
	case "aws:requestedregion":
		return []string{"us-east-1", "eu-west-1", "ap-southeast-2"}
	case "aws:principaltype":
		return []string{"AssumedRole", "User", "FederatedUser", "Account"}
	}
	switch t := typeOf(key); {
	case t.within != nil:
		return []string{"true", "false"}
	case t.is == date:
		return []string{"2026-01-01T00:00:00Z"}
	case t.is == number:
		return []string{"1"}
	case t.is == network:
		return []string{"192.0.2.1"}
	}
	return []string{"example", "other", "another"}
}

// The accounts of samples. The first is the one that package lang puts into ARNs.
const (
	sampleAccount = "123456789012"
	otherAccount  = "210987654321"
)

// colonFree reports whether no value of a key has a colon, so that a variable for it stays within its
// field of an ARN.
func colonFree(key string) bool {
	switch key {
	case "aws:username", "aws:principalaccount", "aws:resourceaccount", "aws:sourceaccount",
		"aws:principalorgid", "aws:resourceorgid", "aws:sourceorgid", "aws:principaltype",
		"aws:requestedregion":
		return true
	}
	return false
}

// guessValue makes values of a key that are in a glob, most likely, and read well.
func guessValue(key string, g *lang.Glob) []string {
	if g.Universal() {
		return samples(key)
	}
	return lang.Guess(g)
}
