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

	"github.com/ringfence/ringfence/internal/fault"
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
		class fault.Class
		code  string
	}{
		{"no such entity", answer(404, code("NoSuchEntity")), fault.Gone, "NoSuchEntity"},
		{"no such entity, the other spelling", answer(404, code("NoSuchEntityException")), fault.Gone, "NoSuchEntityException"},
		{"no such entity, typed", answer(404, &iamtypes.NoSuchEntityException{}), fault.Gone, "NoSuchEntity"},
		{"a 404 without a known code", answer(404, code("UnknownOperationException")), fault.Unknown, "UnknownOperationException"},
		{"a 404 with a misspelt code", answer(404, code("NosuchEntity")), fault.Unknown, "NosuchEntity"},
		{"a topic that is missing", answer(404, code("NotFound")), fault.Refused, "NotFound"},
		{"an event bus that is missing", answer(400, code("ResourceNotFoundException")), fault.Refused, "ResourceNotFoundException"},

		{"throttled by IAM", answer(400, code("Throttling")), fault.Retryable, "Throttling"},
		{"throttled by another", answer(400, code("ThrottlingException")), fault.Retryable, "ThrottlingException"},
		{"over the rate", answer(503, code("RequestLimitExceeded")), fault.Retryable, "RequestLimitExceeded"},
		{"429 without a code", answer(429, errors.New("slow down")), fault.Retryable, ""},
		{"500", answer(500, code("ServiceFailure")), fault.Retryable, "ServiceFailure"},
		{"503 of a proxy", answer(503, errors.New("<html>")), fault.Retryable, ""},
		{"502 with an unknown code", answer(502, code("BadGateway")), fault.Retryable, "BadGateway"},
		{"two writers at once", answer(409, code("ConcurrentModification")), fault.Retryable, "ConcurrentModification"},
		{"two writers at once, typed", answer(409, &iamtypes.ConcurrentModificationException{}), fault.Retryable, "ConcurrentModification"},
		{"token expired", answer(403, code("ExpiredToken")), fault.Retryable, "ExpiredToken"},

		{"denied", answer(403, code("AccessDenied")), fault.Refused, "AccessDenied"},
		{"denied, the other spelling", answer(403, code("AccessDeniedException")), fault.Refused, "AccessDeniedException"},
		{"Security Hub is not enabled", answer(401, code("InvalidAccessException")), fault.Refused, "InvalidAccessException"},
		{"service-linked role", answer(400, code("UnmodifiableEntity")), fault.Refused, "UnmodifiableEntity"},
		{"five versions", answer(409, code("LimitExceeded")), fault.Refused, "LimitExceeded"},
		{"five versions, the SDK's throttle", answer(409, code("LimitExceededException")), fault.Refused, "LimitExceededException"},
		{"bad document", answer(400, code("MalformedPolicyDocument")), fault.Refused, "MalformedPolicyDocument"},
		{"bad input", answer(400, code("InvalidInput")), fault.Refused, "InvalidInput"},
		{"bad parameter", answer(400, code("ValidationError")), fault.Refused, "ValidationError"},
		{"in use", answer(409, code("DeleteConflict")), fault.Refused, "DeleteConflict"},
		{"exists", answer(409, code("EntityAlreadyExists")), fault.Refused, "EntityAlreadyExists"},
		{"refused in a 5xx", answer(500, code("AccessDenied")), fault.Refused, "AccessDenied"},

		{"deadline", fmt.Errorf("wrapped: %w", context.DeadlineExceeded), fault.Retryable, ""},
		{"cancelled", &aws.RequestCanceledError{Err: context.Canceled}, fault.Retryable, ""},
		{"connection reset", &smithyhttp.RequestSendError{Err: &net.OpError{Op: "read", Err: syscall.ECONNRESET}}, fault.Retryable, ""},
		{"answer cut off", fmt.Errorf("reading: %w", io.ErrUnexpectedEOF), fault.Retryable, ""},
		{"no such host", &net.DNSError{Err: "no such host", IsNotFound: true}, fault.Retryable, ""},

		{"unknown", errors.New("what is this"), fault.Unknown, ""},
		{"unknown code", answer(400, code("Surprise")), fault.Unknown, "Surprise"},
		{"classified already", fault.New(fault.BadInput, "broken"), fault.BadInput, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			class, code := Classify(test.err)
			if class != test.class || code != test.code {
				t.Errorf("got %v %q, want %v %q", class, code, test.class, test.code)
			}
		})
	}
}

func TestWrapSaysWhatWasBeingDone(t *testing.T) {
	cause := answer(404, &iamtypes.NoSuchEntityException{Message: aws.String("no role app")})
	err := Wrap(cause, "reading role %s", "app")
	if !strings.HasPrefix(err.Error(), "reading role app: ") {
		t.Errorf("message %q does not begin with what was being done", err)
	}
	if fault.ClassOf(err) != fault.Gone || fault.CodeOf(err) != "NoSuchEntity" {
		t.Errorf("class %v, code %q", fault.ClassOf(err), fault.CodeOf(err))
	}
	var typed *iamtypes.NoSuchEntityException
	if !errors.As(err, &typed) {
		t.Error("the SDK's error is lost")
	}
	operation := &smithy.OperationError{ServiceID: "IAM", OperationName: "GetRole", Err: cause}
	if got, want := Wrap(operation, "reading role app").Error(), "reading role app: NoSuchEntity: no role app"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := Wrap(operation, "reading"); !errors.As(err, &typed) || fault.ClassOf(err) != fault.Gone {
		t.Error("the SDK's error is lost in brief")
	}
	if again := Wrap(err, "deciding"); fault.ClassOf(again) != fault.Gone || fault.CodeOf(again) != "NoSuchEntity" {
		t.Errorf("a second Wrap changed the class to %v", fault.ClassOf(again))
	}
	if Wrap(nil, "reading") != nil {
		t.Error("Wrap(nil) is an error")
	}
	if err := FromCode("ThrottlingException", "slow down", "publishing"); !fault.Temporary(err) || fault.CodeOf(err) != "ThrottlingException" {
		t.Errorf("FromCode gives %v", err)
	}
}
