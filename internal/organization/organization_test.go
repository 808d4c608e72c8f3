package organization_test

import (
	"fmt"
	"slices"
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
