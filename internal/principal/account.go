package principal

import "strings"

// Account is what AWS Organizations says of an account. Only the management account and delegated administrators can
// change the units and the tags. The name is different: an administrator of the account can change it too, so nothing
// may be decided by it.
//
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
// https://docs.aws.amazon.com/accounts/latest/reference/API_PutAccountName.html
type Account struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	// Units are the root of the organization and the organizational units that the account is in, from the root to the
	// account's parent. They are never empty for an account of an organization.
	Units []Unit `json:"units"`
	// Tags are the account's tags, with keys spelled as in Organizations, which distinguishes case. Nil if they were not
	// asked for.
	// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_tagging.html
	Tags map[string]string `json:"tags,omitzero"`
}

// Unit is an organizational unit, or the root.
type Unit struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
}

// UnitPath returns the names of the organizational units, such as Workloads/Production; empty in the root.
func (a Account) UnitPath() string {
	var names []string
	for i, u := range a.Units {
		if i > 0 {
			names = append(names, u.Name)
		}
	}
	return strings.Join(names, "/")
}
