package iamread

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/principal"
)

type policyAPI interface {
	GetPolicy(context.Context, *iam.GetPolicyInput, ...func(*iam.Options)) (*iam.GetPolicyOutput, error)
	GetPolicyVersion(context.Context, *iam.GetPolicyVersionInput, ...func(*iam.Options)) (*iam.GetPolicyVersionOutput, error)
	ListPolicyVersions(context.Context, *iam.ListPolicyVersionsInput, ...func(*iam.Options)) (*iam.ListPolicyVersionsOutput, error)
}

// version identifies one document permanently. ARN and version id alone would not: a policy
// that was deleted and created again under its name starts with v1 again, which is one of the
// ways out of a boundary. The policy's unique id distinguishes the two.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
type version struct{ arn, policyID, id string }

// remembered is the cached state of an AWS managed policy, and how long it is valid.
type remembered struct {
	state principal.PolicyState
	until time.Time
}

// awsManagedFor is how long the state of an AWS managed policy is cached. Only AWS changes
// these, a few times a year, so an attacker cannot use the delay.
const awsManagedFor = time.Hour

// Policy reads a managed policy with its default version only. It always asks which version
// that is, except for AWS managed policies, and reads the document only if it is not cached
// (two calls, then one). The error is [errclass.Gone] if the policy does not exist. The
// document is shared and must not be changed.
//
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html
func (d *Directory) Policy(ctx context.Context, arn string) (principal.PolicyState, error) {
	if known, ok := d.managed.Get(arn); ok && d.now().Before(known.until) {
		return known.state, nil
	}
	out, err := d.api.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: &arn})
	if err != nil {
		return principal.PolicyState{}, awserr.Wrap(err, "reading policy %s", arn)
	}
	if out == nil || out.Policy == nil || aws.ToString(out.Policy.DefaultVersionId) == "" {
		return principal.PolicyState{}, incomplete("the default version of policy %s", arn)
	}
	key := version{arn, aws.ToString(out.Policy.PolicyId), *out.Policy.DefaultVersionId}
	document, ok := d.documents.Get(key)
	if !ok {
		if document, err = d.document(ctx, arn, key.id); err != nil {
			return principal.PolicyState{}, changing(err)
		}
		d.documents.Put(key, document)
	}
	state := principal.PolicyState{
		ARN:            arn,
		DefaultVersion: key.id,
		Versions:       []principal.PolicyVersion{{ID: key.id, Default: true, Created: aws.ToTime(out.Policy.UpdateDate), Document: document}},
	}
	if isAWSManaged(arn) {
		d.managed.Put(arn, remembered{state, d.now().Add(awsManagedFor)})
	}
	return state, nil
}

// Document reads the document of a managed policy's default version, like [Directory.Policy].
func (d *Directory) Document(ctx context.Context, arn string) ([]byte, error) {
	state, err := d.Policy(ctx, arn)
	if err != nil {
		return nil, err
	}
	return state.Versions[0].Document, nil
}

// Versions reads a managed policy with all versions and documents, oldest first: one call, and
// one for each of the at most five versions. The error is [errclass.Gone] if the policy does
// not exist.
//
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyVersions.html
func (d *Directory) Versions(ctx context.Context, arn string) (principal.PolicyState, error) {
	listed, err := collect(ctx, iam.NewListPolicyVersionsPaginator(d.api, &iam.ListPolicyVersionsInput{PolicyArn: &arn}),
		func(page *iam.ListPolicyVersionsOutput) []types.PolicyVersion { return page.Versions })
	if err != nil {
		return principal.PolicyState{}, awserr.Wrap(err, "listing the versions of policy %s", arn)
	}
	state := principal.PolicyState{ARN: arn, Versions: make([]principal.PolicyVersion, len(listed))}
	for i, v := range listed {
		state.Versions[i] = principal.PolicyVersion{ID: aws.ToString(v.VersionId), Default: v.IsDefaultVersion, Created: aws.ToTime(v.CreateDate)}
		if v.IsDefaultVersion {
			state.DefaultVersion = state.Versions[i].ID
		}
	}
	if state.DefaultVersion == "" {
		return principal.PolicyState{}, incomplete("the default version of policy %s", arn)
	}
	slices.SortFunc(state.Versions, byAge)
	err = gather(ctx, len(state.Versions), func(ctx context.Context, i int) error {
		document, err := d.document(ctx, arn, state.Versions[i].ID)
		state.Versions[i].Document = document
		return err
	})
	if err != nil {
		return principal.PolicyState{}, changing(err)
	}
	return state, nil
}

// document reads the document of one version, without the cache.
func (d *Directory) document(ctx context.Context, arn, id string) ([]byte, error) {
	out, err := d.api.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: &arn, VersionId: &id})
	if err != nil {
		return nil, awserr.Wrap(err, "reading version %s of policy %s", id, arn)
	}
	if out == nil || out.PolicyVersion == nil {
		return nil, incomplete("version %s of policy %s", id, arn)
	}
	return decode(out.PolicyVersion.Document, "version "+id+" of policy "+arn)
}

// byAge puts the oldest version first. The numbers in version ids only grow, while two versions
// can have the same creation second.
func byAge(a, b principal.PolicyVersion) int {
	return cmp.Or(cmp.Compare(number(a.ID), number(b.ID)), a.Created.Compare(b.Created))
}

func number(id string) int {
	n, _ := strconv.Atoi(strings.TrimPrefix(id, "v"))
	return n
}

func isAWSManaged(arn string) bool {
	p, err := principal.ParsePolicy(arn)
	return err == nil && p.Account == principal.AWSManaged
}
