package iamwrite

import (
	"bytes"
	"context"
	"encoding/json"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/principal"
)

// restore makes the approved document of a boundary policy the default again.
func (r *Remedy) restore(ctx context.Context, a plan.Action) error {
	policy, err := principal.ParsePolicy(a.Policy)
	switch {
	case err != nil:
		return errclass.New(errclass.BadInput, "restoring a policy: %w", err)
	case policy.Account == principal.AWSManaged:
		return errclass.New(errclass.BadInput, "restoring %s, which belongs to AWS", a.Policy)
	case a.SetDefault == "" && len(a.Document) == 0, a.SetDefault != "" && len(a.Document) != 0:
		return errclass.New(errclass.BadInput, "restoring %s needs either a version or a document", a.Policy)
	case a.SetDefault != "":
		return r.setDefault(ctx, a.Policy, a.SetDefault)
	}
	if a.Prune != "" {
		if err := r.prune(ctx, a.Policy, a.Prune); err != nil {
			return err
		}
	}
	return r.createVersion(ctx, a.Policy, a.Document)
}

// https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html
func (r *Remedy) setDefault(ctx context.Context, arn, version string) error {
	_, err := r.api.SetDefaultPolicyVersion(ctx, &iam.SetDefaultPolicyVersionInput{PolicyArn: &arn, VersionId: &version})
	err = awserr.Wrap(err, "making version %s of policy %s the default", version, arn)
	if errclass.ClassOf(err) == errclass.Gone {
		return lookAgain(err, "the policy or its version went away")
	}
	return err
}

// prune deletes a version to make room. A version that no longer exists is a success.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicyVersion.html
func (r *Remedy) prune(ctx context.Context, arn, version string) error {
	_, err := r.api.DeletePolicyVersion(ctx, &iam.DeletePolicyVersionInput{PolicyArn: &arn, VersionId: &version})
	err = awserr.Wrap(err, "deleting version %s of policy %s to make room", version, arn)
	switch {
	case errclass.ClassOf(err) == errclass.Gone:
		return nil
	case errclass.CodeOf(err) == "DeleteConflict" || errclass.CodeOf(err) == "DeleteConflictException":
		return lookAgain(err, "the version became the default")
	}
	return err
}

// createVersion writes a new default version. If the response to a write is lost, the SDK
// repeats it, and there may be no room for the second copy. So a limit is not an error if the
// document is in force already. It is not known who put it in force, and the read may be
// outdated.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html
func (r *Remedy) createVersion(ctx context.Context, arn string, document []byte) error {
	_, err := r.api.CreatePolicyVersion(ctx, &iam.CreatePolicyVersionInput{
		PolicyArn: &arn, PolicyDocument: aws.String(string(document)), SetAsDefault: true,
	})
	err = awserr.Wrap(err, "writing a new default version of policy %s", arn)
	switch {
	case errclass.ClassOf(err) == errclass.Gone:
		return lookAgain(err, "the policy went away")
	case errclass.CodeOf(err) == "LimitExceeded" || errclass.CodeOf(err) == "LimitExceededException":
		if same, readErr := r.inForce(ctx, arn, document); readErr == nil && same {
			return lookAgain(err, "the document is in force already")
		}
	}
	return err
}

// createPolicy creates a boundary policy that does not exist. If one with the same document was
// created meanwhile, that is a success. With another document it may be an attacker's attempt
// to be first, and needs another decision.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
func (r *Remedy) createPolicy(ctx context.Context, a plan.Action) error {
	policy, err := principal.ParsePolicy(a.Policy)
	switch {
	case err != nil:
		return errclass.New(errclass.BadInput, "creating a policy: %w", err)
	case policy.Account == principal.AWSManaged:
		return errclass.New(errclass.BadInput, "creating %s, which belongs to AWS", a.Policy)
	case len(a.Document) == 0:
		return errclass.New(errclass.BadInput, "creating %s without a document", a.Policy)
	}
	out, err := r.api.CreatePolicy(ctx, &iam.CreatePolicyInput{
		PolicyName:     &policy.Name,
		Path:           &policy.Path,
		PolicyDocument: aws.String(string(a.Document)),
		Description:    aws.String("Permissions boundary, created by Ringfence from its approved document."),
	})
	err = awserr.Wrap(err, "creating policy %s", a.Policy)
	switch errclass.CodeOf(err) {
	case "EntityAlreadyExists", "EntityAlreadyExistsException":
		same, readErr := r.inForce(ctx, a.Policy, a.Document)
		switch {
		case errclass.ClassOf(readErr) == errclass.Gone:
			return r.nameTaken(ctx, policy, err)
		case readErr != nil:
			return lookAgain(err, "a policy of this name came into being and cannot be read (%v)", readErr)
		case !same:
			return lookAgain(err, "a policy of this name with another document came into being")
		}
		return nil
	}
	// CreatePolicy has no account parameter: wrong credentials would create it in their
	// account.
	if err == nil && out != nil && out.Policy != nil && aws.ToString(out.Policy.Arn) != a.Policy {
		return errclass.New(errclass.Refused, "IAM created %s instead of %s: the credentials are for another account",
			aws.ToString(out.Policy.Arn), a.Policy)
	}
	return err
}

// inForce reports whether the default version of a policy has the text of document, apart from
// white space. It recognizes our own writes; the meaning does not matter here.
func (r *Remedy) inForce(ctx context.Context, arn string, document []byte) (bool, error) {
	policy, err := r.api.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: &arn})
	if err != nil {
		return false, awserr.Wrap(err, "reading policy %s", arn)
	}
	if policy == nil || policy.Policy == nil {
		return false, errclass.New(errclass.Unknown, "IAM's answer lacks policy %s", arn)
	}
	version, err := r.api.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: &arn, VersionId: policy.Policy.DefaultVersionId})
	if err != nil {
		return false, lookAgain(err, "reading the default version of policy %s", arn)
	}
	if version == nil || version.PolicyVersion == nil {
		return false, errclass.New(errclass.Unknown, "IAM's answer lacks the default version of policy %s", arn)
	}
	live, err := url.PathUnescape(aws.ToString(version.PolicyVersion.Document))
	if err != nil {
		return false, errclass.New(errclass.Unknown, "reading the default version of policy %s: %w", arn, err)
	}
	return bytes.Equal(compact([]byte(live)), compact(document)), nil
}

// compact removes the white space from JSON; other text is unchanged.
func compact(text []byte) []byte {
	var b bytes.Buffer
	if json.Compact(&b, text) != nil {
		return text
	}
	return b.Bytes()
}
