package replay

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func record(id, name, at string) string {
	return `{"eventID": "` + id + `", "eventSource": "iam.amazonaws.com", "eventName": "` + name + `", "eventTime": "` + at + `"}`
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func zipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// ids are the records' event ids, in order.
func ids(records []Record) (out []string) {
	for _, r := range records {
		s := string(r.Raw)
		_, s, _ = strings.Cut(s, `"eventID": "`)
		id, _, _ := strings.Cut(s, `"`)
		out = append(out, id)
	}
	return out
}

func TestReadPutsAllFormsInOrderOfTime(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "logs/a/2.json", `{"Records": [`+record("5", "CreateUser", "2026-03-01T12:00:05Z")+`,`+record("1", "CreateUser", "2026-03-01T12:00:01Z")+`]}`)
	write(t, dir, "logs/b/1.json.gz", zipped(t, `{"Records": [`+record("3", "CreateUser", "2026-03-01T12:00:03Z")+`]}`))
	write(t, dir, "logs/b/policy.json", `{"Version": "2012-10-17", "Statement": []}`)
	write(t, dir, "logs/b/notes.txt", `not read`)
	single := write(t, dir, "single", record("2", "CreateUser", "2026-03-01T12:00:02Z"))
	envelope := write(t, dir, "envelope.json", `{"detail-type": "AWS API Call via CloudTrail", "time": "2026-03-01T12:09:00Z", "detail": `+record("4", "CreateUser", "2026-03-01T12:00:04Z")+`}`)

	stdin := strings.NewReader(zipped(t, record("6", "CreateUser", "2026-03-01T12:00:06Z")))
	records, err := Read([]string{"-", envelope, single, filepath.Join(dir, "logs")}, stdin)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := ids(records), []string{"1", "2", "3", "4", "5", "6"}; !slices.Equal(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
	if r := records[4]; r.Index != 1 || !strings.HasSuffix(r.File, "2.json") {
		t.Errorf("event 5 is said to stand at %s, record %d", r.File, r.Index)
	}
}

func TestReadPutsCauseBeforeEffectWithinASecond(t *testing.T) {
	const at = "2026-03-01T12:00:00Z"
	file := write(t, t.TempDir(), "f.json", record("3", "DeleteRole", at)+record("2a", "PutRolePolicy", at)+record("2b", "TagRole", at)+record("1", "CreateRole", at))
	records, err := Read([]string{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := ids(records), []string{"1", "2a", "2b", "3"}; !slices.Equal(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
}

func TestReadReportsWhatItCannotReadBesideTheRest(t *testing.T) {
	dir := t.TempDir()
	good := write(t, dir, "good.json", record("1", "CreateRole", "2026-03-01T12:00:00Z"))
	cut := write(t, dir, "cut.json", record("2", "CreateRole", "2026-03-01T12:00:01Z")+`{"eventID": "3"`)
	notZip := write(t, dir, "bad.json.gz", "\x1f\x8bnot gzip")
	empty := filepath.Join(dir, "empty")
	if err := os.Mkdir(empty, 0o700); err != nil {
		t.Fatal(err)
	}
	records, err := Read([]string{good, cut, notZip, empty, filepath.Join(dir, "absent.json")}, nil)
	if got, want := ids(records), []string{"1", "2"}; !slices.Equal(got, want) {
		t.Errorf("records %v, want %v", got, want)
	}
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range []string{"cut.json", "bad.json.gz", "empty", "absent.json"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error does not name %s: %v", part, err)
		}
	}
}
