package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/ringfence/ringfence/internal/input"
	"github.com/ringfence/ringfence/internal/logs"
	"github.com/ringfence/ringfence/internal/replay"
)

// The tasks of children. Each runs in its own process, so that its memory and number of processors
// are its own.
const (
	taskGenerate = "generate"
	taskRead     = "read"
	taskDecode   = "decode"
	taskUnpack   = "unpack"
)

// result is a child's result.
type result struct {
	// Seconds is how long the task took, without the start of the process. CPU is the processor
	// time in seconds, including the start.
	Seconds, CPU float64
	// Peak is the peak memory in bytes.
	Peak int64
	// Bytes is the size of the JSON read, and Unread the part that was never decoded.
	Bytes, Unread       int64
	Files, Events, Kept int
}

// child does a task with the log in a folder.
func child(ctx context.Context, task string, args []string, out io.Writer) error {
	dir := args[0]
	if task == taskGenerate {
		size, err := strconv.ParseInt(args[1], 10, 64)
		if err != nil {
			return err
		}
		return generate(ctx, dir, size)
	}
	sources, err := logs.Files([]string{dir}, nil, func(string, logs.Reason) {})
	if err != nil {
		return err
	}
	do := map[string]func(context.Context, []logs.Source) (result, error){taskRead: read, taskDecode: decode, taskUnpack: unpack}[task]
	if do == nil {
		return fmt.Errorf("no task %q", task)
	}
	begun := time.Now()
	r, err := do(ctx, sources)
	if err != nil {
		return err
	}
	r.Seconds, r.Files = time.Since(begun).Seconds(), len(sources)
	return json.NewEncoder(out).Encode(r)
}

// read reads a log as a replay does, and iterates over the events that it keeps.
func read(ctx context.Context, sources []logs.Source) (r result, err error) {
	log, err := logs.Read(ctx, sources, replay.Reading())
	defer func() { err = errors.Join(err, log.Close()) }()
	if err != nil {
		return r, err
	}
	for _, err := range log.All() {
		if err != nil {
			return r, err
		}
		r.Kept++
	}
	r.Bytes, r.Unread, r.Events = log.Bytes, log.Unread, log.Events
	if len(log.Incomplete) > 0 {
		return r, fmt.Errorf("the log was not read completely: %q", log.Incomplete)
	}
	return r, nil
}

// decode does the minimum with encoding/json: it decodes a file into the texts of its records, and
// reads the call of each.
func decode(ctx context.Context, sources []logs.Source) (r result, err error) {
	matters := replay.Reading().Matters
	for _, source := range sources {
		data, err := os.ReadFile(source.Name)
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return r, err
		}
		var file struct{ Records []json.RawMessage }
		if err := json.Unmarshal(data, &file); err != nil {
			return r, err
		}
		for _, raw := range file.Records {
			var event struct{ EventSource, EventName string }
			if err := json.Unmarshal(raw, &event); err != nil {
				return r, err
			}
			if matters(event.EventSource, event.EventName) {
				r.Kept++
			}
		}
		r.Events += len(file.Records)
		r.Bytes += int64(len(data))
	}
	return r, nil
}

// unpack decompresses a log as reading does, and discards it.
func unpack(ctx context.Context, sources []logs.Source) (r result, err error) {
	buffer := make([]byte, 1<<16)
	for _, source := range sources {
		body, err := source.Open(ctx)
		if err != nil {
			return r, err
		}
		text, err := input.Text(body)
		if err == nil {
			var n int64
			n, err = io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{text}, buffer)
			r.Bytes += n
		}
		if err := errors.Join(err, body.Close(), ctx.Err()); err != nil {
			return r, err
		}
	}
	return r, nil
}
