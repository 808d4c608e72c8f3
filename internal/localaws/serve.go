package localaws

import (
	"errors"
	"net/http"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// serve answers a request. It returns an error if there must be no answer at all.
//
// The steps of a write: faults, authorization, the operation, delivery of its CloudTrail event,
// and then the answer.
func (s *Server) serve(r *http.Request) (*reply, error) {
	s.Deliver()
	q, err := s.route(r)
	if err != nil {
		return s.refuse(q, err), nil
	}
	op, ok := q.service.find(q.call.Operation)
	if !ok {
		return s.refuse(q, unknown(q.call.Operation)), nil
	}
	s.count(q.call)
	effects := s.effects(q.call, op.write)
	before, after := effects.answers()
	if err := before.interrupt(r.Context()); err != nil {
		return nil, err
	}
	input, output := op.newInput(), any(nil)
	err = q.service.decode(q.body, q.form, input)
	if refusal := before.refusal(); refusal != nil {
		err = refusal
	}
	if err == nil {
		err = s.permit(q.call, input)
	}
	if err == nil {
		output, err = op.run(q.call, effects.lag(), input)
	}
	failure := q.service.spell(asError(err))
	if op.write {
		s.emit(s.record(q, input, output, failure), effects.events)
	}
	if err := after.interrupt(r.Context()); err != nil {
		return nil, err
	}
	if failure != nil {
		return q.service.encodeError(q.call, failure), nil
	}
	return q.service.encode(q.call, output), nil
}

// refuse answers a request that matches no service, in the protocol of the request.
func (s *Server) refuse(q *request, err error) *reply {
	if q == nil {
		q = &request{call: &wire.Call{RequestID: s.ids.UUID("request")}}
	}
	service := q.service
	if service == nil {
		service = s.services["iam"]
	}
	return service.encodeError(q.call, asError(err))
}

// asError converts an error to one that AWS could return.
func asError(err error) *wire.Error {
	if err == nil {
		return nil
	}
	var e *wire.Error
	if errors.As(err, &e) {
		return e
	}
	return wire.Errorf(http.StatusInternalServerError, "ServiceFailure", "%v", err)
}
