// Package config stores the results of custom rules, as AWS Config does.
//
// https://docs.aws.amazon.com/config/latest/APIReference/API_PutEvaluations.html
package config

import (
	"net/http"
	"slices"
	"sync"
	"unicode/utf16"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// The limits of PutEvaluations.
const (
	maxEvaluations = 100
	maxAnnotation  = 256
	maxType        = 256
	maxID          = 768
)

// Service stores results.
type Service struct {
	ids *wire.IDs

	mu      sync.Mutex
	tokens  map[string]bool
	refused map[string]bool
	results []types.Evaluation
}

// New returns the service.
func New(ids *wire.IDs) *Service {
	return &Service{ids: ids, tokens: map[string]bool{}, refused: map[string]bool{}}
}

// Token returns the result token of one event for a rule.
func (s *Service) Token() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	token := s.ids.Secret("result-token")
	s.tokens[token] = true
	return token
}

// Refuse makes results for a resource fail. The other results of a call are stored.
func (s *Service) Refuse(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused[id] = true
}

// Results returns the stored results in the order in which they arrived.
func (s *Service) Results() []types.Evaluation {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.results)
}

// Call is one request to the service.
type Call struct {
	*Service
	*wire.Call
}

// Operations are the operations served.
var Operations = wire.Table(wire.Write(Call.putEvaluations))

// putEvaluations stores results, unless the call is a test. A test also needs a token, but any
// token works.
func (c Call) putEvaluations(in *configservice.PutEvaluationsInput) (*configservice.PutEvaluationsOutput, error) {
	if in.ResultToken == nil {
		return nil, invalid("resultToken", "Member must not be null")
	}
	if len(in.Evaluations) > maxEvaluations {
		return nil, invalid("evaluations", "Member must have length less than or equal to 100")
	}
	for _, e := range in.Evaluations {
		if err := check(e); err != nil {
			return nil, err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !in.TestMode && !c.tokens[*in.ResultToken] {
		return nil, wire.Errorf(http.StatusBadRequest, "InvalidResultTokenException", "The specified ResultToken is invalid.")
	}
	out := &configservice.PutEvaluationsOutput{FailedEvaluations: []types.Evaluation{}}
	for _, e := range in.Evaluations {
		switch {
		case c.refused[*e.ComplianceResourceId]:
			out.FailedEvaluations = append(out.FailedEvaluations, e)
		case !in.TestMode:
			c.results = append(c.results, e)
		}
	}
	return out, nil
}

// check returns an error if an evaluation is invalid.
// https://docs.aws.amazon.com/config/latest/APIReference/API_Evaluation.html
func check(e types.Evaluation) error {
	switch {
	case !between(e.ComplianceResourceType, maxType):
		return invalid("evaluations.1.member.complianceResourceType", "Member must have length from 1 to 256")
	case !between(e.ComplianceResourceId, maxID):
		return invalid("evaluations.1.member.complianceResourceId", "Member must have length from 1 to 768")
	case e.Annotation != nil && !between(e.Annotation, maxAnnotation):
		return invalid("evaluations.1.member.annotation", "Member must have length from 1 to 256")
	case e.OrderingTimestamp == nil:
		return invalid("evaluations.1.member.orderingTimestamp", "Member must not be null")
	case !slices.Contains(e.ComplianceType.Values(), e.ComplianceType):
		return invalid("evaluations.1.member.complianceType", "Member must satisfy enum value set")
	case e.ComplianceType == types.ComplianceTypeInsufficientData:
		return wire.Errorf(http.StatusBadRequest, "InvalidParameterValueException", "The compliance type INSUFFICIENT_DATA is not valid for PutEvaluations.")
	}
	return nil
}

// between reports whether a text has between 1 and most characters.
func between(text *string, most int) bool {
	n := len(utf16.Encode([]rune(aws.ToString(text))))
	return n >= 1 && n <= most
}

func invalid(member, constraint string) error {
	return wire.Errorf(http.StatusBadRequest, "ValidationException",
		"1 validation error detected: Value at '%s' failed to satisfy constraint: %s", member, constraint)
}
