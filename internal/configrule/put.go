package configrule

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"

	"github.com/ringfence/ringfence/internal/awserr"
)

// API is the part of the AWS Config client that returns results.
type API interface {
	PutEvaluations(context.Context, *configservice.PutEvaluationsInput, ...func(*configservice.Options)) (*configservice.PutEvaluationsOutput, error)
}

// maxResults is how many results AWS Config accepts per call.
// https://docs.aws.amazon.com/config/latest/APIReference/API_PutEvaluations.html
const maxResults = 100

// forTests is the token of a test event: the results are checked, and not kept.
// https://docs.aws.amazon.com/config/latest/APIReference/API_PutEvaluations.html#config-PutEvaluations-request-TestMode
const forTests = "TESTMODE"

// put returns results to AWS Config. A result that is not accepted is an error, and does not
// affect the others.
func (r *Rule) put(ctx context.Context, token string, results []types.Evaluation) error {
	var errs []error
	for part := range slices.Chunk(results, maxResults) {
		out, err := r.API.PutEvaluations(ctx, &configservice.PutEvaluationsInput{
			ResultToken: &token, Evaluations: part, TestMode: token == forTests,
		})
		switch {
		case err != nil:
			errs = append(errs, awserr.Wrap(err, "sending %d results to AWS Config", len(part)))
		case len(out.FailedEvaluations) > 0:
			errs = append(errs, fmt.Errorf("AWS Config did not accept %d of %d results, such as that of %s",
				len(out.FailedEvaluations), len(part), aws.ToString(out.FailedEvaluations[0].ComplianceResourceId)))
		}
	}
	return errors.Join(errs...)
}
