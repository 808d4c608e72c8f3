package localaws_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/localaws/events"
	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// TestManyClientsAtOnce finds data races and lost events.
func TestManyClientsAtOnce(t *testing.T) {
	const clients, each = 8, 25
	w := newWorld(t)
	bus := eventbridge.NewFromConfig(w.config)
	_, arn := w.queue(t, "q", nil)
	must(bus.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: s("r"), EventPattern: s(`{"source":["aws.iam"]}`)}))(t)
	must(bus.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: s("r"), Targets: []eventtypes.Target{{Id: s("q"), Arn: &arn}}}))(t)
	var seen, called atomic.Int64
	w.Subscribe(func(events.Event) { seen.Add(1) })
	w.OnCall(func(wire.Call) { called.Add(1) })
	config := w.Config("us-east-1", account)
	config.RetryMaxAttempts = 1
	var wg sync.WaitGroup
	for i := range clients {
		wg.Go(func() {
			client := iam.NewFromConfig(config)
			for j := range each {
				name := fmt.Sprintf("u-%d-%d", i, j)
				if _, err := client.CreateUser(t.Context(), &iam.CreateUserInput{UserName: &name}); err != nil {
					t.Error(err)
				}
				if _, err := client.GetUser(t.Context(), &iam.GetUserInput{UserName: &name}); err != nil {
					t.Error(err)
				}
				if j%5 == 0 {
					w.Inject(localaws.Fault{On: "iam:ListUsers", Times: 1, Do: localaws.Stale{Writes: 3}})
					if _, err := client.ListUsers(t.Context(), &iam.ListUsersInput{}); err != nil {
						t.Error(err)
					}
					w.IAM(account).Describe()
				}
			}
		})
	}
	wg.Wait()
	if got := len(w.SQS.Bodies(arn)); got != clients*each || seen.Load() != clients*each {
		t.Errorf("%d events in the queue, %d seen, want %d", got, seen.Load(), clients*each)
	}
	if got := w.Calls(); got["iam:CreateUser"] != clients*each || got["iam:ListUsers"] != clients*5 || called.Load() == 0 {
		t.Errorf("%v", got)
	}
}

func FuzzLoad(f *testing.F) {
	server := localaws.New(localaws.Options{Seed: 1, Now: localaws.NewClock(start).Now})
	populate(server)
	f.Add(server.IAM(account).Describe())
	f.Add([]byte(`{"RoleDetailList":[{"RoleName":"r","Arn":"arn:aws:iam::123456789012:role/r","AssumeRolePolicyDocument":"%7B%7D","PermissionsBoundary":{"PermissionsBoundaryArn":"x"}}]}`))
	f.Add([]byte(`{"Policies":[{"PolicyName":"p","Arn":"arn:aws:iam::123456789012:policy/p","PolicyVersionList":[{"VersionId":"v9","Document":null}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		server := localaws.New(localaws.Options{Seed: 1})
		if loaded, err := load(server, data); err == nil {
			server.IAM(loaded.Account).Describe()
		}
	})
}

func FuzzAddRecord(f *testing.F) {
	f.Add([]byte(`{"eventID":"x","eventTime":"2026-03-01T12:00:00Z","recipientAccountId":"123456789012","userIdentity":{"type":"Root"},"requestParameters":{"roleName":"r"},"responseElements":{"role":{"arn":"a"}},"readOnly":"true"}`))
	f.Add([]byte(`{"userIdentity":null,"requestParameters":null}`))
	f.Fuzz(func(_ *testing.T, data []byte) {
		server := localaws.New(localaws.Options{Seed: 1})
		_ = server.AddRecord(data)
		post(server, "CloudTrail_20131101.LookupEvents", "Credential=123456789012/2/us-east-1/cloudtrail/aws4_request", `{}`)
	})
}
