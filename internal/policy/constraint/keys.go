package constraint

import (
	"strings"

	"github.com/ringfence/ringfence/internal/policy/lang"
)

// keyType is what AWS documents about the values of a condition key.
type keyType struct {
	// single: never more than one value. several: documented to have several. Where
	// neither is known both are possible.
	single, several bool
	// is the type of every value, opaque where that is not known. Only for operators
	// of the same type it says that there are no other values to think of.
	is kind
	// boolean: the values are true and false.
	boolean bool
}

// typeOf knows the global condition keys. Keys of services are not known: their
// values may be anything, one or several.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func typeOf(key string) keyType {
	switch key {
	case "aws:calledvia", "aws:principalorgpaths", "aws:principalservicenameslist", "aws:resourceorgpaths",
		"aws:sourceorgpaths", "aws:tagkeys", "aws:vpceorgpaths", "sts:transitivetagkeys":
		return keyType{several: true}
	case "aws:currenttime", "aws:tokenissuetime":
		return keyType{single: true, is: date}
	case "aws:multifactorauthage":
		return keyType{single: true, is: number}
	case "aws:sourceip", "aws:vpcsourceip":
		return keyType{single: true, is: network}
	case "aws:multifactorauthpresent", "aws:principalisawsservice", "aws:securetransport", "aws:viaawsservice",
		"aws:ismcpserviceaction", "aws:viaawsmcpservice":
		return keyType{single: true, boolean: true}
	}
	return keyType{single: strings.HasPrefix(key, "aws:")}
}

// sample is a value that reads well for a key whose value does not matter.
func sample(key string) string {
	switch key {
	case "aws:username":
		return "alice"
	case "aws:principalaccount", "aws:resourceaccount", "aws:sourceaccount":
		return "123456789012"
	case "aws:requestedregion":
		return "us-east-1"
	}
	switch t := typeOf(key); {
	case t.boolean:
		return "true"
	case t.is == date:
		return "2026-01-01T00:00:00Z"
	case t.is == number:
		return "1"
	case t.is == network:
		return "192.0.2.1"
	}
	return "example"
}

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
		return []string{sample(key), "other", "another"}
	}
	return lang.Guess(g)
}
