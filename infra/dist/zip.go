package main

import (
	"archive/zip"
	"compress/flate"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
)

// file is one entry of a zip.
type file struct {
	name       string
	data       []byte
	executable bool
}

// epoch is the time of every entry: the earliest that a zip can tell.
var epoch = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// writeZip writes files in the order of their names, with nothing in it that depends
// on the machine or the day.
func writeZip(path string, files []file) (err error) {
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := out.Close(); err == nil {
			err = cerr
		}
	}()
	w := zip.NewWriter(out)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestCompression)
	})
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.name, b.name) })
	for _, f := range files {
		if err := add(w, f); err != nil {
			return fmt.Errorf("packing %s: %w", f.name, err)
		}
	}
	return w.Close()
}

func add(w *zip.Writer, f file) error {
	h := &zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: epoch}
	h.SetMode(0o644)
	if f.executable {
		h.SetMode(0o755)
	}
	entry, err := w.CreateHeader(h)
	if err != nil {
		return err
	}
	_, err = entry.Write(f.data)
	return err
}
