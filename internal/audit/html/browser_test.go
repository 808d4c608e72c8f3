package html

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/audit"
	"github.com/ringfence/ringfence/internal/page/pagetest"
)

// rowsShown returns the ARNs of the rows in the table.
const rowsShown = `[...document.querySelectorAll('#table tr[data-at]')].map(tr => data.rows[tr.dataset.at].arn)`

// typed types a search as a reader would, and returns the milliseconds until the table is laid out.
const typed = `(text => {
  const start = performance.now();
  const box = document.querySelector('#search');
  box.value = text;
  box.dispatchEvent(new Event('input', { bubbles: true }));
  document.querySelector('#table').offsetHeight;
  return performance.now() - start;
})`

const selected = `((name, value) => {
  const e = document.querySelector('#filters').elements[name];
  e.value = value;
  e.dispatchEvent(new Event('input', { bubbles: true }));
})`

// TestBrowser opens a report on ten thousand principals in a browser.
func TestBrowser(t *testing.T) {
	c := pagetest.Start(t)
	r := sample(t, 10000)
	page := write(t, r)
	c.Size(1280, 900)
	c.Prefer("light")
	url := c.Open([]byte(page))

	var shownRows []string
	rows := func() []string {
		shownRows = nil
		c.Eval(rowsShown, &shownRows)
		return shownRows
	}
	count := func(keep func(*audit.Principal) bool) (n int) {
		for i := range r.Principals {
			if keep(&r.Principals[i]) {
				n++
			}
		}
		return n
	}
	says := func(want string) {
		t.Helper()
		var got string
		if c.Eval(`document.querySelector('#shown').textContent`, &got); got != want {
			t.Errorf("the table says %q, want %q", got, want)
		}
	}
	clearAll := func() {
		c.Eval(`document.querySelector('#filters [type=reset]').click(), new Promise(r => setTimeout(r, 20))`, nil)
	}

	t.Run("first table", func(t *testing.T) {
		var ms float64
		c.Eval(`performance.getEntriesByName('table')[0].startTime`, &ms)
		t.Logf("%d principals, %.1f MB: the table took %.0f ms", len(r.Principals), float64(len(page))/1e6, ms)
		if ms > 5000 {
			t.Errorf("the table took %.0f ms", ms)
		}
		if got := rows(); len(got) != 50 || got[0] != r.Principals[0].ARN {
			t.Errorf("%d rows, the first %q", len(got), got[:min(1, len(got))])
		}
		says("10,000 principals")
		pagetest.Keep(t, "light.png", c.Picture(true))
	})

	t.Run("search", func(t *testing.T) {
		c.Eval(typed+`("x")`, nil) // builds the search index
		var worst float64
		for n := 1; n <= len("payments-api"); n++ {
			var ms float64
			c.Eval(typed+`("`+"payments-api"[:n]+`")`, &ms)
			worst = max(worst, ms)
		}
		t.Logf("the slowest keystroke of a search took %.0f ms", worst)
		if worst > 1000 {
			t.Errorf("a keystroke took %.0f ms", worst)
		}
		n := count(func(p *audit.Principal) bool { return strings.Contains(p.ARN, "payments-api") })
		says(fmt.Sprintf("%d of 10,000 principals", n))
		for _, arn := range rows() {
			if !strings.Contains(arn, "payments-api") {
				t.Errorf("a search for payments-api shows %s", arn)
			}
		}
		c.Eval(typed+`("qqqq")`, nil)
		var empty string
		if c.Eval(`document.querySelector('#empty').checkVisibility() + ' ' + document.querySelector('#table').checkVisibility()`, &empty); empty != "true false" {
			t.Errorf("no message for an empty result, or the table is still shown: %s", empty)
		}
		clearAll()
		says("10,000 principals")
	})

	t.Run("filter", func(t *testing.T) {
		for name, value := range map[string]string{"state": "outside", "severity": "critical", "rule": "pipelines", "account": "222233334444", "boundary": "(none)"} {
			c.Eval(fmt.Sprintf("%s(%q, %q)", selected, name, value), nil)
		}
		n := count(func(p *audit.Principal) bool {
			return p.State == audit.Outside && p.Severity == "critical" && p.Rule == "pipelines" && p.Account == "222233334444" && p.Attached == ""
		})
		if n == 0 {
			t.Error("no principal of the sample matches")
		}
		says(fmt.Sprintf("%d of 10,000 principals", n))
		clearAll()
		// The numbers of the headline are buttons that set a filter.
		c.Eval(`document.querySelector('[data-set="state=outside"]').click()`, nil)
		says(fmt.Sprintf("%d of 10,000 principals", r.Summary.Outside))
		clearAll()
	})

	t.Run("sort", func(t *testing.T) {
		head := `document.querySelectorAll('#table thead button')[1]`
		var sorted string
		for _, want := range []string{"ascending", "descending"} {
			c.Eval(head+`.click()`, nil)
			if c.Eval(head+`.parentElement.getAttribute('aria-sort')`, &sorted); sorted != want {
				t.Errorf("the column is %q, want %q", sorted, want)
			}
			var names []string
			c.Eval(`[...document.querySelectorAll('#table .name')].map(e => e.textContent.toLowerCase())`, &names)
			for i := 1; i < len(names); i++ {
				if a, b := names[i-1], names[i]; want == "ascending" && a > b || want == "descending" && a < b {
					t.Errorf("%s: %s comes before %s", want, a, b)
				}
			}
		}
		var marked int
		if c.Eval(`document.querySelectorAll('[aria-sort]').length`, &marked); marked != 1 {
			t.Errorf("%d columns are marked as sorted", marked)
		}
		c.Eval(`document.querySelectorAll('#table thead button')[0].click()`, nil)
	})

	t.Run("pages", func(t *testing.T) {
		seen := map[string]bool{}
		var more bool
		for more = true; more; c.Eval(`!document.querySelector('#next').disabled && (document.querySelector('#next').click(), true)`, &more) {
			for _, arn := range rows() {
				seen[arn] = true
			}
		}
		if len(seen) != len(r.Principals) {
			t.Errorf("all pages show %d principals", len(seen))
		}
		c.Eval(`document.querySelector('#first').click()`, nil)
	})

	t.Run("open by keyboard", func(t *testing.T) {
		c.Eval(`document.querySelector('#table .name').focus()`, nil)
		for _, kind := range []string{"keyDown", "keyUp"} {
			c.Call("Input.dispatchKeyEvent", object{"type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}, nil)
		}
		var got string
		c.Eval(`document.activeElement.getAttribute('aria-expanded') + ' ' + document.getElementById(document.activeElement.getAttribute('aria-controls')).textContent`, &got)
		p := &r.Principals[0]
		for _, want := range append([]string{"true", p.Reason, p.Witness.Action, p.Repair, p.ID, p.Required, string(p.Action)}, p.Policies...) {
			if !strings.Contains(got, want) {
				t.Errorf("%q is not in the details: %s", want, got)
			}
		}
		pagetest.Keep(t, "open.png", c.Picture(false))
	})

	t.Run("copy", func(t *testing.T) {
		c.Call("Browser.grantPermissions", object{"permissions": []string{"clipboardReadWrite", "clipboardSanitizedWrite"}}, nil)
		var got string
		c.Eval(`document.querySelector('.repair button').click(), new Promise(r => setTimeout(r, 200)).then(() => document.querySelector('.repair [role=status]').textContent)`, &got)
		if got != "Copied." {
			t.Errorf("the button says %q", got)
		}
		if c.Eval(`navigator.clipboard.readText()`, &got); got != r.Principals[0].Repair {
			t.Errorf("copied is %q, want %q", got, r.Principals[0].Repair)
		}
	})

	t.Run("open from the headline", func(t *testing.T) {
		var asked, got string
		c.Eval(`(() => { const b = [...document.querySelectorAll('.kinds [data-open]')].pop(); b.click(); return b.dataset.open })()`, &asked)
		c.Eval(`data.rows[document.activeElement.closest('tr').dataset.at].arn`, &got)
		if got != asked || asked == "" {
			t.Errorf("opened %s, but %s is shown", asked, got)
		}
	})

	t.Run("theme", func(t *testing.T) {
		color := func() (s string) {
			c.Eval(`getComputedStyle(document.body).backgroundColor`, &s)
			return s
		}
		light := color()
		c.Prefer("dark")
		dark := color()
		c.Eval(`document.querySelector('#theme').click()`, nil)
		back := color()
		if light == dark || back != light {
			t.Errorf("light %s, dark %s, after the button %s", light, dark, back)
		}
		c.Eval(`document.querySelector('#theme').click()`, nil)
		var pressed string
		if c.Eval(`document.querySelector('#theme').getAttribute('aria-pressed')`, &pressed); pressed != "true" {
			t.Errorf("in the dark theme the button is %q", pressed)
		}
		pagetest.Keep(t, "dark.png", c.Picture(true))
		for _, width := range []int{1100, 820, 390} {
			c.Size(width, 844)
			var got struct{ Page, Name float64 }
			c.Eval(`({ page: document.documentElement.scrollWidth, name: document.querySelector('#table .name').parentElement.offsetWidth })`, &got)
			if got.Page > float64(width) || got.Name < 180 {
				t.Errorf("in a window of width %d the page is %.0f wide, and the column of names %.0f", width, got.Page, got.Name)
			}
		}
		pagetest.Keep(t, "phone.png", c.Picture(true))
		c.Size(1280, 900)
		c.Prefer("light")
		c.Eval(`delete document.documentElement.dataset.theme`, nil)
	})

	t.Run("print", func(t *testing.T) {
		pdf := c.Paper()
		if !bytes.HasPrefix(pdf, []byte("%PDF-")) || len(pdf) < 50_000 {
			t.Errorf("the PDF has %d bytes", len(pdf))
		}
		pagetest.Keep(t, "print.pdf", pdf)
		if n := len(rows()); n != 50 {
			t.Errorf("after printing the table has %d rows", n)
		}
		c.Call("Emulation.setEmulatedMedia", object{"media": "print"}, nil)
		c.Eval(`dispatchEvent(new Event('beforeprint'))`, nil)
		if n := len(rows()); n != printed {
			t.Errorf("%d rows are printed", n)
		}
		var p struct {
			Said     string
			Controls int
			Repairs  int
			Body     string
		}
		c.Eval(`({ said: document.querySelector('#printed').textContent, body: getComputedStyle(document.body).colorScheme,
			controls: [...document.querySelectorAll('.tools, #filters, .pager, nav, .repair button')].filter(e => e.checkVisibility()).length,
			repairs: [...document.querySelectorAll('#table .detail code')].filter(e => e.textContent.startsWith('aws iam put-')).length })`, &p)
		s := r.Summary
		repairs := 0
		for i := range r.Principals[:printed] {
			if r.Principals[i].Repair != "" {
				repairs++
			}
		}
		if want := fmt.Sprintf("The first 200 of %d principals that are outside, unknown or covered by no rule.", s.Outside+s.Unknown+s.Uncovered); p.Said != want || p.Controls != 0 || p.Repairs != repairs || repairs == 0 || p.Body != "light" {
			t.Errorf("the printed page is %+v, want %q", p, want)
		}
		c.Eval(`dispatchEvent(new Event('afterprint'))`, nil)
		c.Prefer("light")
	})

	c.Quiet(url)
}

// printed is the maximum number of printed rows.
const printed = 200

// TestBrowserHostile checks that nothing in a hostile report runs, loads or becomes markup.
func TestBrowserHostile(t *testing.T) {
	c := pagetest.Start(t)
	for _, all := range []bool{true, false} {
		url := c.Open([]byte(write(t, poisoned(t, all))))
		var got struct {
			Pwned          bool
			Images, Active int
			Rows, Details  int
		}
		c.Eval(`(() => {
			document.querySelectorAll('details').forEach(d => d.open = true);
			for (const r of data.rows) table.open.add(r);
			let details = 0, rows = 0;
			for (let page = 0; table.page = page, draw(), table.page === page; page++) {
				rows += document.querySelectorAll('#table tr[data-at]').length;
				details += document.querySelectorAll('#table .detail dt').length;
				document.querySelectorAll('#table [data-open]').forEach(b => b.dataset.open);
			}
			paper();
			return { pwned: 'pwned' in window, images: document.querySelectorAll('img, iframe, object, embed, link, base, form[action]').length,
				active: document.querySelectorAll('script').length, rows, details };
		})()`, &got)
		if got.Pwned || got.Images != 0 || got.Active != 2 || got.Rows < 130 || got.Details < 10*got.Rows {
			t.Errorf("all %v: %+v", all, got)
		}
		c.Quiet(url)
		pagetest.Keep(t, fmt.Sprintf("hostile-%v.png", all), c.Picture(true))
	}
}

// TestBrowserWithoutScript checks that the numbers and the first principals outside are shown.
func TestBrowserWithoutScript(t *testing.T) {
	c := pagetest.Start(t)
	r := sample(t, 10000)
	page := write(t, r)
	c.Call("Emulation.setScriptExecutionDisabled", object{"value": true}, nil)
	c.Size(1280, 900)
	url := c.Open([]byte(page))
	picture := c.Picture(false)
	pagetest.Keep(t, "without-script.png", picture)
	c.Quiet(url)
	var root struct{ Root struct{ NodeID int } }
	c.Call("DOM.getDocument", nil, &root)
	query := func(selector string) int {
		var found struct{ NodeIDs []int }
		c.Call("DOM.querySelectorAll", object{"nodeId": root.Root.NodeID, "selector": selector}, &found)
		return len(found.NodeIDs)
	}
	if listed, controls := query("noscript tbody tr"), query("[data-script]:not([hidden])"); listed != withoutScript || controls != 0 {
		t.Errorf("%d principals are listed, and %d useless controls are shown", listed, controls)
	}
}

// TestBrowserAccess checks with axe-core that there is no serious accessibility problem, in both
// themes, wide and narrow, with all content open.
//
// https://github.com/dequelabs/axe-core
func TestBrowserAccess(t *testing.T) {
	c := pagetest.Start(t)
	r := *sample(t, 600)
	r.Partial = []string{"account 111122223333: the file ends in the middle"}
	url := c.Open([]byte(write(t, &r)))
	c.Eval(`document.querySelectorAll('details').forEach(d => d.open = true), [0, 10, 45].forEach(i => document.querySelectorAll('#table .name')[i].click())`, nil)
	c.Access("../../../.tools")
	c.Quiet(url)
}

// TestPicture writes the picture of the README, with -pictures docs.
func TestPicture(t *testing.T) {
	if !pagetest.Kept() {
		t.Skip("set -pictures to the directory")
	}
	c := pagetest.Start(t)
	c.Prefer("light")
	c.Size(1200, 900)
	c.Open([]byte(write(t, sample(t, 10000))))
	var height float64
	c.Eval(`document.querySelector('#map').getBoundingClientRect().bottom + scrollY + 20`, &height)
	c.Size(1200, int(height))
	pagetest.Keep(t, "audit.png", reduced(t, c.Picture(false)))
}

// reduced returns a picture with its 256 most frequent colours, in a third of the bytes.
func reduced(t *testing.T, picture []byte) []byte {
	t.Helper()
	m, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	counts := map[color.Color]int{}
	for y := range m.Bounds().Dy() {
		for x := range m.Bounds().Dx() {
			counts[m.At(x, y)]++
		}
	}
	all := slices.SortedFunc(maps.Keys(counts), func(a, b color.Color) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)))
	})
	out := image.NewPaletted(m.Bounds(), color.Palette(all[:min(len(all), 256)]))
	draw.Draw(out, out.Bounds(), m, image.Point{}, draw.Src)
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, out); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
