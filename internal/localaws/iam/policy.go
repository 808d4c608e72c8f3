package iam

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

func (tx *Tx) createPolicy(in *iam.CreatePolicyInput) (*iam.CreatePolicyOutput, error) {
	if err := checkName("policyName", in.PolicyName, maxPolicyName); err != nil {
		return nil, err
	}
	path, err := checkPath(in.Path)
	if err != nil {
		return nil, err
	}
	if err := checkManaged(in.PolicyDocument); err != nil {
		return nil, err
	}
	tags, err := newTags(nil, in.Tags)
	if err != nil {
		return nil, err
	}
	name := *in.PolicyName
	if tx.PolicyNamed(name) != nil {
		return nil, alreadyExists("A policy called %s already exists. Duplicate names are not allowed.", name)
	}
	p := tx.NewPolicy(path, name, *in.PolicyDocument)
	p.Description, p.Tags = aws.ToString(in.Description), tags
	tx.PutPolicy(p)
	out := p.output(usage{})
	out.Description = nil
	return &iam.CreatePolicyOutput{Policy: out}, nil
}

// PolicyNamed returns the customer managed policy with a name, whatever its path, or nil. Names
// are unique in an account.
func (tx *Tx) PolicyNamed(name string) *Policy { return tx.policies.get(tx.seq, key(name)) }

// NewPolicy returns a customer managed policy with a new id, not yet written.
func (tx *Tx) NewPolicy(path, name, document string) *Policy {
	return &Policy{
		Name: name, Path: path, ARN: tx.ARNOf("policy", path, name), ID: tx.ids.Unique(tx.ID, "ANPA"),
		Created: tx.Time, Updated: tx.Time, Default: "v1", Last: 1,
		Versions: []Version{{ID: "v1", Document: document, Created: tx.Time}},
	}
}

// checkManaged validates a managed policy's document.
func checkManaged(document *string) error {
	if err := checkDocument(document); err != nil {
		return err
	}
	if size(*document) > maxManagedSize {
		return limitExceeded("Cannot exceed quota for PolicySize: %d", maxManagedSize)
	}
	return nil
}

func (tx *Tx) policy(policyARN *string) (*Policy, error) {
	arn, err := checkPolicyARN(policyARN)
	if err != nil {
		return nil, err
	}
	p := tx.Policy(arn)
	if p == nil {
		return nil, policyNotFound(arn)
	}
	return p, nil
}

// modifyPolicy is EditPolicy for customers, who cannot change AWS managed policies.
func (tx *Tx) modifyPolicy(policyARN *string, f func(*Policy) error) error {
	p, err := tx.customerPolicy(policyARN)
	if err != nil {
		return err
	}
	return tx.EditPolicy(p.ARN, f)
}

func (tx *Tx) customerPolicy(policyARN *string) (*Policy, error) {
	p, err := tx.policy(policyARN)
	if err == nil && p.AWSManaged {
		return nil, wire.Errorf(403, "AccessDenied", "Policy %s is managed by AWS: it cannot be changed.", p.ARN)
	}
	return p, err
}

func (tx *Tx) getPolicy(in *iam.GetPolicyInput) (*iam.GetPolicyOutput, error) {
	p, err := tx.policy(in.PolicyArn)
	if err != nil {
		return nil, err
	}
	return &iam.GetPolicyOutput{Policy: p.output(tx.usage())}, nil
}

// deletePolicy refuses to delete a policy that is attached or a boundary, or that has other
// versions than the default.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html
func (tx *Tx) deletePolicy(in *iam.DeletePolicyInput) (*iam.DeletePolicyOutput, error) {
	p, err := tx.customerPolicy(in.PolicyArn)
	if err != nil {
		return nil, err
	}
	for e := range tx.entities() {
		if e.uses(p.ARN, "") {
			return nil, deleteConflict("Cannot delete a policy attached to entities.")
		}
	}
	if len(p.Versions) > 1 {
		return nil, deleteConflict("This policy has more than one version. Before you delete a policy, " +
			"you must delete the policy's versions. The default version is deleted with the policy.")
	}
	tx.RemovePolicy(p.ARN)
	return &iam.DeletePolicyOutput{}, nil
}

func (tx *Tx) listPolicies(in *iam.ListPoliciesInput) (*iam.ListPoliciesOutput, error) {
	p, err := newPager(in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	switch in.Scope {
	case "", types.PolicyScopeTypeAll, types.PolicyScopeTypeAws, types.PolicyScopeTypeLocal:
	default:
		return nil, validationError("1 validation error detected: Value '%s' at 'scope' failed to satisfy constraint: "+
			"Member must satisfy enum value set: [All, AWS, Local]", in.Scope)
	}
	u := tx.usage()
	found := take(p, tx.policies.from(tx.seq, p.after), func(p *Policy) (types.Policy, bool) {
		inScope := in.Scope == "" || in.Scope == types.PolicyScopeTypeAll || p.AWSManaged == (in.Scope == types.PolicyScopeTypeAws)
		return p.listed(u), inScope && strings.HasPrefix(p.Path, aws.ToString(in.PathPrefix)) && p.wanted(u, in)
	})
	return &iam.ListPoliciesOutput{Policies: found.items, IsTruncated: found.truncated, Marker: found.marker}, nil
}

// wanted reports whether the policy passes the filters on its use.
func (p *Policy) wanted(u usage, in *iam.ListPoliciesInput) bool {
	attached, boundary := u.attached[p.ARN], u.boundary[p.ARN]
	if in.OnlyAttached && attached+boundary == 0 {
		return false
	}
	switch in.PolicyUsageFilter {
	case types.PolicyUsageTypePermissionsPolicy:
		return attached > 0
	case types.PolicyUsageTypePermissionsBoundary:
		return boundary > 0
	}
	return true
}
