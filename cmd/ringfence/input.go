package main

import (
	"context"
	"fmt"
	"io"

	"github.com/ringfence/ringfence/internal/input"
)

// opened is a file that is read with progress.
type opened struct {
	*input.File
	ctx      context.Context
	progress *bar
	shown    int64
}

// openInput opens a file in any of the forms that people have, or standard input for -. It ends
// in the middle when the context does.
func openInput(ctx context.Context, path string, stdin io.Reader, progress io.Writer) (*opened, error) {
	file, err := input.Open(path, stdin)
	if err != nil {
		return nil, err
	}
	return &opened{File: file, ctx: ctx, progress: newProgress(progress, "reading "+clean(path), int(file.Size))}, nil
}

func (w *opened) Read(p []byte) (int, error) {
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

func (w *opened) close() {
	w.progress.stop()
	_ = w.Close() // nothing was written
}
