package prose

import (
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/principal"
)

const (
	required = "arn:aws:iam::123456789012:policy/team-boundary"
	other    = "arn:aws:iam::123456789012:policy/other"
)

func role(boundary string) principal.Snapshot {
	return principal.Snapshot{
		Ref:      principal.Ref{Partition: "aws", Account: "123456789012", Kind: principal.Role, Path: "/", Name: "app"},
		ID:       "AROAEXAMPLE",
		Boundary: boundary,
	}
}

func requirement(change ...func(*config.Requirement)) config.Requirement {
	r := config.Requirement{
		Rule: "everyone", Mode: config.Enforce, Accept: config.AcceptNarrower,
		OnDrift: config.Reattach, OnIncomparable: config.Reattach,
		Boundary: config.Boundary{Name: "team", ARN: required},
	}
	for _, c := range change {
		c(&r)
	}
	return r
}

var exemption = &config.Exemption{
	Principal: "arn:aws:iam::123456789012:role/app", Owner: "sec@example.com", Reason: "incident",
	Expires: time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC),
}

func parse(t *testing.T, text string) *policy.Document {
	t.Helper()
	d, err := policy.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}
