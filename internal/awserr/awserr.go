// Package awserr maps the errors of the AWS SDK to the classes of package errclass, so that all
// packages give an error code the same meaning.
//
// The order matters. A known code decides, whatever the HTTP status; then the status; then what
// is known about lost connections and timeouts. Everything else is [errclass.Unknown], which is
// retried. Only IAM's own NoSuchEntity becomes [errclass.Gone]: if a throttle, a misspelled
// code or a missing topic were taken for a missing principal, the control would look away.
package awserr

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/ringfence/ringfence/internal/errclass"
)

// Wrap adds what was being done to an error, and its class. It returns nil for nil, and keeps
// the class of an error that has one. Of a service's error it keeps only the code and the
// message, since findings show them.
func Wrap(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	class, code := Classify(err)
	return &errclass.Error{
		Class: class,
		Code:  code,
		Err:   fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), brief(err)),
	}
}

// serviceError is the error of a service, reduced to code and message.
type serviceError struct {
	api smithy.APIError
	err error
}

func (a serviceError) Error() string { return a.api.ErrorCode() + ": " + a.api.ErrorMessage() }
func (a serviceError) Unwrap() error { return a.err }

// brief omits the protocol and the request id, which differs between two replays of the same
// log.
func brief(err error) error {
	var operation *smithy.OperationError
	var api smithy.APIError
	var classed *errclass.Error
	if !errors.As(err, &operation) || !errors.As(err, &api) || errors.As(err, &classed) || api.ErrorCode() == "" || api.ErrorMessage() == "" {
		return err
	}
	return serviceError{api, err}
}

// FromCode returns the error for a code inside a successful response, as PutEvents returns for
// each entry.
func FromCode(code, message, format string, args ...any) error {
	return Wrap(&smithy.GenericAPIError{Code: code, Message: message}, format, args...)
}

// Classify returns the class of an error of the SDK, and the service's error code if there is
// one.
func Classify(err error) (errclass.Class, string) {
	if f := (*errclass.Error)(nil); errors.As(err, &f) {
		return f.Class, f.Code
	}
	var code string
	if api := smithy.APIError(nil); errors.As(err, &api) {
		code = api.ErrorCode()
		if class, ok := byCode(code); ok {
			return class, code
		}
	}
	if class, ok := byStatus(err); ok {
		return class, code
	}
	if isTransport(err) {
		return errclass.Retryable, code
	}
	return errclass.Unknown, code
}

func byStatus(err error) (errclass.Class, bool) {
	var answer *smithyhttp.ResponseError
	if !errors.As(err, &answer) {
		return errclass.Unknown, false
	}
	status := answer.HTTPStatusCode()
	if status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status >= 500 {
		return errclass.Retryable, true
	}
	return errclass.Unknown, false
}

// isTransport reports whether the request or the response was lost on the way. A timeout of the
// context counts: the next invocation has its own deadline.
func isTransport(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return true
	}
	var canceled *aws.RequestCanceledError
	var unsent *smithyhttp.RequestSendError
	var network net.Error
	if errors.As(err, &canceled) || errors.As(err, &unsent) || errors.As(err, &network) {
		return true
	}
	return retry.RetryableConnectionError{}.IsErrorRetryable(err) == aws.TrueTernary
}
