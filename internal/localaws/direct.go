package localaws

import (
	"context"
	"reflect"
	"strings"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"

	"github.com/ringfence/ringfence/internal/localaws/iam"
	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// Direct is a [Client] that also answers SDK calls without an HTTP request: see [Direct.Answer].
type Direct struct{ *Client }

// Direct returns the client.
func (s *Server) Direct() Direct { return Direct{s.Client()} }

// serviceNames maps the service names that SDK clients use to the names here.
var serviceNames = map[string]string{"EventBridge": "events", "Config Service": "config"}

// Answer is an option of the SDK's clients (aws.Config.APIOptions). It answers calls that a trail
// does not record without encoding, signing and decoding, which take most of the time of such a
// call. Other calls are made as requests: recorded calls, because the record describes the
// request; failed calls, because the SDK makes its own errors from a response; and every call
// while a fault is in force.
//
// Inputs and outputs must not be changed after the call.
func (d Direct) Answer(accessKeyID string) func(*middleware.Stack) error {
	return func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("localaws", func(
			ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
		) (out middleware.InitializeOutput, _ middleware.Metadata, _ error) {
			var ok bool
			if out.Result, ok = d.server.answer(ctx, accessKeyID, in.Parameters); ok {
				return out, middleware.Metadata{}, nil
			}
			return next.HandleInitialize(ctx, in)
		}), middleware.Before)
	}
}

// answer answers an SDK call, or reports that it must be made as a request.
func (s *Server) answer(ctx context.Context, accessKeyID string, input any) (output any, ok bool) {
	id := middleware.GetServiceID(ctx)
	name := serviceNames[id]
	if name == "" {
		name = strings.ReplaceAll(strings.ToLower(id), " ", "")
	}
	service := s.services[name]
	if service == nil || ctx.Err() != nil || s.authorize != nil || s.faulty() {
		return nil, false
	}
	s.Deliver()
	call := &wire.Call{
		Context: ctx, Service: name, Operation: middleware.GetOperationName(ctx), Region: awsmiddleware.GetRegion(ctx),
		Time: s.now().UTC(), SourceIP: "127.0.0.1", Endpoint: "http://localaws",
	}
	op, found := service.find(call.Operation)
	if !found || op.write || reflect.TypeOf(op.newInput()) != reflect.TypeOf(input) || s.identify(call, scope{keyID: accessKeyID}) != nil {
		return nil, false
	}
	output, err := op.run(call, iam.Lag{}, input)
	if err != nil {
		return nil, false
	}
	s.count(call)
	return output, true
}

// faulty reports whether any fault is in force.
func (s *Server) faulty() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.faults) > 0
}
