package logs

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/ringfence/ringfence/internal/forms/formstest"
	"github.com/ringfence/ringfence/internal/logs/split"
)

// record is a CloudTrail record of a second.
func record(second int, source, name string) string {
	return fmt.Sprintf(`{"eventVersion":"1.11","eventID":"%08d","eventSource":%q,"eventName":%q,"eventTime":"2026-03-01T12:00:%02dZ","awsRegion":"us-east-1",`+
		`"recipientAccountId":"111122223333","requestParameters":{"roleName":"app"}}`, second, source, name, second)
}

const iam = "iam.amazonaws.com"

// matters is what a test looks for.
func matters(source, name string) bool { return source == iam && !strings.HasPrefix(name, "Get") }

func of(name, text string) Source { return Text(name, []byte(text)) }

// readAll reads sources and gives what is kept of them, in order.
func readAll(t testing.TB, o Options, sources ...Source) (*Log, []Record) {
	t.Helper()
	o.Matters = matters
	log, err := Read(t.Context(), sources, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() })
	return log, sorted(t, log)
}

func sorted(t testing.TB, log *Log) (records []Record) {
	t.Helper()
	for r, err := range log.All() {
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, r)
	}
	return records
}

func seconds(records []Record) string {
	var b strings.Builder
	for _, r := range records {
		fmt.Fprint(&b, r.Time.Second(), " ")
	}
	return strings.TrimSpace(b.String())
}

// Ensure that each form gives the same events named, in a directory, and from standard input.
func TestEachFormByFileDirectoryAndPipe(t *testing.T) {
	var records []json.RawMessage
	for i := range 3 {
		records = append(records, json.RawMessage(record(i, iam, "TagRole")))
	}
	for _, form := range formstest.All(records) {
		dir := t.TempDir()
		path := filepath.Join(dir, form.File)
		if err := os.WriteFile(path, form.Data, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, where := range []string{path, dir, "-"} {
			sources, err := Files([]string{where}, bytes.NewReader(form.Data), func(name string, why Reason) { t.Errorf("%s: %s", name, why) })
			if err != nil {
				t.Fatal(err)
			}
			log, got := readAll(t, Options{}, sources...)
			if form.Partial != (len(log.Incomplete) > 0) || !form.Partial && unique(got) != 3 {
				t.Errorf("%s by %s: %d events, %q", form.Name, filepath.Base(where), unique(got), log.Incomplete)
			}
			text := bytes.TrimPrefix(form.Data, []byte("\ufeff"))
			if plain := !bytes.Contains(text, []byte{0}) && utf8.Valid(text); log.Bytes == 0 || plain && log.Bytes != int64(len(text)) {
				t.Errorf("%s by %s: %d bytes of %d", form.Name, filepath.Base(where), log.Bytes, len(text))
			}
		}
	}
}

// unique is how many different events there are: some forms hold one twice.
func unique(records []Record) int {
	ids := map[string]bool{}
	for _, r := range records {
		var event struct {
			EventID string
			Detail  struct{ EventID string }
		}
		_ = json.Unmarshal(r.Raw, &event)
		ids[event.EventID+event.Detail.EventID] = true
	}
	return len(ids)
}

func TestEverythingIsCounted(t *testing.T) {
	text := `{"Records":[` + strings.Join([]string{
		record(3, iam, "TagRole"), record(1, iam, "TagRole"), record(2, "s3.amazonaws.com", "GetObject"), record(2, iam, "GetRole"),
		`{"Version":"2012-10-17"}`, strings.ReplaceAll(record(9, iam, "TagRole"), "111122223333", "444455556666"), record(50, iam, "TagRole"),
	}, ",") + `]}`
	log, got := readAll(t, Options{
		Since: time.Date(2026, 3, 1, 12, 0, 1, 0, time.UTC), Until: time.Date(2026, 3, 1, 12, 0, 50, 0, time.UTC), Accounts: []string{"111122223333"},
	}, of("a", text))
	if seconds(got) != "1 3" || log.Events != 6 || log.Kept != 2 || len(log.Incomplete) > 0 || log.Bytes != int64(len(text)) {
		t.Errorf("%s: %+v", seconds(got), log.Tally)
	}
	sum := log.Kept
	for _, why := range []Reason{Elsewhere, Reads, Outside, Foreign} {
		if log.Passed[why] != 1 {
			t.Errorf("%s: %d", why, log.Passed[why])
		}
		sum += log.Passed[why]
	}
	if sum != log.Events || log.Passed["no event in it"] != 1 || len(log.Reasons()) != 5 {
		t.Errorf("%d of %d, %v", sum, log.Events, log.Passed)
	}
	if want := int64(len(record(2, "s3.amazonaws.com", "GetObject")) + len(record(2, iam, "GetRole"))); log.Unread != want {
		t.Errorf("%d bytes were not decoded, not %d", log.Unread, want)
	}
	if got[0].File != "a" || got[0].Index != 2 {
		t.Errorf("%s, %d", got[0].File, got[0].Index)
	}
}

func TestWhatIsMissingIsSaid(t *testing.T) {
	one, two := record(1, iam, "TagRole"), record(2, iam, "TagRole")
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		source Source
		kept   int
		want   string
	}{
		"cut":     {of("f", `{"Records":[`+one+`,`+two[:50]), 1, "f: the file ends in the middle, after 1 whole events"},
		"list":    {of("f", `[`+one+`,`), 1, "f: the file ends in the middle, after 1 whole events"},
		"line":    {of("f", one+"\n"+two[:50]+"\n"+two+"\n"), 2, "f: 1 passed over: cut short"},
		"text":    {of("f", one+"\nhello\n"+two+"\n"), 2, "f: 1 passed over: not JSON"},
		"nothing": {of("f", `{"Version":"2012-10-17"}`), 0, "f: no event in it"},
		"empty":   {of("f", ``), 0, "f: no event in it"},
		"gone":    {Source{Name: "f", Open: func(context.Context) (io.ReadCloser, error) { return nil, broken }}, 0, "f: broken, after 0 events"},
	} {
		log, got := readAll(t, Options{}, c.source, of("other", record(9, iam, "TagRole")))
		if len(got) != c.kept+1 || len(log.Incomplete) == 0 || !strings.Contains(strings.Join(log.Incomplete, "\n"), c.want) {
			t.Errorf("%s: %d, %q", name, len(got), log.Incomplete)
		}
	}
	log, _ := readAll(t, Options{}, Source{Name: "f", Open: of("f", `{"Version":"2012-10-17"}`).Open}, of("other", one))
	if len(log.Incomplete) > 0 || log.Passed["no event in it"] != 1 {
		t.Errorf("a policy in a directory: %+v", log.Tally)
	}
}

