package terraform

import (
	"encoding/json"
	"strings"

	"github.com/ringfence/ringfence/internal/iac"
	"github.com/ringfence/ringfence/internal/principal"
)

// accounts knows the accounts that provider configurations deploy to.
type accounts struct {
	of map[string]iac.Home
	// providers is the number of configurations of the AWS provider.
	providers int
}

// conflict marks a provider configuration with contradictory accounts.
const conflict = "the plan has more than one account for this provider configuration; give --account"

// homes finds the account of each provider configuration: from its role and allowed accounts, from
// data sources, and from the ARNs of resources that exist.
func (r *reader) homes() accounts {
	a := accounts{of: map[string]iac.Home{}}
	for key, c := range r.plan.Configuration.ProviderConfig {
		if c.Name != "aws" && c.Name != "awscc" {
			continue
		}
		a.providers++
		a.fromConfig(key, c)
	}
	a.fromState(r, &r.plan.PriorState.Values.RootModule)
	for i := range r.plan.ResourceChanges {
		c := &r.plan.ResourceChanges[i]
		if strings.HasPrefix(c.Type, "aws_iam_") {
			a.add(r.providerOf(c.Address), homeOf(c.Change.Before["arn"]))
		}
	}
	return a
}

func (a *accounts) fromConfig(key string, c providerConfig) {
	var allowed struct {
		Value []string `json:"constant_value"`
	}
	if json.Unmarshal(c.Expressions["allowed_account_ids"], &allowed) == nil && len(allowed.Value) == 1 && principal.IsAccount(allowed.Value[0]) {
		a.add(key, iac.Home{Account: iac.Known(allowed.Value[0])})
	}
	var roles []struct {
		ARN struct {
			Value string `json:"constant_value"`
		} `json:"role_arn"`
	}
	if json.Unmarshal(c.Expressions["assume_role"], &roles) == nil && len(roles) > 0 {
		if ref, err := principal.Parse(roles[len(roles)-1].ARN.Value); err == nil {
			a.add(key, iac.Home{Account: iac.Known(ref.Account), Partition: iac.Known(ref.Partition)})
		}
	}
}

func (a *accounts) fromState(r *reader, m *stateModule) {
	for _, s := range m.Resources {
		if s.Type != "aws_caller_identity" {
			continue
		}
		if id, ok := textOf(s.Values["account_id"], "account_id").Value(); ok && principal.IsAccount(id) {
			home := iac.Home{Account: iac.Known(id)}
			if arn, ok := textOf(s.Values["arn"], "arn").Value(); ok {
				if parts := strings.SplitN(arn, ":", 3); len(parts) == 3 && parts[0] == "arn" {
					home.Partition = iac.Known(parts[1])
				}
			}
			a.add(r.providerOf(s.Address), home)
		}
	}
	for i := range m.ChildModules {
		a.fromState(r, &m.ChildModules[i])
	}
}

// add records the account of a provider configuration.
func (a *accounts) add(provider string, home iac.Home) {
	if home.Account.IsAbsent() {
		return
	}
	old, known := a.of[provider]
	id, _ := home.Account.Value()
	switch was, certain := old.Account.Value(); {
	case !known || certain && was == id && old.Partition.IsAbsent():
		a.of[provider] = home
	case !certain || was != id:
		a.of[provider] = iac.Home{Account: iac.Unknown(conflict), Partition: old.Partition}
	}
}

// home returns the account of a resource: that in its own ARN, that of its provider configuration,
// or the only one that the plan names.
func (a *accounts) home(provider string, arn json.RawMessage) iac.Home {
	if own := homeOf(arn); !own.Account.IsAbsent() {
		return own
	}
	if home, ok := a.of[provider]; ok {
		return home
	}
	if a.providers <= 1 && len(a.of) == 1 {
		for _, only := range a.of {
			return only
		}
	}
	return iac.Home{}
}

// homeOf returns the account in the ARN of an IAM resource.
func homeOf(raw json.RawMessage) iac.Home {
	arn, _ := textOf(raw, "arn").Value()
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "iam" || !principal.IsAccount(parts[4]) {
		return iac.Home{}
	}
	return iac.Home{Account: iac.Known(parts[4]), Partition: iac.Known(parts[1])}
}
