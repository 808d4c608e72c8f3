package logs

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Reason is why something is skipped, as a short phrase.
type Reason string

// Source is one file of a log, wherever it is.
type Source struct {
	// Name is its name in messages.
	Name string
	// Size is its stored length in bytes; 0 if unknown.
	Size int64
	// Open opens it for reading.
	Open func(context.Context) (io.ReadCloser, error)
	// Named is set for a file that the user named: it must have events.
	Named bool
}

// Text returns a source in memory.
func Text(name string, data []byte) Source {
	return Source{Name: name, Size: int64(len(data)), Named: true, Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(data)), nil
	}}
}

// Reasons why files of a directory are skipped.
const (
	hidden  Reason = "hidden file"
	special Reason = "no regular file"
	again   Reason = "read already under another name"
)

// Files returns the files of paths: each named file, all files below a directory, and standard input for "-". It follows
// symbolic links and returns no file twice, in order of names. In directories it skips and reports hidden files and
// everything that is not a regular file. The error is that of the first path that cannot be read.
func Files(paths []string, stdin io.Reader, passed func(name string, why Reason)) ([]Source, error) {
	w := walk{passed: passed, seen: map[string]bool{}}
	for _, path := range paths {
		if path == "-" {
			w.found = append(w.found, Source{Name: "standard input", Named: true, Open: func(context.Context) (io.ReadCloser, error) {
				return io.NopCloser(stdin), nil
			}})
			continue
		}
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		real, err := behind(path)
		if err != nil {
			return nil, err
		}
		if err := w.add(path, real, info, true); err != nil {
			return nil, err
		}
	}
	return w.found, nil
}

type walk struct {
	found  []Source
	passed func(string, Reason)
	seen   map[string]bool // by the name behind all links
}

// behind returns the path with all links resolved.
func behind(path string) (string, error) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	return filepath.Abs(real)
}

// add adds what a path is, whose name behind all links is real.
func (w *walk) add(path, real string, info fs.FileInfo, named bool) error {
	switch {
	case !named && strings.HasPrefix(filepath.Base(path), "."):
		w.passed(path, hidden)
	case w.seen[real]:
		w.passed(path, again)
	case info.IsDir():
		w.seen[real] = true
		return w.directory(path, real)
	case !named && !info.Mode().IsRegular():
		w.passed(path, special)
	default:
		w.seen[real] = true
		source := Source{Name: path, Named: named, Open: func(context.Context) (io.ReadCloser, error) { return os.Open(path) }}
		if info.Mode().IsRegular() {
			source.Size = info.Size()
		}
		w.found = append(w.found, source)
	}
	return nil
}

func (w *walk) directory(path, real string) error {
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		name := filepath.Join(path, entry.Name())
		info, err := os.Stat(name)
		if err != nil {
			return err
		}
		realName := filepath.Join(real, entry.Name())
		if entry.Type()&fs.ModeSymlink != 0 {
			if realName, err = behind(name); err != nil {
				return err
			}
		}
		if err := w.add(name, realName, info, false); err != nil {
			return err
		}
	}
	return nil
}
