package html

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ringfence/ringfence/internal/audit"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/impact"
	"github.com/ringfence/ringfence/internal/page"
)

func write(t testing.TB, r *audit.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// between returns the text between two texts, where they first occur.
func between(t *testing.T, text, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, from)
	found, _, end := strings.Cut(rest, to)
	if !ok || !end {
		t.Fatalf("the page has no %s … %s", from, to)
	}
	return found
}

func dataOf(t *testing.T, page string) (d data) {
	t.Helper()
	if err := json.Unmarshal([]byte(between(t, page, `<script type="application/json" id="data">`, "</script>")), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// TestSampleHasAllStates checks that the sample covers all cases.
func TestSampleHasAllStates(t *testing.T) {
	r := sample(t, 600)
	seen := map[audit.State]bool{}
	for i := range r.Principals {
		seen[r.Principals[i].State] = true
	}
	for _, s := range states {
		if !seen[s.State] {
			t.Errorf("no principal is %s", s.State)
		}
	}
	if len(r.Accounts) < 3 || r.Summary.BoundariesOff == 0 || len(kinds(r)) < 4 {
		t.Errorf("%d accounts, %d boundary policies off, %d kinds of drift", len(r.Accounts), r.Summary.BoundariesOff, len(kinds(r)))
	}
}

// TestPageSaysWhatTheReportSays checks that every principal is in the data, and that the numbers
// are in the page without a script.
func TestPageSaysWhatTheReportSays(t *testing.T) {
	r := sample(t, 600)
	page := write(t, r)
	d := dataOf(t, page)
	if len(d.Rows) != len(r.Principals) {
		t.Fatalf("%d rows for %d principals", len(d.Rows), len(r.Principals))
	}
	for i, got := range d.Rows {
		p := &r.Principals[i]
		want := row{
			ARN: p.ARN, ID: p.ID, Created: p.Created.UTC().Format(time.DateOnly), State: p.State, Rule: p.Rule, Mode: p.Mode,
			Required: p.Required, Attached: p.Attached, Relation: p.Relation, Witness: p.Witness, Denials: p.Denials, Undenied: p.Undenied, AlsoDenied: p.AlsoDenied, GivesUp: p.GivesUp,
			Since: p.Since, Reason: p.Reason, Repair: p.Repair, Unknown: p.CutUnknown,
		}
		if p.State == audit.Outside {
			want.Drift, want.Severity, want.Action = p.Drift, p.Severity, p.Action
		}
		compared := got
		if len(got.ReachesIf) != min(len(p.ReachesIf), maxReaches) || got.ReachesIfAll != len(p.ReachesIf) || got.NotKnown != cmp.Or(p.ReachUnknown, p.TrustUnknown) {
			t.Errorf("row %d is incomplete: %+v\nof %+v", i, got, p)
		}
		compared.ReachesIf, compared.ReachesIfAll, compared.NotKnown = nil, 0, ""
		compared.Services, compared.Policies, compared.Cut, compared.Reaches, compared.ReachesAll = nil, nil, nil, nil, 0
		if denied := p.DeniedCalls(); got.CallsAll != len(denied) || len(got.Calls) != len(denied) {
			t.Errorf("row %d has %d of %d denied calls", i, len(got.Calls), len(denied))
		}
		compared.Calls, compared.CallsAll = nil, 0
		a, _ := json.Marshal(compared)
		if b, _ := json.Marshal(want); !bytes.Equal(a, b) {
			t.Errorf("row %d\n got %s\nwant %s", i, a, b)
		}
		if len(got.Services) != len(p.Services) || len(got.Policies) != len(p.Policies) || len(got.Cut) != len(p.Cut) || len(got.Reaches) != min(len(p.Reaches), maxReaches) || got.ReachesAll != len(p.Reaches) {
			t.Errorf("row %d is incomplete: %+v\nof %+v", i, got, p)
		}
		for n, at := range got.Reaches {
			if r.Principals[at].ARN != p.Reaches[n] {
				t.Errorf("%s can assume %s, but the row says %s", p.ARN, p.Reaches[n], r.Principals[at].ARN)
			}
		}
	}
	for _, want := range []string{
		fmt.Sprintf("<strong>%.1f<small>%%</small></strong>", r.Summary.Percent), fmt.Sprintf("<b>%d</b> outside", r.Summary.Outside),
		fmt.Sprintf("<b>%d</b> boundary polic", r.Summary.BoundariesOff),
	} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not in the page", want)
		}
	}
	for _, id := range []string{"coverage", "map", "cuts", "calls", "principals", "boundaries", "exceptions"} {
		if strings.Count(page, `<section id="`+id+`"`) != 1 {
			t.Errorf("section %s is not there once", id)
		}
	}
	if strings.Contains(page, `class="partial"`) {
		t.Error("the page says partial, but the report is complete")
	}
	for _, e := range r.Exemptions {
		if !strings.Contains(page, `<span class="badge e-`+e.State+`">`) || !strings.Contains(page, e.Principal) {
			t.Errorf("exemption %+v is missing", e)
		}
	}
}

