package handler

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/tamper"
	"github.com/ringfence/ringfence/internal/target"
)

func followUpOf(t testing.TB, w target.Work) []byte {
	t.Helper()
	text, err := json.Marshal(target.FollowUp{Source: target.Source, DetailType: target.Form, Account: "123456789012", Time: time.Unix(1e9, 0), Detail: w})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

var app = principal.Ref{Partition: "aws", Account: "123456789012", Kind: principal.Role, Path: "/", Name: "app"}

// A follow-up is decoded as it was written, and nothing in it is evidence: otherwise one could
// accuse anyone.
func TestAFollowUpIsNotEvidence(t *testing.T) {
	none := ""
	l := read(followUpOf(t, target.Work{
		Target: target.OfPrincipal(app, "AROA1"),
		Causes: []target.Cause{{Kind: target.SecondLook, Finding: "f"}, {Kind: target.Event, Boundary: &none, Deleted: true}, {Kind: target.Swept, Boundary: &none}},
	}), tamper.Parts{})
	if l.err != nil || len(l.work) != 1 || l.work[0].Target.ID != "AROA1" || !l.time.Equal(time.Unix(1e9, 0)) {
		t.Fatalf("%+v", l)
	}
	if l.work[0].ReportOnly {
		t.Error("it is only told")
	}
	if l := read(followUpOf(t, target.Work{Target: target.OfPrincipal(app, "AROA1"), ReportOnly: true}), tamper.Parts{}); len(l.work) != 1 || !l.work[0].ReportOnly {
		t.Errorf("what is only to be reported may be written: %+v", l)
	}
	for i, want := range []target.CauseKind{target.SecondLook, target.Walked, target.Swept} {
		if c := l.work[0].Causes[i]; c.Kind != want || c.Evidence() || c.Deleted {
			t.Errorf("cause %d: %+v", i, c)
		}
	}
}

func TestAMalformedFollowUpIsRefused(t *testing.T) {
	other := app
	other.Account = "999999999999"
	for name, w := range map[string]target.Work{
		"no kind":         {},
		"no name":         {Target: target.Target{Kind: target.Principal, Account: "123456789012"}},
		"another account": {Target: target.Target{Kind: target.Principal, Account: "123456789012", Ref: other}},
		"no policy":       {Target: target.Target{Kind: target.Policy, Account: "123456789012", ARN: "x"}},
		"no walk":         {Target: target.Target{Kind: target.Walk, Account: "123456789012"}},
		"no carried one":  {Target: target.OfWalk("aws", "123456789012", target.Scope{Carrying: "x"})},
		"carried there":   {Target: target.OfWalk("aws", "123456789012", target.Scope{Carrying: "arn:aws:iam::999999999999:policy/mine"})},
		"no account":      {Target: target.OfSweep("aws", "", nil)},
		"the control":     {Target: target.Target{Kind: target.Control, Account: "123456789012", ARN: "x"}},
	} {
		if l := read(followUpOf(t, w), tamper.Parts{}); l.err == nil || len(l.work) != 0 {
			t.Errorf("%s: %+v", name, l)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(followUpOf(f, target.Work{Target: target.OfPrincipal(app, ""), Causes: []target.Cause{{Kind: target.SecondLook}}}))
	f.Add(followUpOf(f, target.Work{Target: target.Target{Kind: target.Walk, Scope: &target.Scope{Marker: "x"}}}))
	f.Add([]byte(`{"detail": {"eventSource": "iam.amazonaws.com", "eventName": "CreateRole"}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		l := read(body, tamper.Parts{})
		if l.err == nil && len(l.work) == 0 && l.ignored == "" {
			t.Errorf("%q is neither work, ignored nor an error", body)
		}
		for _, w := range l.work {
			if w.Target.Kind == "" {
				t.Errorf("%q: work on nothing", body)
			}
		}
	})
}
