package sim

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
)

// check checks every promise when nothing is left to happen. After the last walk there are no
// excuses.
func (w *World) check(last bool) {
	w.checkInside(last)
	if !last {
		return
	}
	w.checkWrites()
	w.checkFights()
	w.checkTold()
	w.checkExposures()
	w.checkMessages()
}

// stored writes the current state of a ledger item to the story if every call is included.
func (w *World) stored(key string) {
	if !w.Calls {
		return
	}
	for _, r := range w.itemOf(key).Records {
		var attempts []string
		for _, a := range r.Attempts {
			attempts = append(attempts, fmt.Sprintf("%s %s", clockTime(a.Begun), a.Outcome))
		}
		w.log.add("  ledger", "%s: %.8s r%d %s %s, to %s, attempts %v, told %v", key, r.ID, r.Revision, r.Status, r.Outcome, clockTime(r.To), attempts, r.Reported)
	}
}

// itemOf returns the current item of the ledger.
func (w *World) itemOf(key string) (i ledger.Item) {
	if r := w.table[key]; r != nil {
		_ = json.Unmarshal([]byte(r["state"].(*types.AttributeValueMemberS).Value), &i)
	}
	return i
}

// checkInside checks promise (a): every principal in scope is inside, or an open finding was
// reported.
func (w *World) checkInside(last bool) {
	for _, key := range w.truth.keys {
		t := w.truth.byKey[key]
		s := t.last()
		if !s.exists && !t.policy || !s.scope || s.inside && s.power.within(w.approved(s)) {
			continue
		}
		if !last && (t.lost || len(t.calls) == 0 && !w.foreign(s) || t.unseen()) {
			continue // no record shows it; the walk must
		}
		if w.open(key) || !s.inside && w.open("policy#"+accountID+"#"+s.required) && s.boundary == s.required || s.inside && w.excused(s) {
			continue
		}
		w.Result.breaks(w, "a", "%s is outside (it carries %q and needs %q), but no open finding says so (after the walk: %v)", t.arn, s.boundary, s.required, last)
	}
}

// approved returns the power of the approved document for a state's rule.
func (w *World) approved(s state) power {
	return known(documents[s.required[strings.LastIndexByte(s.required, '/')+1:]])
}

// excused reports whether a principal is where its rule requires, but the required policy itself
// is not as approved, which is that policy's own finding; or whether the rule itself accepts the
// state.
func (w *World) excused(s state) bool {
	return s.boundary == s.required && w.open("policy#"+accountID+"#"+s.required)
}

// foreign reports whether a principal's boundary is another policy, which may be changed: a call
// on the policy shows that, but no call on the principal.
func (w *World) foreign(s state) bool {
	return s.boundary != "" && s.boundary != s.required && s.boundary != denyAll
}

// open reports whether a finding is open and was reported, unless its mode is quiet.
func (w *World) open(key string) bool {
	r, ok := w.itemOf(key).Open()
	return ok && r.Revision > 0 && (r.Decision.Mode == "observe" || w.wasTold(r.ID))
}

func (w *World) wasTold(id string) bool {
	for _, t := range w.sinks.bus {
		if t.ID == id {
			return true
		}
	}
	return false
}

// checkTouched checks promise (b): Ringfence never writes to what it must not touch.
func (w *World) checkTouched(x *write) {
	b := x.before
	if x.target.policy || b.scope || !b.exists {
		return
	}
	if strings.Contains(x.target.arn, "/aws-") || strings.HasSuffix(x.target.arn, "/"+exempt) || x.target.quiet(x.at, window) {
		w.Result.breaks(w, "b", "%s was written to by %s (%s), but must not be", x.target.arn, x.op, x.by.name)
		return
	}
	w.Result.Races++
}

// findings returns the latest reported revisions.
func (w *World) findings() map[string]finding.Finding {
	all := map[string]finding.Finding{}
	for _, t := range w.sinks.bus {
		if t.Revision >= all[t.ID].Revision {
			all[t.ID] = t.Finding
		}
	}
	return all
}

// keyOfFinding returns the key of a finding's target.
func keyOfFinding(f finding.Finding) string {
	switch {
	case f.Principal != nil && f.Principal.ID != "":
		return "principal#" + accountID + "#" + f.Principal.ID
	case f.Required != "":
		return "policy#" + accountID + "#" + f.Required
	}
	return ""
}
