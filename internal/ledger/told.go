package ledger

import (
	"maps"

	"github.com/ringfence/ringfence/internal/finding"
)

// everySink is the mark that no sink is owed anything any more.
const everySink = ""

// finished reports whether nothing is to be told of a record that stands no more.
func (r *Record) finished() bool {
	return r.Told[everySink] >= r.Revision && r.Revision > 0 && (r.Status == finding.Resolved || r.Once)
}

// Owes reports whether a sink is still to be told the revision of a record.
func (r Record) Owes(sink string) bool { return r.Told[sink] < r.Revision }

// Noted is the record with what the report found out about its revision.
func (r Record) Noted(notes Notes) Record {
	r.Notes = &notes
	return r
}

// told notes that a sink knows a revision.
func (r *Record) told(sink string, revision int) {
	if r.Told[sink] >= revision {
		return
	}
	if r.Told = maps.Clone(r.Told); r.Told == nil {
		r.Told = map[string]int{}
	}
	r.Told[sink] = revision
}

// Mark notes that a sink was told a revision of a finding; an empty sink stands for all.
func (i Item) Mark(id, sink string, revision int) Item {
	return i.with(id, func(r *Record) { r.told(sink, revision) })
}

// Note keeps what the report found out about a revision of a finding.
func (i Item) Note(id string, notes Notes) Item {
	return i.with(id, func(r *Record) { *r = r.Noted(notes) })
}
