package forms

import (
	"encoding/json"
	"strings"
)

// structures are the fields of a record that are objects or lists, with the names that may be
// in them where they were printed as Athena and CloudTrail Lake print a structure: without
// quotes, as {type=IAMUser, username=jane}. A text with a comma in it can forge a name there, so
// only names are taken whose values IAM allows no space in, or that are JSON. Fields without a
// list are kept only where they are JSON: nothing asks for them.
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

// structure gives the value of a field that is text: JSON, or a structure that was printed. It is
// nil for none, and not ok where it can be read in more than one way, or in none.
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

// printed reads a structure that was printed without quotes.
type printed struct {
	rest   string
	names  map[string]bool
	failed bool
}

// value reads one, up to what ends it.
func (p *printed) value(depth int) []byte {
	switch {
	case depth > deepest || p.failed:
		return p.fail()
	case p.rest == "":
		return []byte(`""`)
	case p.rest[0] == '{' || p.rest[0] == '[':
		n, st := skip([]byte(p.rest))
		if st == whole && json.Valid([]byte(p.rest[:n])) {
			v := []byte(p.rest[:n])
			p.rest = p.rest[n:]
			return v
		}
		if p.rest[0] == '[' {
			return p.list(depth)
		}
		return p.object(depth)
	}
	return p.scalar()
}

func (p *printed) object(depth int) []byte {
	var b builder
	seen := map[string]bool{}
	for p.rest = p.rest[1:]; !p.failed && !strings.HasPrefix(p.rest, "}"); {
		name, after, found := strings.Cut(p.rest, "=")
		lower := strings.ToLower(name)
		if !found || !p.names[lower] || seen[lower] {
			return p.fail()
		}
		p.rest, seen[lower] = after, true
		value := p.value(depth + 1)
		if strings.HasSuffix(lower, "policydocument") && value[0] == '{' {
			value, _ = json.Marshal(string(value)) // CloudTrail has a document as text
		}
		b.add(name, value)
		p.separator('}')
	}
	return p.close(b.done())
}

func (p *printed) list(depth int) []byte {
	out := []byte{'['}
	for p.rest = p.rest[1:]; !p.failed && !strings.HasPrefix(p.rest, "]"); p.separator(']') {
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(out, p.value(depth+1)...)
	}
	return p.close(append(out, ']'))
}

// scalar reads text up to a comma with a space, or the end of what it is in.
func (p *printed) scalar() []byte {
	end := len(p.rest)
	for _, stop := range []string{", ", "}", "]"} {
		if i := strings.Index(p.rest[:end], stop); i >= 0 {
			end = i
		}
	}
	text := p.rest[:end]
	p.rest = p.rest[end:]
	switch text {
	case "null", "true", "false":
		return []byte(text)
	}
	v, _ := json.Marshal(text)
	return v
}

func (p *printed) separator(closing byte) {
	switch {
	case strings.HasPrefix(p.rest, ", "):
		p.rest = p.rest[2:]
	case p.rest == "" || p.rest[0] != closing:
		p.fail()
	}
}

func (p *printed) close(value []byte) []byte {
	if p.failed || p.rest == "" {
		return p.fail()
	}
	p.rest = p.rest[1:]
	return value
}

func (p *printed) fail() []byte {
	p.failed = true
	return []byte("null")
}
