package localaws_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/smithy-go/transport/http"

	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/localaws/events"
	localiam "github.com/ringfence/ringfence/internal/localaws/iam"
	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// faulty is a server with a clock, an in-process client that does not retry, and the names of the
// events sent to subscribers.
type faulty struct {
	*localaws.Server
	clock *localaws.Clock
	iam   *iam.Client
	seen  []string
}

func newFaulty() *faulty {
	f := &faulty{clock: localaws.NewClock(start)}
	f.Server = localaws.New(localaws.Options{Now: f.clock.Now, Seed: 1})
	config := f.Config("us-east-1", account)
	config.RetryMaxAttempts = 1
	f.iam = iam.NewFromConfig(config)
	f.Subscribe(func(e events.Event) {
		var d struct {
			EventName, ErrorCode string
			RequestParameters    struct{ UserName string }
		}
		if err := json.Unmarshal(e.Detail, &d); err != nil {
			panic(err)
		}
		f.seen = append(f.seen, strings.TrimSpace(d.EventName+" "+d.RequestParameters.UserName+" "+d.ErrorCode))
	})
	return f
}

func (f *faulty) create(t *testing.T, name string) error {
	_, err := f.iam.CreateUser(t.Context(), &iam.CreateUserInput{UserName: &name})
	return err
}

func (f *faulty) get(t *testing.T, name string) error {
	_, err := f.iam.GetUser(t.Context(), &iam.GetUserInput{UserName: &name})
	return err
}

func TestFaultsAreSpent(t *testing.T) {
	f := newFaulty()
	if err := f.create(t, "u"); err != nil {
		t.Fatal(err)
	}
	f.Inject(localaws.Fault{On: "iam:Get*", Times: 2, Do: localaws.Throttle{}})
	f.Inject(localaws.Fault{On: "iam:GetUser", Times: 1, Do: localaws.ServerError{Status: 503}})
	remove := f.Inject(localaws.Fault{
		On: "*", If: func(c wire.Call) bool { return c.Operation == "GetUser" }, Do: localaws.Refuse{Status: 403, Code: "AccessDenied", Message: "no"},
	})
	var codes []string
	for range 5 {
		codes = append(codes, code(f.get(t, "u")))
	}
	if want := []string{"Throttling", "Throttling", "ServiceUnavailable", "AccessDenied", "AccessDenied"}; !slices.Equal(codes, want) {
		t.Errorf("%v", codes)
	}
	remove()
	if err := f.get(t, "u"); err != nil {
		t.Error(err)
	}
	if got := f.Calls()["iam:GetUser"]; got != 6 {
		t.Errorf("%d calls", got)
	}
}

func TestThrottledWriteIsRetriedByTheSDK(t *testing.T) {
	f := newFaulty()
	config := f.Config("us-east-1", account)
	config.Retryer = func() aws.Retryer { return noWait{aws.NopRetryer{}} }
	f.Inject(localaws.Fault{On: "iam:CreateUser", Times: 2, Do: localaws.Throttle{}})
	if _, err := iam.NewFromConfig(config).CreateUser(t.Context(), &iam.CreateUserInput{UserName: aws.String("u")}); err != nil {
		t.Error(err)
	}
	if want := []string{"CreateUser u ThrottlingException", "CreateUser u ThrottlingException", "CreateUser u"}; !slices.Equal(f.seen, want) {
		t.Errorf("%q", f.seen)
	}
}

// noWait retries the same errors as the SDK, without waits.
type noWait struct{ aws.NopRetryer }

func (noWait) IsErrorRetryable(err error) bool                                 { return code(err) == "Throttling" }
func (noWait) MaxAttempts() int                                                { return 5 }
func (noWait) RetryDelay(int, error) (time.Duration, error)                    { return 0, nil }
func (noWait) GetRetryToken(context.Context, error) (func(error) error, error) { return nop, nil }
func (noWait) GetInitialToken() func(error) error                              { return nop }
func (noWait) GetAttemptToken(context.Context) (func(error) error, error)      { return nop, nil }
func nop(error) error                                                          { return nil }

