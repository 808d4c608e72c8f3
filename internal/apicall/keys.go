package apicall

import (
	"net/netip"
	"strings"

	"github.com/ringfence/ringfence/internal/policy/catalog"
)

// The types of callers that have identity policies and a boundary.
const (
	iamUser   = "IAMUser"
	role      = "AssumedRole"
	federated = "FederatedUser"
)

// derived are the keys that package eval derives from the principal.
var derived = map[string]bool{
	"aws:principalarn": true, "aws:principalaccount": true, "aws:principaltype": true, "aws:username": true, "aws:principalisawsservice": true,
}

// Never reports whether no call of an action by a kind of caller has a condition key, which is in lower case.
// AWS documents the keys of each action. A key that it documents nowhere may be anywhere.
func Never(a catalog.Action, callerType, key string) bool {
	prefix, _, _ := strings.Cut(key, ":")
	switch {
	case derived[key]:
		return true // package eval has already answered
	case catalog.ValuesOf(key).Presence == catalog.Never:
		return true
	case prefix == "aws":
		return callerType == iamUser && (key == "aws:ec2instancesourcevpc" || key == "aws:ec2instancesourceprivateipv4" || key == "aws:federatedprovider") ||
			strings.HasPrefix(key, "aws:resourcetag/") && !a.TakesResource() ||
			(strings.HasPrefix(key, "aws:requesttag/") || key == "aws:tagkeys") && !hasKey(a, key)
	case !catalog.KnownKey(key) || strings.Contains(prefix, ".") || prefix == "saml" || prefix == "identitycenter":
		// Keys of identity providers remain those of the session.
		return callerType == iamUser && (prefix == "saml" || strings.Contains(prefix, "."))
	}
	return !hasKey(a, key)
}

// hasKey reports whether AWS documents a key for an action. A key may end in a name of the caller's own.
func hasKey(a catalog.Action, key string) bool {
	for _, k := range a.Keys() {
		fixed, _, open := strings.Cut(strings.ToLower(k), "${")
		if key == fixed || open && strings.HasPrefix(key, fixed) {
			return true
		}
	}
	return false
}

// Key returns the values of a condition key, which is in lower case, in the request that the record is of. If it
// is not known whether the request has the key, or with which values, known is false. No values mean that the
// request does not have the key.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func (r *Record) Key(a catalog.Action, key string) (values []string, known bool) {
	if Never(a, r.Caller.Type, key) {
		return nil, true
	}
	if r.Bare {
		return nil, false
	}
	text := func(s string, known bool) ([]string, bool) {
		if s == "" || !known {
			return nil, known
		}
		return []string{s}, true
	}
	switch key {
	case "aws:sourceip", "aws:vpcsourceip":
		// A request through a VPC endpoint has the other key. A service that calls for the principal has an
		// address of its own.
		_, err := netip.ParseAddr(r.SourceIP)
		if r.Caller.InvokedBy != "" || err != nil {
			return nil, false
		}
		if (key == "aws:sourceip") == (r.Endpoint == "") {
			return text(r.SourceIP, true)
		}
		return nil, true
	case "aws:sourcevpce":
		return text(r.Endpoint, r.Caller.InvokedBy == "")
	case "aws:sourcevpc", "aws:sourcevpcarn", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths":
		return nil, r.Endpoint == "" && r.Caller.InvokedBy == ""
	case "aws:useragent":
		// S3 writes brackets around it.
		return text(r.UserAgent, r.UserAgent != "" && r.UserAgent[0] != '[' && r.Caller.InvokedBy == "")
	case "aws:requestedregion":
		return text(r.Region, r.Region != "")
	case "aws:currenttime":
		return text(r.Time, r.Time != "")
	case "aws:securetransport":
		return text("true", r.TLS)
	case "aws:userid":
		return text(r.Caller.ID, r.Caller.ID != "")
	case "aws:sourceidentity":
		return text(r.Caller.SourceIdentity, true)
	case "aws:multifactorauthpresent":
		if r.withCode() {
			return text("true", true)
		}
		return text(r.Caller.MFA, r.Caller.MFA != "" || r.longTerm())
	case "aws:multifactorauthage":
		return nil, (r.Caller.MFA == "false" || r.longTerm()) && !r.withCode()
	case "aws:tokenissuetime":
		return text(r.Caller.Created, r.Caller.Created != "" || r.longTerm())
	case "aws:viaawsservice":
		switch {
		case r.Caller.InvokedBy == "":
			return text("false", !strings.HasSuffix(r.SourceIP, suffix))
		case strings.HasSuffix(r.Caller.InvokedBy, suffix):
			return text("true", true)
		}
		return nil, false // "AWS Internal" is said of consoles too
	case "aws:calledvialast":
		return text(r.Caller.InvokedBy, r.Caller.InvokedBy == "" || strings.HasSuffix(r.Caller.InvokedBy, suffix))
	case "aws:calledvia", "aws:calledviafirst":
		return nil, r.Caller.InvokedBy == "" // the record has the last service only
	}
	return r.own(a, key)
}

// withCode reports whether the call itself had the code of an MFA device.
//
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
func (r *Record) withCode() bool {
	return r.Source == "sts"+suffix && r.parameters().has("serialNumber")
}

// longTerm reports whether the caller signed with long-term credentials, which have no session.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
func (r *Record) longTerm() bool {
	return strings.HasPrefix(r.Caller.Key, "AKIA") && r.Caller.Created == ""
}

// inParameters are the keys that are parameters of calls, by the name of the parameter.
//
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
var inParameters = map[string]string{
	"iam:policyarn": "policyArn", "iam:awsservicename": "aWSServiceName",
	"s3:prefix": "prefix", "s3:delimiter": "delimiter", "s3:max-keys": "max-keys", "s3:versionid": "versionId",
}

// bounding are the calls whose parameter is the value of iam:PermissionsBoundary. For other calls the value is the
// boundary that their target has.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate
var bounding = map[string]bool{
	"CreateUser": true, "CreateRole": true, "PutUserPermissionsBoundary": true, "PutRolePermissionsBoundary": true,
}

// own returns the values of keys that are parameters of the call.
func (r *Record) own(a catalog.Action, key string) (values []string, known bool) {
	name := inParameters[key]
	if key == "iam:permissionsboundary" && bounding[a.Name] {
		name = "permissionsBoundary"
	}
	p := r.parameters()
	if name == "" || p == nil || p.has("omitted") {
		return nil, false
	}
	if s := p.text(name); s != "" {
		return []string{s}, true
	}
	return nil, !p.has(name)
}

// shown are the keys that a record may have, as AWS spells them.
var shown = []string{
	"aws:SourceIp", "aws:VpcSourceIp", "aws:SourceVpce", "aws:UserAgent", "aws:RequestedRegion", "aws:CurrentTime", "aws:SecureTransport",
	"aws:SourceIdentity", "aws:MultiFactorAuthPresent", "aws:TokenIssueTime", "aws:ViaAWSService", "aws:CalledViaLast",
	"iam:PermissionsBoundary", "iam:PolicyARN", "s3:prefix",
}

// Context returns the condition keys that are known of a call. Of the services that passed the call on it has the
// last one, which is all that a record has.
func (r *Record) Context(action string) map[string][]string {
	a, _ := catalog.Lookup(action)
	context := map[string][]string{}
	for _, key := range shown {
		if values, known := r.Key(a, strings.ToLower(key)); known && len(values) > 0 {
			context[key] = values
		}
	}
	if last, ok := context["aws:CalledViaLast"]; ok {
		context["aws:CalledVia"] = last
		delete(context, "aws:CalledViaLast")
	}
	return context
}
