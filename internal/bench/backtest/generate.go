package main

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// seed makes the log the same each time.
const seed = 11

// One in this many events is of IAM.
const oneOfIAM = 100

// A file of a trail has a region's events of five minutes.
const smallest, largest = 64 << 10, 20 << 20

// The folders of a log, inside the benchmark's.
const plain, packed = "plain", "packed"

// generate writes a log of about the given number of bytes, or slightly more: as .json in one
// folder, and as .json.gz in another.
func generate(ctx context.Context, dir string, bytes int64) error {
	sizes := fileSizes(bytes)
	errs := make([]error, len(sizes))
	var workers sync.WaitGroup
	var next atomic.Int64
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(sizes) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				errs[i] = generateFile(dir, i, sizes[i])
			}
		})
	}
	workers.Wait()
	return errors.Join(append(errs, ctx.Err())...)
}

// fileSizes returns the minimum sizes of files. Half of all bytes are in files of more than 7 MB,
// and half of all files are smaller than 1.1 MB.
func fileSizes(bytes int64) (sizes []int64) {
	r := rand.New(rand.NewPCG(seed, 0))
	for bytes > 0 {
		n := int64(smallest * math.Pow(float64(largest)/smallest, r.Float64()))
		sizes = append(sizes, min(n, bytes))
		bytes -= n
	}
	return sizes
}

// generateFile writes the i-th file, plain and compressed as trails do.
func generateFile(dir string, i int, size int64) error {
	r := rand.New(rand.NewPCG(seed, uint64(i)+1))
	w := writer{
		Rand: r, account: fmt.Sprintf("1111222233%02d", i%10), things: things(r), out: make([]byte, 0, size+1<<16),
		at: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * 5 * time.Minute),
	}
	name := fmt.Sprintf("AWSLogs/%[1]s/CloudTrail/us-east-1/%[2]s/%[1]s_CloudTrail_us-east-1_%[3]s_%016[4]x.json",
		w.account, w.at.Format("2006/01/02"), w.at.Format("20060102T1504Z"), r.Uint64())
	w.out = append(w.out, `{"Records":[`...)
	for int64(len(w.out)) < size {
		if w.IntN(oneOfIAM) == 0 {
			w.record(identities)
		} else {
			w.record(others)
		}
		w.out = append(w.out, ',')
	}
	w.out = append(w.out[:len(w.out)-1], "]}"...)
	file, err := create(filepath.Join(dir, packed, name+".gz"))
	if err != nil {
		return err
	}
	z := gzip.NewWriter(file)
	_, err = z.Write(w.out)
	if err := errors.Join(err, z.Close(), file.Close()); err != nil {
		return err
	}
	file, err = create(filepath.Join(dir, plain, name))
	if err != nil {
		return err
	}
	_, err = file.Write(w.out)
	return errors.Join(err, file.Close())
}

// create creates a file and its folders.
func create(name string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return nil, err
	}
	return os.Create(name)
}
