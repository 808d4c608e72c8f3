package impact

import (
	"fmt"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/count"
)

// Advice says what to do about calls of which the answer is not known.
const Advice = `A call that is not known can be denied. Compare its principal and action with the new boundary, or
watch the errors of a test with the boundary in place. If a record lacks a condition key, ask with a
boundary that does not depend on it. If the state lacks the caller or its policies, give a newer one.`

// Why says in a few words why a call is denied, or why that is not known.
func (g Group) Why() string {
	switch {
	case g.Reason != "":
		return "not known: " + g.Reason
	case g.Statement == nil:
		return g.Effect
	case g.Statement.Sid != "":
		return fmt.Sprintf("%s, statement %d (%s)", g.Effect, g.Statement.Index+1, g.Statement.Sid)
	}
	return fmt.Sprintf("%s, statement %d", g.Effect, g.Statement.Index+1)
}

// When returns the time of the calls: to the minute for those of one day.
func (g Group) When() string {
	first, last := minute(g.First), minute(g.Last)
	from, _, _ := strings.Cut(first, " ")
	to, clock, _ := strings.Cut(last, " ")
	switch {
	case first == last:
		return first
	case from == to:
		return first + "–" + clock
	}
	return from + " – " + to
}

// Latest returns the time of the last call, to the minute.
func (g Group) Latest() string { return minute(g.Last) }

// minute shortens a time.
func minute(text string) string {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t.UTC().Format("2006-01-02 15:04")
	}
	return text
}

// Who returns the principal without what all principals of the report have in common.
func (r *Report) Who(g Group) string {
	account, name, ok := cutARN(g.Principal)
	if !ok || !r.oneAccount() {
		return strings.TrimSpace(account + " " + name)
	}
	return name
}

// oneAccount reports whether all principals are of one account.
func (r *Report) oneAccount() bool {
	seen := ""
	for _, list := range [][]Group{r.Denials, r.Unknowns} {
		for _, g := range list {
			account, _, ok := cutARN(g.Principal)
			if ok && seen != "" && seen != account {
				return false
			}
			if ok {
				seen = account
			}
		}
	}
	return true
}

// On returns the resource without its service and Region.
func (g Group) On() string {
	_, name, _ := cutARN(g.Resource)
	return name
}

// cutARN returns the account and the last part of an ARN. For other text it returns false and the text.
func cutARN(text string) (account, name string, ok bool) {
	field := strings.SplitN(text, ":", 6)
	if len(field) != 6 || field[0] != "arn" {
		return "", text, false
	}
	return field[4], field[5], true
}

// Summary is the result in one paragraph.
func (r *Report) Summary() string {
	counted := r.Denied + r.NotKnown + r.Allowed + r.Already
	var b strings.Builder
	fmt.Fprintf(&b, "The boundary would have denied %s of %s, by %s.", count.Number(r.Denied),
		count.Of(counted, "recorded call that succeeded", "recorded calls that succeeded"), count.Of(r.Principals, "principal", "principals"))
	fmt.Fprintf(&b, " It allows %s", count.Number(r.Allowed))
	if r.NotKnown > 0 {
		fmt.Fprintf(&b, "; for %s it is not known", count.Number(r.NotKnown))
	}
	b.WriteString(".")
	if r.Already > 0 {
		fmt.Fprintf(&b, " The old boundary denies %s too.", count.Of(r.Already, "more", "more"))
	}
	var apart []string
	for _, why := range apartWords {
		if n := r.Apart[why.Apart]; n > 0 {
			apart = append(apart, count.Of(n, why.one, why.many))
		}
	}
	if len(apart) > 0 {
		fmt.Fprintf(&b, " Counted apart: %s.", strings.Join(apart, ", "))
	}
	if !r.State {
		b.WriteString(" Only the boundary was asked: without --state, the callers' own policies are not known.")
	}
	if r.Denied > 0 {
		b.WriteString(" A resource-based policy that names the user or the role session itself would still allow a call that is denied implicitly; the logs do not have such policies.")
	}
	return b.String()
}
