// Package securityhub is the part of Security Hub that imports findings: BatchImportFindings,
// which checks them for the AWS Security Finding Format.
//
// https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html
package securityhub

import (
	"maps"
	"net/http"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// Paths are the REST operations served, by method and path.
var Paths = map[string]string{"POST /findings/import": "BatchImportFindings"}

// Operations are the operations served.
var Operations = wire.Table(wire.Write(Call.batchImportFindings))

const (
	mostFindings = 100
	largest      = 240 << 10
)

// Service stores findings. It is enabled in every account unless SetEnabled disables it.
type Service struct {
	mu       sync.Mutex
	disabled bool
	failing  map[string]string  // code by id
	findings map[string]Finding // by account, region and id
	imports  int
}

// New returns the service.
func New() *Service { return &Service{failing: map[string]string{}, findings: map[string]Finding{}} }

// Call is one request to the service.
type Call struct {
	*Service
	*wire.Call
}

// SetEnabled enables the service in all accounts, or disables it.
func (s *Service) SetEnabled(enabled bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.disabled = !enabled
}

// Fail makes the import of a finding fail with a code in FailedFindings; an empty code ends that.
func (s *Service) Fail(id, code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failing[id] = code
}

// Findings returns the findings of all accounts, ordered by account, region and id.
func (s *Service) Findings() []Finding {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Finding
	for _, key := range slices.Sorted(maps.Keys(s.findings)) {
		all = append(all, s.findings[key])
	}
	return all
}

// Imports returns how often findings were created or updated.
func (s *Service) Imports() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.imports
}

// BatchImportFindingsInput is the input of BatchImportFindings.
type BatchImportFindingsInput struct{ Findings []Finding }

// BatchImportFindingsOutput is the output of BatchImportFindings.
type BatchImportFindingsOutput struct {
	FailedCount    int32
	SuccessCount   int32
	FailedFindings []FailedFinding
}

// FailedFinding is a finding that was not imported, and why.
type FailedFinding struct{ Id, ErrorCode, ErrorMessage *string } //nolint:revive // as in the API

func (c Call) batchImportFindings(in *BatchImportFindingsInput) (*BatchImportFindingsOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.disabled {
		return nil, wire.Errorf(http.StatusUnauthorized, "InvalidAccessException", "Account %s is not subscribed to AWS Security Hub", c.Account)
	}
	if n := len(in.Findings); n < 1 || n > mostFindings {
		return nil, wire.Errorf(http.StatusBadRequest, "InvalidInputException", "Invalid parameter 'Findings'. %d is not between 1 and %d.", n, mostFindings)
	}
	out := &BatchImportFindingsOutput{FailedFindings: []FailedFinding{}}
	for _, f := range in.Findings {
		code, message := c.failing[aws.ToString(f.Id)], "failed by the test"
		if code == "" {
			code, message = c.check(f)
		}
		if code != "" {
			out.FailedFindings = append(out.FailedFindings, FailedFinding{f.Id, &code, &message})
			continue
		}
		c.keep(f)
	}
	out.FailedCount = int32(len(out.FailedFindings))             //nolint:gosec // at most 100
	out.SuccessCount = int32(len(in.Findings)) - out.FailedCount //nolint:gosec // the same
	return out, nil
}

// keep creates or updates a finding. It ignores one that is older than the stored finding. The
// workflow status does not change, because customers set it.
// https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html
func (c Call) keep(f Finding) {
	key := c.Account + " " + c.Region + " " + *f.Id
	if was, ok := c.findings[key]; ok {
		if updated(f).Before(updated(was)) {
			return
		}
		f.Workflow = was.Workflow
	}
	c.findings[key] = f
	c.imports++
}
