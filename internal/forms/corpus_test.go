package forms_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/trail"
)

// Ensure that no recorded data is lost: every record in the files is found and can be read.
func TestNothingRecordedIsLost(t *testing.T) {
	root := filepath.Join("..", "..", "..", "shared", "corpus")
	if _, err := os.Stat(root); err != nil {
		t.Skipf("no recorded data: %v", err)
	}
	for folder, want := range map[string]int{"cloudtrail-files": 2093, "records": 132} {
		in, out, over := 0, 0, 0
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".json" {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			in += strings.Count(string(data), `"eventID"`)
			records, passed := find(t, data)
			out += len(records)
			for reason, n := range passed {
				t.Errorf("%s: %d times %s", path, n, reason)
				over += n
			}
			for _, r := range records {
				if _, err := trail.Read(r); err != nil {
					t.Errorf("%s: %v", path, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if out+over != want || in == 0 {
			t.Errorf("%s: %d records and %d passed over, want %d", folder, out, over, want)
		}
	}
}
