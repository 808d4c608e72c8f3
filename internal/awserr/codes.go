package awserr

import "github.com/ringfence/ringfence/internal/errclass"

// byCode is the only table of AWS error codes. IAM omits "Exception" in its codes
// (NoSuchEntity), other services and CloudTrail do not; both spellings are listed where both
// occur.
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
func byCode(code string) (errclass.Class, bool) {
	switch code {
	case "NoSuchEntity", "NoSuchEntityException":
		return errclass.Gone, true

	case "Throttling", "ThrottlingException", "ThrottledException", "Throttled",
		"RequestThrottled", "RequestThrottledException", "RequestLimitExceeded",
		"TooManyRequestsException", "SlowDown", "BandwidthLimitExceeded",
		"ProvisionedThroughputExceededException", "TransactionConflictException", "KMS.ThrottlingException",
		// Two calls changed the same entity at once; the second one must be retried.
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
		// IAM's limits are on what exists (five versions, one boundary per principal), not on
		// the call rate, although the SDK treats LimitExceededException as a throttle.
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
		// A topic, key or event bus that does not exist is a fault of the installation; the
		// principal still exists.
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