func TestLostAnswers(t *testing.T) {
	for name, config := range map[string]func(*faulty) aws.Config{
		"in-process": func(f *faulty) aws.Config { return f.Config("us-east-1", account) },
		"HTTP":       func(f *faulty) aws.Config { return listen(t, f.Server).Config("us-east-1", account) },
	} {
		t.Run(name, func(t *testing.T) {
			f := newFaulty()
			c := config(f)
			c.RetryMaxAttempts = 1
			f.iam = iam.NewFromConfig(c)
			f.Inject(localaws.Fault{On: "iam:CreateUser", Times: 1, Do: localaws.Drop{}})
			f.Inject(localaws.Fault{On: "iam:CreateUser", Times: 1, Do: localaws.Drop{Done: true}})
			for _, user := range []string{"never", "made"} {
				var unsent *http.RequestSendError
				if err := f.create(t, user); !errors.As(err, &unsent) {
					t.Errorf("%s: %v", user, err)
				}
			}
			if code(f.get(t, "never")) != "NoSuchEntity" || f.get(t, "made") != nil {
				t.Error("Drop took effect, or Drop{Done} did not")
			}

			f.Inject(localaws.Fault{On: "iam:CreateUser", Times: 1, Do: localaws.Hang{Done: true}})
			ctx, cancel := context.WithCancel(t.Context())
			f.OnCall(func(wire.Call) { cancel() })
			if _, err := f.iam.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("hung")}); !errors.Is(err, context.Canceled) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestStaleReads(t *testing.T) {
	f := newFaulty()
	for _, user := range []string{"a", "b", "c"} {
		if err := f.create(t, user); err != nil {
			t.Fatal(err)
		}
		f.clock.Advance(time.Second)
	}
	missing := func() (names []string) {
		for _, user := range []string{"a", "b", "c"} {
			if err := f.get(t, user); err != nil {
				var e *types.NoSuchEntityException
				if !errors.As(err, &e) {
					t.Error(err)
				}
				names = append(names, user)
			}
		}
		return names
	}
	remove := f.Inject(localaws.Fault{On: "iam:Get*", Do: localaws.Stale{Writes: 2}})
	if got := missing(); !slices.Equal(got, []string{"b", "c"}) {
		t.Errorf("two writes ago: missing %v", got)
	}
	remove()
	remove = f.Inject(localaws.Fault{Do: localaws.Stale{For: 1500 * time.Millisecond}})
	if got := missing(); !slices.Equal(got, []string{"c"}) {
		t.Errorf("1.5 s ago: missing %v", got)
	}
	must(f.iam.DeleteUser(t.Context(), &iam.DeleteUserInput{UserName: aws.String("a")}))(t)
	if err := f.get(t, "a"); err != nil {
		t.Errorf("deleted just now, so it must still exist: %v", err)
	}
	f.clock.Advance(10 * time.Second)
	if got := missing(); !slices.Equal(got, []string{"a"}) {
		t.Errorf("10 s later: missing %v", got)
	}
	remove()
	f.Inject(localaws.Fault{Do: localaws.Stale{Writes: 1000}})
	if got := missing(); len(got) != 3 {
		t.Errorf("before everything: missing %v", got)
	}
}

func TestStaleReadsAmongManyWrites(t *testing.T) {
	a := localaws.New(localaws.Options{}).IAM(account)
	boundaries := func(lag int) (got string) {
		_ = a.View(localiam.Lag{Writes: lag}, func(tx *localiam.Tx) error {
			if r := tx.Role("r"); r != nil {
				got = r.Boundary
			}
			return nil
		})
		return got
	}
	for i := range 200 {
		_ = a.Edit(func(tx *localiam.Tx) error {
			tx.EnsureRole("", "r")
			return tx.EditRole("r", func(r *localiam.Role) error {
				r.Boundary = string(rune('a' + i%26))
				return nil
			})
		})
	}
	for lag := range 33 {
		if want := string(rune('a' + (199-lag)%26)); boundaries(lag) != want {
			t.Errorf("%d writes ago: %q, want %q", lag, boundaries(lag), want)
		}
	}
}

func TestEventsGoWrong(t *testing.T) {
	f := newFaulty()
	step := func(do localaws.Effect, name string) {
		if do != nil {
			f.Inject(localaws.Fault{On: "iam:CreateUser", Times: 1, Do: do})
		}
		if err := f.create(t, name); err != nil {
			t.Fatal(err)
		}
	}
	step(localaws.Lose{}, "lost")
	step(localaws.Duplicate{Copies: 2}, "thrice")
	step(localaws.Late{By: time.Minute}, "late")
	step(localaws.Reorder{}, "second")
	step(nil, "first")
	f.clock.Advance(59 * time.Second)
	f.Deliver()
	want := []string{"CreateUser thrice", "CreateUser thrice", "CreateUser thrice", "CreateUser first", "CreateUser second"}
	if !slices.Equal(f.seen, want) {
		t.Errorf("%q", f.seen)
	}
	f.clock.Advance(time.Second)
	f.Deliver()
	step(localaws.Reorder{}, "held")
	f.Flush()
	if want = append(want, "CreateUser late", "CreateUser held"); !slices.Equal(f.seen, want) {
		t.Errorf("%q", f.seen)
	}
}

func TestSubscriberMayWrite(t *testing.T) {
	f := newFaulty()
	f.Subscribe(func(e events.Event) {
		if strings.Contains(string(e.Detail), `"eventName":"CreateUser"`) && !strings.Contains(string(e.Detail), "boss") {
			if err := f.create(t, "boss-of-"+strings.Split(string(e.Detail), `"userName":"`)[1][:1]); err != nil {
				t.Error(err)
			}
		}
	})
	if err := f.create(t, "u"); err != nil {
		t.Fatal(err)
	}
	if err := f.get(t, "boss-of-u"); err != nil {
		t.Error(err)
	}
}

func TestAuthorizeHook(t *testing.T) {
	type call struct {
		principal, action, resource string
		boundary                    []string
	}
	var asked []call
	server := localaws.New(localaws.Options{Seed: 1, Authorize: func(_, principal, action, resource string, conditions map[string][]string) error {
		asked = append(asked, call{principal, action, resource, conditions["iam:PermissionsBoundary"]})
		if strings.HasPrefix(action, "iam:Delete") {
			return errors.New("an explicit deny")
		}
		return nil
	}})
	var denied events.Event
	server.Subscribe(func(e events.Event) { denied = e })
	client := iam.NewFromConfig(server.ConfigAs("us-east-1", server.Session(account, "ringfence", "s")))
	must(client.CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName: aws.String("app"), Path: aws.String("/dev/"), AssumeRolePolicyDocument: aws.String(trust), PermissionsBoundary: aws.String(denyAll),
	}))(t)
	_, err := client.DeleteRolePermissionsBoundary(t.Context(), &iam.DeleteRolePermissionsBoundaryInput{RoleName: aws.String("app")})
	if code(err) != "AccessDenied" {
		t.Fatalf("%v", err)
	}
	me := "arn:aws:sts::123456789012:assumed-role/ringfence/s"
	app := "arn:aws:iam::123456789012:role/dev/app"
	want := []call{{me, "iam:CreateRole", app, []string{denyAll}}, {me, "iam:DeleteRolePermissionsBoundary", app, []string{denyAll}}}
	if len(asked) != 2 || !slices.EqualFunc(asked, want, func(a, b call) bool {
		return a.principal == b.principal && a.action == b.action && a.resource == b.resource && slices.Equal(a.boundary, b.boundary)
	}) {
		t.Errorf("%+v", asked)
	}
	var record struct {
		ErrorCode         string
		RequestParameters *struct{}
		UserIdentity      struct {
			Type           string
			SessionContext struct{ SessionIssuer struct{ UserName string } }
		}
	}
	if err := json.Unmarshal(denied.Detail, &record); err != nil {
		t.Fatal(err)
	}
	if record.ErrorCode != "AccessDenied" || record.RequestParameters != nil || record.UserIdentity.Type != "AssumedRole" ||
		record.UserIdentity.SessionContext.SessionIssuer.UserName != "ringfence" {
		t.Errorf("%s", denied.Detail)
	}
}
