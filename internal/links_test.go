package internal_test

import (
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	mdLink    = regexp.MustCompile(`\]\(([^()\s]+(?:\([^()\s]*\)[^()\s]*)?)\)`)
	mdHeading = regexp.MustCompile("(?m)^#{1,6} +(.+?) *$")
	mdFence   = regexp.MustCompile("(?ms)^ *```.*?^ *```")
	mdCode    = regexp.MustCompile("`[^`\n]*`")
)

// markdown are all texts of the repository, by their paths from its top.
func markdown(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel("..", path)
		if d.IsDir() && path != ".." && (name != ".github" && strings.HasPrefix(name, ".") || name == "bin" || name == "dist" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(name, ".md") {
			return nil
		}
		text, err := os.ReadFile(path)
		texts[filepath.ToSlash(name)] = mdFence.ReplaceAllString(string(text), "")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// anchors are what GitHub makes of the headings of a text.
func anchors(text string) (list []string) {
	for _, h := range mdHeading.FindAllStringSubmatch(text, -1) {
		var b strings.Builder
		for _, r := range strings.ToLower(mdLink.ReplaceAllString(h[1], "]")) {
			switch {
			case r == ' ':
				b.WriteRune('-')
			case r == '-', r == '_', r >= 'a' && r <= 'z', r >= '0' && r <= '9', r > 127:
				b.WriteRune(r)
			}
		}
		list = append(list, b.String())
	}
	return list
}

// Every link from one file of the repository to another leads somewhere, to the heading that
// it names.
func TestLinks(t *testing.T) {
	texts := markdown(t)
	checked := 0
	for name, text := range texts {
		for _, m := range mdLink.FindAllStringSubmatch(mdCode.ReplaceAllString(text, ""), -1) {
			u, err := url.Parse(m[1])
			if err != nil || u.Scheme != "" {
				continue
			}
			checked++
			to := name
			if u.Path != "" {
				to = filepath.ToSlash(filepath.Join(filepath.Dir(name), u.Path))
				if _, err := os.Stat(filepath.Join("..", to)); err != nil {
					t.Errorf("%s links to %s, which is not there", name, m[1])
					continue
				}
			}
			if strings.HasSuffix(to, ".md") && u.Fragment != "" && !slices.Contains(anchors(texts[to]), u.Fragment) {
				t.Errorf("%s links to %s: there is no such heading", name, m[1])
			}
		}
	}
	if checked < 50 {
		t.Errorf("only %d links were found", checked)
	}
}

// Every text in docs/ is in its index, and the index is in the README.
func TestDocsAreInTheIndex(t *testing.T) {
	texts := markdown(t)
	for name := range texts {
		dir, file := filepath.Split(name)
		index := filepath.Join(dir, "README.md")
		if strings.HasPrefix(dir, "docs/") && file != "README.md" && !strings.Contains(texts[filepath.ToSlash(index)], "]("+file+")") {
			t.Errorf("%s is not in %s", name, index)
		}
	}
	if !strings.Contains(texts["README.md"], "(docs/README.md)") {
		t.Error("README.md does not link to docs/README.md")
	}
}
