package iamwrite

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/principal"
)

// nameTaken returns which policy has the name of a boundary policy, and the commands to delete
// it: only people can tell whether it is still in use. Policy names are unique in an account
// whatever the path and case.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
func (r *Remedy) nameTaken(ctx context.Context, policy principal.Policy, refusal error) error {
	by, err := r.namesake(ctx, policy.Name)
	switch {
	case err != nil:
		return errclass.New(errclass.Refused, "a policy of this name exists under another path, which one is not known (%w): %w", err, refusal)
	case by == "":
		return lookAgain(refusal, "the policy of this name went away")
	}
	free := plan.DeletePolicyCommand(by)
	return &errclass.Error{
		Class: errclass.Refused, Unblock: free,
		Err: fmt.Errorf("policy %s has its name: detach it, delete its other versions, and then %s: %w", by, free, refusal),
	}
}

// namesake returns the ARN of the policy with a name, empty if there is none.
func (r *Remedy) namesake(ctx context.Context, name string) (string, error) {
	pages := iam.NewGetAccountAuthorizationDetailsPaginator(r.api, &iam.GetAccountAuthorizationDetailsInput{
		Filter: []types.EntityType{types.EntityTypeLocalManagedPolicy}, MaxItems: aws.Int32(1000),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return "", err
		}
		for _, p := range page.Policies {
			if strings.EqualFold(aws.ToString(p.PolicyName), name) {
				return aws.ToString(p.Arn), nil
			}
		}
	}
	return "", nil
}
