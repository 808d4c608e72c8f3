// Package live reads a whole account from IAM, for an audit. It only makes read-only calls.
package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/errclass"
)

// pageSize is the most that IAM returns per call.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
const pageSize = 1000

// Account reads everything from IAM, and writes each page as the AWS CLI prints it, so that
// both have one decoder. page is called after each page with the number of entities so far.
func Account(ctx context.Context, client *iam.Client, w io.Writer, page func(entities int)) error {
	pages := iam.NewGetAccountAuthorizationDetailsPaginator(client, &iam.GetAccountAuthorizationDetailsInput{MaxItems: aws.Int32(pageSize)})
	enc := json.NewEncoder(w)
	entities := 0
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx)
		if err != nil {
			return explain(awserr.Wrap(err, "reading the account"), "iam:GetAccountAuthorizationDetails")
		}
		entities += len(out.UserDetailList) + len(out.RoleDetailList) + len(out.GroupDetailList) + len(out.Policies)
		// Whether there are more pages does not matter here: they are read too.
		if err := enc.Encode(map[string]any{
			"UserDetailList": out.UserDetailList, "GroupDetailList": out.GroupDetailList,
			"RoleDetailList": out.RoleDetailList, "Policies": out.Policies,
		}); err != nil {
			return fmt.Errorf("reading the account: %w", err)
		}
		page(entities)
	}
	return nil
}

// explain adds what to do about a call that IAM refuses: the missing permission or, for unknown
// credentials, the partition to try. Other refusals, such as of a parameter, explain
// themselves.
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
func explain(err error, permission string) error {
	var f *errclass.Error
	if !errors.As(err, &f) {
		return err
	}
	switch f.Code {
	case "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized":
		return fmt.Errorf("%w\nthe credentials lack %s: AWS's managed policy SecurityAudit has all that is needed", err, permission)
	case "InvalidClientTokenId", "UnrecognizedClientException":
		return fmt.Errorf("%w\nIAM does not know the credentials; for an account in China or in GovCloud give --region, such as cn-north-1 or us-gov-west-1", err)
	}
	return err
}