// TestPartial checks that a partial report says so before its numbers.
func TestPartial(t *testing.T) {
	r := *sample(t, 600)
	r.Partial = finding.Strings{"account 111122223333: the file ends in the middle"}
	page := write(t, &r)
	said, number := strings.Index(page, "the file ends in the middle"), strings.Index(page, `id="headline-h"`)
	if said < 0 || said > number {
		t.Errorf("it is said at %d, and the numbers at %d", said, number)
	}
}

// TestWithoutScript checks that the first 200 principals outside are listed without JavaScript.
func TestWithoutScript(t *testing.T) {
	r := sample(t, 10000)
	list := between(t, write(t, r), "<noscript>", "</noscript>")
	if n := strings.Count(list, "<tr><td>"); r.Summary.Outside <= withoutScript || n != withoutScript {
		t.Errorf("%d listed of %d", n, r.Summary.Outside)
	}
	if !strings.Contains(list, r.Principals[0].ARN) || !strings.Contains(list, r.Principals[0].Repair) {
		t.Error("the worst principal or its repair is not listed")
	}
}

// TestNothingIsLoaded checks that the content security policy allows only the page's script and
// style, by their hashes, and that no attribute runs, styles or loads anything.
func TestNothingIsLoaded(t *testing.T) {
	page := write(t, sample(t, 600))
	got := strings.NewReplacer("&#39;", "'", "&#43;", "+").Replace(between(t, page, `http-equiv="Content-Security-Policy" content="`, `"`))
	sum := func(text string) string {
		s := sha256.Sum256([]byte(text))
		return "'sha256-" + base64.StdEncoding.EncodeToString(s[:]) + "'"
	}
	want := "default-src 'none'; script-src " + sum(between(t, page, "<script>", "</script>")) + "; style-src " + sum(between(t, page, "<style>", "</style>")) +
		"; base-uri 'none'; form-action 'none'"
	if got != want {
		t.Errorf("the policy is %s\nwant %s", got, want)
	}
	if at, first := strings.Index(page, "Content-Security-Policy"), strings.Index(page, "<style>"); at > first {
		t.Error("the policy comes after what it is for")
	}
	body := strings.Split(page, "</style>")[1]
	if bad := regexp.MustCompile(`(?i)<[a-z][^>]*\s(on[a-z]+|style|src|srcset|action|data|xlink:href)=`).FindString(body); bad != "" {
		t.Errorf("an attribute that runs, styles or loads: %s", bad)
	}
	for _, m := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(body, -1) {
		if !strings.HasPrefix(m[1], "#") {
			t.Errorf("a link leaves the page: %s", m[1])
		}
	}
	for _, no := range []string{"@import", "url(", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "fetch(", "XMLHttpRequest"} {
		if strings.Contains(style+script, no) {
			t.Errorf("the page has %s", no)
		}
	}
}

// hostile is text that tries to break out of its context.
const hostile = "</script><script>window.pwned=1</script><img src=x onerror=\"window.pwned=1\">'\"`${1}--><!--]]>\u2028\u2029\u202eevil\u202c\u200b\u0000\x1b[31m\xff{{.}}&lt;"

// poison makes every string of a value hostile, and with all also values of string types.
func poison(v reflect.Value, all bool) {
	switch v.Kind() {
	case reflect.String:
		if all || v.Type() == reflect.TypeFor[string]() {
			v.SetString(v.String() + hostile)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem(), all)
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i), all)
		}
	case reflect.Map:
		for key, value := range v.Seq2() {
			k, x := reflect.New(key.Type()).Elem(), reflect.New(value.Type()).Elem()
			k.Set(key)
			x.Set(value)
			poison(k, all)
			poison(x, all)
			v.SetMapIndex(key, reflect.Value{})
			v.SetMapIndex(k, x)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			// Charts, boundaries and ARNs need these three fields as they are.
			if f := v.Type().Field(i); f.IsExported() && (all || f.Name != "By" && f.Name != "State" && f.Name != "Kind") {
				poison(v.Field(i), all)
			}
		}
	}
}

