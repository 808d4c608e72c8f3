package notify

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/principal"
)

// over reports whether what was found is mended.
func over(f finding.Finding) bool {
	if f.Outcome != finding.Done {
		return false
	}
	switch f.Action {
	case finding.Reattach, finding.Quarantine, finding.Restore, finding.CreatePolicy:
		return true
	}
	return false
}

// state says in one word or two whether it is over. A finding without drift is neither.
func state(f finding.Finding) string {
	switch {
	case f.Drift == finding.None:
		return "OK"
	case over(f):
		return "OVER"
	}
	return "NOT OVER"
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
		return "Ringfence"
	case f.Drift == finding.Protected:
		return "an IAM Identity Center permission set"
	}
	return "boundary policy " + policyName(f.Required)
}

// policyName is the name in a policy's ARN, or the whole where it is none.
func policyName(arn string) string {
	p, err := principal.ParsePolicy(arn)
	if err != nil {
		return arn
	}
	return p.Name
}

// what says what is the matter, after the name of whom it is about; what is over was.
func what(f finding.Finding) string {
	now := func(is, was string) string {
		if over(f) {
			return was
		}
		return is
	}
	switch f.Drift {
	case finding.None:
		return "is as it must be"
	case finding.ControlTampered:
		return "itself was tampered with"
	case finding.Widened:
		return now("allows", "allowed") + " more than was approved"
	case finding.Altered:
		return now("differs", "differed") + " from what was approved"
	case finding.Moved:
		if f.Escape {
			return "escaped its boundary (it was moved out of the reach of a rule)"
		}
		return "was moved out of the reach of a rule"
	}
	escaped := now("is", "was") + " outside its boundary"
	if f.Escape {
		escaped = "escaped its boundary"
	}
	switch f.Drift {
	case finding.Missing:
		return escaped + " (it " + now("has", "had") + " none)"
	case finding.Replaced:
		return escaped + " (it " + now("has ", "had ") + policyName(f.Attached) + " instead)"
	case finding.AbsentPolicy:
		absent := now("does", "did") + " not exist"
		if f.Principal == nil {
			return absent
		}
		return escaped + " (the boundary policy " + absent + ")"
	case finding.Protected:
		if f.Principal == nil {
			return "lost its boundary, which only there can be mended"
		}
		return escaped + " (only its AWS service can mend it)"
	case finding.ExemptionExpired:
		return escaped + " (its exemption has ended)"
	}
	return escaped + " (" + string(f.Drift) + ")"
}

// did says what Ringfence did about it.
func did(f finding.Finding) string {
	verbs := map[finding.Action][3]string{ // done, planned, failed
		finding.Reattach:     {"put %s back", "would put %s back", "could not put %s back"},
		finding.Quarantine:   {"put it in quarantine", "would put it in quarantine", "could not put it in quarantine"},
		finding.Restore:      {"restored the approved version", "would restore the approved version", "could not restore the approved version"},
		finding.CreatePolicy: {"created it again", "would create it again", "could not create it again"},
	}[f.Action]
	var said string
	switch f.Outcome {
	case finding.Done:
		said = verbs[0]
	case finding.Planned:
		said = verbs[1]
	case finding.Failed:
		said = verbs[2]
	}
	if said == "" {
		return "nothing was changed"
	}
	if f.Outcome == finding.Planned && f.Mode != "" {
		said += " (mode " + f.Mode + ")"
	}
	return "Ringfence " + strings.ReplaceAll(said, "%s", cmp.Or(policyName(f.Required), "the boundary"))
}

// nameLimit keeps a long path from pushing what happened out of the first line.
const nameLimit = 120

// sentence says who escaped what, and what was done about it.
func sentence(f finding.Finding) string {
	s := clean(who(f), nameLimit)
	if f.Account != "" {
		s += " in account " + f.Account
	}
	s += " " + what(f)
	if f.Drift != finding.None {
		s += "; " + did(f)
	}
	if f.Contested != nil {
		s += ", the " + ordinal(f.Contested.Repairs) + " time"
	}
	return s
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
	return "[" + strings.ToUpper(string(f.Severity)) + "] " + state(f) + ": " + sentence(f)
}

// exposure says for how long it was so, or since when it is.
func exposure(f finding.Finding) string {
	switch {
	case f.Drift == finding.None:
		return ""
	case f.Exposure != nil:
		length := time.Duration(f.Exposure.Seconds * float64(time.Second))
		return "for " + length.Round(time.Second).String() + ", from " + moment(f.Exposure.From) + " to " + moment(f.Exposure.To)
	case !over(f) && !f.Event.Time.IsZero():
		return "since " + moment(f.Event.Time)
	}
	return ""
}

// contested says who keeps undoing the repair, and how often.
func contested(c *finding.Contested) string {
	if c == nil {
		return ""
	}
	return strconv.Itoa(c.Repairs) + " repairs since " + moment(c.Since) + "; undone by " + some(c.Actors, 3)
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
