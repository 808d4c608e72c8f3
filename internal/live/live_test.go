package live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/authdetails/accounttest"
	"github.com/ringfence/ringfence/internal/localaws"
)

// An account read from IAM in pages is the same as one from a file.
func TestAccount(t *testing.T) {
	var file bytes.Buffer
	if err := accounttest.Write(&file, 1200); err != nil {
		t.Fatal(err)
	}
	want, err := authdetails.Read(bytes.NewReader(file.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	server := localaws.New(localaws.Options{})
	kept := authdetails.Reader{Keep: true}
	if err := kept.Read("", bytes.NewReader(file.Bytes())); err != nil {
		t.Fatal(err)
	}
	loaded := server.Load(kept.Parts()[0])
	client := iam.NewFromConfig(server.Config("us-east-1", loaded.Account))
	var out bytes.Buffer
	pages, last := 0, 0
	if err := Account(t.Context(), client, &out, func(n int) { pages++; last = n }); err != nil {
		t.Fatal(err)
	}
	got, err := authdetails.Read(&out)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Principals) != 1200 || pages < 2 || last < 1200 || !got.Whole() {
		t.Errorf("%d principals in %d pages, %d entities", len(got.Principals), pages, last)
	}
	for i := range want.Principals {
		p := &want.Principals[i]
		same, ok := got.Principal(p.ARN())
		if !ok || same.Boundary != p.Boundary || same.ID != p.ID || len(same.Tags) != len(p.Tags) {
			t.Fatalf("%+v, want %+v", same, p)
		}
		a, errA := want.IdentityPolicies(p)
		b, errB := got.IdentityPolicies(same)
		if errA != nil || errB != nil || len(a) != len(b) {
			t.Fatalf("%s: %d policies, %v, want %d, %v", p.ARN(), len(b), errB, len(a), errA)
		}
	}
}

// clientOf returns an IAM client for a server of the test.
func clientOf(t *testing.T, answer func(action string, n int) (int, string)) *iam.Client {
	t.Helper()
	calls := map[string]int{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		action := r.FormValue("Action")
		calls[action]++
		status, body := answer(action, calls[action])
		w.WriteHeader(status)
		_, _ = fmt.Fprint(w, body)
	}))
	t.Cleanup(server.Close)
	return iam.New(iam.Options{
		Region: "us-east-1", BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
		Credentials: aws.NewCredentialsCache(credentials.NewStaticCredentialsProvider("AKIAEXAMPLE", "secret", "")),
	})
}

const denied = `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>`

// A missing permission is named.
func TestAMissingPermissionIsNamed(t *testing.T) {
	client := clientOf(t, func(string, int) (int, string) { return http.StatusForbidden, denied })
	err := Account(t.Context(), client, &bytes.Buffer{}, func(int) {})
	if err == nil || !strings.Contains(err.Error(), "iam:GetAccountAuthorizationDetails") || !strings.Contains(err.Error(), "SecurityAudit") {
		t.Errorf("%v", err)
	}
	err = Usage(t.Context(), client, []string{"arn:aws:iam::123456789012:role/app"}, func(string, []Use) {})
	if err == nil || !strings.Contains(err.Error(), "iam:GenerateServiceLastAccessedDetails") {
		t.Errorf("%v", err)
	}
}

// Other refusals are not reported as a missing permission, and credentials of another partition
// are explained.
func TestOtherRefusals(t *testing.T) {
	for code, want := range map[string]string{"InvalidClientTokenId": "--region", "ValidationError": "", "LimitExceeded": ""} {
		client := clientOf(t, func(string, int) (int, string) {
			return http.StatusForbidden, strings.Replace(denied, "AccessDenied", code, 1)
		})
		err := Account(t.Context(), client, &bytes.Buffer{}, func(int) {})
		if err == nil || !strings.Contains(err.Error(), code) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "lack") || want == "" && strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", code, err)
		}
	}
}

// A job is waited for, all its pages are read, and a failed one does not affect the others.
func TestUsage(t *testing.T) {
	page := func(status, service, date, more string) string {
		if date != "" {
			date = "<LastAuthenticated>" + date + "</LastAuthenticated>"
		}
		return `<GetServiceLastAccessedDetailsResponse><GetServiceLastAccessedDetailsResult><JobStatus>` + status + `</JobStatus>` +
			`<JobCreationDate>2026-11-01T00:00:00Z</JobCreationDate><JobCompletionDate>2026-11-01T00:00:01Z</JobCompletionDate><ServicesLastAccessed><member><ServiceName>x</ServiceName><ServiceNamespace>` +
			service + `</ServiceNamespace>` + date + `</member></ServicesLastAccessed>` + more + `</GetServiceLastAccessedDetailsResult></GetServiceLastAccessedDetailsResponse>`
	}
	client := clientOf(t, func(action string, n int) (int, string) {
		switch {
		case action == "GenerateServiceLastAccessedDetails":
			return http.StatusOK, `<GenerateServiceLastAccessedDetailsResponse><GenerateServiceLastAccessedDetailsResult><JobId>examplejob-0000-0000-0000-000000000000</JobId></GenerateServiceLastAccessedDetailsResult></GenerateServiceLastAccessedDetailsResponse>`
		case n == 1:
			return http.StatusOK, page("IN_PROGRESS", "s3", "", "")
		case n == 2:
			return http.StatusOK, page("COMPLETED", "s3", "2026-10-01T02:03:04Z", "<IsTruncated>true</IsTruncated><Marker>m</Marker>")
		case n == 3:
			return http.StatusOK, page("COMPLETED", "ec2", "", "<IsTruncated>false</IsTruncated>")
		}
		return http.StatusOK, page("FAILED", "x", "", "")
	})
	const arn = "arn:aws:iam::123456789012:role/app"
	var got []Use
	take := func(of string, uses []Use) {
		if of != arn {
			t.Errorf("of %s", of)
		}
		got = append(got, uses...)
	}
	if err := Usage(t.Context(), client, []string{arn}, take); err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0].Service != "s3" || !got[0].Last.Equal(time.Date(2026, 10, 1, 2, 3, 4, 0, time.UTC)) || got[1].Service != "ec2" || !got[1].Last.IsZero() {
		t.Errorf("%+v", got)
	}
	if err := Usage(t.Context(), client, []string{arn}, take); err == nil || len(got) != 2 {
		t.Errorf("a failed job: %v, %+v", err, got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Usage(ctx, client, []string{arn}, take); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}
