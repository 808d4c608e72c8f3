package sim

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
)

// check checks every promise, once all is quiet. After the last walk nobody is excused.
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

// stored tells, where every call is told, what an item of the ledger says now.
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

// itemOf is an item of the ledger as it is.
func (w *World) itemOf(key string) (i ledger.Item) {
	if r := w.table[key]; r != nil {
		_ = json.Unmarshal([]byte(r["state"].(*types.AttributeValueMemberS).Value), &i)
	}
	return i
}

// checkInside: everybody in scope is inside, or people know.
func (w *World) checkInside(last bool) {
	for _, key := range w.truth.keys {
		t := w.truth.byKey[key]
		s := t.last()
		if !s.exists && !t.policy || !s.scope || s.inside && s.power.within(w.approved(s)) {
			continue
		}
		if !last && (t.lost || len(t.calls) == 0 && !w.foreign(s) || t.unseen()) {
			continue // no record could show it; the walk must
		}
		if w.open(key) || !s.inside && w.open("policy#"+accountID+"#"+s.required) && s.boundary == s.required || s.inside && w.excused(s) {
			continue
		}
		w.Result.breaks(w, "a", "%s is outside (it carries %q and needs %q), and no finding stands that says so (after the walk: %v)", t.arn, s.boundary, s.required, last)
	}
}

// approved is the power of the document that was approved for a state's rule.
func (w *World) approved(s state) power {
	return known(documents[s.required[strings.LastIndexByte(s.required, '/')+1:]])
}

// excused is a principal that is where its rule wants it, while the required policy
// itself is not as approved, which is that policy's own finding; or one that the rule
// itself lets be.
func (w *World) excused(s state) bool {
	return s.boundary == s.required && w.open("policy#"+accountID+"#"+s.required)
}

// foreign is a principal that carries a policy of somebody's own, which may be changed under
// it: no call on the principal shows that, and a call on the policy does.
func (w *World) foreign(s state) bool {
	return s.boundary != "" && s.boundary != s.required && s.boundary != denyAll
}

// open reports whether a finding stands, and was told unless its mode is quiet.
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

// checkTouched: what is none of Ringfence's business is never written to.
func (w *World) checkTouched(x *write) {
	b := x.before
	if x.target.policy || b.scope || !b.exists {
		return
	}
	if strings.Contains(x.target.arn, "/aws-") || strings.HasSuffix(x.target.arn, "/"+exempt) || x.target.quiet(x.at, window) {
		w.Result.breaks(w, "b", "%s was written to by %s (%s), and must not be", x.target.arn, x.op, x.by.name)
		return
	}
	w.Result.Races++
}

// findings are the latest revisions of what was told.
func (w *World) findings() map[string]finding.Finding {
	all := map[string]finding.Finding{}
	for _, t := range w.sinks.bus {
		if t.Revision >= all[t.ID].Revision {
			all[t.ID] = t.Finding
		}
	}
	return all
}

// keyOfFinding is the key of the target that a finding is about.
func keyOfFinding(f finding.Finding) string {
	switch {
	case f.Principal != nil && f.Principal.ID != "":
		return "principal#" + accountID + "#" + f.Principal.ID
	case f.Required != "":
		return "policy#" + accountID + "#" + f.Required
	}
	return ""
}
