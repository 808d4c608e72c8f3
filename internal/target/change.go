package target

import (
	"slices"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/tamper"
	"github.com/ringfence/ringfence/internal/trail"
)

// FromChange makes targets of what a record says: none for a call that concerns no
// boundary and no part of Ringfence itself, and then the words say why, for the log. Who
// made the call is not asked.
func FromChange(c trail.Change, own tamper.Own) (work []Work, ignored string) {
	if c.Failed() {
		return nil, "the call failed with " + c.ErrorCode
	}
	cause := FromRecord(c.Record)
	work, ignored = concerned(c, cause)
	if touch, ok := own.Touched(c); ok {
		cause.Touch = &touch
		work = append(work, Work{
			Target: Target{Kind: Control, Partition: c.Partition, Account: c.Account, ARN: touch.Resources[0]},
			Causes: []Cause{cause},
		})
		ignored = ""
	}
	return work, ignored
}

// concerned is FromChange, but for the parts of Ringfence.
func concerned(c trail.Change, cause Cause) (work []Work, ignored string) {
	switch s := c.Subject.(type) {
	case trail.Principal:
		cause.ID, cause.Moved, cause.Made, cause.Boundary, cause.Deleted = s.ID, s.Moved, s.Made, s.Boundary, s.Deleted
		return one(OfPrincipal(s.Ref, s.ID), cause), ""
	case trail.ManagedPolicy:
		cause.Document, cause.Version, cause.Deleted = s.Document, s.Version, s.Deleted
		return append(one(OfPolicy(c.Partition, c.Account, s.ARN), cause), carriers(c.Record, s, cause)...), ""
	case trail.Group:
		return one(OfWalk(s.Partition, s.Account, Over{Group: s.Name}), cause.because(Walked)), ""
	case trail.PermissionSet:
		if !s.BoundaryRemoved {
			return nil, "the permission set was given a boundary"
		}
		return one(Target{Kind: PermissionSet, Partition: c.Partition, Account: c.Account, ARN: s.ARN, Instance: s.InstanceARN}, cause), ""
	case trail.Withheld:
		told := Target{Kind: Withheld, Partition: c.Partition, Account: c.Account, ARN: c.Source + "/" + c.Call().Name}
		return append(one(told, cause), Undecodable(c.Record)...), ""
	case trail.Control:
		return nil, "the call is on no part of Ringfence"
	}
	return nil, "the call can change no boundary"
}

func one(t Target, c Cause) []Work { return []Work{{Target: t, Causes: []Cause{c}}} }

// FromRecord is a record as a cause.
func FromRecord(r trail.Record) Cause {
	return Cause{
		Why:   Event,
		Event: finding.Event{ID: r.EventID, Name: r.Name, Time: r.Time, Region: r.Region},
		Actor: finding.Actor{ARN: r.Actor.ARN, Name: r.Actor.Name, Type: r.Actor.Type, SourceIP: r.Actor.SourceIP, UserAgent: r.Actor.UserAgent},
	}
}

// carriers are those who carry a policy as their boundary, which a call on it may have let
// out: a rule may accept it in place of the required one for what it allowed. What the call
// put in force is evidence on them. Nobody carries a policy that was just made, and none is deleted that
// somebody carries.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html
func carriers(r trail.Record, p trail.ManagedPolicy, cause Cause) []Work {
	if p.Deleted || r.Name == "CreatePolicy" {
		return nil
	}
	if p.Document != nil || p.Version != "" {
		cause.Boundary = &p.ARN
	}
	return one(OfWalk(r.Partition, r.Account, Over{Carrying: p.ARN}), cause)
}

// Undecodable is what a record can concern that names a watched call and cannot be read
// further: every boundary policy of its account, and everybody.
func Undecodable(r trail.Record) []Work {
	cause := FromRecord(r)
	return append(one(OfWalk(r.Partition, r.Account, Over{Policies: true}), cause), one(OfWalk(r.Partition, r.Account, Over{}), cause)...)
}

// Hints are the targets of work from a source that is not authenticated, without anything
// that a record says of them. What is about a call alone cannot be looked at.
func Hints(work []Work) (hints []Work) {
	for _, w := range work {
		switch w.Target.Kind {
		case Principal, Policy, Walk:
			hints = append(hints, Work{Target: w.Target, Causes: []Cause{{Why: Walked}}})
		}
	}
	return hints
}

// Merge makes one piece of work of those on the same target, so that a burst of calls on
// it costs one look. The most urgent come first: policies, then what a record says was
// taken out of a boundary, then the rest.
func Merge(all []Work) []Work {
	at := map[string]int{}
	var merged []Work
	for _, w := range all {
		i, ok := at[w.Target.Same()]
		if !ok {
			i = len(merged)
			at[w.Target.Same()] = i
			merged = append(merged, Work{Target: w.Target, Told: w.Told})
		}
		m := &merged[i]
		m.Told = m.Told && w.Told
		m.Causes = append(m.Causes, w.Causes...)
		if m.Target.ID == "" {
			m.Target = m.Target.WithID(w.Target.ID)
		}
	}
	for i := range merged {
		slices.SortStableFunc(merged[i].Causes, func(a, b Cause) int { return a.Event.Time.Compare(b.Event.Time) })
	}
	slices.SortStableFunc(merged, func(a, b Work) int { return a.urgency() - b.urgency() })
	return merged
}

// urgency is smaller for what cannot wait.
func (w Work) urgency() int {
	switch {
	case w.Target.Kind == Policy:
		return 0
	case slices.ContainsFunc(w.Causes, Cause.Evidence):
		return 1
	case w.Target.Kind == Principal:
		return 2
	}
	return 3
}

// ActorName is what to call the actor of a cause: the ARN where there is one.
func (c Cause) ActorName() string {
	for _, name := range []string{c.Actor.ARN, c.Actor.Name, c.Actor.Type} {
		if name != "" {
			return name
		}
	}
	return "unknown"
}
