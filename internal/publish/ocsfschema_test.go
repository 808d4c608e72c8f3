package publish

import (
	"encoding/json"
	"fmt"
	"math"
	"net/netip"
	"slices"
	"testing"
)

// What the published schema of OCSF, version 1.6.0, says of the attributes that Ringfence uses:
// their types, which are required, and which numbers they may have. An attribute that is not
// listed here fails, so that each new one is looked up.
//
// https://schema.ocsf.io/1.6.0/classes/detection_finding?profiles=cloud

type ocsfType string

const (
	ocsfString  ocsfType = "string"
	ocsfInteger ocsfType = "integer"
	ocsfBool    ocsfType = "boolean"
	ocsfTime    ocsfType = "timestamp" // milliseconds since 1970
	ocsfIP      ocsfType = "ip"
	ocsfAny     ocsfType = "any object"
)

// ocsfAttribute is a scalar of a type, or an object by its name.
type ocsfAttribute struct {
	is       ocsfType
	object   string
	list     bool
	required bool
	// enum are the captions by number; the attribute of the name caption must have the same.
	enum    map[int]string
	caption string
}

type ocsfObject struct {
	attributes map[string]ocsfAttribute
	// oneOf are attributes of which at least one must be there.
	oneOf []string
}

var (
	text16     = ocsfAttribute{is: ocsfString}
	required16 = ocsfAttribute{is: ocsfString, required: true}
	texts16    = ocsfAttribute{is: ocsfString, list: true}
	time16     = ocsfAttribute{is: ocsfTime}
	integer16  = ocsfAttribute{is: ocsfInteger}
)

func object16(name string, required bool) ocsfAttribute {
	return ocsfAttribute{object: name, required: required}
}

func enum16(caption string, required bool, numbers map[int]string) ocsfAttribute {
	return ocsfAttribute{is: ocsfInteger, required: required, enum: numbers, caption: caption}
}

var ocsf16 = map[string]ocsfObject{
	"detection_finding": {attributes: map[string]ocsfAttribute{
		"activity_id": enum16("activity_name", true, map[int]string{0: "Unknown", 1: "Create", 2: "Update", 3: "Close", 99: ""}), "activity_name": text16,
		"category_uid": enum16("category_name", true, map[int]string{2: "Findings"}), "category_name": text16,
		"class_uid": enum16("class_name", true, map[int]string{2004: "Detection Finding"}), "class_name": text16,
		"type_uid": enum16("type_name", true, map[int]string{
			200400: "Detection Finding: Unknown", 200401: "Detection Finding: Create", 200402: "Detection Finding: Update", 200403: "Detection Finding: Close", 200499: "Detection Finding: Other",
		}), "type_name": text16,
		"severity_id": enum16("severity", true, map[int]string{0: "Unknown", 1: "Informational", 2: "Low", 3: "Medium", 4: "High", 5: "Critical", 6: "Fatal", 99: ""}), "severity": text16,
		"status_id": enum16("status", false, map[int]string{0: "Unknown", 1: "New", 2: "In Progress", 3: "Suppressed", 4: "Resolved", 5: "Archived", 6: "Deleted", 99: ""}), "status": text16,
		"status_detail": text16, "message": text16, "is_alert": {is: ocsfBool},
		"time": {is: ocsfTime, required: true}, "start_time": time16, "end_time": time16,
		"metadata": object16("metadata", true), "finding_info": object16("finding_info", true), "cloud": object16("cloud", true),
		"resources":   {object: "resource_details", list: true},
		"evidences":   {object: "evidences", list: true},
		"remediation": object16("remediation", false), "unmapped": {is: ocsfAny},
	}},
	"metadata": {attributes: map[string]ocsfAttribute{
		"version": required16, "product": object16("product", true), "profiles": texts16, "uid": text16, "sequence": integer16, "event_code": text16,
	}},
	"product": {attributes: map[string]ocsfAttribute{"name": text16, "vendor_name": text16, "version": text16}, oneOf: []string{"name", "uid"}},
	"cloud":   {attributes: map[string]ocsfAttribute{"provider": required16, "region": text16, "account": object16("account", false)}},
	"account": {attributes: map[string]ocsfAttribute{
		"uid": text16, "name": text16, "type": text16, "type_id": enum16("type", false, map[int]string{0: "Unknown", 3: "AWS IAM User", 4: "AWS IAM Role", 10: "AWS Account", 99: ""}),
	}, oneOf: []string{"name", "uid"}},
	"finding_info": {attributes: map[string]ocsfAttribute{
		"uid": required16, "title": text16, "desc": text16, "types": texts16, "data_sources": texts16,
		"created_time": time16, "modified_time": time16, "first_seen_time": time16, "last_seen_time": time16,
		"analytic": object16("analytic", false), "attacks": {object: "attack", list: true},
	}},
	"attack": {attributes: map[string]ocsfAttribute{
		"technique": object16("technique", false), "sub_technique": object16("technique", false), "version": text16,
	}, oneOf: []string{"tactic", "technique", "sub_technique"}},
	"technique": {attributes: map[string]ocsfAttribute{"uid": text16, "name": text16, "src_url": text16}, oneOf: []string{"name", "uid"}},
	"session":   {attributes: map[string]ocsfAttribute{"issuer": text16, "is_mfa": {is: ocsfBool}}},
	"analytic": {attributes: map[string]ocsfAttribute{
		"name": text16, "type": text16, "type_id": enum16("type", true, map[int]string{0: "Unknown", 1: "Rule", 2: "Behavioral", 99: ""}),
	}, oneOf: []string{"name", "uid"}},
	"resource_details": {attributes: map[string]ocsfAttribute{
		"uid": text16, "uid_alt": text16, "name": text16, "type": text16, "cloud_partition": text16, "role": text16,
		"role_id": enum16("role", false, map[int]string{0: "Unknown", 1: "Target", 2: "Actor", 3: "Affected", 4: "Related", 99: ""}),
	}, oneOf: []string{"name", "uid"}},
	"evidences": {attributes: map[string]ocsfAttribute{
		"name": text16, "uid": text16, "actor": object16("actor", false), "api": object16("api", false),
		"src_endpoint": object16("network_endpoint", false), "http_request": object16("http_request", false),
	}, oneOf: []string{"actor", "api", "src_endpoint", "user", "resources", "data"}},
	"actor": {attributes: map[string]ocsfAttribute{"user": object16("user", false), "session": object16("session", false)}, oneOf: []string{"user", "invoked_by", "session", "app_name"}},
	"user": {attributes: map[string]ocsfAttribute{
		"uid": text16, "name": text16, "type": text16, "credential_uid": text16,
		"type_id": enum16("type", false, map[int]string{0: "Unknown", 1: "User", 2: "Admin", 3: "System", 4: "Service", 99: ""}),
	}, oneOf: []string{"account", "name", "uid"}},
	"api":              {attributes: map[string]ocsfAttribute{"operation": required16}},
	"network_endpoint": {attributes: map[string]ocsfAttribute{"ip": {is: ocsfIP}, "name": text16}, oneOf: []string{"ip", "uid", "name", "hostname", "svc_name", "domain"}},
	"http_request":     {attributes: map[string]ocsfAttribute{"user_agent": text16}},
	"remediation":      {attributes: map[string]ocsfAttribute{"desc": required16, "references": texts16}},
}

