package verdict

import (
	"fmt"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
)

// Escape is what a principal could do beyond its required boundary. The zero value is
// an analysis that was not made.
type Escape struct {
	// Known is set when the analysis came to an end; without it, Why says why it did not.
	Known bool
	Why   string
	// Witness is a request beyond the boundary, nil where none was found.
	Witness *finding.Witness
	// Services are the prefixes of the services in which there are such requests, * for
	// all that nobody names.
	Services []string
	// Raises is set when the witness lets the principal raise its privileges.
	Raises bool
}

// Assess holds a principal's identity policies against its required boundary. Attached
// is the boundary that it carried, nil where it had none; its meaning is that of the
// attached to the required one. A request that the attached boundary kept from the
// principal was no escape.
func Assess(identity []principal.IdentityPolicy, attached, required *policy.Document, m Meaning) Escape {
	if m.Relation == compare.Equal || m.Relation == compare.Narrower {
		return Escape{Known: true} // the attached boundary let nothing more through
	}
	documents := make([]*compare.Compiled, len(identity))
	for i, p := range identity {
		d, err := policy.Parse(p.Document)
		if err != nil {
			return Escape{Why: fmt.Sprintf("%s cannot be read: %v", p, err)}
		}
		documents[i] = compare.Compile(d)
	}
	var through *compare.Compiled
	if attached != nil {
		through = compare.Compile(attached)
	}
	x := compare.EscapesThrough(documents, through, compare.Compile(required), raisingActions())
	return Escape{Known: x.Complete, Why: x.Reason, Witness: witness(x.Witness), Services: x.Services, Raises: x.Preferred}
}
