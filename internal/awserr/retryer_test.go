package awserr

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ringfence/ringfence/internal/errclass"
)

const found = `<GetRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetRoleResult><Role>
<RoleName>app</RoleName><Arn>arn:aws:iam::123456789012:role/app</Arn><Path>/</Path><RoleId>AROA1</RoleId>
<CreateDate>2026-01-02T03:04:05Z</CreateDate><AssumeRolePolicyDocument>%7B%7D</AssumeRolePolicyDocument>
</Role></GetRoleResult></GetRoleResponse>`

func failure(code string) string {
	return fmt.Sprintf(`<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>
<Code>%s</Code><Message>said so</Message></Error><RequestId>r</RequestId></ErrorResponse>`, code)
}

// client returns an IAM client with this package's retryer, without its pauses. The server
// returns the faults in turn, and then a role; asked counts its requests.
func client(t *testing.T, faults ...func(http.ResponseWriter)) (c *iam.Client, asked *int) {
	t.Helper()
	asked = new(int)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		*asked++
		if *asked <= len(faults) {
			faults[*asked-1](w)
			return
		}
		_, _ = fmt.Fprint(w, found)
	}))
	t.Cleanup(server.Close)
	return iam.New(iam.Options{
		Region:       "us-east-1",
		BaseEndpoint: aws.String(server.URL),
		Credentials:  credentials.NewStaticCredentialsProvider("a", "b", ""),
		HTTPClient:   NewHTTPClient(),
		Retryer:      newRetryer(func(int, error) (time.Duration, error) { return 0, nil }),
	}), asked
}

func fail(status int, code string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.WriteHeader(status)
		_, _ = fmt.Fprint(w, failure(code))
	}
}

func hangUp(w http.ResponseWriter) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = connection.Close()
	}
}

func getRole(ctx context.Context, c *iam.Client) error {
	_, err := c.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String("app")})
	return Wrap(err, "reading role app")
}

func TestRetryer(t *testing.T) {
	throttle := fail(400, "Throttling")
	for _, test := range []struct {
		name   string
		faults []func(http.ResponseWriter)
		asked  int
		class  errclass.Class // of the error, Unknown where the call succeeds
	}{
		{"nothing wrong", nil, 1, errclass.Unknown},
		{"throttled twice", []func(http.ResponseWriter){throttle, throttle}, 3, errclass.Unknown},
		{"every passing fault once", []func(http.ResponseWriter){
			fail(500, "ServiceFailure"), fail(409, "ConcurrentModification"), hangUp, fail(503, "Busy"),
		}, 5, errclass.Unknown},
		{"throttled for good", []func(http.ResponseWriter){throttle, throttle, throttle, throttle, throttle, throttle}, 5, errclass.Retryable},
		{"gone is not asked again", []func(http.ResponseWriter){fail(404, "NoSuchEntity")}, 1, errclass.Gone},
		{"denied is not asked again", []func(http.ResponseWriter){fail(403, "AccessDenied")}, 1, errclass.Refused},
		{"a limit is not a throttle", []func(http.ResponseWriter){fail(409, "LimitExceededException")}, 1, errclass.Refused},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, asked := client(t, test.faults...)
			err := getRole(context.Background(), c)
			if *asked != test.asked {
				t.Errorf("asked %d times, want %d", *asked, test.asked)
			}
			if (err != nil) != (len(test.faults) >= test.asked) || err != nil && errclass.ClassOf(err) != test.class {
				t.Errorf("error %v of class %v, want class %v", err, errclass.ClassOf(err), test.class)
			}
		})
	}
}

func TestRetryerGivesUpInTimeToReport(t *testing.T) {
	c, asked := client(t, fail(400, "Throttling"), fail(400, "Throttling"))
	// The deadline is far enough for the first attempt, and too near for a pause.
	ctx, cancel := context.WithTimeout(context.Background(), room-time.Millisecond)
	defer cancel()
	err := getRole(ctx, c)
	if *asked != 1 {
		t.Errorf("asked %d times, want once", *asked)
	}
	if !errors.Is(err, ErrNoTime) {
		t.Errorf("error %v does not say that there was no time", err)
	}
	if errclass.ClassOf(err) != errclass.Retryable || errclass.CodeOf(err) != "Throttling" {
		t.Errorf("error %v lost its cause: %v %q", err, errclass.ClassOf(err), errclass.CodeOf(err))
	}
}

func TestPauseGrowsAndIsBounded(t *testing.T) {
	want := []time.Duration{100, 200, 400, 800, 800, 800}
	for i, w := range want {
		if got := bound(i + 1); got != w*time.Millisecond {
			t.Errorf("bound after attempt %d is %v, want %vms", i+1, got, int(w))
		}
		for range 100 {
			if d, err := pause(i+1, nil); err != nil || d < 0 || d > bound(i+1) {
				t.Fatalf("pause after attempt %d is %v, %v", i+1, d, err)
			}
		}
	}
	if d := bound(0); d != firstPause {
		t.Errorf("bound(0) is %v", d)
	}
	if NewRetryer().MaxAttempts() != maxAttempts {
		t.Errorf("%d attempts", NewRetryer().MaxAttempts())
	}
}
