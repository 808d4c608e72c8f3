package pagetest

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var pictures = flag.String("pictures", "", "folder to write pictures of the page to, to look at them")

// Kept reports whether screenshots are requested.
func Kept() bool { return *pictures != "" }

// Keep writes a screenshot if screenshots are requested.
func Keep(t *testing.T, name string, picture []byte) {
	t.Helper()
	if !Kept() {
		return
	}
	if err := os.WriteFile(filepath.Join(*pictures, name), picture, 0o600); err != nil {
		t.Fatal(err)
	}
}
