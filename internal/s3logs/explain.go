package s3logs

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/ringfence/ringfence/internal/awserr"
)

// explain says which operation S3 refused and what to do about it, such as the missing permission.
func explain(err error, permission, format string, args ...any) error {
	var api smithy.APIError
	var unsent *smithyhttp.RequestSendError
	advice := ""
	switch {
	case errors.As(err, &api):
		advice = advise(api, permission)
	case errors.As(err, &unsent):
		advice = "S3 cannot be reached from here: see the network, HTTPS_PROXY and AWS_ENDPOINT_URL"
	}
	wrapped := awserr.Wrap(err, format, args...)
	if advice == "" {
		return wrapped
	}
	return fmt.Errorf("%w (%s)", wrapped, advice)
}

// advise gives advice on a refusal.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
func advise(err smithy.APIError, permission string) string {
	code, message := err.ErrorCode(), err.ErrorMessage()
	var archived *types.InvalidObjectState
	switch {
	case errors.As(err, &archived):
		class := "an archive"
		if archived.StorageClass != "" {
			class = string(archived.StorageClass)
		}
		return "it is in " + class + ": restore it first, with aws s3api restore-object"
	case strings.HasPrefix(code, "KMS."):
		return "the KMS key that it is encrypted with cannot be used: see whether it is disabled"
	}
	switch code {
	case "AccessDenied", "Forbidden", "AccountProblem", "AllAccessDisabled":
		if strings.Contains(message, "kms:") || strings.Contains(message, "ciphertext") {
			return "the credentials lack kms:Decrypt on the key that it is encrypted with: their own policy and that of the key have to allow it"
		}
		return "the credentials lack " + permission + ", or the policy of the bucket, of an endpoint or of the organisation denies it; where who reads pays for the bucket, give --requester-pays"
	case "NoSuchBucket":
		return "no bucket has this name; one in China or GovCloud is found only with credentials and AWS_REGION of there"
	case "NoSuchKey":
		return "it was there when it was listed: see whether a lifecycle rule deletes it"
	case "PreconditionFailed":
		return "it was replaced while it was read: run this again"
	case "PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed", "MovedPermanently":
		return "the bucket is in another region, and S3 does not say in which: set AWS_REGION to it"
	case "InvalidAccessKeyId", "InvalidToken", "ExpiredToken", "SignatureDoesNotMatch", "TokenRefreshRequired":
		return "S3 does not take the credentials: choose a --profile or run aws sso login; for China and GovCloud set AWS_REGION"
	}
	return ""
}
