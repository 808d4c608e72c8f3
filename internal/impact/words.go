package impact

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/count"
)

// Advice says what to do about calls of which the answer is not known.
const Advice = `A call that is not known can be denied. Compare its principal and action with the new boundary, or
watch the errors of a test with the boundary in place. If a record lacks a condition key, ask with a
boundary that does not depend on it. If the state lacks the caller or its policies, give a newer one.`

// Why says in a few words why a call is denied.
func (g Group) Why() string {
	switch {
	case g.Statement == nil:
		return g.Effect
	case g.Statement.Sid != "":
		return fmt.Sprintf("%s, statement %d (%s)", g.Effect, g.Statement.Index+1, g.Statement.Sid)
	}
	return fmt.Sprintf("%s, statement %d", g.Effect, g.Statement.Index+1)
}

// Summary is the result in one paragraph.
func (r *Report) Summary() string {
	counted := r.Denied + r.NotKnown + r.Allowed + r.Already
	var b strings.Builder
	fmt.Fprintf(&b, "The boundary would have denied %s of %s, by %s.", count.Of(r.Denied, "call", "calls"),
		count.Of(counted, "recorded call that succeeded", "recorded calls that succeeded"), count.Of(r.Principals, "principal", "principals"))
	fmt.Fprintf(&b, " It allows %s", count.Number(r.Allowed))
	if r.NotKnown > 0 {
		fmt.Fprintf(&b, ", and of %s that is not known", count.Number(r.NotKnown))
	}
	b.WriteString(".")
	if r.Already > 0 {
		fmt.Fprintf(&b, " The old boundary denies %s too.", count.Of(r.Already, "other call", "other calls"))
	}
	var apart []string
	for _, why := range slices.Sorted(maps.Keys(r.Apart)) {
		apart = append(apart, fmt.Sprintf("%s %s", count.Number(r.Apart[why]), why))
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
