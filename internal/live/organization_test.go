package live_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/live"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/localaws/localawstest"
)

func TestOrganization(t *testing.T) {
	server, config := localawstest.Start(t, localaws.DefaultAccount)
	client := organizations.NewFromConfig(config)
	if _, err := live.Organization(t.Context(), client); err == nil {
		t.Error("without an organization there is no error")
	}
	var want []live.Member
	for i := range 60 {
		unit := []string{"", "Security", "Workloads/Production", "Workloads"}[i%4]
		a := live.Member{ID: fmt.Sprintf("1000000000%02d", i), Name: fmt.Sprint("account ", i), Unit: unit}
		state := types.AccountStateActive
		if i == 7 {
			state = types.AccountStateSuspended
		} else {
			want = append(want, a)
		}
		server.Organizations.SetAccount(a.ID, a.Name, a.Unit, state)
	}
	got, err := live.Organization(t.Context(), client)
	slices.SortFunc(got, func(a, b live.Member) int { return strings.Compare(a.ID, b.ID) })
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v\n%v\n%v", err, got, want)
	}
	for _, call := range []string{"ListRoots", "ListOrganizationalUnitsForParent", "ListAccountsForParent"} {
		stop := server.Inject(localaws.Fault{On: "organizations:" + call, Do: localaws.Refuse{Status: 400, Code: "AccessDeniedException"}})
		if all, err := live.Organization(t.Context(), client); errclass.ClassOf(err) != errclass.Refused || len(all) > 0 {
			t.Errorf("%s: class %v, %v, %v", call, errclass.ClassOf(err), err, all)
		}
		stop()
	}
}
