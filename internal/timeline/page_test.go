package timeline

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/logs"
	"github.com/ringfence/ringfence/internal/page/pagetest"
	"github.com/ringfence/ringfence/internal/replay"
)

func pageOf(t *testing.T, r *Report) string {
	t.Helper()
	var b strings.Builder
	if err := r.WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// month is a report with n findings more than the example's, over a month.
func month(n int) *Report {
	r := example()
	rnd := rand.New(rand.NewPCG(1, 1))
	drifts := []finding.Drift{finding.Missing, finding.Missing, finding.Replaced, finding.Widened}
	for i := range n {
		f := r.Findings[rnd.IntN(3)]
		f.ID = fmt.Sprint("more-", i)
		f.Principal = &finding.Principal{ARN: fmt.Sprintf("arn:aws:iam::123456789012:role/team-%d/app-%d", rnd.IntN(40), i), Kind: "role"}
		f.Drift, f.Severity = drifts[rnd.IntN(len(drifts))], finding.Severities[min(rnd.IntN(5), 3)]
		f.Event.Time = f.Event.Time.Add(time.Duration(rnd.IntN(30*24*60)) * time.Minute)
		r.Add(replay.Step{Record: &logs.Record{}, Findings: []replay.Finding{f}})
	}
	return r
}

// Ensure that what others chose is text on the page, and that it loads nothing.
func TestHostileTextIsText(t *testing.T) {
	const evil = "</script><script>window.pwned=1</script><img src=x onerror=\"window.pwned=1\">\u202e\x1b[31m\u2028"
	r := example()
	f := r.Findings[1]
	f.ID, f.Reason, f.Rule, f.Event.Name, f.Actor.ARN, f.Relation = "evil", evil, evil, evil, evil, evil
	f.Principal = &finding.Principal{ARN: "arn:aws:iam::1:role/" + evil}
	f.Witness = &finding.Witness{Action: evil, Resource: evil, Context: map[string][]string{evil: {evil}}}
	f.Assumed = finding.Strings{evil}
	r.Add(replay.Step{Assumed: []string{evil}, Findings: []replay.Finding{f}})
	r.Summary.Complete, r.Summary.Missing, r.Summary.Contradictions = false, []string{evil}, []string{evil}
	page := pageOf(t, r)
	for what, want := range map[string]int{"<script": 2, "</script": 2, "<style": 1, "<img": 0} {
		if got := strings.Count(page, what); got != want {
			t.Errorf("%d times %s, want %d", got, what, want)
		}
	}
	if strings.ContainsAny(page, "\u202e\x1b\u2028") {
		t.Error("the page has a character that cannot be seen")
	}
	_, body, _ := strings.Cut(page, "</style>")
	body = regexp.MustCompile(`="[^"]*"`).ReplaceAllLiteralString(body, `=""`)
	if bad := regexp.MustCompile(`(?i)<[a-z][^>]*\s(on[a-z]+|style|src|srcset|action|xlink:href)=`).FindString(body); bad != "" {
		t.Errorf("an attribute that runs, styles or loads: %s", bad)
	}
	if strings.Contains(page, "No drift") || !strings.Contains(page, "INCOMPLETE: there is no verdict") {
		t.Error("the page gives a verdict on what is not complete")
	}
	c := pagetest.Start(t)
	url := c.Open([]byte(page))
	var pwned bool
	if c.Eval(`document.querySelectorAll('#table .name').forEach(b => b.click()), !!window.pwned`, &pwned); pwned {
		t.Error("text ran")
	}
	c.Quiet(url)
}

// Ensure that ten thousand findings are searched, sorted, filtered and opened.
func TestThePageInABrowser(t *testing.T) {
	c := pagetest.Start(t)
	c.Size(1280, 900)
	c.Prefer("light")
	r := month(10_000)
	url := c.Open([]byte(pageOf(t, r)))
	shown := func() (text string) {
		c.Eval(`document.querySelector('#shown').textContent`, &text)
		return text
	}
	if got := shown(); got != "10,005 findings" {
		t.Error(got)
	}
	pagetest.Keep(t, "light.png", c.Picture(false))
	set := func(name, value string) {
		c.Eval(fmt.Sprintf(`(e => { e.value = %q; e.dispatchEvent(new Event('input', { bubbles: true })) })(document.querySelector('#filters').elements[%q])`, value, name), nil)
	}
	set("search", "payments-worker")
	if got := shown(); !strings.HasPrefix(got, "1 of 10,005") {
		t.Error(got)
	}
	c.Eval(`document.querySelector('#table .name').click()`, nil)
	var detail string
	c.Eval(`document.querySelector('#table .detail').textContent`, &detail)
	for _, part := range []string{"it has no permissions boundary", "iam:CreateUser", "DeleteRolePermissionsBoundary", "workloads, mode enforce", "eve@example.com"} {
		if !strings.Contains(detail, part) {
			t.Errorf("no %q in %q", part, detail)
		}
	}
	pagetest.Keep(t, "open.png", c.Picture(false))
	set("search", "")
	set("certainty", "assumed")
	if got := shown(); !strings.HasPrefix(got, "1 of ") {
		t.Error(got)
	}
	c.Eval(`document.querySelector('#filters').reset()`, nil)
	var sorted bool
	c.Eval(`new Promise(r => setTimeout(r, 50)).then(() => {
		document.querySelectorAll('#table thead button')[2].click();
		const times = [...document.querySelectorAll('#table tr[data-at]')].map(tr => data.rows[tr.dataset.at].time);
		return times.length === 50 && times.every((x, i) => !i || times[i - 1] <= x);
	})`, &sorted)
	if !sorted {
		t.Error("not in order of time")
	}
	c.Eval(`document.querySelector('#theme').click()`, nil)
	pagetest.Keep(t, "dark.png", c.Picture(true))
	c.Size(390, 844)
	var wide float64
	if c.Eval(`document.documentElement.scrollWidth`, &wide); wide > 390 {
		t.Errorf("%v pixels wide on a telephone", wide)
	}
	pagetest.Keep(t, "phone.png", c.Picture(true))
	if pdf := c.Paper(); len(pdf) < 10_000 {
		t.Errorf("%d bytes on paper", len(pdf))
	}
	c.Quiet(url)
	quiet := &Report{Log: logs.Tally{Files: 1, Events: 3, Kept: 3}, Summary: replay.Summary{Events: 3, Judged: 3, Complete: true}}
	c.Size(1280, 900)
	url = c.Open([]byte(pageOf(t, quiet)))
	pagetest.Keep(t, "quiet.png", c.Picture(false))
	c.Quiet(url)
}

func TestThePageIsForEverybody(t *testing.T) {
	c := pagetest.Start(t)
	r := month(300)
	r.Summary.Complete, r.Summary.Missing = false, []string{"a.json.gz: the file ends in the middle"}
	url := c.Open([]byte(pageOf(t, r)))
	c.Eval(`document.querySelectorAll('details').forEach(d => d.open = true), document.querySelectorAll('#table .name')[3].click()`, nil)
	c.Access("../../.tools")
	c.Quiet(url)
}
