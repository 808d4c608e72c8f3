package sim

import (
	"fmt"
	"hash/fnv"
	"io"
	"strconv"
	"time"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// story is what happened, in words. It is recorded only on request.
type story struct {
	told  bool
	lines []line
}

type line struct {
	at   time.Time
	who  string
	what string
}

func (s *story) add(who, format string, args ...any) {
	if s.told {
		s.lines = append(s.lines, line{now(), who, fmt.Sprintf(format, args...)})
	}
}

// write writes the story with its numbers and times.
func (s *story) write(out io.Writer) {
	for i, l := range s.lines {
		fmt.Fprintf(out, "%4d. %s %-9s %s\n", i+1, clockTime(l.at), l.who, l.what)
	}
}

func clockTime(t time.Time) string { return t.UTC().Format("15:04:05.000") }

// short returns a call with its parameters.
func (w *World) short(op string, in any) string {
	if !w.log.told {
		return op
	}
	return op + " " + string(wire.RequestParameters(in))
}

// shortID returns the name of a fault, with which it can be left out.
func shortID(words string) string {
	h := fnv.New32a()
	_, _ = io.WriteString(h, words)
	return fmt.Sprintf("%08x", h.Sum32())
}

func itoa(n int) string { return strconv.Itoa(n) }
