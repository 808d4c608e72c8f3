package comparison

import (
	"fmt"

	"github.com/ringfence/ringfence/internal/policy/compare"
)

// Sentence says how A relates to B.
func Sentence(r *compare.Result, a, b string) string {
	switch r.Relation {
	case compare.Equal:
		return fmt.Sprintf("%s is equal to %s: they allow the same requests.", a, b)
	case compare.Narrower:
		return fmt.Sprintf("%s is narrower than %s: it allows nothing that %s does not.", a, b, b)
	case compare.NarrowerOrEqual:
		return fmt.Sprintf("%s is narrower than or equal to %s: it allows nothing that %s does not. Which of the two is unproven: %s.", a, b, b, r.Reason)
	case compare.Wider:
		return fmt.Sprintf("%s is wider than %s: it allows all that %s does, and more.", a, b, b)
	case compare.Incomparable:
		return fmt.Sprintf("%s and %s are incomparable: each allows something that the other does not.", a, b)
	}
	return fmt.Sprintf("The relation of %s to %s is unproven: %s.", a, b, r.Reason)
}

// DenialSentence says how what A denies explicitly relates to what B does, "" if that is unproven.
func DenialSentence(r *compare.DenialResult, a, b string) string {
	switch r.Denials {
	case compare.DeniesEqual:
		return "They deny explicitly the same requests."
	case compare.DeniesFewer:
		return a + " denies explicitly less than " + b + "."
	case compare.DeniesMore:
		return a + " denies explicitly all that " + b + " does, and more."
	case compare.DeniesIncomparable:
		return "Each denies explicitly something that the other does not."
	case compare.DeniesMoreOrEqual:
		return a + " denies explicitly all that " + b + " does."
	}
	return ""
}
