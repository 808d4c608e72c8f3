package organization_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/localaws/localawstest"
	local "github.com/ringfence/ringfence/internal/localaws/organizations"
	"github.com/ringfence/ringfence/internal/organization"
	"github.com/ringfence/ringfence/internal/principal"
)

// account is an account as it must be read.
func account(id, name, path string, tags map[string]string) principal.Account {
	a := principal.Account{ID: id, Name: name, Units: []principal.Unit{{ID: local.UnitID(""), Name: "Root"}}, Tags: tags}
	at := ""
	for unit := range strings.SplitSeq(path, "/") {
		if at = strings.TrimPrefix(at+"/"+unit, "/"); unit != "" {
			a.Units = append(a.Units, principal.Unit{ID: local.UnitID(at), Name: unit})
		}
	}
	return a
}

func sorted(all []principal.Account) []principal.Account {
	slices.SortFunc(all, func(a, b principal.Account) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// open starts an organization with many units and accounts, and returns the accounts that are in use.
func open(t *testing.T, tags bool) (server *localaws.Server, o *organization.Organization, want []principal.Account) {
	t.Helper()
	server, config := localawstest.Start(t, localaws.DefaultAccount)
	config.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	o = organization.New(organizations.NewFromConfig(config), tags)
	for i := range 90 {
		id, state := fmt.Sprintf("1000000000%02d", i), types.AccountStateActive
		path := []string{"", "Security", "Workloads/Production", "Workloads", fmt.Sprint("Teams/Team ", i)}[i%5]
		switch i {
		case 5:
			state = types.AccountStateSuspended
		case 6:
			state = types.AccountStatePendingClosure
		case 7:
			state = types.AccountStatePendingActivation
		}
		server.Organizations.SetAccount(id, "account "+id, path, state)
		a := account(id, "account "+id, path, nil)
		if tags {
			a.Tags = map[string]string{}
		}
		if tags && i%2 == 0 {
			a.Tags = map[string]string{"stage": "prod", "Stage": fmt.Sprint(i)}
			server.Organizations.SetTags(id, a.Tags)
		}
		if state == types.AccountStateActive {
			want = append(want, a)
		}
	}
	return server, o, want
}

// Both ways of reading an account say the same.
func TestAccounts(t *testing.T) {
	for _, tags := range []bool{false, true} {
		_, o, want := open(t, tags)
		got, err := o.All(t.Context())
		if diff := cmp.Diff(want, sorted(got)); err != nil || diff != "" {
			t.Errorf("tags %v: %v (-want +got):\n%s", tags, err, diff)
		}
		for _, a := range want {
			one, err := o.Account(t.Context(), a.ID)
			one.Units[0].Name = a.Units[0].Name // the root's is not read
			if diff := cmp.Diff(a, one); err != nil || diff != "" {
				t.Errorf("tags %v: %s: %v (-want +got):\n%s", tags, a.ID, err, diff)
			}
		}
	}
}

// The markers are short enough for a message, however large the organization is, and one that is none is refused.
func TestMarkers(t *testing.T) {
	_, o, _ := open(t, false)
	pages, calls := 0, 0
	for marker := ""; marker != "" || pages == 0; pages++ {
		_, next, err := o.Accounts(t.Context(), marker)
		if err != nil || len(next) > 4<<10 {
			t.Fatalf("%v, a marker of %d bytes", err, len(next))
		}
		marker, calls = next, calls+1
	}
	if pages < 20 {
		t.Errorf("%d pages", pages)
	}
	for _, marker := range []string{"20", "[]", "{", "null"} {
		if _, _, err := o.Accounts(t.Context(), marker); errclass.ClassOf(err) != errclass.BadInput {
			t.Errorf("%q: %v", marker, err)
		}
	}
}

// An account that was moved is in its new unit, and one that left is gone.
func TestMovedAndClosedAccounts(t *testing.T) {
	server, o, _ := open(t, false)
	const moved, left = "100000000001", "100000000002"
	server.Organizations.SetAccount(moved, "moved", "Workloads/Production", types.AccountStateActive)
	server.Organizations.RemoveAccount(left)
	got, err := o.Account(t.Context(), moved)
	if err != nil || got.UnitPath() != "Workloads/Production" || got.Name != "moved" {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := o.Account(t.Context(), left); errclass.ClassOf(err) != errclass.Gone {
		t.Errorf("%v", err)
	}
	for id, want := range map[string]bool{
		moved: false, left: true, "999999999999": true,
		"100000000005": true, "100000000006": true, "100000000007": false,
	} {
		if is, err := o.Closed(t.Context(), id); is != want || err != nil {
			t.Errorf("%s: closed %v, %v", id, is, err)
		}
	}
	server.Organizations.SetAccount(left, "closed", "", types.AccountStateClosed)
	if is, err := o.Closed(t.Context(), left); !is || err != nil {
		t.Errorf("closed %v, %v", is, err)
	}
}

// A refusal and a throttle are errors, never an account without units or tags, a closed one, or the end of a list.
func TestWhatCannotBeRead(t *testing.T) {
	_, config := localawstest.Start(t, localaws.DefaultAccount)
	none := organization.New(organizations.NewFromConfig(config), true)
	if _, err := none.All(t.Context()); err == nil {
		t.Error("without an organization there is no error")
	}
	if is, err := none.Closed(t.Context(), localaws.DefaultAccount); is || err == nil {
		t.Errorf("without an organization, the account is closed: %v, %v", is, err)
	}
	server, o, _ := open(t, true)
	all := func(ctx context.Context) error { got, err := o.All(ctx); return found(len(got) > 0, err) }
	one := func(ctx context.Context) error {
		got, err := o.Account(ctx, "100000000002")
		return found(got.ID != "" || got.Units != nil || got.Tags != nil, err)
	}
	closed := func(ctx context.Context) error { is, err := o.Closed(ctx, "100000000002"); return found(is, err) }
	for call, read := range map[string]func(context.Context) error{
		"ListRoots": all, "ListOrganizationalUnitsForParent": all, "ListAccountsForParent": all, "ListTagsForResource": all,
		"DescribeAccount": one, "ListParents": one, "DescribeOrganizationalUnit": one, "ListTagsForResource of one": one,
		"DescribeAccount of a closed one": closed,
	} {
		action, _, _ := strings.Cut(call, " ")
		for class, effect := range map[errclass.Class]localaws.Effect{
			errclass.Refused:   localaws.Refuse{Status: 400, Code: "AccessDeniedException"},
			errclass.Retryable: localaws.Throttle{},
		} {
			stop := server.Inject(localaws.Fault{On: "organizations:" + action, Do: effect})
			if err := read(t.Context()); errclass.ClassOf(err) != class {
				t.Errorf("%s: class %v, want %v: %v", call, errclass.ClassOf(err), class, err)
			}
			stop()
		}
	}
}

// found returns an error without a class if something was found in spite of one.
func found(something bool, err error) error {
	if something {
		return errors.New(fmt.Sprint("an answer in spite of ", err))
	}
	return err
}
