package logs

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"os"
	"slices"
	"time"
)

// Record is one event of a log.
type Record struct {
	// Raw is the EventBridge event or CloudTrail record as it was read.
	Raw json.RawMessage
	// File and Index are its position; the index counts from 1.
	File  string
	Index int
	// Time is the event's time; zero if it has none.
	Time time.Time

	rank, file int
}

// before is the order of a replay: by time, then by rank, then by the order of reading.
func (r *Record) before(o *Record) int {
	return cmp.Or(r.Time.Compare(o.Time), cmp.Compare(r.rank, o.rank), cmp.Compare(r.file, o.file), cmp.Compare(r.Index, o.Index))
}

// spooled is how many bytes of records are kept in memory. About one record in a thousand matters, so this is enough for
// 8 GB of logs, and a terabyte makes 130 files.
const spooled = 8 << 20

// spool sorts records without keeping all of them in memory: it sorts what fits, writes that to a file, and merges the
// files at the end.
type spool struct {
	limit   int
	records []Record
	size    int
	runs    []*os.File
	names   map[int]string
}

func newSpool() *spool { return &spool{limit: spooled, names: map[int]string{}} }

// add adds a record and takes ownership of its Raw.
func (s *spool) add(r Record) error {
	s.records = append(s.records, r)
	s.size += len(r.Raw) + 100
	if s.size < s.limit {
		return nil
	}
	return s.put()
}

func (s *spool) sort() {
	slices.SortStableFunc(s.records, func(a, b Record) int { return a.before(&b) })
}

// put writes what is in memory to a file.
func (s *spool) put() error {
	s.sort()
	file, err := os.CreateTemp("", "ringfence-replay-*")
	if err != nil {
		return err
	}
	s.runs = append(s.runs, file)
	// If the system can remove an open file, nothing is left behind however the process ends.
	_ = os.Remove(file.Name())
	w := bufio.NewWriterSize(file, 1<<16)
	for i := range s.records {
		s.records[i].write(w)
		s.names[s.records[i].file] = s.records[i].File
	}
	s.records, s.size = nil, 0
	return w.Flush()
}

// close removes the files.
func (s *spool) close() error {
	var errs []error
	for _, f := range s.runs {
		errs = append(errs, f.Close())
		if err := os.Remove(f.Name()); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// all returns the records in order.
func (s *spool) all() iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		s.sort()
		runs := merge{{next: s.memory()}}
		for _, f := range s.runs {
			if _, err := f.Seek(0, io.SeekStart); err != nil {
				yield(Record{}, err)
				return
			}
			runs = append(runs, &run{next: s.disk(bufio.NewReaderSize(f, 1<<16))})
		}
		runs.each(yield)
	}
}

func (s *spool) memory() func() (Record, error) {
	i := -1
	return func() (Record, error) {
		if i++; i >= len(s.records) {
			return Record{}, io.EOF
		}
		return s.records[i], nil
	}
}

func (s *spool) disk(in *bufio.Reader) func() (Record, error) {
	return func() (r Record, err error) {
		if err = r.read(in); err == nil {
			r.File = s.names[r.file]
		}
		return r, err
	}
}

// write and read encode and decode a record in a file of the spool.
func (r *Record) write(w *bufio.Writer) {
	var b []byte
	seconds := r.Time.Unix()
	for _, n := range []int64{seconds, int64(r.Time.Nanosecond()), int64(r.rank), int64(r.file), int64(r.Index), int64(len(r.Raw))} {
		b = binary.AppendVarint(b, n)
	}
	_, _ = w.Write(b) // the error is that of Flush
	_, _ = w.Write(r.Raw)
}

func (r *Record) read(in *bufio.Reader) error {
	var n [6]int64
	for i := range n {
		var err error
		if n[i], err = binary.ReadVarint(in); err != nil {
			return err
		}
	}
	*r = Record{Time: time.Unix(n[0], n[1]).UTC(), rank: int(n[2]), file: int(n[3]), Index: int(n[4]), Raw: make([]byte, n[5])}
	_, err := io.ReadFull(in, r.Raw)
	return err
}
