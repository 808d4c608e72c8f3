package internal_test

import (
	"bytes"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// refused are words that a native engineer would not write, each with the plain one. None
// is in one piece here, so that this file passes its own test.
var refused = map[string]string{
	`[Mm]en` + `d(s|ed|ing)?\b`:                               "repair, remediate or fix",
	`[Ww]ho` + `m\b`:                                          "who, or another sentence",
	`[Ww]ho` + `ever\b`:                                       "anyone who",
	`([Hh]olds?|[Hh]eld|[Hh]olding) agai` + `nst\b`:           "compare with",
	`what came o` + `f (it|them|that)\b`:                      "the outcome",
	`OV` + `ER\b`:                                             "RESOLVED",
	`[Vv]ou` + `ch(es|ed|ing)?\b`:                             "confirm or authenticate",
	`[Cc]oncerns? no` + `body\b`:                              "is ignored, or affects no principal",
	`[Aa]ne` + `w\b`:                                          "again",
	`[Uu]nto` + `ld\b`:                                        "not reported",
	`([Tt]here|[Hh]ere)(by|up` + `on|of|in)\b`:                "a plain sentence",
	`([Ll]est|[Hh]ence|[Uu]pon|[Ss]hall|[Aa]lbeit|[Tt]hus)\b`: "because, on, must, although, so",
}

// written are the files in which people read: code, pages, templates, scripts.
var written = []string{".go", ".md", ".yaml", ".yml", ".json", ".html", ".css", ".js", ".txt", ".txtar", ".tmpl", ".sh", ".py", ""}

// Everything in the repository is in plain English, with AWS's words for AWS's things.
func TestWords(t *testing.T) {
	any := regexp.MustCompile(`\b(` + strings.Join(slices.Sorted(maps.Keys(refused)), "|") + `)`)
	files := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if slices.Contains([]string{".git", ".tools", ".aws-sam", "dist", "node_modules"}, name) {
				return filepath.SkipDir
			}
			return nil
		}
		if !slices.Contains(written, filepath.Ext(name)) || name == "LICENSE" || name == "reserved.txt" /* DynamoDB's */ || name == "go.sum" {
			return nil
		}
		if info, err := d.Info(); err != nil || !info.Mode().IsRegular() || info.Size() > 1<<20 {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		for _, at := range any.FindAllIndex(text, -1) {
			found, instead := string(text[at[0]:at[1]]), ""
			for pattern, plain := range refused {
				if regexp.MustCompile(`^` + pattern).MatchString(found) {
					instead = plain
				}
			}
			t.Errorf("%s:%d: %q: write %s", filepath.ToSlash(path), 1+bytes.Count(text[:at[0]], []byte("\n")), found, instead)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 500 {
		t.Errorf("only %d files were read", files)
	}
}
