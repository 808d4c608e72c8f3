package organization_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/localaws/localawstest"
	"github.com/ringfence/ringfence/internal/organization"
)

func TestAccounts(t *testing.T) {
	server, config := localawstest.Start(t, localaws.DefaultAccount)
	o := organization.New(organizations.NewFromConfig(config), []string{"100000000003"})
	if _, _, err := o.Accounts(t.Context(), ""); err == nil {
		t.Error("without an organization there is no error")
	}
	var want []string
	for i := range 50 {
		id, state := fmt.Sprintf("1000000000%02d", i), types.AccountStateActive
		switch i {
		case 5:
			state = types.AccountStateSuspended
		case 6:
			state = types.AccountStatePendingClosure
		case 3:
		default:
			want = append(want, id)
		}
		server.Organizations.SetAccount(id, id, "", state)
	}
	var got []string
	for marker, first := "", true; first || marker != ""; first = false {
		page, next, err := o.Accounts(t.Context(), marker)
		if err != nil {
			t.Fatal(err)
		}
		got, marker = append(got, page...), next
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	server.Inject(localaws.Fault{On: "organizations:ListAccounts", Do: localaws.Refuse{Status: 400, Code: "AccessDeniedException"}})
	if _, _, err := o.Accounts(t.Context(), ""); errclass.ClassOf(err) != errclass.Refused {
		t.Errorf("class %v: %v", errclass.ClassOf(err), err)
	}
}

func TestTree(t *testing.T) {
	server, config := localawstest.Start(t, localaws.DefaultAccount)
	client := organizations.NewFromConfig(config)
	if _, err := organization.Tree(t.Context(), client); err == nil {
		t.Error("without an organization there is no error")
	}
	var want []organization.Account
	for i := range 60 {
		unit := []string{"", "Security", "Workloads/Production", "Workloads"}[i%4]
		a := organization.Account{ID: fmt.Sprintf("1000000000%02d", i), Name: fmt.Sprint("account ", i), Unit: unit}
		state := types.AccountStateActive
		if i == 7 {
			state = types.AccountStateSuspended
		} else {
			want = append(want, a)
		}
		server.Organizations.SetAccount(a.ID, a.Name, a.Unit, state)
	}
	got, err := organization.Tree(t.Context(), client)
	slices.SortFunc(got, func(a, b organization.Account) int { return strings.Compare(a.ID, b.ID) })
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v\n%v\n%v", err, got, want)
	}
	for _, call := range []string{"ListRoots", "ListOrganizationalUnitsForParent", "ListAccountsForParent"} {
		stop := server.Inject(localaws.Fault{On: "organizations:" + call, Do: localaws.Refuse{Status: 400, Code: "AccessDeniedException"}})
		if all, err := organization.Tree(t.Context(), client); errclass.ClassOf(err) != errclass.Refused || len(all) > 0 {
			t.Errorf("%s: class %v, %v, %v", call, errclass.ClassOf(err), err, all)
		}
		stop()
	}
}
