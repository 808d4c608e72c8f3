package apicall

import (
	"bytes"
	"encoding/json"

	"github.com/ringfence/ringfence/internal/jsonscan"
)

// View is a record whose text is not copied or decoded: each field is the JSON of a text, without the quotation
// marks, in the bytes that it was read from. It tells most calls apart without making a [Record] of each. A field
// is empty if the record lacks it.
type View struct {
	Source, Name, Type, ErrorCode []byte
	Time, Region, Recipient       []byte
	SourceIP, UserAgent, Endpoint []byte
	// TLS is true if the record has details of the TLS connection.
	TLS bool
	// Parameters and Resources are JSON.
	Parameters, Resources []byte

	CallerType, CallerARN, CallerID, CallerAccount, Key, InvokedBy []byte
	Issuer, Created, MFA, SourceIdentity                           []byte
}

// Read reads a CloudTrail record as CloudTrail writes it. It does not check that the text is valid JSON. It returns
// false for anything else, such as an event of EventBridge, which may nevertheless be a record.
func (v *View) Read(raw []byte) bool {
	*v = View{}
	return members(raw, v.top) && len(v.Source) > 0 && len(v.Name) > 0
}

func (v *View) top(key, value []byte) bool {
	switch string(key) {
	case "eventSource":
		return text(&v.Source, value)
	case "eventName":
		return text(&v.Name, value)
	case "eventType":
		return text(&v.Type, value)
	case "errorCode":
		return text(&v.ErrorCode, value)
	case "eventTime":
		return text(&v.Time, value)
	case "awsRegion":
		return text(&v.Region, value)
	case "recipientAccountId":
		return text(&v.Recipient, value)
	case "sourceIPAddress":
		return text(&v.SourceIP, value)
	case "userAgent":
		return text(&v.UserAgent, value)
	case "vpcEndpointId":
		return text(&v.Endpoint, value)
	case "tlsDetails":
		v.TLS = string(value) != "null"
	case "requestParameters":
		v.Parameters = value
	case "resources":
		v.Resources = value
	case "userIdentity":
		return string(value) == "null" || members(value, v.caller)
	case "detail", "detail-type", "addendum":
		return false
	}
	return true
}

func (v *View) caller(key, value []byte) bool {
	switch string(key) {
	case "type":
		return text(&v.CallerType, value)
	case "arn":
		return text(&v.CallerARN, value)
	case "principalId":
		return text(&v.CallerID, value)
	case "accountId":
		return text(&v.CallerAccount, value)
	case "accessKeyId":
		return text(&v.Key, value)
	case "invokedBy":
		return text(&v.InvokedBy, value)
	case "sessionContext":
		return value[0] != '{' || members(value, v.session)
	}
	return true
}

func (v *View) session(key, value []byte) bool {
	switch string(key) {
	case "sessionIssuer":
		return value[0] != '{' || members(value, func(key, value []byte) bool {
			return string(key) != "arn" || text(&v.Issuer, value)
		})
	case "attributes":
		return value[0] != '{' || members(value, func(key, value []byte) bool {
			switch string(key) {
			case "creationDate":
				return text(&v.Created, value)
			case "mfaAuthenticated":
				v.MFA = bytes.Trim(value, `"`) // some exports write a boolean
			}
			return true
		})
	case "sourceIdentity":
		return text(&v.SourceIdentity, value)
	}
	return true
}

// text takes a JSON text or null.
func text(to *[]byte, value []byte) bool {
	if value[0] != '"' {
		return string(value) == "null"
	}
	*to = value[1 : len(value)-1]
	return true
}

// members calls each for the members of the object that b begins with, until each returns false. It returns false then,
// and if b is not an object.
func members(b []byte, each func(key, value []byte) bool) bool {
	i := jsonscan.Space(b, 0)
	if i == len(b) || b[i] != '{' {
		return false
	}
	for i++; ; {
		if i = jsonscan.Space(b, i); i == len(b) {
			return false
		}
		switch b[i] {
		case '}':
			return true
		case ',':
			i++
			continue
		case '"':
		default:
			return false
		}
		end := jsonscan.StringEnd(b, i+1)
		if end < 0 {
			return false
		}
		key := b[i+1 : end]
		if i = jsonscan.Space(b, end+1); i == len(b) || b[i] != ':' {
			return false
		}
		if i = jsonscan.Space(b, i+1); i == len(b) {
			return false
		}
		from := i
		if i = skip(b, i); i <= from || !each(key, b[from:i]) {
			return false
		}
	}
}

// skip returns where the value that begins at b[i] ends, or -1 if b ends before.
func skip(b []byte, i int) int {
	depth := 0
	for i < len(b) {
		switch b[i] {
		case '"':
			end := jsonscan.StringEnd(b, i+1)
			if end < 0 {
				return -1
			}
			if i = end + 1; depth == 0 {
				return i
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i // of a number or word
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',', ' ', '\n', '\r', '\t':
			if depth == 0 {
				return i
			}
		}
		i++
	}
	return -1
}

// Record returns the record with its text decoded.
func (v *View) Record() Record {
	return Record{
		Source: decode(v.Source), Name: decode(v.Name), Type: decode(v.Type), ErrorCode: decode(v.ErrorCode),
		Time: decode(v.Time), Region: decode(v.Region), Recipient: decode(v.Recipient),
		SourceIP: decode(v.SourceIP), UserAgent: decode(v.UserAgent), Endpoint: decode(v.Endpoint),
		TLS: v.TLS, Parameters: v.Parameters, Resources: v.Resources,
		Caller: Caller{
			Type: decode(v.CallerType), ARN: decode(v.CallerARN), ID: decode(v.CallerID), Account: decode(v.CallerAccount),
			Key: decode(v.Key), InvokedBy: decode(v.InvokedBy), Issuer: decode(v.Issuer), Created: decode(v.Created), MFA: truth(v.MFA),
			SourceIdentity: decode(v.SourceIdentity),
		},
	}
}

// truth is "true", "false" or "".
func truth(b []byte) string {
	if s := string(b); s == "true" || s == "false" {
		return s
	}
	return ""
}

// decode decodes a JSON text without its quotation marks.
func decode(b []byte) string {
	if bytes.IndexByte(b, '\\') < 0 {
		return string(b)
	}
	var s string
	if json.Unmarshal([]byte(`"`+string(b)+`"`), &s) != nil {
		return string(b)
	}
	return s
}

// View returns the view of a record.
func (r *Record) View() View {
	c := &r.Caller
	return View{
		Source: encode(r.Source), Name: encode(r.Name), Type: encode(r.Type), ErrorCode: encode(r.ErrorCode),
		Time: encode(r.Time), Region: encode(r.Region), Recipient: encode(r.Recipient),
		SourceIP: encode(r.SourceIP), UserAgent: encode(r.UserAgent), Endpoint: encode(r.Endpoint),
		TLS: r.TLS, Parameters: r.Parameters, Resources: r.Resources,
		CallerType: encode(c.Type), CallerARN: encode(c.ARN), CallerID: encode(c.ID), CallerAccount: encode(c.Account), Key: encode(c.Key),
		InvokedBy: encode(c.InvokedBy), Issuer: encode(c.Issuer), Created: encode(c.Created), MFA: encode(c.MFA), SourceIdentity: encode(c.SourceIdentity),
	}
}

// encode is the opposite of decode.
func encode(s string) []byte {
	b, _ := json.Marshal(s) // text can always be encoded
	return b[1 : len(b)-1]
}
