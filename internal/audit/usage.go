package audit

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Usage is when the services were last used, by the ARN of the principal and the prefix of
// the service. The zero time stands for one that was not used in the time that IAM keeps.
type Usage map[string]map[string]time.Time

// last is when a principal last used a service, nil where that is not known, or never.
func (u Usage) last(arn, service string) *time.Time {
	if t := u[arn][service]; !t.IsZero() {
		return &t
	}
	return nil
}

// Add takes what IAM answers on one principal.
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

// ReadUsage reads one JSON object that has, by the ARN of a principal, what
// aws iam get-service-last-accessed-details prints for it.
func ReadUsage(r io.Reader) (Usage, error) {
	var file map[string]struct {
		JobStatus            string
		ServicesLastAccessed []ServiceUse
	}
	in := json.NewDecoder(r)
	if err := in.Decode(&file); err != nil {
		return nil, fmt.Errorf("reading usage: %w: it must be one object with, by the ARN of a principal, what aws iam get-service-last-accessed-details prints", err)
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("reading usage: there is something after the object")
	}
	u := Usage{}
	for arn, answer := range file {
		if !strings.HasPrefix(arn, "arn:") {
			return nil, fmt.Errorf("reading usage: %q is not the ARN of a principal", arn)
		}
		if answer.JobStatus != "" && answer.JobStatus != "COMPLETED" {
			return nil, fmt.Errorf("reading usage: the job of %s is %s, and not COMPLETED", arn, answer.JobStatus)
		}
		u.Add(arn, answer.ServicesLastAccessed)
	}
	return u, nil
}

// serviceOf is the prefix of an action.
func serviceOf(action string) string {
	service, _, _ := strings.Cut(action, ":")
	return strings.ToLower(service)
}