// conforms is what is wrong with JSON as a Detection Finding.
func conforms(t testing.TB, text []byte) (wrong []string) {
	t.Helper()
	var event map[string]any
	if err := json.Unmarshal(text, &event); err != nil {
		t.Fatal(err)
	}
	wrong = ocsf16["detection_finding"].check("", event)
	if id := func(name string) float64 { n, _ := event[name].(float64); return n }; id("type_uid") != id("class_uid")*100+id("activity_id") {
		wrong = append(wrong, "type_uid is not that of class and activity")
	}
	metadata, _ := event["metadata"].(map[string]any)
	if profiles, _ := metadata["profiles"].([]any); metadata["version"] != "1.6.0" || !slices.Contains(profiles, any("cloud")) {
		wrong = append(wrong, "it does not say that it follows version 1.6.0 with the profile cloud")
	}
	return wrong
}

func (o ocsfObject) check(at string, value map[string]any) (wrong []string) {
	for name, a := range o.attributes {
		if _, there := value[name]; a.required && !there {
			wrong = append(wrong, at+name+" is missing")
		}
	}
	for name, v := range value {
		a, known := o.attributes[name]
		if !known {
			wrong = append(wrong, at+name+" is not in the schema")
			continue
		}
		list, isList := v.([]any)
		if isList != a.list {
			wrong = append(wrong, fmt.Sprintf("%s%s: a list, or none, and must not be: %v", at, name, v))
			continue
		}
		if !isList {
			list = []any{v}
		}
		for _, element := range list {
			wrong = append(wrong, a.check(at+name, element)...)
		}
		if a.enum == nil {
			continue
		}
		number, _ := v.(float64)
		caption, allowed := a.enum[int(number)]
		if !allowed || caption != "" && value[a.caption] != caption || caption == "" && value[a.caption] == nil {
			wrong = append(wrong, fmt.Sprintf("%s%s is %v, and %s is %v", at, name, v, a.caption, value[a.caption]))
		}
	}
	if len(o.oneOf) > 0 && !slices.ContainsFunc(o.oneOf, func(name string) bool { return value[name] != nil }) {
		wrong = append(wrong, fmt.Sprintf("%sone of %v is missing", at, o.oneOf))
	}
	return wrong
}

func (a ocsfAttribute) check(at string, v any) []string {
	ok := false
	switch x := v.(type) {
	case string:
		ok = a.is == ocsfString && x != ""
		if a.is == ocsfIP {
			_, err := netip.ParseAddr(x)
			ok = err == nil && len(x) <= 40
		}
	case bool:
		ok = a.is == ocsfBool
	case float64:
		ok = x == math.Trunc(x) && (a.is == ocsfInteger || a.is == ocsfTime && x > 1e11) // as seconds they would be less
	case map[string]any:
		if a.object != "" {
			return ocsf16[a.object].check(at+".", x)
		}
		ok = a.is == ocsfAny
	}
	if !ok {
		return []string{fmt.Sprintf("%s is no %s%s: %v", at, a.is, a.object, v)}
	}
	return nil
}
