package acceptance

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/audit"
	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/finding"
)

// TestEveryVerdictIsTheSame ensures that the verdicts on every principal and boundary policy of a
// state agree: those of the audit of a file, the functions enforce, sweep and configrule, a
// replay, and the shared assessment of IAM. The states are all test files, and random ones.
func TestEveryVerdictIsTheSame(t *testing.T) {
	seen := tally{map[finding.Drift]int{}, map[audit.State]int{}}
	for _, s := range fixtures(t) {
		t.Run(s.name, func(t *testing.T) { s.same(t, seen) })
	}
	for seed := range uint64(60) {
		s := generator{rand.New(rand.NewPCG(seed, 9))}.crowd()
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { scene{state: s.state, config: s.config}.same(t, seen) })
	}
	for _, d := range []finding.Drift{
		finding.None, finding.Missing, finding.Replaced, finding.Widened, finding.Altered, finding.AbsentPolicy,
		finding.Protected, finding.ExemptionExpired,
	} {
		if seen.drifts[d] < 5 {
			t.Errorf("%s was seen %d times", d, seen.drifts[d])
		}
	}
	for _, s := range []audit.State{audit.Inside, audit.Outside, audit.Uncovered, audit.Exempt, audit.OutOfScope, audit.ServiceLinked} {
		if seen.states[s] < 5 {
			t.Errorf("%s was seen %d times", s, seen.states[s])
		}
	}
}

// tally counts what the states contain.
type tally struct {
	drifts map[finding.Drift]int
	states map[audit.State]int
}

// scene is an account and its configuration.
type scene struct {
	name   string
	state  []byte
	config opener
	// control are the parts of Ringfence itself.
	control []string
}

// world loads the account. Ringfence may not write to it unless a setting allows it.
func (s scene) world(t *testing.T, settings ...string) *world {
	t.Helper()
	return newWorld(t, s.state, s.config, append([]string{boot.EnvMode, "alert", boot.EnvControl, strings.Join(s.control, ",")}, settings...)...)
}

// same compares all verdicts with the audit's.
func (s scene) same(t *testing.T, seen tally) {
	t.Helper()
	w := s.world(t)
	a := audit.Auditor{Config: w.cfg, Now: now}
	report := a.Run(t.Context(), []audit.Input{{Details: w.details()}})
	for _, p := range report.Principals {
		seen.states[p.State]++
		seen.drifts[p.Drift]++
		if p.State == audit.Unknown {
			t.Errorf("%s: the audit does not know: %s", p.ARN, p.Reason)
		}
	}
	for _, j := range judges {
		said := j.says(t, s)
		for i := range report.Principals {
			p := &report.Principals[i]
			if got, want := said[p.ARN], j.of(p); got != want {
				t.Errorf("%s says of %s\n%q, but the audit\n%q", j.name, p.ARN, got, want)
			}
		}
		for _, b := range report.Boundaries {
			if want := ofPolicy(b); b.Name != "" && j.policies && said[b.ARN] != want {
				t.Errorf("%s says of %s\n%q, but the audit\n%q", j.name, b.ARN, said[b.ARN], want)
			}
		}
	}
	for _, b := range report.Boundaries {
		if b.Name != "" {
			seen.drifts[b.Drift]++
		}
	}
}
