package iam

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
func (tx *Tx) getAccountSummary(*iam.GetAccountSummaryInput) (*iam.GetAccountSummaryOutput, error) {
	m := map[string]int32{
		"UsersQuota": 5000, "RolesQuota": 1000, "GroupsQuota": 300, "PoliciesQuota": 1500,
		"InstanceProfilesQuota": 1000, "GroupsPerUserQuota": maxGroups, "AccessKeysPerUserQuota": maxAccessKeys,
		"AttachedPoliciesPerUserQuota": maxAttached, "AttachedPoliciesPerRoleQuota": maxAttached,
		"AttachedPoliciesPerGroupQuota": maxAttached, "VersionsPerPolicyQuota": MaxVersions,
		"PolicySizeQuota": maxManagedSize, "AssumeRolePolicySizeQuota": maxTrustSize,
		"UserPolicySizeQuota": 2048, "GroupPolicySizeQuota": 5120,
		"AccountMFAEnabled": 1, "AccountAccessKeysPresent": 0, "AccountPasswordPresent": 1,
		"Users": 0, "Roles": 0, "Groups": 0, "Policies": 0, "InstanceProfiles": 0, "PolicyVersionsInUse": 0,
	}
	for e := range tx.entities() {
		m[title(e.Kind)+"s"]++
	}
	for _, p := range tx.policies.all(tx.seq) {
		if !p.AWSManaged {
			m["Policies"]++
			m["PolicyVersionsInUse"] += int32(len(p.Versions))
		}
	}
	for range tx.profiles.all(tx.seq) {
		m["InstanceProfiles"]++
	}
	return &iam.GetAccountSummaryOutput{SummaryMap: m}, nil
}

func (tx *Tx) createAccountAlias(in *iam.CreateAccountAliasInput) (*iam.CreateAccountAliasOutput, error) {
	if err := checkName("accountAlias", in.AccountAlias, 63); err != nil {
		return nil, err
	}
	put(tx, &tx.aliases, "alias", in.AccountAlias)
	return &iam.CreateAccountAliasOutput{}, nil
}

func (tx *Tx) deleteAccountAlias(in *iam.DeleteAccountAliasInput) (*iam.DeleteAccountAliasOutput, error) {
	alias := tx.aliases.get(tx.seq, "alias")
	if alias == nil || *alias != aws.ToString(in.AccountAlias) {
		return nil, noSuchEntity("The Account Alias %s cannot be found.", aws.ToString(in.AccountAlias))
	}
	put(tx, &tx.aliases, "alias", nil)
	return &iam.DeleteAccountAliasOutput{}, nil
}

func (tx *Tx) listAccountAliases(*iam.ListAccountAliasesInput) (*iam.ListAccountAliasesOutput, error) {
	out := &iam.ListAccountAliasesOutput{AccountAliases: []string{}}
	if alias := tx.aliases.get(tx.seq, "alias"); alias != nil {
		out.AccountAliases = append(out.AccountAliases, *alias)
	}
	return out, nil
}
