package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/bench/measure"
)

// bench is a generated log and its measurements.
type bench struct {
	options
	root     string
	self     string
	packed   []string // names of the compressed files
	stored   int64    // total size of the compressed files
	progress io.Writer
}

// prepare generates a log.
func prepare(ctx context.Context, o options, progress io.Writer) (b *bench, err error) {
	b = &bench{options: o, progress: progress}
	if b.root, err = os.MkdirTemp(o.dir, "ringfence-backtest-*"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.Close())
		}
	}()
	if b.self, err = os.Executable(); err != nil {
		return nil, err
	}
	b.note("generating a log of %.1f GB", o.size/1e9)
	if _, err := b.start(ctx, 0, taskGenerate, b.root, strconv.FormatInt(int64(o.size), 10)); err != nil {
		return nil, err
	}
	if err := b.multiply(plain); err != nil {
		return nil, err
	}
	if err := b.multiply(packed); err != nil {
		return nil, err
	}
	return b, b.walk(packed, func(path string, info fs.FileInfo) error {
		b.packed = append(b.packed, path)
		b.stored += info.Size()
		return nil
	})
}

// Close removes the log.
func (b *bench) Close() error { return os.RemoveAll(b.root) }

func (b *bench) note(format string, args ...any) { fmt.Fprintf(b.progress, format+"\n", args...) }

// many returns the folder that contains a folder's files many times.
func many(folder string) string { return folder + "-many" }

// multiply gives each file of a folder several names, so that it is read several times without
// using space.
func (b *bench) multiply(folder string) error {
	return b.walk(folder, func(path string, _ fs.FileInfo) error {
		for i := range b.times {
			name := filepath.Join(b.root, many(folder), strconv.Itoa(i), filepath.Base(path))
			if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.Link(path, name)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (b *bench) walk(folder string, each func(string, fs.FileInfo) error) error {
	return filepath.WalkDir(filepath.Join(b.root, folder), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		return each(path, info)
	})
}

// start starts a child for a task with the given number of processors, 0 for all.
func (b *bench) start(ctx context.Context, processors int, task string, args ...string) (r result, err error) {
	cmd := exec.CommandContext(ctx, b.self, append([]string{"-child", task}, args...)...)
	cmd.Env = os.Environ()
	if processors > 0 {
		cmd.Env = append(cmd.Env, "GOMAXPROCS="+strconv.Itoa(processors))
	}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return r, fmt.Errorf("%s: %w\n%s", task, err, &stderr)
	}
	if len(out) > 0 {
		if err := json.Unmarshal(out, &r); err != nil {
			return r, err
		}
	}
	r.CPU, r.Peak, err = measure.Used(cmd.ProcessState)
	return r, err
}

// gzip decompresses all files with gzip, as zcat does.
func (b *bench) gzip(ctx context.Context, path string) (r result, err error) {
	begun := time.Now()
	for files := range slices.Chunk(b.packed, 1000) {
		cmd := exec.CommandContext(ctx, path, append([]string{"-dc"}, files...)...)
		if err := cmd.Run(); err != nil {
			return r, fmt.Errorf("gzip: %w", err)
		}
		r.CPU += (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	}
	r.Seconds = time.Since(begun).Seconds()
	return r, nil
}
