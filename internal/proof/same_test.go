package proof

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/audit"
	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
)

// TestEveryVerdictIsTheSame: of one state the function enforce, the audit of a file and the
// look of the sweep and of AWS Config at IAM itself say the same of every principal and of
// every boundary policy.
func TestEveryVerdictIsTheSame(t *testing.T) {
	drifted := map[finding.Drift]int{}
	for _, f := range invented(t) {
		t.Run(filepath.Base(string(f)), func(t *testing.T) {
			state := must[[]byte](t)(f.read("state.json"))
			newWorld(t, state, f, boot.EnvMode, "alert").sameVerdicts(t, drifted)
		})
	}
	for seed := range uint64(60) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			s := generator{rand.New(rand.NewPCG(seed, 9))}.account()
			newWorld(t, s.state, s.config, boot.EnvMode, "alert").sameVerdicts(t, drifted)
		})
	}
	for _, kind := range []finding.Drift{finding.None, finding.Missing, finding.Replaced, finding.Widened, finding.Altered, finding.AbsentPolicy} {
		if drifted[kind] < 5 {
			t.Errorf("%s was seen %d times", kind, drifted[kind])
		}
	}
}

// said is a verdict in the words of all of them.
type said struct {
	drift    finding.Drift
	severity finding.Severity
	relation string
	action   finding.Action
	witness  string
}

func saidOf(f *finding.Finding) said {
	if f == nil {
		return said{drift: finding.None}
	}
	return said{f.Drift, f.Severity, f.Relation, f.Action, fmt.Sprint(f.Witness != nil, f.Services, f.Undenied != nil)}
}

func (w *world) sameVerdicts(t *testing.T, drifted map[finding.Drift]int) {
	t.Helper()
	details := w.details()
	enforced := w.lookAtAll(t)
	a := audit.Auditor{Config: w.fence, Now: now}
	report := a.Run(context.Background(), []audit.Input{{Details: details}})
	look := &assess.Assessor{
		Config: w.fence, Documents: new(exposure.Documents), Source: w.report.Reporter.Source.(assess.Source),
		Now: func() time.Time { return now }, AtOnce: 2,
	}
	for _, p := range report.Principals {
		want := saidOf(enforced[p.ARN])
		drifted[want.drift]++
		for _, told := range []bool{true, false} { // as AWS Config is answered
			s := must[principal.Snapshot](t)(look.Source.Principal(context.Background(), must[principal.Ref](t)(principal.Parse(p.ARN))))
			v := look.Principals(context.Background(), []principal.Snapshot{s}, told)[0]
			if v.State() != p.State || told && p.State == audit.Outside && v.Finding.Severity != p.Severity {
				t.Errorf("%s: AWS Config is told %s, %v, and the audit says %s %s", p.ARN, v.State(), v.Err, p.State, p.Severity)
			}
		}
		ref := must[principal.Ref](t)(principal.Parse(p.ARN))
		v := look.Assess(context.Background(), []target.Target{target.OfPrincipal(ref, "")})[0]
		if got := saidOf(v.Finding); got != want || v.Err != nil {
			t.Errorf("%s: the look says %+v, %v, and enforce %+v", p.ARN, got, v.Err, want)
		}
		if want.drift == finding.None && strings.HasPrefix(p.Reason, "it carries the required boundary, and that one") {
			want = saidOf(enforced[p.Required]) // it is outside by what it must carry
			want.action, want.witness = p.Action, fmt.Sprint(p.Witness != nil, p.Services, p.Undenied != nil)
		}
		got := said{drift: finding.None}
		if p.State == audit.Outside {
			got = said{p.Drift, p.Severity, p.Relation, p.Action, fmt.Sprint(p.Witness != nil, p.Services, p.Undenied != nil)}
		}
		if got != want || p.State == audit.Unknown {
			t.Errorf("%s: the audit says %s %+v, and enforce %+v", p.ARN, p.State, got, want)
		}
	}
	for _, b := range report.Boundaries {
		if b.Name == "" {
			continue
		}
		want := saidOf(enforced[b.ARN])
		drifted[want.drift]++
		v := look.Assess(context.Background(), []target.Target{target.OfPolicy(details.Partition, details.Account, b.ARN)})[0]
		if got := saidOf(v.Finding); got != want {
			t.Errorf("%s: the look says %+v, and enforce %+v", b.ARN, got, want)
		}
		if b.Drift != want.drift || want.drift != finding.None && (b.Severity != want.severity || b.State != "off") {
			t.Errorf("%s: the audit says %s %s %s, and enforce %+v", b.ARN, b.State, b.Drift, b.Severity, want)
		}
	}
}

// lookAtAll has enforce look at everybody, and gives the latest finding about each target.
func (w *world) lookAtAll(t *testing.T) map[string]*finding.Finding {
	t.Helper()
	all := map[string]*finding.Finding{}
	handle := func(id, name string, parameters map[string]any) {
		for _, f := range w.handle(eventIn(w.account, id, name, parameters)) {
			arn := f.Required
			if f.Principal != nil {
				arn = f.Principal.ARN
			}
			all[arn] = &f
		}
	}
	details := w.details()
	for _, p := range details.Principals {
		name, key := "DetachRolePolicy", "roleName"
		if p.Kind == principal.User {
			name, key = "DetachUserPolicy", "userName"
		}
		handle("look-"+p.Name, name, map[string]any{key: p.Name})
	}
	for _, b := range w.fence.Boundaries(details.Partition, details.Account) {
		handle("policy-"+b.Name, "DeletePolicyVersion", map[string]any{"policyArn": b.ARN, "versionId": "v9"})
	}
	return all
}
