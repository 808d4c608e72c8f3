package main

import (
	"context"
	"fmt"
	"io"

	"github.com/ringfence/ringfence/internal/input"
)

// inputFile is an open file that reports how much of it was read.
type inputFile struct {
	*input.File
	ctx      context.Context
	progress *bar
	shown    int64
}

// openInput opens a file in any supported encoding, or standard input if path is -. Reads
// fail with io.ErrUnexpectedEOF once ctx is done.
func openInput(ctx context.Context, path string, stdin io.Reader, progress io.Writer) (*inputFile, error) {
	file, err := input.Open(path, stdin)
	if err != nil {
		return nil, err
	}
	return &inputFile{File: file, ctx: ctx, progress: newProgress(progress, "reading "+clean(path), int(file.Size))}, nil
}

func (w *inputFile) Read(p []byte) (int, error) {
	if w.ctx.Err() != nil {
		return 0, fmt.Errorf("stopped: %w", io.ErrUnexpectedEOF)
	}
	n, err := w.File.Read(p)
	if done := w.Done(); done != w.shown {
		w.progress.add(int(done - w.shown))
		w.shown = done
	}
	return n, err
}

func (w *inputFile) close() {
	w.progress.stop()
	_ = w.Close() // opened for reading only
}