func TestEventsAreInOrderHoweverManyTheyAre(t *testing.T) {
	var sources []Source
	for f := range 7 {
		var lines []string
		for i := range 40 {
			lines = append(lines, record((f*31+i*17)%60, iam, "TagRole"))
		}
		sources = append(sources, of(fmt.Sprint("file ", f), strings.Join(lines, "\n")))
	}
	read := func(limit int) (got []Record) {
		r := newReader(Options{Matters: matters})
		r.spool.limit = limit
		for i, s := range sources {
			f := &file{reader: r, tools: new(tools), source: s, number: i}
			if err := f.read(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		log := &Log{spool: r.spool}
		got = sorted(t, log)
		if again := sorted(t, log); len(again) != len(got) {
			t.Errorf("%d events, and then %d", len(got), len(again))
		}
		if err := log.Close(); err != nil {
			t.Error(err)
		}
		return got
	}
	memory, disk := read(spooled), read(5000)
	if len(memory) != 280 || len(disk) != 280 {
		t.Fatal(len(memory), len(disk))
	}
	for i := range memory {
		a, b := memory[i], disk[i]
		if string(a.Raw) != string(b.Raw) || !a.Time.Equal(b.Time) || a.File != b.File || a.Index != b.Index {
			t.Fatalf("%d: %+v, and by way of the disk %+v", i, a, b)
		}
		if i > 0 && a.before(&memory[i-1]) < 0 {
			t.Fatalf("%d is before %d", i, i-1)
		}
	}
}

// Ensure that files that keep one waiting are waited for side by side.
func TestFilesAreReadSideBySide(t *testing.T) {
	const files = 40
	var open sync.WaitGroup
	open.Add(files)
	slow := of("f", record(1, iam, "TagRole"))
	sources := slices.Repeat([]Source{{Name: "f", Open: func(ctx context.Context) (io.ReadCloser, error) {
		open.Done()
		open.Wait() // for ever, where not all are read at once
		return slow.Open(ctx)
	}}}, files)
	if _, got := readAll(t, Options{Parallel: files}, sources...); len(got) != files {
		t.Error(len(got))
	}
}

func TestReadingEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	log, err := Read(ctx, []Source{of("a", record(1, iam, "TagRole"))}, Options{Matters: matters})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := log.Close(); err != nil {
		t.Error(err)
	}
}

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b/2.ndjson", "b/1.json", "a.gz", ".git/x", "c"} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte("{}"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	other := filepath.Join(t.TempDir(), "elsewhere.json")
	err := errors.Join(os.WriteFile(other, nil, 0o600), os.Symlink(dir, filepath.Join(dir, "b", "loop")), os.Symlink(other, filepath.Join(dir, "link.json")))
	if err != nil {
		t.Skip(err)
	}
	var passed []string
	sources, err := Files([]string{dir, filepath.Join(dir, "c")}, nil, func(name string, why Reason) { passed = append(passed, filepath.Base(name)+" "+string(why)) })
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range sources {
		name, _ := filepath.Rel(dir, s.Name)
		names = append(names, name)
	}
	if got := strings.Join(names, " "); got != "a.gz b/1.json b/2.ndjson c link.json" {
		t.Error(got)
	}
	if got := strings.Join(passed, ", "); got != ".git hidden file, loop read already under another name, c read already under another name" {
		t.Error(got)
	}
	if _, err := Files([]string{filepath.Join(dir, "none")}, nil, nil); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

// What is known by its bytes is what decoding finds.
func FuzzUnread(f *testing.F) {
	for _, text := range []string{
		`{"Records":[` + record(1, iam, "TagRole") + `,` + record(2, "s3.amazonaws.com", "GetObject") + `]}`,
		`{"eventSource":"s3.amazonaws.com","eventName":"x","detail":{"eventSource":"iam.amazonaws.com","eventName":"TagRole"}}`,
		`{"eventSource":"s3.amazonaws.com","eventName":"x","Records":[{"eventSource":"iam.amazonaws.com","eventName":"TagRole"}]}`,
		`{"eventSource":"s3.amazonaws.com","eventName":"x","CloudTrailEvent":"{\"eventSource\":\"iam.amazonaws.com\",\"eventName\":\"TagRole\"}"}`,
		`{"eventSource":"s3.amazonaws.com","eventName":"x","message":"{\"eventSource\":\"iam.amazonaws.com\",\"eventName\":\"TagRole\"}"}`,
		`{"eventsource":"s3.amazonaws.com","eventname":"x","eventName":"TagRole","eventSource":"iam.amazonaws.com"}`,
		`{"eventSource":"\u0069am.amazonaws.com","eventName":"TagRole"}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		read := func(everything bool) (kept []string, tally Tally) {
			r := newReader(Options{Matters: matters, everything: everything})
			one := &file{reader: r, tools: new(tools), source: of("f", string(data))}
			if err := one.read(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, record := range sorted(t, &Log{spool: r.spool}) {
				kept = append(kept, string(record.Raw))
			}
			return kept, one.tally
		}
		fast, a := read(false)
		slow, b := read(true)
		if !json.Valid(data) { // what is not JSON is never decoded by the one
			a, b = Tally{}, Tally{}
		}
		if fmt.Sprint(fast) != fmt.Sprint(slow) || a.Events != b.Events || fmt.Sprint(a.Passed) != fmt.Sprint(b.Passed) {
			t.Fatalf("%q: by bytes %q %+v, decoded %q %+v", data, fast, a, slow, b)
		}
	})
}

// What is of no concern makes no work for the collector of garbage, however much there is of it, and
// neither do many files.
func TestWhatIsOfNoConcernTakesNoMemory(t *testing.T) {
	f := func(n int) func() {
		text := `{"Records":[` + strings.Repeat(record(1, "s3.amazonaws.com", "GetObject")+","+record(1, iam, "GetRole")+",", n) + record(1, "a.amazonaws.com", "B") + `]}`
		r, tools := newReader(Options{Matters: matters}), new(tools)
		return func() {
			one := &file{reader: r, tools: tools, source: of("f", text)}
			if err := one.read(t.Context()); err != nil || one.tally.Events != 2*n+1 {
				t.Fatal(one.tally, err)
			}
		}
	}
	few, many := testing.AllocsPerRun(10, f(10)), testing.AllocsPerRun(10, f(1000))
	if many > few || few > 20 {
		t.Errorf("%.0f allocations for 21 events, and %.0f for 2001", few, many)
	}
}

// One file leaves nothing behind in the tools that the next one is read with.
func TestToolsAreAsNewForEachFile(t *testing.T) {
	zipped := func(text string) string {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write([]byte(text))
		_ = z.Close()
		return b.String()
	}
	one := record(1, iam, "TagRole")
	texts := []string{
		one, zipped(one), zipped(one)[:60], zipped(zipped(one)), "\x1f\x8b\x01", "\xef\xbb\xbf" + one, `{"Records":[` + one + `,{"a"`, "", "text\n" + one,
		`{"a":"` + strings.Repeat("x", 3<<20) + `"}`, "a,b\n1,2\n", zipped(one) + "garbage", zipped(one) + zipped(one),
	}
	r := newReader(Options{Matters: matters})
	shared := &tools{ahead: true}
	for i, text := range texts {
		for _, then := range texts {
			for _, text := range []string{text, then} {
				want, got := &file{reader: r, tools: new(tools), source: of("f", text)}, &file{reader: r, tools: shared, source: of("f", text)}
				if err := errors.Join(want.read(t.Context()), got.read(t.Context())); err != nil {
					t.Fatal(err)
				}
				if fmt.Sprint(got.tally) != fmt.Sprint(want.tally) {
					t.Errorf("%d: %.40q: %+v, want %+v", i, text, got.tally, want.tally)
				}
			}
		}
	}
}

// Names without end are not remembered without end.
func TestCallsAreNotRememberedWithoutEnd(t *testing.T) {
	tools := new(tools)
	judge := func(_, name string) Reason { return Reason(name) }
	for i := range maxCalls + 10 {
		name := fmt.Sprint("Call", i)
		if got := tools.known(split.Element{Source: []byte("x"), Name: []byte(name)}, judge); string(got) != name {
			t.Fatal(got)
		}
	}
	tools.known(split.Element{Source: []byte("y"), Name: bytes.Repeat([]byte("x"), maxCall)}, judge)
	if len(tools.calls) != maxCalls {
		t.Error(len(tools.calls))
	}
}
