package publish

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/principal"
)

func resolved(f finding.Finding) bool { return f.Status == finding.Resolved }

// repaired reports whether a repair by Ringfence is the last thing that was done. The
// target may be outside all the same, where the policy that was put back lets it out.
func repaired(f finding.Finding) bool { return f.Outcome == finding.Done && f.Action.Writes() }

// state says in one word how it stands. A finding without drift is fine.
func state(f finding.Finding) string {
	switch {
	case f.Drift == finding.None:
		return "OK"
	case resolved(f):
		return "RESOLVED"
	}
	return "OPEN"
}

// who names what a finding is about, without its account: "role dev/app".
func who(f finding.Finding) string {
	switch {
	case f.Principal != nil:
		ref, err := principal.Parse(f.Principal.ARN)
		if err != nil {
			return f.Principal.Kind + " " + f.Principal.ARN
		}
		return string(ref.Kind) + " " + strings.TrimPrefix(ref.Path, "/") + ref.Name
	case f.Drift == finding.ControlTampered:
		return "Ringfence itself"
	case f.Drift == finding.Protected:
		return "an IAM Identity Center permission set"
	case f.Drift == finding.Withheld:
		return "call " + clean(f.Event.Name, partLimit)
	case f.Drift == finding.SweepHeld:
		return "the sweep"
	case f.Drift == finding.Unreachable:
		return "Ringfence's access"
	}
	return "boundary policy " + policyName(f.Required)
}

// policyName is the name in a policy's ARN, or the whole where it is none.
func policyName(arn string) string {
	p, err := principal.ParsePolicy(arn)
	if err != nil {
		return clean(arn, nameLimit)
	}
	return p.Name
}

// what says what is wrong, to be read behind who: in the past tense where it is resolved.
func what(f finding.Finding) string {
	now := func(is, was string) string {
		if resolved(f) {
			return was
		}
		return is
	}
	switch f.Drift {
	case finding.None:
		return "is as it must be"
	case finding.ControlTampered:
		was := "was"
		if f.Severity != finding.Critical {
			was = "may have been" // the record does not say what the call was on, or no call was recorded
		}
		if f.Principal != nil {
			return was + " tampered with (it is a part of Ringfence)"
		}
		return was + " tampered with"
	case finding.Withheld:
		return "hid what it changed (its parameters were withheld by size)"
	case finding.SweepHeld:
		return now("is", "was") + " held, since it would change too many at once"
	case finding.Unreachable:
		return now("is", "was") + " refused (nobody there is looked at)"
	case finding.Widened:
		return now("allows", "allowed") + " more than was approved"
	case finding.Altered:
		return now("differs", "differed") + " from what was approved"
	case finding.Moved:
		if f.Escape {
			return "escaped its boundary (it was moved out of the reach of a rule)"
		}
		return "was moved out of the reach of a rule"
	case finding.PolicyChanged:
		return "was changed, and has no approved document"
	case finding.ExemptChanged:
		return spared(f)
	case finding.AbsentPolicy:
		if f.Principal == nil {
			return now("does", "did") + " not exist"
		}
	case finding.Protected:
		if f.Principal == nil {
			return "lost its boundary (only IAM Identity Center can give it back)"
		}
	}
	escaped := now("is", "was") + " outside its boundary"
	if f.Escape {
		escaped = "escaped its boundary"
	}
	return escaped + " (" + how(f) + ")"
}

// spared says what was done to a principal that needs no boundary: it escaped from nothing.
func spared(f finding.Finding) string {
	done := "was given other permissions"
	switch opened, _ := f.Opener(); opened.Event.Name {
	case "CreateRole", "CreateUser", "AcquireRole":
		done = "was made"
	case "UpdateAssumeRolePolicy":
		done = "was given another trust policy"
	}
	is := "is exempt, and " + done
	if f.Required == "" {
		is = "is out of scope, and " + done
	}
	if f.Escape {
		is += " (it may do more than its rule's boundary allows)"
	}
	return is
}

// how says in which way a principal is outside. What was repaired is not so any more,
// also where that was not enough.
func how(f finding.Finding) string {
	now := func(is, was string) string {
		if resolved(f) || repaired(f) {
			return was
		}
		return is
	}
	switch f.Drift {
	case finding.Missing:
		return "it " + now("has", "had") + " none"
	case finding.Replaced:
		return "it " + now("has", "had") + " " + policyName(f.Attached) + " instead"
	case finding.AbsentPolicy:
		return "the boundary policy " + now("does", "did") + " not exist"
	case finding.Protected:
		return "only its AWS service can repair it"
	case finding.ExemptionExpired:
		return "its exemption has ended"
	}
	return string(f.Drift)
}

// verbs are the words for a repair that was done, is planned, failed, and was begun.
type verbs struct{ done, planned, failed, begun string }

func verbsOf(f finding.Finding) verbs {
	action := f.Action
	if n := len(f.Attempts); n > 0 && !action.Writes() {
		action = f.Attempts[n-1].Action
	}
	boundary := cmp.Or(policyName(f.Required), "the boundary")
	switch action {
	case finding.Reattach:
		return verbs{
			"put " + boundary + " back", "would put " + boundary + " back", "could not put " + boundary + " back",
			"had begun to put " + boundary + " back; it is in place",
		}
	case finding.Quarantine:
		return verbs{
			"put it in quarantine", "would put it in quarantine", "could not put it in quarantine",
			"had begun to put it in quarantine; it is there",
		}
	case finding.Restore:
		return verbs{
			"restored the approved version", "would restore the approved version", "could not restore the approved version",
			"had begun to restore the approved version; it is in force",
		}
	case finding.CreatePolicy:
		return verbs{
			"created it again", "would create it again", "could not create it again",
			"had begun to create it again; it exists",
		}
	}
	return verbs{}
}

