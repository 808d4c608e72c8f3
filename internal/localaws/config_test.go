package localaws_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"
)

func evaluation(id string) types.Evaluation {
	return types.Evaluation{
		ComplianceResourceType: aws.String("AWS::IAM::Role"), ComplianceResourceId: &id, ComplianceType: types.ComplianceTypeCompliant,
		Annotation: aws.String("it carries the required boundary"), OrderingTimestamp: aws.Time(start),
	}
}

// AWS Config stores the results of a call, except those that it names as failed. It stores no
// results of a test.
func TestResultsOfARuleAreKept(t *testing.T) {
	w := newWorld(t)
	client, token := configservice.NewFromConfig(w.config), w.ConfigService.Token()
	put := func(in configservice.PutEvaluationsInput) *configservice.PutEvaluationsOutput {
		t.Helper()
		return must(client.PutEvaluations(t.Context(), &in))(t)
	}
	w.ConfigService.Refuse("AROA2")
	out := put(configservice.PutEvaluationsInput{ResultToken: &token, Evaluations: []types.Evaluation{evaluation("AROA1"), evaluation("AROA2"), evaluation("AROA3")}})
	if len(out.FailedEvaluations) != 1 || *out.FailedEvaluations[0].ComplianceResourceId != "AROA2" {
		t.Errorf("failed: %+v", out.FailedEvaluations)
	}
	put(configservice.PutEvaluationsInput{ResultToken: aws.String("TESTMODE"), TestMode: true, Evaluations: []types.Evaluation{evaluation("AROA4")}})
	put(configservice.PutEvaluationsInput{ResultToken: &token})
	got := w.ConfigService.Results()
	if len(got) != 2 || *got[0].ComplianceResourceId != "AROA1" || *got[1].ComplianceResourceId != "AROA3" || !got[1].OrderingTimestamp.Equal(start) {
		t.Errorf("kept: %+v", got)
	}
}

func TestResultsOfARuleHaveLimits(t *testing.T) {
	w := newWorld(t)
	client, token := configservice.NewFromConfig(w.config), w.ConfigService.Token()
	with := func(change func(*types.Evaluation)) []types.Evaluation {
		e := evaluation("AROA1")
		change(&e)
		return []types.Evaluation{evaluation("AROA0"), e}
	}
	hundred := make([]types.Evaluation, 100)
	for i := range hundred {
		hundred[i] = evaluation("AROA1")
	}
	for name, c := range map[string]struct {
		token       string
		evaluations []types.Evaluation
		code        string
	}{
		"a hundred":                  {token, hundred, ""},
		"a hundred and one":          {token, append(hundred, evaluation("AROA1")), "ValidationException"},
		"a token that nobody gave":   {"No token found.", hundred[:1], "InvalidResultTokenException"},
		"256 characters":             {token, with(func(e *types.Evaluation) { e.Annotation = aws.String(strings.Repeat("é", 256)) }), ""},
		"257 characters":             {token, with(func(e *types.Evaluation) { e.Annotation = aws.String(strings.Repeat("x", 257)) }), "ValidationException"},
		"129 characters of two each": {token, with(func(e *types.Evaluation) { e.Annotation = aws.String(strings.Repeat("😀", 129)) }), "ValidationException"},
		"an empty annotation":        {token, with(func(e *types.Evaluation) { e.Annotation = aws.String("") }), "ValidationException"},
		"no annotation":              {token, with(func(e *types.Evaluation) { e.Annotation = nil }), ""},
		"no resource":                {token, with(func(e *types.Evaluation) { e.ComplianceResourceId = aws.String("") }), "ValidationException"},
		"an unknown word":            {token, with(func(e *types.Evaluation) { e.ComplianceType = "FINE" }), "ValidationException"},
		"insufficient data": {
			token, with(func(e *types.Evaluation) { e.ComplianceType = types.ComplianceTypeInsufficientData }), "InvalidParameterValueException",
		},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(w.ConfigService.Results())
			_, err := client.PutEvaluations(t.Context(), &configservice.PutEvaluationsInput{ResultToken: &c.token, Evaluations: c.evaluations})
			if code(err) != c.code || (err == nil) != (c.code == "") {
				t.Errorf("%v, want %q", err, c.code)
			}
			if kept := len(w.ConfigService.Results()) - before; c.code != "" && kept != 0 {
				t.Errorf("%d refused results were stored", kept)
			}
		})
	}
}
