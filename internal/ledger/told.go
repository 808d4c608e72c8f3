package ledger

import (
	"maps"
	"slices"

	"github.com/ringfence/ringfence/internal/finding"
)

// everySink marks that all sinks have a revision.
const everySink = ""

// finished reports whether a record is closed and reported everywhere.
func (r *Record) finished() bool {
	return r.Reported[everySink] >= r.Revision && r.Revision > 0 && (r.Status == finding.Resolved || r.CallFinding)
}

// UnreportedTo reports whether a sink does not have the latest revision of a record.
func (r Record) UnreportedTo(sink string) bool { return r.Reported[sink] < r.Revision }

// WithNotes returns the record with what the report function found out about its revision.
func (r Record) WithNotes(notes Notes) Record {
	r.Notes = &notes
	return r
}

// ReportedTo returns the sinks that have a revision of a record, sorted.
func (r Record) ReportedTo() []string { return slices.Sorted(maps.Keys(r.Reported)) }

// setReported notes that a sink has a revision.
func (r *Record) setReported(sink string, revision int) {
	if r.Reported[sink] >= revision {
		return
	}
	if r.Reported = maps.Clone(r.Reported); r.Reported == nil {
		r.Reported = map[string]int{}
	}
	r.Reported[sink] = revision
}

// MarkReported notes that a sink has a revision of a finding; an empty sink stands for all
// sinks.
func (i Item) MarkReported(id, sink string, revision int) Item {
	return i.with(id, func(r *Record) { r.setReported(sink, revision) })
}

// WithNotes returns the item with what the report function found out about a revision of a
// finding.
func (i Item) WithNotes(id string, notes Notes) Item {
	return i.with(id, func(r *Record) { *r = r.WithNotes(notes) })
}
