// Package awserr turns the errors of the AWS SDK into the classes of package errclass, in
// one place, so that no edge has its own idea of what a code means.
//
// The order matters. A code that is known decides, whatever the HTTP status; then the
// status does; then what is known about lost connections and time-outs. Whatever is
// left is [errclass.Unknown], which is treated as retryable. Nothing becomes [errclass.Gone]
// but IAM's own NoSuchEntity: taking a throttle, a misspelt code or a missing topic for
// "there is no such principal" is how a control comes to look away.
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

// Wrap says what was being done when err happened, and gives it its class. It is nil
// where err is nil, and keeps the class of an error that has one. Of an answer of a service
// only the code and the message are said: people read them in findings.
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

// said is the error of a service in the words that matter.
type said struct {
	api smithy.APIError
	err error
}

func (a said) Error() string { return a.api.ErrorCode() + ": " + a.api.ErrorMessage() }
func (a said) Unwrap() error { return a.err }

// brief leaves out which protocol an answer came by, and the number of the request, which
// differs between two replays of one log.
func brief(err error) error {
	var operation *smithy.OperationError
	var api smithy.APIError
	var classed *errclass.Error
	if !errors.As(err, &operation) || !errors.As(err, &api) || errors.As(err, &classed) || api.ErrorCode() == "" || api.ErrorMessage() == "" {
		return err
	}
	return said{api, err}
}

// FromCode makes an error of a code that a service reported inside an answer that was
// otherwise successful, as PutEvents does for each of its entries.
func FromCode(code, message, format string, args ...any) error {
	return Wrap(&smithy.GenericAPIError{Code: code, Message: message}, format, args...)
}

// Classify gives the class of an error of the SDK, and the service's own code where
// there is one.
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

// isTransport reports whether the request or its answer was lost on the way. A time-out
// of the context counts: the next invocation has a deadline of its own.
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