// fate is how a finding stands, and who brought it there.
type fate int

const (
	unchanged fate = iota
	planned
	failed
	begun
	deferred
	byRingfence
	notEnough
	unconfirmed
	byOthers
	again
	gone
	withAccount
)

func fateOf(f finding.Finding) fate {
	writes := verbsOf(f) != verbs{}
	switch f.Resolution {
	case finding.Repaired:
		return byRingfence
	case finding.MaybeRepaired:
		return unconfirmed
	case finding.Gone:
		return gone
	case finding.AccountClosed:
		return withAccount
	case finding.WasBack:
		return again
	case finding.FoundInside:
		return byOthers
	}
	switch {
	case f.Outcome == finding.Deferred:
		return deferred
	case !writes:
		return unchanged
	case repaired(f):
		return notEnough
	case f.Outcome == finding.Planned:
		return planned
	case f.Outcome == finding.Failed:
		return failed
	case f.Outcome == finding.Unconfirmed:
		return begun
	}
	return unchanged
}

// did says what was done about it, and who did it.
func did(f finding.Finding) string {
	words := verbsOf(f)
	switch fateOf(f) {
	case planned:
		if f.Mode != "" {
			return "Ringfence " + words.planned + " (mode " + f.Mode + ")"
		}
		return "Ringfence " + words.planned
	case failed:
		return "Ringfence " + words.failed
	case begun:
		return "Ringfence had begun a repair, and whether it was done is not known"
	case deferred:
		return "Ringfence holds the repair back, since somebody keeps undoing it"
	case byRingfence:
		return "Ringfence " + words.done
	case notEnough:
		return "Ringfence " + words.done + ", which is not enough"
	case unconfirmed:
		return "Ringfence " + words.begun
	case byOthers:
		if f.Drift == finding.SweepHeld {
			return "a later one went through"
		}
		if f.Drift == finding.Unreachable {
			return "a later sweep entered the account"
		}
		if f.Outcome == finding.Failed && words.failed != "" {
			return "Ringfence " + words.failed + "; somebody else put it right"
		}
		return "somebody else put it right"
	case again:
		return "it " + inside(f)
	case gone:
		return "it was deleted"
	case withAccount:
		return "its account is closed, suspended, or not in the organization any more"
	}
	return "Ringfence changed nothing"
}

// inside says that what was found is not so any more.
func inside(f finding.Finding) string {
	switch {
	case f.Principal != nil:
		return "is inside again"
	case f.Drift == finding.AbsentPolicy:
		return "exists again"
	}
	return "is as approved again"
}

// nameLimit keeps a long path from pushing what happened out of the first line.
const nameLimit = 120

// sentence says who escaped what, and what was done about it.
func sentence(f finding.Finding) string {
	s := clean(who(f), nameLimit)
	if in := accountOf(f.Account, f.AccountName); in != "" {
		s += " in account " + in
	}
	s += " " + what(f)
	if f.Drift != finding.None {
		s += "; " + did(f)
	}
	if c := f.Contested; c != nil {
		switch fateOf(f) {
		case byRingfence, notEnough:
			s += ", the " + ordinal(c.Repairs) + " time"
		default:
			s += " (" + count(c.Repairs, "repair") + " so far)"
		}
	}
	return s
}

// Title is the line that a finding has for people in the systems of others: who escaped what, and what
// was done about it. It is clean text of at most 250 characters.
func Title(f finding.Finding) string { return clean(sentence(f), titleLimit) }

// count is a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

func ordinal(n int) string {
	ending := "th"
	if n%100/10 != 1 {
		switch n % 10 {
		case 1:
			ending = "st"
		case 2:
			ending = "nd"
		case 3:
			ending = "rd"
		}
	}
	return strconv.Itoa(n) + ending
}

// headline is sentence with what one wants to know first: how bad, and whether it is over.
func headline(f finding.Finding) string {
	return prefix(f.Severity, state(f)) + sentence(f)
}

func prefix(severity finding.Severity, state string) string {
	return "[" + strings.ToUpper(string(severity)) + "] " + state + ": "
}

// contested says who keeps undoing the repair, and how often.
func contested(c *finding.Contested) string {
	if c == nil {
		return ""
	}
	return joined("; undone by ", count(c.Repairs, "repair")+" since "+moment(c.Since), some(c.Actors, 3))
}

// some names the first few of a list, and counts the others.
func some(list []string, most int) string {
	if len(list) <= most {
		return strings.Join(list, ", ")
	}
	return strings.Join(list[:most], ", ") + " and " + strconv.Itoa(len(list)-most) + " more"
}

// request is a witness in words.
func request(w *finding.Witness) string {
	if w == nil {
		return ""
	}
	s := w.Action + " on " + w.Resource
	for i, key := range sortedKeys(w.Context) {
		if i == 0 {
			s += ", where "
		} else {
			s += " and "
		}
		s += key + " is " + strings.Join(w.Context[key], ", ")
	}
	return s
}
