package forms

import (
	"encoding/json"
	"strings"
)

// structures are the fields of a record that are objects or lists. Athena and CloudTrail Lake print
// structures without quotes, as {type=IAMUser, username=jane}. The lists have the names that such a
// structure may contain. A text with a comma can forge a name there, so the lists have only names whose
// values are JSON or cannot contain a space in IAM. Fields without a list are kept only if they are
// JSON: nothing needs them.
// https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table.html
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-supported-event-schemas.html
var structures = map[string]map[string]bool{
	"userIdentity": words("type principalid arn accountid invokedby accesskeyid username onbehalfof userid identitystorearn " +
		"sessioncontext attributes mfaauthenticated creationdate sessionissuer ec2roledelivery webidfederationdata " +
		"federatedprovider sourceidentity ec2issuedinvpc identityprovider credentialid inscopeof sourcearn sourceaccount " +
		"issuertype credentialsissuedto"),
	"requestParameters":   parameterNames,
	"responseElements":    words("role user policy policyversion"),
	"addendum":            words("reason updatedfields originalrequestid originaleventid"),
	"resources":           words("arn accountid type"),
	"additionalEventData": nil, "serviceEventDetails": nil, "tlsDetails": nil, "edgeDeviceDetails": nil, "insightDetails": nil,
}

var parameterNames = words("rolename username groupname policyname policyarn policydocument assumerolepolicydocument path " +
	"permissionsboundary versionid setasdefault tags tagkeys newusername newpath newgroupname awsservicename " +
	"instancearn permissionsetarn maxsessionduration")

func words(list string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(list) {
		set[word] = true
	}
	return set
}

// structure returns the value of a field that is text: JSON or a printed structure. It returns nil if
// there is none. ok is false if the text has no meaning or more than one.
func structure(text string, names map[string]bool) (value []byte, ok bool) {
	switch {
	case text == "" || text == "-" || text == "null":
		return []byte("null"), true
	case json.Valid([]byte(text)) && (text[0] == '{' || text[0] == '['):
		return []byte(text), true
	case names == nil:
		return nil, true
	}
	p := printed{rest: text, names: names}
	value = p.value(0)
	if p.failed || p.rest != "" || text[0] != '{' && text[0] != '[' {
		return nil, false
	}
	return value, true
}
