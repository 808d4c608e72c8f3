package target

import (
	"slices"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/tamper"
	"github.com/ringfence/ringfence/internal/trail"
)

// FromChange returns the targets that a record affects. If it affects no boundary and no part
// of Ringfence, it returns none, and ignored says why, for the log. Who made the call does not
// matter.
func FromChange(c trail.Change, own tamper.Parts) (work []Work, ignored string) {
	if c.Failed() {
		return nil, "the call failed with " + c.ErrorCode
	}
	cause := FromRecord(c.Record)
	work, ignored = affectedTargets(c, cause)
	if touch, ok := own.Affected(c); ok {
		cause.PartChange = &touch
		work = append(work, Work{
			Target: Target{Kind: Control, Partition: c.Partition, Account: c.Account, ARN: touch.Resources[0]},
			Causes: []Cause{cause},
		})
		ignored = ""
	}
	return work, ignored
}

// affectedTargets is [FromChange] without the parts of Ringfence.
func affectedTargets(c trail.Change, cause Cause) (work []Work, ignored string) {
	switch s := c.Subject.(type) {
	case trail.Principal:
		cause.ID, cause.Moved, cause.Made, cause.Boundary, cause.Deleted = s.ID, s.Moved, s.Made, s.Boundary, s.Deleted
		return one(OfPrincipal(s.Ref, s.ID), cause), ""
	case trail.ManagedPolicy:
		cause.Document, cause.Version, cause.Deleted = s.Document, s.Version, s.Deleted
		return append(one(OfPolicy(c.Partition, c.Account, s.ARN), cause), carriers(c.Record, s, cause)...), ""
	case trail.Group:
		return one(OfWalk(s.Partition, s.Account, Scope{Group: s.Name}), cause.withKind(Walked)), ""
	case trail.PermissionSet:
		if !s.BoundaryRemoved {
			return nil, "the permission set has a boundary"
		}
		return one(Target{Kind: PermissionSet, Partition: c.Partition, Account: c.Account, ARN: s.ARN, Instance: s.InstanceARN}, cause), ""
	case trail.Withheld:
		withheld := Target{Kind: Withheld, Partition: c.Partition, Account: c.Account, ARN: c.Source + "/" + c.Call().Name}
		return append(one(withheld, cause), Undecodable(c.Record)...), ""
	case trail.Control:
		return nil, "the call does not affect a part of Ringfence"
	}
	return nil, "the call cannot affect a boundary"
}

func one(t Target, c Cause) []Work { return []Work{{Target: t, Causes: []Cause{c}}} }

// FromRecord returns a record as a cause.
func FromRecord(r trail.Record) Cause {
	return Cause{
		Kind:  Event,
		Event: finding.Event{ID: r.EventID, Name: r.Name, Time: r.Time, Region: r.Region},
		Actor: finding.Actor{
			ARN: r.Actor.ARN, Name: r.Actor.Name, Type: r.Actor.Type, SourceIP: r.Actor.SourceIP, UserAgent: r.Actor.UserAgent,
			AccessKeyID: r.Actor.AccessKeyID, SessionIssuer: r.Actor.SessionIssuer, MFA: r.Actor.MFA,
		},
	}
}

// carriers returns a walk over the principals that carry a policy as their boundary. A call on
// the policy may have let them out: a rule may accept it instead of the required one for what
// it allowed. What the call put in force is evidence about them. No principal carries a policy
// that was just created, and IAM does not delete a policy that a principal carries.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html
func carriers(r trail.Record, p trail.ManagedPolicy, cause Cause) []Work {
	if p.Deleted || r.Name == "CreatePolicy" {
		return nil
	}
	if p.Document != nil || p.Version != "" {
		cause.Boundary = &p.ARN
	}
	return one(OfWalk(r.Partition, r.Account, Scope{Carrying: p.ARN}), cause)
}

// Undecodable returns everything that a watched call can affect if its record cannot be read:
// all boundary policies and all principals of its account.
func Undecodable(r trail.Record) []Work {
	cause := FromRecord(r)
	return append(one(OfWalk(r.Partition, r.Account, Scope{Policies: true}), cause), one(OfWalk(r.Partition, r.Account, Scope{}), cause)...)
}

// Hints returns the targets of unauthenticated work, without the causes. Targets that are only
// a call are left out: there is no state to look at.
func Hints(work []Work) (hints []Work) {
	for _, w := range work {
		switch w.Target.Kind {
		case Principal, Policy, Walk:
			hints = append(hints, Work{Target: w.Target, Causes: []Cause{{Kind: Walked}}})
		}
	}
	return hints
}

// Merge joins the work on the same target, so that a burst of calls costs one look. The most
// urgent come first: policies, then principals that a record says were taken out of a boundary,
// then the rest.
func Merge(all []Work) []Work {
	at := map[string]int{}
	var merged []Work
	for _, w := range all {
		i, ok := at[w.Target.Identity()]
		if !ok {
			i = len(merged)
			at[w.Target.Identity()] = i
			merged = append(merged, Work{Target: w.Target, ReportOnly: w.ReportOnly})
		}
		m := &merged[i]
		m.ReportOnly = m.ReportOnly && w.ReportOnly
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

// urgency is smaller for more urgent work.
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

// ActorName returns the name to show for the actor of a cause: the ARN if there is one.
func (c Cause) ActorName() string {
	for _, name := range []string{c.Actor.ARN, c.Actor.Name, c.Actor.Type} {
		if name != "" {
			return name
		}
	}
	return "unknown"
}
