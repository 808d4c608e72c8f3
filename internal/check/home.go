package check

import (
	"maps"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/iac"
	"github.com/ringfence/ringfence/internal/principal"
)

// home is the account of a resource.
type home struct {
	partition, account string
	// known is unset if the account is not known. account is then [iac.NoAccount].
	known bool
}

// homes finds the account of each resource of one file.
type homes struct {
	// all is the account of the resources that do not name one.
	all home
	// given is the account that the user gave, which decides where the file contradicts itself.
	given string
	// sensitive is set if only sensitive boundaries tell the account.
	sensitive bool
}

// homesOf finds the account that a file is for, and says what it presupposes.
func (c *Checker) homesOf(p *iac.Plan) (h homes, assumed string) {
	h.given = c.Account
	accounts, partitions := map[string]bool{}, map[string]bool{}
	named, open := false, false
	see := func(of iac.Home, names bool) {
		if id, ok := of.Account.Value(); ok && id != "" {
			accounts[id] = true
			named = named || names
		}
		if partition, ok := of.Partition.Value(); ok && partition != "" {
			partitions[partition] = true
		}
	}
	for i := range p.Principals {
		see(p.Principals[i].Home, true)
		boundary := homeOfBoundary(p.Principals[i].Boundary)
		see(boundary, false)
		open = open || !p.Principals[i].Boundary.Sensitive && !boundary.Account.IsAbsent()
	}
	for i := range p.Policies {
		see(p.Policies[i].Home, true)
	}
	h.all = home{partition: "aws", account: iac.NoAccount}
	switch {
	case c.Account != "":
		h.all.account, h.all.known = c.Account, true
	case len(c.States) == 1:
		h.all.account, h.all.known = c.States[0].Account, true
	case p.OneAccount && len(accounts) == 1:
		h.all.account, h.all.known = one(accounts), true
		if h.sensitive = !named && !open; !named {
			assumed = p.File + " is for account " + h.all.account + ", the only one in the ARNs of its boundaries"
		}
	}
	switch state := c.state(h.all.account); {
	case c.Partition != "":
		h.all.partition = c.Partition
	case state != nil:
		h.all.partition = state.Partition
	case len(partitions) == 1:
		h.all.partition = one(partitions)
	}
	return h, assumed
}

// accountIDs returns the accounts of all resources.
func (r *run) accountIDs() (all []string) {
	for h := range r.accounts {
		all = append(all, h.account)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// sensitiveAccounts returns the accounts that only sensitive boundaries tell.
func (r *run) sensitiveAccounts() (all []string) {
	for _, h := range r.homes {
		if h.sensitive {
			all = append(all, h.all.account)
		}
	}
	return all
}

func one(set map[string]bool) string { return slices.Collect(maps.Keys(set))[0] }

// homeOfBoundary returns the account of a boundary: that of its principal, unless AWS manages it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
func homeOfBoundary(boundary iac.Value) (of iac.Home) {
	literals := boundary.Literals()
	if len(literals) == 0 {
		return of
	}
	parts := strings.SplitN(literals[0], ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "iam" {
		return of
	}
	of.Partition = iac.Known(parts[1])
	if principal.IsAccount(parts[4]) && parts[4] != iac.NoAccount {
		of.Account = iac.Known(parts[4])
	}
	return of
}

// of returns the account of one resource.
func (h homes) of(r iac.Home) home {
	out := h.all
	if partition, ok := r.Partition.Value(); ok && partition != "" {
		out.partition = partition
	}
	switch id, ok := r.Account.Value(); {
	case ok && id != "":
		out.account, out.known = id, true
	case !ok && h.given == "":
		out.account, out.known = iac.NoAccount, false
	}
	return out
}

// state returns the state of an account, nil if there is none.
func (c *Checker) state(account string) *authdetails.Details {
	for _, s := range c.States {
		if s.Account == account {
			return s
		}
	}
	return nil
}

// shown returns text with ${account} for an account that is not known.
func shown(text string) string { return strings.ReplaceAll(text, iac.NoAccount, "${account}") }

// shownIn returns a request with ${account} for an account that is not known.
func shownIn(w *finding.Witness) *finding.Witness {
	if w == nil {
		return nil
	}
	out := *w
	out.Resource = shown(w.Resource)
	out.Context = make(map[string][]string, len(w.Context))
	for key, values := range w.Context {
		for _, v := range values {
			out.Context[key] = append(out.Context[key], shown(v))
		}
	}
	return &out
}
