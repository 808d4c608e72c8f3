package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The test binary itself stands for the function: it is a Go program with modules.
func packSelf(t *testing.T) (dir string) {
	t.Helper()
	t.Chdir("../..")
	dir = t.TempDir()
	if err := run(dir, []string{"enforce/arm64=" + os.Args[0]}); err != nil {
		t.Fatal(err)
	}
	return dir
}

func read(t *testing.T, path ...string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestTwoPacksAreTheSame(t *testing.T) {
	if !filepath.IsAbs(os.Args[0]) {
		t.Skip("the test binary has no absolute path")
	}
	first := packSelf(t)
	second := t.TempDir()
	if err := run(second, []string{"enforce/arm64=" + os.Args[0]}); err != nil {
		t.Fatal(err)
	}
	if a, b := read(t, first, "SHA256SUMS"), read(t, second, "SHA256SUMS"); !bytes.Equal(a, b) {
		t.Errorf("first:\n%s\nsecond:\n%s", a, b)
	}
}

func TestZipHoldsAnExecutableBootstrap(t *testing.T) {
	dir := packSelf(t)
	path := filepath.Join(dir, "ringfence-enforce-arm64.zip")
	r, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // only read
	var names []string
	for _, f := range r.File {
		names = append(names, f.Name)
		if !f.Modified.Equal(epoch) {
			t.Errorf("%s is of %v", f.Name, f.Modified)
		}
		if f.Name != "bootstrap" {
			continue
		}
		if f.Mode().Perm() != 0o755 {
			t.Errorf("bootstrap has the mode %v", f.Mode())
		}
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(in)
		if err != nil || !bytes.Equal(got, read(t, os.Args[0])) {
			t.Errorf("bootstrap is not the binary: %v", err)
		}
	}
	if got := strings.Join(names, " "); got != "LICENSE THIRD-PARTY-LICENSES.txt bootstrap" {
		t.Errorf("entries %s", got)
	}
	sum := fmt.Sprintf("%x  ringfence-enforce-arm64.zip\n", sha256.Sum256(read(t, path)))
	if !strings.Contains(string(read(t, dir, "SHA256SUMS")), sum) {
		t.Errorf("SHA256SUMS lacks %q", sum)
	}
}

func TestSBOMListsEveryModule(t *testing.T) {
	dir := packSelf(t)
	var got bom
	if err := json.Unmarshal(read(t, dir, "ringfence-enforce-arm64.cdx.json"), &got); err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, c := range got.Components {
		listed[c.PURL] = true
	}
	for _, m := range info.Deps {
		if !listed[purl(m.Path, m.Version)] {
			t.Errorf("%s is not listed", m.Path)
		}
	}
	if len(listed) != len(info.Deps)+1 || len(got.Dependencies[0].DependsOn) != len(listed) {
		t.Errorf("%d components for %d modules and the standard library", len(listed), len(info.Deps))
	}
	if want := fmt.Sprintf("%x", sha256.Sum256(read(t, os.Args[0]))); got.Metadata.Component.Hashes[0].Content != want {
		t.Error("the checksum of the function is another one's")
	}
}

func TestPURLEscapes(t *testing.T) {
	if got := purl("example.com/x", "v1.0.0+incompatible"); got != "pkg:golang/example.com/x@v1.0.0%2Bincompatible" {
		t.Error(got)
	}
}

// Each function has files of its own, and what names no function is refused.
func TestEachFunctionIsPackedByItself(t *testing.T) {
	t.Chdir("../..")
	dir := t.TempDir()
	if err := run(dir, []string{"enforce/arm64=" + os.Args[0], "report/arm64=" + os.Args[0]}); err != nil {
		t.Fatal(err)
	}
	var got bom
	if err := json.Unmarshal(read(t, dir, "ringfence-report-arm64.cdx.json"), &got); err != nil {
		t.Fatal(err)
	}
	if c := got.Metadata.Component; c.Name != "ringfence-report" || c.Ref != "ringfence-report-arm64" {
		t.Errorf("the list is of %s (%s)", c.Name, c.Ref)
	}
	if n := strings.Count(string(read(t, dir, "SHA256SUMS")), "\n"); n != 4 {
		t.Errorf("%d checksums for two zips and two lists", n)
	}
	if err := run(dir, []string{"arm64=" + os.Args[0]}); err == nil {
		t.Error("a file of no function is packed")
	}
}
