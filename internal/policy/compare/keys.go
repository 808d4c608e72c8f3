package compare

import "strings"

// keyType is what AWS documents about the values of a condition key.
type keyType struct {
	// single: never more than one value. several: documented to have several. Where
	// neither is known both are possible.
	single, several bool
	// typed: every value can be read as the operator's type, so that there are no
	// others to think of.
	typed bool
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
	case "aws:currenttime", "aws:epochtime", "aws:tokenissuetime", "aws:multifactorauthage",
		"aws:sourceip", "aws:vpcsourceip":
		return keyType{single: true, typed: true}
	case "aws:multifactorauthpresent", "aws:principalisawsservice", "aws:securetransport", "aws:viaawsservice",
		"aws:ismcpserviceaction", "aws:viaawsmcpservice":
		return keyType{single: true, typed: true, boolean: true}
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
	return "example"
}