// poisoned returns a report in which every text is hostile, and no list is empty.
func poisoned(t testing.TB, all bool) *audit.Report {
	t.Helper()
	text, err := json.Marshal(sample(t, 130))
	if err != nil {
		t.Fatal(err)
	}
	r := new(audit.Report)
	if err := json.Unmarshal(text, r); err != nil {
		t.Fatal(err)
	}
	w := &finding.Witness{Action: "iam:PassRole", Resource: "*", Context: map[string][]string{"aws:SourceIp": {"a"}}}
	r.Partial, r.Warnings = finding.Strings{""}, finding.Strings{""}
	for i := range r.Principals {
		p := &r.Principals[i]
		p.Undenied, p.AlsoDenied, p.GivesUp, p.CutUnknown, p.Relation, p.Denials, p.Since = w, w, w, "it", "wider", "more", &r.Time
		p.Services, p.Policies, p.Cut = append(p.Services, "s3"), append(p.Policies, "own"), append(p.Cut, audit.Cut{Service: "s3", Example: w, LastUsed: &r.Time})
		if p.Repair == "" {
			p.Repair = "aws"
		}
		if p.Calls = nil; i%4 > 0 {
			continue // a picture of the page has a greatest size
		}
		p.Calls = &impact.Use{Calls: 1, Denials: []impact.Group{{
			Action: "s3:GetObject", Count: 1, First: "2026-03-01T12:00:00Z", Last: "2026-03-01T12:00:00Z", Effect: "explicit deny", Statement: &impact.Statement{Sid: "a"},
		}}, Unknowns: []impact.Group{{Action: "s3:GetObject", Count: 1, Last: "2026-03-01T12:00:00Z", Reason: "it"}}}
	}
	for i := range r.Boundaries {
		b := &r.Boundaries[i]
		b.Witness, b.Undenied, b.AlsoDenied, b.Diff, b.Cuts, b.Rules = w, w, w, finding.Strings{""}, finding.Strings{""}, finding.Strings{""}
	}
	if text, err = json.Marshal(r); err != nil { // so that no two pointers are to one value
		t.Fatal(err)
	}
	r = new(audit.Report)
	if err := json.Unmarshal(text, r); err != nil {
		t.Fatal(err)
	}
	poison(reflect.ValueOf(r).Elem(), all)
	return r
}

// TestHostileText checks that names, tags and policies stay text, and stay visible.
func TestHostileText(t *testing.T) {
	for _, all := range []bool{true, false} {
		page := write(t, poisoned(t, all))
		// The page's own script has no such text, so only the page itself is counted.
		for what, want := range map[string]int{"<script": 2, "</script": 2, "<style": 1, "</noscript": 1, "<img": 0, "<!--": 0, "pwned=1</": 0} {
			if n := strings.Count(strings.ToLower(page), what); n != want {
				t.Errorf("all %v: %d of %s, want %d", all, n, what, want)
			}
		}
		if !utf8.ValidString(page) {
			t.Errorf("all %v: the page is not UTF-8", all)
		}
		if i := strings.IndexFunc(page, func(r rune) bool { return r != '\n' && unicode.In(r, unicode.C, unicode.Zl, unicode.Zp) }); i >= 0 {
			t.Errorf("all %v: an invisible character: %q", all, page[max(0, i-80):i+20])
		}
		var check func(v reflect.Value)
		check = func(v reflect.Value) {
			switch v.Kind() {
			case reflect.String:
				if s := v.String(); strings.ContainsFunc(s, unseen) {
					t.Fatalf("all %v: an invisible character in the data: %q", all, s)
				}
			case reflect.Pointer, reflect.Interface:
				if !v.IsNil() {
					check(v.Elem())
				}
			case reflect.Slice:
				for i := range v.Len() {
					check(v.Index(i))
				}
			case reflect.Map:
				for k, x := range v.Seq2() {
					check(k)
					check(x)
				}
			}
		}
		var d any
		if err := json.Unmarshal([]byte(between(t, page, `id="data">`, "</script>")), &d); err != nil {
			t.Fatal(err)
		}
		check(reflect.ValueOf(d))
	}
}

// unseen reports whether a character is invisible.
func unseen(r rune) bool { return page.Hidden(r) }
