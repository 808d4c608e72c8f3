package delegation

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/wildcard"
)

// Hole is a way to a principal outside the boundary, and whether the policies leave it open.
type Hole struct {
	// ID names it for programs. What completes "who holds the policies can", and Fix says how to close it.
	ID, What, Fix string
	// Answer is [compare.Proven] if the policies allow no such request, [compare.Refuted] if there are findings, and
	// [compare.Unknown] if there is none and that there is none is not proven either.
	Answer   compare.Containment
	Findings []Finding
	// Open are the actions for which nothing is proven, with the reasons.
	Open []Open
}

// Finding is an action of a hole that the policies allow, with a request that shows it.
type Finding struct {
	Action  string
	Witness *compare.Witness
	// By is the statement of the first layer that allows the request.
	By Place
	// Today says on what the request is, if it is known what exists.
	Today Today
}

// Today says what a request is on.
type Today string

const (
	// NotLooked means that it is not known what exists, or that it does not matter for the action.
	NotLooked Today = ""
	// Exists means that the request is on something that exists, or adds a user that does to a group.
	Exists Today = "exists"
	// NoneToday means that nothing that exists is concerned; what is created later may be.
	NoneToday Today = "none"
)

// Open is an action for which nothing is proven.
type Open struct{ Action, Reason string }

// Report is the answer for policies that are in force together.
type Report struct {
	Holes []Hole
	// Assumed are what the proof rests on besides the policies.
	Assumed []string
}

// Answer puts the answers for all holes together.
func (r *Report) Answer() compare.Containment {
	out := compare.Proven
	for i := range r.Holes {
		switch r.Holes[i].Answer {
		case compare.Refuted:
			return compare.Refuted
		case compare.Unknown:
			out = compare.Unknown
		}
	}
	return out
}

// check is a check in progress.
type check struct {
	*Scope
	account *Account
	asker   *asker
	// organization is set if service control policies are relied on.
	organization bool
	// same are AWS managed policies that are taken not to exist.
	same []string
}

// Check asks for each hole whether policies leave it open. layers are the policies: first the identity policies of the
// holder, then the permissions boundary of the holder if there is one, then service control policies, a layer for each
// level, if organization is set. account is what exists, nil if that is not known.
//
// The work is bounded for each action: where the bound is reached the answer is unknown.
func Check(s *Scope, account *Account, organization bool, layers ...[]*policy.Document) Report {
	c := &check{Scope: s, account: account, asker: newAsker(s.Account, layers), organization: organization}
	var r Report
	for i := range holes {
		r.Holes = append(r.Holes, c.hole(&holes[i], &r))
	}
	return r
}

// hole answers for one hole.
func (c *check) hole(h *hole, r *Report) Hole {
	out := Hole{ID: h.id, What: h.what, Fix: h.fix, Answer: compare.Proven}
	for _, action := range h.actions {
		one, today := c.action(h, action, r)
		switch one.containment {
		case compare.Refuted:
			out.Findings = append(out.Findings, Finding{action, one.witness, one.place, today})
		case compare.Unknown:
			out.Open = append(out.Open, Open{action, one.reason})
		}
	}
	switch {
	case len(out.Findings) > 0:
		out.Answer = compare.Refuted
	case len(out.Open) > 0:
		out.Answer = compare.Unknown
	}
	return out
}

// action answers for one action of a hole. Where the policies allow something dangerous, a witness about what exists is
// looked for.
func (c *check) action(h *hole, action string, r *Report) (answer, Today) {
	c.same = nil
	d := h.asks(c, action)
	all := c.any(d.all)
	if names := c.namesakes(); all.containment == compare.Refuted && slices.ContainsFunc(names, func(arn string) bool {
		return slices.Contains(all.witness.Context[boundaryKey], arn)
	}) {
		// An AWS managed policy with the name of a boundary is unlikely to exist.
		c.same = names
		if all = c.any(h.asks(c, action).all); all.containment == compare.Proven {
			r.assume("AWS has no managed policy " + strings.Join(names, ", "))
		}
	}
	if all.containment == compare.Proven {
		d.today = c.among(d.today) // the rest is proven
	}
	switch today := c.any(d.today); {
	case today.containment == compare.Refuted:
		return today, Exists
	case all.containment == compare.Proven:
		return today, NotLooked
	case all.containment == compare.Refuted && d.listed && today.containment == compare.Proven:
		return all, NoneToday
	}
	return all, NotLooked
}

// among are dangers on what is taken to be inside.
func (c *check) among(list []danger) (out []danger) {
	for _, d := range list {
		d.on = slices.DeleteFunc(slices.Clone(d.on), func(arn string) bool {
			return !slices.ContainsFunc(c.Within, func(p string) bool { return wildcard.Match(p, arn) })
		})
		out = append(out, d)
	}
	return out
}

func (r *Report) assume(text string) {
	if !slices.Contains(r.Assumed, text) {
		r.Assumed = append(r.Assumed, text)
	}
}

// mostAtOnce is how many resources are searched at once: with more, the bound of the work is soon reached.
const mostAtOnce = 64

// any searches several sets of dangerous requests: a witness in one is enough, and all must be proven.
func (c *check) any(list []danger) answer {
	out := answer{containment: compare.Proven}
	for _, d := range list {
		if kind, _ := c.resources(d.action); strings.HasSuffix(kind, "/") {
			d.not = append(slices.Clone(d.not), c.arn(kind+"*/")) // no name is empty
		}
		for on := range slices.Chunk(d.on, mostAtOnce) {
			d.on = on
			switch one := c.asker.ask(d); {
			case one.containment == compare.Refuted:
				return one
			case one.containment == compare.Unknown && out.containment == compare.Proven:
				out = one
			}
		}
	}
	return out
}
