package ledger

import (
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
)

// A target is contested if it needs its third repair within an hour, or repairs on three of
// seven days. After ten repairs within an hour the next ones wait: a fight over a boundary must
// be ended by people.
const (
	contestedInHour = 3
	contestedDays   = 3
	fightInHour     = 10
	fightPause      = 5 * time.Minute

	day  = 24 * time.Hour
	week = 7 * day
)

// countRepair notes a repair, and whether it is one of many.
func (i *Item) countRepair(r *Record, at time.Time) {
	opener := Opener{At: r.Since()}
	if c, ok := r.OpeningCause(); ok {
		opener.Actor = c.ActorName()
	}
	i.repaired(at, opener)
	r.setContested(i.contested(at))
}

// contested returns how often repairs were undone, or nil if that is not unusual.
func (i *Item) contested(now time.Time) *finding.Contested {
	recent := since(i.Repairs, now.Add(-time.Hour))
	if len(recent) < contestedInHour {
		recent = since(i.Repairs, now.Add(-week))
		if days(recent) < contestedDays {
			return nil
		}
	}
	c := &finding.Contested{Repairs: len(recent), Since: recent[0]}
	for _, o := range i.Openers[max(0, len(i.Openers)-len(recent)):] {
		if o.Actor != "" && !slices.Contains(c.Actors, o.Actor) {
			c.Actors = append(c.Actors, o.Actor)
		}
	}
	return c
}

// NotBefore returns when the next repair may be made. It is zero or in the past unless repairs
// keep being undone.
func (i Item) NotBefore(now time.Time) time.Time {
	if len(since(i.Repairs, now.Add(-time.Hour))) < fightInHour {
		return time.Time{}
	}
	return i.Repairs[len(i.Repairs)-1].Add(fightPause)
}

// LastRepair returns when the target was last repaired; zero if no recent repair is known.
func (i Item) LastRepair() time.Time {
	if n := len(i.Repairs); n > 0 {
		return i.Repairs[n-1]
	}
	return time.Time{}
}

func since(times []time.Time, from time.Time) []time.Time {
	n := slices.IndexFunc(times, func(t time.Time) bool { return t.After(from) })
	if n < 0 {
		return nil
	}
	return times[n:]
}

// days counts the different days, in UTC.
func days(times []time.Time) int {
	count, last := 0, time.Time{}
	for _, t := range times {
		if d := t.UTC().Truncate(day); !d.Equal(last) {
			count, last = count+1, d
		}
	}
	return count
}
