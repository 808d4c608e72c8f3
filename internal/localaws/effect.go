package localaws

import (
	"context"
	"errors"
	"net/http"

	"github.com/ringfence/ringfence/internal/localaws/iam"
	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// effects are what faults do to one call: to its answer, its reads and its event.
type effects struct {
	answer Effect
	stale  *Stale
	events []Effect
}

// take adds an effect, unless one of its type is already there.
func (e *effects) take(effect Effect) bool {
	switch x := effect.(type) {
	case Stale:
		if e.stale != nil {
			return false
		}
		e.stale = &x
	case Lose, Duplicate, Late, Reorder:
		e.events = append(e.events, effect)
	default:
		if e.answer != nil {
			return false
		}
		e.answer = effect
	}
	return true
}

func (e *effects) lag() iam.Lag {
	if e.stale == nil {
		return iam.Lag{}
	}
	return iam.Lag(*e.stale)
}

// answer is an effect on the answer of a call, either before or after the call takes effect.
type answer struct{ effect Effect }

func (e *effects) answers() (before, after answer) {
	switch x := e.answer.(type) {
	case Hang:
		if x.Done {
			return before, answer{x}
		}
	case Drop:
		if x.Done {
			return before, answer{x}
		}
	}
	return answer{e.answer}, after
}

// errDropped closes the connection without an answer.
var errDropped = errors.New("localaws: connection dropped by an injected fault")

// interrupt hangs or drops the call.
func (a answer) interrupt(ctx context.Context) error {
	switch a.effect.(type) {
	case Hang:
		<-ctx.Done()
		return ctx.Err()
	case Drop:
		return errDropped
	}
	return nil
}

// refusal returns the error to answer with, or nil.
func (a answer) refusal() error {
	switch x := a.effect.(type) {
	case Throttle:
		return wire.Errorf(http.StatusBadRequest, "Throttling", "Rate exceeded")
	case ServerError:
		if x.Status == http.StatusServiceUnavailable {
			return wire.Errorf(x.Status, "ServiceUnavailable", "Service is temporarily unavailable.")
		}
		return wire.Errorf(max(x.Status, http.StatusInternalServerError), "ServiceFailure", "The request processing has failed because of an unknown error.")
	case Refuse:
		return &wire.Error{Code: x.Code, Message: x.Message, Status: x.Status}
	}
	return nil
}
