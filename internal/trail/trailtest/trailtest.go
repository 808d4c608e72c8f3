// Package trailtest gives tests recorded CloudTrail data, which is not part of the repository.
package trailtest

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// Record is a recorded CloudTrail record.
type Record struct {
	// Name is that of its file, with the folder.
	Name string
	// Text is the JSON of the record.
	Text []byte
}

// Recorded returns the records of all files below a folder of the recorded data. It skips the test if the data
// is not beside the repository.
func Recorded(t testing.TB, folder string) []Record {
	t.Helper()
	root := filepath.Join(repository(t), "..", "shared", "corpus", folder)
	if _, err := os.Stat(root); err != nil {
		t.Skipf("no recorded data: %v", err)
	}
	var records []Record
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".json" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var file struct{ Records []json.RawMessage }
		if err := json.Unmarshal(data, &file); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if file.Records == nil {
			file.Records = []json.RawMessage{data}
		}
		for _, text := range file.Records {
			records = append(records, Record{filepath.Base(filepath.Dir(path)) + "/" + filepath.Base(path), text})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(records) == 0 {
		t.Fatalf("no records below %s", root)
	}
	return records
}

// repository is the folder of go.mod, above the folder that the test runs in.
func repository(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the folder that the test runs in")
		}
		dir = up
	}
}
