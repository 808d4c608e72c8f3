package compare

import "github.com/ringfence/ringfence/internal/policy/lang"

// answer is what is known of a question. The reason is there where the outcome is unknown.
type answer struct {
	outcome lang.Outcome
	witness *Witness
	reason  string
}

// The reasons for an unproven answer.
const (
	outOfBudget       = "the documents are too complex to search all requests"
	semanticsSplit    = "it depends on whether a wildcard in an ARN goes beyond a colon, of which AWS documents both"
	unconfirmed       = "no request was found that shows it, and none could be ruled out"
	contradictory     = "no possible request was found that shows it: its keys would contradict one another or the resource"
	withoutSet        = "it depends on a condition on %s, which can have several values, without ForAnyValue or ForAllValues: AWS does not document when that matches"
	oneEmptyValue     = "it depends on whether one empty value of %s counts as a value under ForAnyValue or ForAllValues: by AWS's text it does not, and other evaluators compare it"
	unclearPrincipals = "AWS does not document whether NotPrincipal spares the principal"
	unreadable        = "it hangs on a condition that cannot be read: "
)

// undecided notes why there is no answer, unless there is one already.
func (a *answer) undecided(reason string) {
	if a.outcome == lang.Empty {
		a.outcome, a.reason = lang.Unknown, reason
	}
}

// add takes in the answer for a part of the requests.
func (a *answer) add(part answer) {
	if part.outcome == lang.Found && a.outcome != lang.Found || part.outcome == lang.Unknown && a.outcome == lang.Empty {
		*a = part
	}
}

// containment reads an answer to the question for what one side allows and the other does not.
func (a *answer) containment() Containment {
	switch a.outcome {
	case lang.Empty:
		return Proven
	case lang.Found:
		return Refuted
	}
	return Unknown
}
