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

// API is the part of the client of AWS Config that results are given back with.
type API interface {
	PutEvaluations(context.Context, *configservice.PutEvaluationsInput, ...func(*configservice.Options)) (*configservice.PutEvaluationsOutput, error)
}

// most is how many results AWS Config takes in a call.
// https://docs.aws.amazon.com/config/latest/APIReference/API_PutEvaluations.html
const most = 100

// forTests is the token of a test event: the results are checked, and not kept.
// https://docs.aws.amazon.com/config/latest/APIReference/API_PutEvaluations.html#config-PutEvaluations-request-TestMode
const forTests = "TESTMODE"

// put gives results back. One that AWS Config did not take is an error, and does not keep
// the others from being given.
func (r *Rule) put(ctx context.Context, token string, results []types.Evaluation) error {
	var errs []error
	for part := range slices.Chunk(results, most) {
		out, err := r.API.PutEvaluations(ctx, &configservice.PutEvaluationsInput{
			ResultToken: &token, Evaluations: part, TestMode: token == forTests,
		})
		switch {
		case err != nil:
			errs = append(errs, awserr.Wrap(err, "giving AWS Config %d results", len(part)))
		case len(out.FailedEvaluations) > 0:
			errs = append(errs, fmt.Errorf("AWS Config did not take %d of %d results, such as that of %s",
				len(out.FailedEvaluations), len(part), aws.ToString(out.FailedEvaluations[0].ComplianceResourceId)))
		}
	}
	return errors.Join(errs...)
}
