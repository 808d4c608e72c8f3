package localaws

import (
	"errors"
	"net/http"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// serve answers a request. Its own error means that there is to be no answer at all.
//
// A write goes: faults, authorization, the operation, its CloudTrail event to
// everybody, and only then the answer.
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

// refuse answers what no service could be found for, in the protocol it came in.
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

// asError makes any error one that AWS could answer.
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
