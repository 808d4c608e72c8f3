package apicall

import (
	"regexp"
	"strings"

	"github.com/ringfence/ringfence/internal/policy/catalog"
)

// Mapping is what an API call needs.
type Mapping struct {
	// Needs are the actions that the call needs, all of them. It is empty if Free or Why is set.
	Needs []Need
	// Free says why no identity policy has to allow the call; "" if one has to.
	Free string
	// Why says why the call could not be mapped; "" if it was.
	Why string
	// Varies is true if the needs depend on the parameters of the call: see [Record.Needs].
	Varies bool

	prefix, name string
}

// Need is one action that a call needs.
type Need struct {
	catalog.Action
	// Source is true if the action is on the source of a copy, not on its target.
	Source bool
	// Maybe is true if it is not known whether the call needed the action.
	Maybe bool
}

// suffix is the end of event sources.
const suffix = ".amazonaws.com"

// versions are the dates that Lambda and CloudFront append to the names of their calls.
//
// https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html
var versions = regexp.MustCompile(`[0-9]{4}_?[0-9]{2}_?[0-9]{2}(v[0-9]+)?$`)

// Map returns what a call needs, by its eventSource and eventName.
func Map(source, name string) Mapping {
	service, _, _ := strings.Cut(strings.ToLower(source), suffix)
	m := Mapping{prefix: service, name: name}
	if other, ok := prefixes[service]; ok {
		m.prefix = other
	}
	if m.prefix == "lambda" || m.prefix == "cloudfront" {
		m.name = versions.ReplaceAllString(name, "")
	}
	key := m.prefix + ":" + m.name
	if why, ok := free[key]; ok {
		m.Free = why
		return m
	}
	if service == "signin" {
		m.Free = "sign-in"
	}
	if m.prefix == "apigateway" {
		m.verb()
		return m
	}
	names, ok := renamed[key]
	if !ok {
		names = key
	}
	m.Varies = varying[key]
	for name := range strings.FieldsSeq(names) {
		name, isSource := strings.CutSuffix(name, "<source")
		action, ok := catalog.Lookup(name)
		if !ok {
			continue
		}
		m.Needs = append(m.Needs, Need{Action: action, Source: isSource})
		m.Free = ""
	}
	if len(m.Needs) == 0 && m.Free == "" {
		m.Why = "no IAM action has this name"
	}
	return m
}

// Guess returns the action for a call, and a name made of source and name if none is known.
func Guess(source, name string) string {
	m := Map(source, name)
	if len(m.Needs) > 0 {
		return m.Needs[len(m.Needs)-1].String()
	}
	return m.prefix + ":" + m.name
}

// verb maps a call of API Gateway, whose actions are the HTTP methods of its API.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html
func (m *Mapping) verb() {
	for _, v := range verbs {
		if strings.HasPrefix(m.name, v.begins) {
			if action, ok := catalog.Lookup("apigateway:" + v.method); ok {
				m.Needs = []Need{{Action: action}}
				return
			}
		}
	}
	m.Why = "API Gateway's HTTP method for this call is not known"
}
