package iamread

import (
	"cmp"
	"context"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// fake answers the calls for which a test sets functions, and counts all calls by name. An
// unexpected call panics on the nil interface.
type fake struct {
	iamAPI

	getRole            func(*iam.GetRoleInput) (*iam.GetRoleOutput, error)
	getUser            func(*iam.GetUserInput) (*iam.GetUserOutput, error)
	getPolicy          func(*iam.GetPolicyInput) (*iam.GetPolicyOutput, error)
	getPolicyVersion   func(*iam.GetPolicyVersionInput) (*iam.GetPolicyVersionOutput, error)
	listPolicyVersions func(*iam.ListPolicyVersionsInput) (*iam.ListPolicyVersionsOutput, error)
	getGroup           func(*iam.GetGroupInput) (*iam.GetGroupOutput, error)
	listEntities       func(*iam.ListEntitiesForPolicyInput) (*iam.ListEntitiesForPolicyOutput, error)
	getAll             func(*iam.GetAccountAuthorizationDetailsInput) (*iam.GetAccountAuthorizationDetailsOutput, error)

	mu    sync.Mutex
	calls map[string]int
}

func (f *fake) count(call string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.calls == nil {
		f.calls = map[string]int{}
	}
	f.calls[call]++
}

func (f *fake) total() (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.calls {
		n += c
	}
	return n
}

func (f *fake) GetRole(_ context.Context, in *iam.GetRoleInput, _ ...func(*iam.Options)) (*iam.GetRoleOutput, error) {
	f.count("GetRole")
	return f.getRole(in)
}

func (f *fake) GetUser(_ context.Context, in *iam.GetUserInput, _ ...func(*iam.Options)) (*iam.GetUserOutput, error) {
	f.count("GetUser")
	return f.getUser(in)
}

func (f *fake) GetPolicy(_ context.Context, in *iam.GetPolicyInput, _ ...func(*iam.Options)) (*iam.GetPolicyOutput, error) {
	f.count("GetPolicy")
	return f.getPolicy(in)
}

func (f *fake) GetPolicyVersion(_ context.Context, in *iam.GetPolicyVersionInput, _ ...func(*iam.Options)) (*iam.GetPolicyVersionOutput, error) {
	f.count("GetPolicyVersion")
	return f.getPolicyVersion(in)
}

func (f *fake) ListPolicyVersions(_ context.Context, in *iam.ListPolicyVersionsInput, _ ...func(*iam.Options)) (*iam.ListPolicyVersionsOutput, error) {
	f.count("ListPolicyVersions")
	return f.listPolicyVersions(in)
}

func (f *fake) GetGroup(_ context.Context, in *iam.GetGroupInput, _ ...func(*iam.Options)) (*iam.GetGroupOutput, error) {
	f.count("GetGroup")
	return f.getGroup(in)
}

func (f *fake) ListEntitiesForPolicy(_ context.Context, in *iam.ListEntitiesForPolicyInput, _ ...func(*iam.Options)) (*iam.ListEntitiesForPolicyOutput, error) {
	f.count("ListEntitiesForPolicy")
	return f.listEntities(in)
}

func (f *fake) GetAccountAuthorizationDetails(_ context.Context, in *iam.GetAccountAuthorizationDetailsInput, _ ...func(*iam.Options)) (*iam.GetAccountAuthorizationDetailsOutput, error) {
	f.count("GetAccountAuthorizationDetails")
	return f.getAll(in)
}

// holdings is a fake for identity policies: the policies of each holder, one item a page.
type holdings struct {
	fake
	groups   []string            // of the one user
	attached map[string][]string // holder, such as "group devs" → policy ARNs
	inline   map[string][]string // holder → names of inline policies
	gone     string              // a holder or policy that IAM does not know (any more)
}

func (h *holdings) missing(name string) error {
	if name == h.gone {
		return &types.NoSuchEntityException{Message: aws.String(name + " cannot be found")}
	}
	return nil
}

// page returns the item of a list that a marker stands for.
func page(list []string, marker *string) (item []string, next *string) {
	at, _ := strconv.Atoi(cmp.Or(aws.ToString(marker), "0"))
	if at >= len(list) {
		return nil, nil
	}
	if at+1 < len(list) {
		next = aws.String(strconv.Itoa(at + 1))
	}
	return list[at : at+1], next
}

func attachedPage(arns []string) (policies []types.AttachedPolicy) {
	for _, arn := range arns {
		policies = append(policies, types.AttachedPolicy{PolicyArn: aws.String(arn), PolicyName: aws.String(arn[strings.LastIndexByte(arn, '/')+1:])})
	}
	return policies
}

func inlineText(holder, name string) *string {
	return aws.String(url.PathEscape(`{"Sid":"` + holder + "+" + name + `"}`))
}

func (h *holdings) ListAttachedRolePolicies(_ context.Context, in *iam.ListAttachedRolePoliciesInput, _ ...func(*iam.Options)) (*iam.ListAttachedRolePoliciesOutput, error) {
	h.count("ListAttachedRolePolicies")
	items, next := page(h.attached["role "+*in.RoleName], in.Marker)
	return &iam.ListAttachedRolePoliciesOutput{AttachedPolicies: attachedPage(items), Marker: next}, h.missing("role " + *in.RoleName)
}

func (h *holdings) ListRolePolicies(_ context.Context, in *iam.ListRolePoliciesInput, _ ...func(*iam.Options)) (*iam.ListRolePoliciesOutput, error) {
	h.count("ListRolePolicies")
	items, next := page(h.inline["role "+*in.RoleName], in.Marker)
	return &iam.ListRolePoliciesOutput{PolicyNames: items, Marker: next}, h.missing("role " + *in.RoleName)
}

func (h *holdings) GetRolePolicy(_ context.Context, in *iam.GetRolePolicyInput, _ ...func(*iam.Options)) (*iam.GetRolePolicyOutput, error) {
	h.count("GetRolePolicy")
	return &iam.GetRolePolicyOutput{PolicyDocument: inlineText("role "+*in.RoleName, *in.PolicyName)}, h.missing(*in.PolicyName)
}

func (h *holdings) ListGroupsForUser(_ context.Context, in *iam.ListGroupsForUserInput, _ ...func(*iam.Options)) (*iam.ListGroupsForUserOutput, error) {
	h.count("ListGroupsForUser")
	items, next := page(h.groups, in.Marker)
	var groups []types.Group
	for _, name := range items {
		groups = append(groups, types.Group{GroupName: aws.String(name)})
	}
	return &iam.ListGroupsForUserOutput{Groups: groups, Marker: next}, h.missing("user " + *in.UserName)
}

func (h *holdings) ListAttachedUserPolicies(_ context.Context, in *iam.ListAttachedUserPoliciesInput, _ ...func(*iam.Options)) (*iam.ListAttachedUserPoliciesOutput, error) {
	h.count("ListAttachedUserPolicies")
	items, next := page(h.attached["user "+*in.UserName], in.Marker)
	return &iam.ListAttachedUserPoliciesOutput{AttachedPolicies: attachedPage(items), Marker: next}, nil
}

func (h *holdings) ListUserPolicies(_ context.Context, in *iam.ListUserPoliciesInput, _ ...func(*iam.Options)) (*iam.ListUserPoliciesOutput, error) {
	h.count("ListUserPolicies")
	items, next := page(h.inline["user "+*in.UserName], in.Marker)
	return &iam.ListUserPoliciesOutput{PolicyNames: items, Marker: next}, nil
}

func (h *holdings) GetUserPolicy(_ context.Context, in *iam.GetUserPolicyInput, _ ...func(*iam.Options)) (*iam.GetUserPolicyOutput, error) {
	h.count("GetUserPolicy")
	return &iam.GetUserPolicyOutput{PolicyDocument: inlineText("user "+*in.UserName, *in.PolicyName)}, h.missing(*in.PolicyName)
}

func (h *holdings) ListAttachedGroupPolicies(_ context.Context, in *iam.ListAttachedGroupPoliciesInput, _ ...func(*iam.Options)) (*iam.ListAttachedGroupPoliciesOutput, error) {
	h.count("ListAttachedGroupPolicies")
	items, next := page(h.attached["group "+*in.GroupName], in.Marker)
	return &iam.ListAttachedGroupPoliciesOutput{AttachedPolicies: attachedPage(items), Marker: next}, h.missing("group " + *in.GroupName)
}

func (h *holdings) ListGroupPolicies(_ context.Context, in *iam.ListGroupPoliciesInput, _ ...func(*iam.Options)) (*iam.ListGroupPoliciesOutput, error) {
	h.count("ListGroupPolicies")
	items, next := page(h.inline["group "+*in.GroupName], in.Marker)
	return &iam.ListGroupPoliciesOutput{PolicyNames: items, Marker: next}, h.missing("group " + *in.GroupName)
}

func (h *holdings) GetGroupPolicy(_ context.Context, in *iam.GetGroupPolicyInput, _ ...func(*iam.Options)) (*iam.GetGroupPolicyOutput, error) {
	h.count("GetGroupPolicy")
	return &iam.GetGroupPolicyOutput{PolicyDocument: inlineText("group "+*in.GroupName, *in.PolicyName)}, h.missing(*in.PolicyName)
}
