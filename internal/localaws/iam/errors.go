package iam

import (
	"net/http"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// The errors of IAM, with AWS's messages.
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html

func noSuchEntity(format string, args ...any) error {
	return wire.Errorf(http.StatusNotFound, "NoSuchEntity", format, args...)
}

func notFound(kind Kind, name string) error {
	return noSuchEntity("The %s with name %s cannot be found.", kind, name)
}

func policyNotFound(arn string) error { return noSuchEntity("Policy %s was not found.", arn) }

func notAttachable(arn string) error {
	return noSuchEntity("Policy %s does not exist or is not attachable.", arn)
}

func alreadyExists(format string, args ...any) error {
	return wire.Errorf(http.StatusConflict, "EntityAlreadyExists", format, args...)
}

func deleteConflict(format string, args ...any) error {
	return wire.Errorf(http.StatusConflict, "DeleteConflict", format, args...)
}

func limitExceeded(format string, args ...any) error {
	return wire.Errorf(http.StatusConflict, "LimitExceeded", format, args...)
}

func invalidInput(format string, args ...any) error {
	return wire.Errorf(http.StatusBadRequest, "InvalidInput", format, args...)
}

func validationError(format string, args ...any) error {
	return wire.Errorf(http.StatusBadRequest, "ValidationError", format, args...)
}

func malformed(message string) error {
	return wire.Errorf(http.StatusBadRequest, "MalformedPolicyDocument", "%s", message)
}

func protected(role string) error {
	return wire.Errorf(http.StatusBadRequest, "UnmodifiableEntity",
		"Cannot perform the operation on the protected role '%s' - this role is only modifiable by AWS", role)
}
