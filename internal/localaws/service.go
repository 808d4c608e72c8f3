package localaws

import (
	"bytes"
	"net/url"

	"github.com/ringfence/ringfence/internal/localaws/iam"
	"github.com/ringfence/ringfence/internal/localaws/wire"
	"github.com/ringfence/ringfence/internal/wildcard"
)

// service is one AWS service: its protocol, names and operations.
type service struct {
	name        string            // as in the signing scope, in actions and in CloudTrail: iam
	version     string            // of the Query API: 2010-05-08
	target      string            // the X-Amz-Target prefix of an AWS JSON service
	paths       map[string]string // the operations of a REST service, by method and path
	namespace   string            // of its XML, or of its JSON errors
	contentType string
	spaces      map[string]string // the namespaces of JSON errors that differ from namespace
	codes       map[string]string // its own codes for errors common to all services
	find        func(operation string) (operation, bool)
}

// operation is an API call of any service, bound to its state.
type operation struct {
	write    bool
	newInput func() any
	run      func(call *wire.Call, lag iam.Lag, input any) (any, error)
}

func (s *service) query() bool { return s.target == "" && s.paths == nil }

// eventSource returns the service's name in CloudTrail.
func (s *service) eventSource() string { return s.name + ".amazonaws.com" }

func (s *service) decode(body []byte, form url.Values, input any) error {
	if s.query() {
		return wire.DecodeQuery(form, input)
	}
	return wire.DecodeJSON(body, input)
}

func (s *service) encode(call *wire.Call, output any) *reply {
	var buf bytes.Buffer
	if s.query() {
		wire.EncodeQuery(&buf, s.namespace, call.Operation, call.RequestID, output)
	} else {
		wire.EncodeJSON(&buf, output)
	}
	return s.reply(call, 200, buf.Bytes())
}

func (s *service) encodeError(call *wire.Call, e *wire.Error) *reply {
	var buf bytes.Buffer
	if s.query() {
		wire.EncodeQueryError(&buf, s.namespace, call.RequestID, e)
		return s.reply(call, e.Status, buf.Bytes())
	}
	namespace := s.namespace
	if other := s.spaces[e.Code]; other != "" {
		namespace = other
	}
	wire.EncodeJSONError(&buf, namespace, e)
	r := s.reply(call, e.Status, buf.Bytes())
	r.header["X-Amzn-Errortype"] = e.Code
	if e.QueryCode != "" {
		r.header["X-Amzn-Query-Error"] = e.QueryCode + ";Sender"
	}
	return r
}

// spell replaces an error's code with the service's own, if it has one.
func (s *service) spell(e *wire.Error) *wire.Error {
	if e == nil || s.codes[e.Code] == "" {
		return e
	}
	own := *e
	own.Code = s.codes[e.Code]
	return &own
}

func (s *service) reply(call *wire.Call, status int, body []byte) *reply {
	return &reply{status: status, body: body, header: map[string]string{
		"Content-Type": s.contentType, "X-Amzn-Requestid": call.RequestID,
	}}
}

// reply is an HTTP response before it is written.
type reply struct {
	status int
	header map[string]string
	body   []byte
}

// actionOf returns the call's action in policies: iam:CreateRole.
func actionOf(call *wire.Call) string { return call.Service + ":" + call.Operation }

// matchAction reports whether a pattern such as iam:*Role matches the call.
func matchAction(pattern string, call *wire.Call) bool {
	return pattern == "" || wildcard.Match(pattern, actionOf(call))
}
