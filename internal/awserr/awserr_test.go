package awserr

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/ringfence/ringfence/internal/errclass"
)

func answer(status int, err error) error {
	return &smithy.OperationError{ServiceID: "IAM", OperationName: "GetRole", Err: &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}},
		Err:      err,
	}}
}

func code(c string) error { return &smithy.GenericAPIError{Code: c, Message: "said so"} }

func TestClassify(t *testing.T) {
	for _, test := range []struct {
		name  string
		err   error
		class errclass.Class
		code  string
	}{
		{"no such entity", answer(404, code("NoSuchEntity")), errclass.Gone, "NoSuchEntity"},
		{"no such entity, the other spelling", answer(404, code("NoSuchEntityException")), errclass.Gone, "NoSuchEntityException"},
		{"no such entity, typed", answer(404, &iamtypes.NoSuchEntityException{}), errclass.Gone, "NoSuchEntity"},
		{"a 404 without a known code", answer(404, code("UnknownOperationException")), errclass.Unknown, "UnknownOperationException"},
		{"a 404 with a misspelt code", answer(404, code("NosuchEntity")), errclass.Unknown, "NosuchEntity"},
		{"a topic that is missing", answer(404, code("NotFound")), errclass.Refused, "NotFound"},
		{"an event bus that is missing", answer(400, code("ResourceNotFoundException")), errclass.Refused, "ResourceNotFoundException"},

		{"throttled by IAM", answer(400, code("Throttling")), errclass.Retryable, "Throttling"},
		{"throttled by another", answer(400, code("ThrottlingException")), errclass.Retryable, "ThrottlingException"},
		{"over the rate", answer(503, code("RequestLimitExceeded")), errclass.Retryable, "RequestLimitExceeded"},
		{"429 without a code", answer(429, errors.New("slow down")), errclass.Retryable, ""},
		{"500", answer(500, code("ServiceFailure")), errclass.Retryable, "ServiceFailure"},
		{"503 of a proxy", answer(503, errors.New("<html>")), errclass.Retryable, ""},
		{"502 with an unknown code", answer(502, code("BadGateway")), errclass.Retryable, "BadGateway"},
		{"two writers at once", answer(409, code("ConcurrentModification")), errclass.Retryable, "ConcurrentModification"},
		{"two writers at once, typed", answer(409, &iamtypes.ConcurrentModificationException{}), errclass.Retryable, "ConcurrentModification"},
		{"token expired", answer(403, code("ExpiredToken")), errclass.Retryable, "ExpiredToken"},

		{"denied", answer(403, code("AccessDenied")), errclass.Refused, "AccessDenied"},
		{"denied, the other spelling", answer(403, code("AccessDeniedException")), errclass.Refused, "AccessDeniedException"},
		{"Security Hub is not enabled", answer(401, code("InvalidAccessException")), errclass.Refused, "InvalidAccessException"},
		{"service-linked role", answer(400, code("UnmodifiableEntity")), errclass.Refused, "UnmodifiableEntity"},
		{"five versions", answer(409, code("LimitExceeded")), errclass.Refused, "LimitExceeded"},
		{"five versions, the SDK's throttle", answer(409, code("LimitExceededException")), errclass.Refused, "LimitExceededException"},
		{"bad document", answer(400, code("MalformedPolicyDocument")), errclass.Refused, "MalformedPolicyDocument"},
		{"bad input", answer(400, code("InvalidInput")), errclass.Refused, "InvalidInput"},
		{"bad parameter", answer(400, code("ValidationError")), errclass.Refused, "ValidationError"},
		{"in use", answer(409, code("DeleteConflict")), errclass.Refused, "DeleteConflict"},
		{"exists", answer(409, code("EntityAlreadyExists")), errclass.Refused, "EntityAlreadyExists"},
		{"refused in a 5xx", answer(500, code("AccessDenied")), errclass.Refused, "AccessDenied"},

		{"deadline", fmt.Errorf("wrapped: %w", context.DeadlineExceeded), errclass.Retryable, ""},
		{"cancelled", &aws.RequestCanceledError{Err: context.Canceled}, errclass.Retryable, ""},
		{"connection reset", &smithyhttp.RequestSendError{Err: &net.OpError{Op: "read", Err: syscall.ECONNRESET}}, errclass.Retryable, ""},
		{"answer cut off", fmt.Errorf("reading: %w", io.ErrUnexpectedEOF), errclass.Retryable, ""},
		{"no such host", &net.DNSError{Err: "no such host", IsNotFound: true}, errclass.Retryable, ""},

		{"unknown", errors.New("what is this"), errclass.Unknown, ""},
		{"unknown code", answer(400, code("Surprise")), errclass.Unknown, "Surprise"},
		{"classified already", errclass.New(errclass.BadInput, "broken"), errclass.BadInput, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			class, code := Classify(test.err)
			if class != test.class || code != test.code {
				t.Errorf("got %v %q, want %v %q", class, code, test.class, test.code)
			}
		})
	}
}

func TestWrapAddsTheOperation(t *testing.T) {
	cause := answer(404, &iamtypes.NoSuchEntityException{Message: aws.String("no role app")})
	err := Wrap(cause, "reading role %s", "app")
	if !strings.HasPrefix(err.Error(), "reading role app: ") {
		t.Errorf("message %q does not begin with what was being done", err)
	}
	if errclass.ClassOf(err) != errclass.Gone || errclass.CodeOf(err) != "NoSuchEntity" {
		t.Errorf("class %v, code %q", errclass.ClassOf(err), errclass.CodeOf(err))
	}
	var typed *iamtypes.NoSuchEntityException
	if !errors.As(err, &typed) {
		t.Error("the SDK's error is lost")
	}
	operation := &smithy.OperationError{ServiceID: "IAM", OperationName: "GetRole", Err: cause}
	if got, want := Wrap(operation, "reading role app").Error(), "reading role app: NoSuchEntity: no role app"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := Wrap(operation, "reading"); !errors.As(err, &typed) || errclass.ClassOf(err) != errclass.Gone {
		t.Error("the SDK's error is lost in brief")
	}
	if again := Wrap(err, "deciding"); errclass.ClassOf(again) != errclass.Gone || errclass.CodeOf(again) != "NoSuchEntity" {
		t.Errorf("a second Wrap changed the class to %v", errclass.ClassOf(again))
	}
	if Wrap(nil, "reading") != nil {
		t.Error("Wrap(nil) is an error")
	}
	if err := FromCode("ThrottlingException", "slow down", "publishing"); !errclass.Temporary(err) || errclass.CodeOf(err) != "ThrottlingException" {
		t.Errorf("FromCode gives %v", err)
	}
}
