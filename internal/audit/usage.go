package audit

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/impact"
)

// Usage is when services were last used, by the ARN of the principal and the prefix of the
// service. The zero time means not used within IAM's tracking period.
type Usage map[string]map[string]time.Time

// last returns when a principal last used a service, nil if never or not known.
func (u Usage) last(arn, service string) *time.Time {
	if t := u[arn][service]; !t.IsZero() {
		return &t
	}
	return nil
}

// Add adds what is known of one principal. Of two times, the later one counts.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html
func (u Usage) Add(arn string, services []ServiceUse) {
	used := u[arn]
	if used == nil {
		used = map[string]time.Time{}
		u[arn] = used
	}
	for _, s := range services {
		service := strings.ToLower(s.ServiceNamespace)
		if last := used[service]; last.IsZero() || s.LastAuthenticated.After(last) {
			used[service] = s.LastAuthenticated
		}
	}
}

// AddCalls adds when the principals of recorded calls used services. A time that cannot be read is left out.
func (u Usage) AddCalls(uses map[string]*impact.Use) {
	for arn, use := range uses {
		var services []ServiceUse
		for service, text := range use.Last {
			if at, err := time.Parse(time.RFC3339, text); err == nil {
				services = append(services, ServiceUse{service, at.UTC()})
			}
		}
		u.Add(arn, services)
	}
}

// ServiceUse is an entry of ServicesLastAccessed.
type ServiceUse struct {
	ServiceNamespace  string
	LastAuthenticated time.Time
}

// Read adds what a JSON object tells that maps the ARN of a principal to the output of
// aws iam get-service-last-accessed-details.
func (u Usage) Read(r io.Reader) error {
	var file map[string]struct {
		JobStatus            string
		ServicesLastAccessed []ServiceUse
	}
	in := json.NewDecoder(r)
	if err := in.Decode(&file); err != nil {
		return fmt.Errorf("reading usage: %w: it must be an object that maps the ARN of a principal to the output of aws iam get-service-last-accessed-details", err)
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return errors.New("reading usage: unexpected text after the object")
	}
	for arn, answer := range file {
		if !strings.HasPrefix(arn, "arn:") {
			return fmt.Errorf("reading usage: %q is not the ARN of a principal", arn)
		}
		if answer.JobStatus != "" && answer.JobStatus != "COMPLETED" {
			return fmt.Errorf("reading usage: the job of %s is %s, not COMPLETED", arn, answer.JobStatus)
		}
		u.Add(arn, answer.ServicesLastAccessed)
	}
	return nil
}

// serviceOf returns the service prefix of an action.
func serviceOf(action string) string {
	service, _, _ := strings.Cut(action, ":")
	return strings.ToLower(service)
}
