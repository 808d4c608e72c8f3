package organization

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/principal"
)

// walk is where a walk over the tree of units is: the units from the root to the one that is being read. It is the marker
// of a page. A unit has at most one page of units that are still to be read, so that it stays small.
type walk []level

// level is one unit of a walk.
type level struct {
	principal.Unit
	// Accounts is set when all accounts in the unit were read, and Units when all units in it were listed. Token is where
	// the next page of the one that is not done begins.
	Accounts bool   `json:"accounts,omitempty"`
	Units    bool   `json:"units,omitempty"`
	Token    string `json:"token,omitempty"`
	// Below are listed units that are still to be read.
	Below []principal.Unit `json:"below,omitempty"`
}

// Accounts returns some of the accounts that are in use, unit by unit, and the marker of the next page, empty after the
// last one. An account that is suspended or being closed is not in use: no call can be made there. A page can be empty
// although others follow. An account that is moved meanwhile may be missing, or be there twice.
//
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html
func (o *Organization) Accounts(ctx context.Context, marker string) (page []principal.Account, next string, err error) {
	var w walk
	if marker == "" {
		if w, err = o.roots(ctx); err != nil {
			return nil, "", err
		}
	} else if err := json.Unmarshal([]byte(marker), &w); err != nil || len(w) == 0 {
		return nil, "", errclass.New(errclass.BadInput, "%q is not the marker of a list of accounts", marker)
	}
	if w, err = o.descend(ctx, w); err != nil {
		return nil, "", err
	}
	if len(w) > 0 {
		if page, err = o.accountsOf(ctx, w); err != nil {
			return nil, "", err
		}
	}
	if w.done() {
		return page, "", nil
	}
	text, err := json.Marshal(w)
	return page, string(text), err
}

// All returns all accounts that are in use.
func (o *Organization) All(ctx context.Context) (all []principal.Account, err error) {
	for marker, first := "", true; first || marker != ""; first = false {
		page, next, err := o.Accounts(ctx, marker)
		if err != nil {
			return nil, err
		}
		all, marker = append(all, page...), next
	}
	return all, nil
}

// roots begins a walk. An organization has one root; the level above it has no id.
func (o *Organization) roots(ctx context.Context) (walk, error) {
	above := level{Accounts: true, Units: true}
	pages := organizations.NewListRootsPaginator(o.api, &organizations.ListRootsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, awserr.Wrap(err, "reading the root of the organization")
		}
		for _, r := range page.Roots {
			above.Below = append(above.Below, principal.Unit{ID: aws.ToString(r.Id), Name: aws.ToString(r.Name)})
		}
	}
	return walk{above}, nil
}

// descend goes to the next unit whose accounts are not all read; an empty walk is at its end.
func (o *Organization) descend(ctx context.Context, w walk) (walk, error) {
	for len(w) > 0 {
		switch at := &w[len(w)-1]; {
		case !at.Accounts:
			return w, nil
		case len(at.Below) > 0:
			below := at.Below[0]
			at.Below = at.Below[1:]
			w = append(w, level{Unit: below})
		case !at.Units:
			out, err := o.api.ListOrganizationalUnitsForParent(ctx, &organizations.ListOrganizationalUnitsForParentInput{ParentId: &at.ID, NextToken: token(at.Token)})
			if err != nil {
				return nil, awserr.Wrap(err, "listing the organizational units of %s", at.ID)
			}
			for _, u := range out.OrganizationalUnits {
				at.Below = append(at.Below, principal.Unit{ID: aws.ToString(u.Id), Name: aws.ToString(u.Name)})
			}
			at.Token = aws.ToString(out.NextToken)
			at.Units = at.Token == ""
		default:
			w = w[:len(w)-1]
		}
	}
	return w, nil
}

// accountsOf reads some of the accounts of the unit that a walk is at.
func (o *Organization) accountsOf(ctx context.Context, w walk) (page []principal.Account, err error) {
	at := &w[len(w)-1]
	out, err := o.api.ListAccountsForParent(ctx, &organizations.ListAccountsForParentInput{ParentId: &at.ID, NextToken: token(at.Token)})
	if err != nil {
		return nil, awserr.Wrap(err, "listing the accounts of %s", at.ID)
	}
	for _, a := range out.Accounts {
		if a.State != types.AccountStateActive {
			continue
		}
		account := principal.Account{ID: aws.ToString(a.Id), Name: aws.ToString(a.Name)}
		for _, l := range w[1:] {
			account.Units = append(account.Units, l.Unit)
		}
		if account.Tags, err = o.tagsOf(ctx, account.ID); err != nil {
			return nil, err
		}
		page = append(page, account)
	}
	at.Token = aws.ToString(out.NextToken)
	at.Accounts = at.Token == ""
	return page, nil
}

// done reports whether nothing is left of a walk, as far as it is known without another call.
func (w walk) done() bool {
	for _, l := range w {
		if !l.Accounts || !l.Units || len(l.Below) > 0 {
			return false
		}
	}
	return true
}

func token(t string) *string {
	if t == "" {
		return nil
	}
	return &t
}
