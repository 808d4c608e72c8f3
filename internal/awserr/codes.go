package awserr

import "github.com/ringfence/ringfence/internal/errclass"

// byCode is the one table of AWS error codes. IAM spells a code without "Exception" on
// the wire (NoSuchEntity), other services and CloudTrail with it; both are listed where
// both were seen.
//
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
func byCode(code string) (errclass.Class, bool) {
	switch code {
	case "NoSuchEntity", "NoSuchEntityException":
		return errclass.Gone, true

	case "Throttling", "ThrottlingException", "ThrottledException", "Throttled",
		"RequestThrottled", "RequestThrottledException", "RequestLimitExceeded",
		"TooManyRequestsException", "SlowDown", "BandwidthLimitExceeded",
		"ProvisionedThroughputExceededException", "TransactionConflictException", "KMS.ThrottlingException",
		// Two calls changed the same entity at once; the second is told to come again.
		// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html
		"ConcurrentModification", "ConcurrentModificationException",
		"EntityTemporarilyUnmodifiable", "EntityTemporarilyUnmodifiableException",
		"ServiceFailure", "ServiceFailureException",
		"ServiceUnavailable", "ServiceUnavailableException",
		"InternalFailure", "InternalError", "InternalErrorException", "InternalException",
		"RequestTimeout", "RequestTimeoutException", "RequestExpired",
		"ExpiredToken", "ExpiredTokenException":
		return errclass.Retryable, true

	case "AccessDenied", "AccessDeniedException", "UnauthorizedOperation",
		"AuthorizationError", "AuthorizationErrorException", "NotAuthorized",
		"OptInRequired",
		// Security Hub is not enabled in the account and region.
		// https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html
		"InvalidAccess", "InvalidAccessException",
		"UnmodifiableEntity", "UnmodifiableEntityException",
		// IAM's limits are on what exists (five versions, a boundary per principal), and
		// not on how often one asks, although the SDK takes LimitExceededException for
		// a throttle.
		// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
		"LimitExceeded", "LimitExceededException",
		"MalformedPolicyDocument", "MalformedPolicyDocumentException",
		"InvalidInput", "InvalidInputException",
		"ValidationError", "ValidationException",
		"InvalidParameter", "InvalidParameterException", "InvalidParameterValue",
		"InvalidParameterValueException", "InvalidParameterCombination",
		"MissingParameter", "MissingAction", "InvalidAction",
		"DeleteConflict", "DeleteConflictException",
		"EntityAlreadyExists", "EntityAlreadyExistsException",
		"PolicyNotAttachable", "PolicyNotAttachableException",
		// A topic, a key or an event bus that does not exist is a fault of the
		// installation; the principal that the finding is about is still there.
		"NotFound", "NotFoundException", "ResourceNotFoundException",
		"EndpointDisabled", "EndpointDisabledException",
		"InvalidSecurity", "InvalidSecurityException",
		"KMSAccessDenied", "KMSAccessDeniedException", "KMSDisabled", "KMSDisabledException",
		"KMSInvalidState", "KMSInvalidStateException", "KMSNotFound", "KMSNotFoundException",
		"KMSOptInRequired",
		// PutEvents, for one entry.
		// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
		"InvalidAccountIdException", "InvalidArgument", "MalformedDetail", "RedactionFailure",
		"NotAuthorizedForSourceException", "NotAuthorizedForDetailTypeException":
		return errclass.Refused, true
	}
	return errclass.Unknown, false
}
