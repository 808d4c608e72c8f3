package publish

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/ringfence/ringfence/internal/errclass"
)

// failure is what became of the finding of an answer, which is 200 also where it was not taken.
// One that counts nothing is none of Security Hub's, whose answers always do.
// https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html
func failure(answer []byte) error {
	var out struct {
		FailedCount    int
		SuccessCount   *int
		FailedFindings []struct{ ErrorCode, ErrorMessage string }
	}
	if err := json.Unmarshal(answer, &out); err != nil {
		return errclass.New(errclass.Unknown, "the answer cannot be read: %w", err)
	}
	if len(out.FailedFindings) > 0 { // there is one finding in a call
		failed := out.FailedFindings[0]
		return answered(http.StatusOK, failed.ErrorCode, failed.ErrorMessage)
	}
	if out.FailedCount != 0 || out.SuccessCount == nil {
		return errclass.New(errclass.Unknown, "it was not taken, without a reason")
	}
	return nil
}

// refusal is an answer that is not 200. The code is in a header or in the body; one that comes
// from elsewhere has none.
func refusal(resp *http.Response, body []byte) error {
	var reason struct {
		Type    string `json:"__type"`
		Code    string
		Message string
	}
	_ = json.Unmarshal(body, &reason)
	code, _, _ := strings.Cut(resp.Header.Get("X-Amzn-Errortype"), ":")
	return answered(resp.StatusCode, cmp.Or(code, reason.Code, reason.Type[strings.LastIndexByte(reason.Type, '#')+1:]), reason.Message)
}

// answered is a code of Security Hub as the SDK has it. LimitExceeded, which is a quota that is
// used up elsewhere, is a throttle here: ten calls in a second are taken.
// https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html
func answered(status int, code, message string) error {
	if strings.HasPrefix(code, "LimitExceeded") {
		return &errclass.Error{Class: errclass.Retryable, Code: code, Err: fmt.Errorf("%s: %s", code, message)}
	}
	err := error(&smithy.GenericAPIError{Code: code, Message: message})
	if code == "" {
		err = errors.New(cmp.Or(http.StatusText(status), "no reason"))
	}
	return &smithy.OperationError{ServiceID: "SecurityHub", OperationName: "BatchImportFindings", Err: &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}}, Err: err,
	}}
}
