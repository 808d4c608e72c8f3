package verdict

import (
	"fmt"
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
)

// Escape is what a principal's identity policies allow beyond its required boundary.
// The zero value is an analysis that was not made.
type Escape struct {
	// Known is set when the analysis came to an end; without it, Why says why it did not.
	Known bool
	Why   string
	// Witness is a request beyond the boundary, nil where there is none.
	Witness *finding.Witness
	// Services are the prefixes of the services in which there are such requests.
	Services []string
	// Raises is set when one of them lets the principal change IAM or the control.
	Raises bool
}

// Assess holds a principal's identity policies against its required boundary.
func Assess(identity []principal.IdentityPolicy, required *policy.Document) Escape {
	all := policy.Document{Version: policy.Version2012}
	for _, p := range identity {
		d, err := policy.Parse(p.Document)
		if err != nil {
			return Escape{Why: fmt.Sprintf("%s cannot be read: %v", p, err)}
		}
		all.Statements = append(all.Statements, d.Statements...)
	}
	if len(all.Statements) == 0 {
		return Escape{Known: true}
	}
	m := Compare(&all, required)
	if m.Gains == nil && m.Relation == compare.Unproven {
		return Escape{Why: m.Why}
	}
	e := Escape{Known: true, Witness: m.Gains}
	if m.Gains != nil {
		service, _, _ := strings.Cut(m.Gains.Action, ":")
		e.Services, e.Raises = []string{service}, service == "iam"
	}
	return e
}
