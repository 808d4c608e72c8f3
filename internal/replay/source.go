package replay

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/fault"
	"github.com/ringfence/ringfence/internal/forms"
	"github.com/ringfence/ringfence/internal/localaws/apply"
)

// Record is one event of the input.
type Record struct {
	// Raw is the EventBridge event or CloudTrail record as it was read.
	Raw json.RawMessage
	// File and Index say where it stood, the index from 1.
	File  string
	Index int
	// Time is the event's time, zero where it has none.
	Time time.Time

	rank int
	// event is unset for JSON that is no event at all.
	event bool
}

// maxFile bounds what one file may unpack to. CloudTrail's own files hold far less.
const maxFile = 1 << 30

// Read reads events from files, directories (all .json and .json.gz files below them)
// and standard input (the path "-"), and puts them in order of time: CloudTrail's files
// are not in order, neither among one another nor within. CloudTrail's times are of whole
// seconds; within one, what creates something comes before what uses it, and what
// deletes it after, since the calls would have failed otherwise. All else keeps the
// order in which it was read, files by name.
//
// In a directory, JSON files that hold no event, such as policies, are passed over. What
// cannot be read is reported, joined, beside all that could be.
func Read(paths []string, stdin io.Reader) ([]Record, error) {
	var (
		records []Record
		errs    []error
	)
	for _, path := range paths {
		names, walked, err := expand(path)
		errs = append(errs, err)
		for _, name := range names {
			data, err := load(name, stdin)
			if err != nil {
				errs = append(errs, err)
				continue
			}
			found, err := split(name, data)
			if walked {
				found = slices.DeleteFunc(found, func(r Record) bool { return !r.event })
			}
			records = append(records, found...)
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", name, err))
			}
		}
	}
	slices.SortStableFunc(records, func(a, b Record) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.rank, b.rank))
	})
	return records, errors.Join(errs...)
}

// expand names the files of a path; walked is set for those of a directory.
func expand(path string) (names []string, walked bool, err error) {
	if path == "-" {
		return []string{path}, false, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, false, err
	}
	if !info.IsDir() {
		return []string{path}, false, nil
	}
	err = filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !entry.IsDir() && (strings.HasSuffix(name, ".json") || strings.HasSuffix(name, ".json.gz")) {
			names = append(names, name)
		}
		return nil
	})
	if err == nil && len(names) == 0 {
		err = fmt.Errorf("%s: no .json or .json.gz file below it", path)
	}
	return names, true, err
}

func load(name string, stdin io.Reader) ([]byte, error) {
	var data []byte
	var err error
	if name == "-" {
		data, err = io.ReadAll(stdin)
	} else {
		data, err = os.ReadFile(name)
	}
	if err != nil || !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		return data, err
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	data, err = io.ReadAll(io.LimitReader(z, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("%s: unpacks to more than %d bytes", name, maxFile)
	}
	return data, nil
}

func split(name string, data []byte) ([]Record, error) {
	var records []Record
	var errs []error
	errs = append(errs, forms.Value(data, func(raw json.RawMessage) error {
		r := Record{Raw: bytes.Clone(raw), File: name, Index: len(records) + 1}
		r.peek()
		records = append(records, r)
		return nil
	}, func(reason forms.Reason, n int) {
		if reason != forms.NoEvent && reason != forms.Digest {
			errs = append(errs, fault.New(fault.BadInput, "%d times %s", n, reason))
		}
	}))
	return records, errors.Join(errs...)
}

// peek looks for what to sort by. A record that has no time sorts first, and is reported
// when it is parsed.
func (r *Record) peek() {
	type record struct {
		Time time.Time `json:"eventTime"`
		Name string    `json:"eventName"`
	}
	var event struct {
		record
		Detail    record    `json:"detail"`
		Delivered time.Time `json:"time"`
	}
	if json.Unmarshal(r.Raw, &event) != nil {
		return
	}
	for _, t := range []time.Time{event.Detail.Time, event.Time, event.Delivered} {
		if r.Time.IsZero() {
			r.Time = t
		}
	}
	name := event.Name + event.Detail.Name
	r.event, r.rank = name != "", apply.Rank(name)
}
