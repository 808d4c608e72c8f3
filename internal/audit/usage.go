package audit

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
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

// Add adds IAM's answer for one principal.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html
func (u Usage) Add(arn string, services []ServiceUse) {
	used := map[string]time.Time{}
	for _, s := range services {
		used[strings.ToLower(s.ServiceNamespace)] = s.LastAuthenticated
	}
	u[arn] = used
}

// ServiceUse is an entry of ServicesLastAccessed.
type ServiceUse struct {
	ServiceNamespace  string
	LastAuthenticated time.Time
}

// ReadUsage reads a JSON object that maps the ARN of a principal to the output of
// aws iam get-service-last-accessed-details.
func ReadUsage(r io.Reader) (Usage, error) {
	var file map[string]struct {
		JobStatus            string
		ServicesLastAccessed []ServiceUse
	}
	in := json.NewDecoder(r)
	if err := in.Decode(&file); err != nil {
		return nil, fmt.Errorf("reading usage: %w: it must be an object that maps the ARN of a principal to the output of aws iam get-service-last-accessed-details", err)
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("reading usage: unexpected text after the object")
	}
	u := Usage{}
	for arn, answer := range file {
		if !strings.HasPrefix(arn, "arn:") {
			return nil, fmt.Errorf("reading usage: %q is not the ARN of a principal", arn)
		}
		if answer.JobStatus != "" && answer.JobStatus != "COMPLETED" {
			return nil, fmt.Errorf("reading usage: the job of %s is %s, not COMPLETED", arn, answer.JobStatus)
		}
		u.Add(arn, answer.ServicesLastAccessed)
	}
	return u, nil
}

// serviceOf returns the service prefix of an action.
func serviceOf(action string) string {
	service, _, _ := strings.Cut(action, ":")
	return strings.ToLower(service)
}
