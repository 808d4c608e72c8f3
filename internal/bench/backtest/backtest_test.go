package main

import (
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/replay"

	"github.com/ringfence/ringfence/internal/bench/measure"
)

// TestMain lets the test binary act as the child that the benchmark starts.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "-child" {
		main()
		return
	}
	os.Exit(m.Run())
}

// Ensure that the benchmark works, and that everything it compares reads the same events. The
// times are not checked.
func TestQuick(t *testing.T) {
	dir := t.TempDir()
	var out bytes.Buffer
	if err := run(t.Context(), options{size: 3e6, runs: 2, times: 3, dir: dir, json: true}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	var f Figures
	if err := json.Unmarshal(out.Bytes(), &f); err != nil {
		t.Fatal(err)
	}
	if f.Log.Bytes < 3e6 || f.Log.Bytes > 3.2e6 || f.Log.Packed == 0 || f.Log.Packed > f.Log.Bytes/5 || f.Log.Kept == 0 {
		t.Errorf("%+v", f.Log)
	}
	if unread := float64(f.Log.Unread) / float64(f.Log.Bytes); unread < 0.98 || unread > 1 {
		t.Errorf("%.2f of all is not decoded", unread)
	}
	for _, w := range f.Ways {
		if w.Rate.Median <= 0 || w.Core.Median <= 0 || w.Peak.Median <= 0 && w.Name != gzipping || w.Ratio != nil && w.Ratio.Median <= 0 {
			t.Errorf("%+v", w)
		}
	}
	var text bytes.Buffer
	const roles = "roles=10000"
	f.Replay = []Rate{{Name: roles, Events: measure.Of([]float64{3000})}}
	f.Print(&text)
	for _, want := range []string{"a. Speed", plainOne, packedAll, "b. Memory", "3 times as much", "c. Replay", roles, " to encoding/json, at least 5: "} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the tables lack %q:\n%s", want, &text)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}

// Ensure that the log is the same each time, is like a trail's, and has the stated share of IAM.
func TestTheLogIsTheSameEachTime(t *testing.T) {
	read := func(folder string) map[string]string {
		dir := t.TempDir()
		if err := generate(t.Context(), dir, 5e6); err != nil {
			t.Fatal(err)
		}
		files := map[string]string{}
		err := fs.WalkDir(os.DirFS(filepath.Join(dir, folder)), ".", func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				var data []byte
				data, err = os.ReadFile(filepath.Join(dir, folder, path))
				files[path] = string(data)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return files
	}
	all, iam, watched := 0, 0, 0
	matters := replay.Reading().Matters
	again := read(plain)
	for name, text := range read(plain) {
		if again[name] != text {
			t.Errorf("%s differs", name)
		}
		var file struct {
			Records []struct{ EventSource, EventName, EventID string }
		}
		if err := json.Unmarshal([]byte(text), &file); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, r := range file.Records {
			all++
			if r.EventSource == "iam.amazonaws.com" {
				iam++
			}
			if matters(r.EventSource, r.EventName) {
				watched++
			}
		}
	}
	if share := float64(iam) / float64(all); share < 0.005 || share > 0.015 || watched == 0 || watched == iam {
		t.Errorf("%d events, %d of IAM, %d that are watched", all, iam, watched)
	}
}

func TestRates(t *testing.T) {
	const out = "goos: linux\nBenchmarkReplay/roles=0-2  \t 1\t5000 ns/op\t  2896 events/s\t 12 B/op\nBenchmarkReplay/roles=10000-2  1  6 ns/op  3161.5 events/s\nPASS\n"
	found := rates.FindAllStringSubmatch(out, -1)
	if len(found) != 2 || found[0][1] != "roles=0" || found[0][2] != "2896" || found[1][1] != "roles=10000" || found[1][2] != "3161.5" {
		t.Errorf("%q", found)
	}
}
